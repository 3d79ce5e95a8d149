"""The certificate of HTTPS: made for the server's names, or read from files, whose defects are sentences."""

import ssl
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from mockserver.server.tls import InvalidCertificate, context_of_files, host_names, https
from mockserver.settings import Settings


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate, its key, both in one file, another key, and an encrypted key."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    first, second = authority.issue_cert("localhost"), authority.issue_cert("localhost")
    first.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    first.private_key_pem.write_to_path(folder / "key.pem")
    first.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    second.private_key_pem.write_to_path(folder / "other.pem")
    body = first.cert_chain_pems[0].bytes()
    (folder / "damaged.pem").write_bytes(body[:60] + body[90:])
    (folder / "encrypted.pem").write_bytes(encrypted(first.private_key_pem.bytes()))
    (folder / "text.pem").write_text("hello")
    return folder


def encrypted(key: bytes) -> bytes:
    return serialization.load_pem_private_key(key, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )


@pytest.mark.parametrize(("certificate", "key"), [("cert.pem", "key.pem"), ("both.pem", None)])
def test_a_certificate_is_read_from_its_files(files, certificate, key):
    context = context_of_files(files / certificate, files / key if key else None)
    assert isinstance(context, ssl.SSLContext)


@pytest.mark.parametrize(
    ("certificate", "key", "sentence"),
    [
        ("none.pem", "key.pem", "none.pem: cannot be read: No such file or directory"),
        ("cert.pem", "none.pem", "none.pem: cannot be read: No such file or directory"),
        (".", "key.pem", "cannot be read: Is a directory"),
        ("text.pem", "key.pem", "text.pem: has no certificate in PEM format"),
        ("cert.pem", "text.pem", "text.pem: has no private key in PEM format"),
        ("cert.pem", None, "cert.pem: has no private key in PEM format"),
        ("cert.pem", "other.pem", "does not belong to the certificate in"),
        ("damaged.pem", "key.pem", "damaged.pem or the private key in"),
        ("cert.pem", "encrypted.pem", "encrypted.pem: the private key is encrypted"),
    ],
)
def test_files_that_cannot_be_used_are_a_sentence(files, certificate, key, sentence):
    with pytest.raises(InvalidCertificate) as caught:
        context_of_files(files / certificate, files / key if key else None)
    assert sentence in str(caught.value)


def test_a_key_without_a_certificate_is_a_sentence(files):
    settings = Settings(keyfile=files / "key.pem", tls=True)
    with (
        pytest.raises(InvalidCertificate, match="--keyfile has no effect without --certfile"),
        https(settings),
    ):
        pass


def test_a_certificate_of_the_user_is_used_although_tls_is_set(files):
    with https(Settings(certfile=files / "both.pem", tls=True)) as given:
        assert given is not None
        assert given.ca is None


def test_without_a_setting_there_is_no_https():
    with https(Settings()) as nothing:
        assert nothing is None


def test_the_file_of_the_made_authority_exists_until_the_end():
    with https(Settings(tls=True)) as made:
        assert made is not None
        assert made.ca is not None
        ssl.create_default_context(cafile=made.ca)
    assert not made.ca.exists()


def test_a_name_that_cannot_be_certified_is_a_sentence():
    with (
        pytest.raises(InvalidCertificate, match=r"a certificate cannot be made for .*a\.\.b"),
        https(Settings(tls=True, allow_hosts=("a..b",))),
    ):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_on_all_addresses_is_certified_for_its_machine(host):
    names = host_names(host, ("mock.example",))
    assert names[:3] == ("localhost", "127.0.0.1", "::1")
    assert host not in names
    assert names[-1] == "mock.example"


def test_names_are_listed_once():
    assert host_names("localhost", ("127.0.0.1",)) == ("localhost", "127.0.0.1", "::1")
