from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from heartbeat import FieldInvalid
from heartbeat.auth import SignedToken


def written(path: Path, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def test_a_token_is_signed_and_says_for_whom_and_until_when(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    token = SignedToken(written(tmp_path / "key.pem", key), "acme", "billing-7", lifetime=60)()
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "typ": "JWT"}
    claims = jwt.decode(token, key.public_key(), algorithms=["EdDSA"], audience="heartbeat")
    assert (claims["sub"], claims["org"]) == ("billing-7", "acme")
    assert claims["exp"] - claims["iat"] == 60
    assert set(claims) == {"sub", "org", "aud", "iat", "exp"}


def test_a_token_that_names_no_agent_is_for_any_of_the_organization(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    token = SignedToken(written(tmp_path / "key.pem", key), "acme")()
    claims = jwt.decode(token, key.public_key(), algorithms=["EdDSA"], audience="heartbeat")
    assert set(claims) == {"org", "aud", "iat", "exp"}


def test_a_wrong_key_is_refused_when_it_is_read(tmp_path: Path) -> None:
    other = written(tmp_path / "ec.pem", ec.generate_private_key(ec.SECP256R1()))
    (tmp_path / "junk.pem").write_text("junk")
    for path in (other, tmp_path / "junk.pem", tmp_path / "nowhere.pem"):
        with pytest.raises(FieldInvalid, match="private_key_path"):
            SignedToken(path, "acme", "billing-7")


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "key.pem", ed25519.Ed25519PrivateKey.generate())
    for arguments in (("a/b", "x"), ("acme", "a b"), ("acme", "x", 0), ("acme", "")):
        with pytest.raises(FieldInvalid):
            SignedToken(path, *arguments)
