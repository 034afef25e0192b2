"""Tokens for a server that asks for them. Needs `pip install "heartbeat-agent[auth]"`."""

import os
import time
from pathlib import Path
from typing import Final

try:
    import jwt
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
except ImportError as error:
    raise ImportError(
        'heartbeat.auth needs PyJWT and cryptography: pip install "heartbeat-agent[auth]"'
    ) from error

from heartbeat._runtime.checks import ID, ORGANIZATION, check_name, check_number
from heartbeat._runtime.errors import FieldInvalid, shown
from heartbeat._runtime.limits import ID_BYTES, Range

__all__ = ["SignedToken"]

#: A server believes no token for longer.
_LIFETIME: Final = Range(1, 3_600)


class SignedToken:
    """Signs a short-lived token for each stream: a JWT with EdDSA.

        token = SignedToken("/etc/heartbeat/billing.pem", "acme", "billing-7")
        agent = heartbeat.Agent("billing-7", organization_id="acme", token=token)

    Its claims are `sub` (the agent, if one is named), `org` (the organization), `aud` (`heartbeat`), `iat`
    and `exp`.
    """

    def __init__(
        self,
        private_key_path: str | os.PathLike[str],
        organization_id: str,
        agent_id: str | None = None,
        lifetime: float = 300.0,
    ) -> None:
        """Reads the key, once.

        Args:
            private_key_path: An Ed25519 key, PEM (PKCS#8), not encrypted.
            organization_id: As the agent's.
            agent_id: As the agent's. None: for any agent of the organization, and for operators' calls in it.
            lifetime: For how many seconds a token is valid, 1 to 3,600. The server looks at it when a
                stream opens; the stream outlives it.

        Raises:
            FieldInvalid: The key cannot be read, or an argument is outside its limit.
        """
        self._key = _read_key(private_key_path)
        self._organization_id = check_name("organization_id", organization_id, ORGANIZATION, ID_BYTES)
        self._agent_id = None if agent_id is None else check_name("agent_id", agent_id, ID, ID_BYTES)
        self._lifetime = check_number("lifetime", lifetime, _LIFETIME, " seconds")

    def __call__(self) -> str:
        """A fresh token."""
        now = int(time.time())
        claims: dict[str, str | int] = {
            "org": self._organization_id,
            "aud": "heartbeat",
            "iat": now,
            "exp": now + round(self._lifetime),
        }
        if self._agent_id is not None:
            claims["sub"] = self._agent_id
        return jwt.encode(claims, self._key, algorithm="EdDSA")


def _read_key(path: str | os.PathLike[str]) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        problem = f"cannot be read ({error})"
        raise _refused(path, problem) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _refused(path, "holds a key of another kind")
    return key


def _refused(path: str | os.PathLike[str], problem: str) -> FieldInvalid:
    limit = "an Ed25519 key, PEM (PKCS#8), not encrypted"
    return FieldInvalid("private_key_path", shown(os.fspath(path)), problem, limit)
