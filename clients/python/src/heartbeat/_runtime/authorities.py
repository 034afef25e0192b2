"""Whom a TLS connection trusts when the program names nobody."""

import ssl
from pathlib import Path
from typing import Final

#: Where systems keep their authorities in one file, when OpenSSL itself does not know.
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def system_authorities() -> bytes | None:
    """The system's authorities, PEM. None leaves the choice to gRPC, which brings a list of its own."""
    known = ssl.get_default_verify_paths().cafile
    for file in filter(None, (known, *_BUNDLES)):
        if Path(file).is_file():
            return Path(file).read_bytes()
    # Windows and macOS have no file; what they trust is in the default context.
    trusted = ssl.create_default_context().get_ca_certs(binary_form=True)
    return "".join(map(ssl.DER_cert_to_PEM_cert, trusted)).encode() or None
