"""The checks of what a caller hands in: each returns the value or raises FieldInvalid."""

import re
from typing import Final, TypeVar

from heartbeat._runtime.errors import FieldInvalid, shown
from heartbeat._runtime.limits import Range

T = TypeVar("T")

_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_TOKEN_BYTES: Final = 16 * 1024
#: Names of agents and tasks.
ID: Final = re.compile(r"[A-Za-z0-9._:/@-]+")
#: Names of organizations.
ORGANIZATION: Final = re.compile(r"[A-Za-z0-9._:@-]+")
#: Names of labels.
LABEL_KEY: Final = re.compile(r"[A-Za-z0-9._/-]+")


def check_number(field: str, value: object, limit: Range, unit: str = "") -> float:
    """A number within its limit. True and False are none, and NaN is within no limit."""
    bounds = f"{limit.least:g} to {limit.most:g}{unit}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldInvalid(field, shown(value), "is not a number", bounds)
    if not limit.least <= value <= limit.most:
        raise FieldInvalid(field, shown(value), "is out of range", bounds)
    return value


def check_whole(field: str, value: object, limit: Range) -> int:
    """A count: a number without a fraction."""
    number = check_number(field, value, limit)
    if not float(number).is_integer():
        raise FieldInvalid(field, shown(value), "is not a whole number", "whole numbers")
    return int(number)


def check_span(field: str, seconds: object, limit: Range) -> int:
    """A span in seconds, as whole milliseconds: the wire knows nothing finer."""
    return round(check_number(field, seconds, limit, " seconds") * 1000)


def check_kind(field: str, value: T, kind: type) -> T:
    """A value of this kind, for what has checks of its own inside."""
    if not isinstance(value, kind):
        raise FieldInvalid(field, shown(value), f"is not a {kind.__name__}")
    return value


def check_token(value: object) -> str:
    """What may stand in a header. The refusal does not show it: it may come to a log."""
    limit = f"1 to {_TOKEN_BYTES} printable ASCII characters without white space"
    if not isinstance(value, str):
        raise FieldInvalid("token", f"of type {type(value).__name__}", "is not a str", limit)
    if not _TOKEN.fullmatch(value) or len(value) > _TOKEN_BYTES:
        raise FieldInvalid("token", f"of {len(value)} characters", "cannot be sent", limit)
    return value


def check_text(field: str, value: object, max_bytes: int) -> str:
    """A text that is not too long."""
    limit = f"{max_bytes} bytes"
    if not isinstance(value, str):
        raise FieldInvalid(field, shown(value), "is not a str", limit)
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise FieldInvalid(field, shown(value), "cannot be encoded", "UTF-8") from None
    if size > max_bytes:
        raise FieldInvalid(field, shown(value), "is too long", limit)
    return value


def check_name(field: str, value: object, form: re.Pattern[str], max_bytes: int) -> str:
    """A text of the characters that a name may have."""
    text = check_text(field, value, max_bytes)
    if form.fullmatch(text):
        return text
    problem = "has a character that is not allowed" if text else "is empty"
    allowed = form.pattern.removesuffix("+")
    raise FieldInvalid(field, shown(text), problem, f"1 to {max_bytes} bytes of {allowed}")


def cut(text: str, max_bytes: int) -> str:
    """Cuts a sentence to what the wire takes, without splitting a character."""
    encoded = text.encode(errors="replace")
    if len(encoded) <= max_bytes:
        return encoded.decode()
    ellipsis = "…"
    return encoded[: max_bytes - len(ellipsis.encode())].decode(errors="ignore") + ellipsis
