"""HTTPS for `mockserver serve`: the certificate, and how clients are made to trust it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.cli.failing import fail

if TYPE_CHECKING:
    from mockserver.server.tls import Https
    from mockserver.settings import Settings


@contextmanager
def https_of(settings: "Settings") -> Iterator["Https | None"]:
    """The server's HTTPS, None for plain HTTP; fail if there is no usable certificate."""
    if settings.scheme == "http" and settings.keyfile is None:
        yield None
        return
    from mockserver.server.tls import InvalidCertificate, https

    try:
        with https(settings) as made:
            yield made
    except InvalidCertificate as error:
        fail(str(error))


def trust_lines(ca: Path, url: str) -> list[str]:
    """The lines that name the file of the certificate authority, and make clients trust it."""
    return [
        f"CA certificate: {ca}",
        f"  curl:    curl --cacert {ca} {url}/",
        f"  Node:    export NODE_EXTRA_CA_CERTS={ca}",
        f"  Python:  export SSL_CERT_FILE={ca} REQUESTS_CA_BUNDLE={ca}",
    ]
