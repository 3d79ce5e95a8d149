"""HTTPS: the server's certificate, from files or made at the start (`--tls`, `--certfile`, `--keyfile`)."""

import os
import socket
import ssl
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from mockserver.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")
CLOCK_SKEW = timedelta(days=1)  # between the server and its clients
VALIDITY = timedelta(days=365)  # some clients refuse certificates that are valid for more than 825 days


class InvalidCertificate(Exception):
    """A certificate or key cannot be used or made; the text is a sentence that says why."""


class Https(Struct, frozen=True):
    """What a server needs for HTTPS.

    `ca` is the file of the authority that clients must trust; None for a certificate of the user's own.
    """

    context: ssl.SSLContext
    ca: Path | None = None


@contextmanager
def https(settings: Settings) -> Iterator[Https | None]:
    """The HTTPS of a server with these settings, None if it serves plain HTTP.

    The file of the certificate authority exists until the block ends. Raises InvalidCertificate.
    """
    if settings.certfile is not None:
        yield Https(context_of_files(settings.certfile, settings.keyfile))
    elif settings.keyfile is not None:
        raise InvalidCertificate("--keyfile has no effect without --certfile; name the certificate, too")
    elif settings.tls:
        with made_certificate(host_names(settings.host, settings.allow_hosts)) as made:
            yield made
    else:
        yield None


def host_names(host: str, others: Iterable[str]) -> tuple[str, ...]:
    """The names and addresses by which clients reach a server that listens on `host`."""
    try:
        own = socket.gethostname() if ip_address(host).is_unspecified else host
    except ValueError:  # a name, not an address
        own = host
    return tuple(dict.fromkeys((*LOOPBACK, own, *others)))


@contextmanager
def made_certificate(names: Iterable[str]) -> Iterator[Https]:
    """A certificate for these names, signed by a new certificate authority; raises InvalidCertificate."""
    try:
        import trustme
    except ImportError:
        raise InvalidCertificate(
            "--tls needs the package trustme; install it with: pip install 'mockserver[tls]'"
        ) from None
    authority = trustme.CA(organization_name="mockserver", organization_unit_name="mockserver CA")
    now = datetime.now(UTC)
    try:
        certificate = authority.issue_cert(
            *names, organization_name="mockserver", not_before=now - CLOCK_SKEW, not_after=now + VALIDITY
        )
    except ValueError as error:
        raise InvalidCertificate(f"a certificate cannot be made for {', '.join(names)}: {error}") from None
    context = _context()
    certificate.configure_cert(context)
    file = _temporary_file(authority.cert_pem.bytes())
    try:
        yield Https(context, file)
    finally:
        file.unlink(missing_ok=True)


def _temporary_file(content: bytes) -> Path:
    """A new file that everybody can read: it holds no secret, and clients may run as other users."""
    try:
        handle, name = tempfile.mkstemp(prefix="mockserver-ca-", suffix=".pem")
        with open(handle, "wb") as stream:
            stream.write(content)
        os.chmod(name, 0o644)
    except OSError as error:
        raise InvalidCertificate(f"the CA certificate cannot be written: {error.strerror}") from None
    return Path(name)


def context_of_files(certfile: Path, keyfile: Path | None) -> ssl.SSLContext:
    """A TLS context with the certificate (and its chain) and the private key of PEM files.

    Without `keyfile` the key is in `certfile`. Raises InvalidCertificate.
    """
    key = keyfile or certfile
    _require_pem(certfile, "CERTIFICATE-----", "certificate")
    _require_pem(key, "PRIVATE KEY-----", "private key")
    context = _context()

    def refuse_password() -> NoReturn:
        raise InvalidCertificate(f"{key}: the private key is encrypted; give one without a passphrase")

    try:
        context.load_cert_chain(certfile, key, refuse_password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            reason = f"the private key in {key} does not belong to the certificate in {certfile}"
        else:
            reason = f"the certificate in {certfile} or the private key in {key} is not valid"
        raise InvalidCertificate(f"{reason} ({error.reason})" if error.reason else reason) from None
    return context


def _require_pem(file: Path, label: str, what: str) -> None:
    """Raise InvalidCertificate unless the file can be read and has a PEM block with the label (RFC 7468)."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InvalidCertificate(f"{file}: cannot be read: {error.strerror}") from None
    if label.encode() not in content:
        raise InvalidCertificate(f"{file}: has no {what} in PEM format")


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    return context
