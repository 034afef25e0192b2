"""Names that the service takes, for names that an older system took."""

import hashlib
from typing import Final

from heartbeat._runtime.checks import ID
from heartbeat._runtime.limits import ID_BYTES

_ALLOWED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@-")
_DIGEST_DIGITS: Final = 8


def wire_name(text: str) -> str:
    """The name where the service takes it; else what is left of it, and a digest to tell it apart."""
    if ID.fullmatch(text) and len(text) <= ID_BYTES:
        return text
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:_DIGEST_DIGITS]
    kept = "".join(character if character in _ALLOWED else "_" for character in text)
    return f"{kept[: ID_BYTES - _DIGEST_DIGITS - 1]}-{digest}"
