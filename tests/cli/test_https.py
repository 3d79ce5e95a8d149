"""`--tls`, `--certfile` and `--keyfile`: what the terminal says, and which clients trust the server."""

import os
import shutil
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import httpx
import pytest
import trustme

from tests.support.docs import blocks
from tests.support.live import CA, READY, Live, serve
from tests.support.terminal import typed

PAGE = "docs/https.md"
FETCH = "fetch(process.argv[1]).then(answer => console.log(answer.status))"


@pytest.fixture(scope="module")
def secure():
    with serve("--tls") as live:
        yield live


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A certificate of the user's own: its authority's file and a file of certificate and key."""
    folder = tmp_path_factory.mktemp("own")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    return folder


def printed(live: Live) -> list[str]:
    return live.output.read_text(encoding="utf-8").splitlines()


def test_the_terminal_names_the_ca_and_how_clients_trust_it_as_the_docs_show(secure):
    example = next(each.text for each in blocks(PAGE) if each.language == "text")
    path = example.splitlines()[0].removeprefix(CA)
    shown = example.replace(path, str(secure.ca)).replace("https://127.0.0.1:4010", secure.url)
    assert "\n".join(printed(secure)).endswith(shown)
    assert shown.endswith(f"{READY}{secure.url}")


def test_the_commands_of_the_docs_start_servers_of_https(own):
    commands = [each.text.splitlines()[-1].split() for each in blocks(PAGE) if each.language == "sh"]
    for _, *arguments in commands:
        with serve(*arguments, folder=own) as live:
            assert live.url.startswith("https://")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_printed_settings_make_python_trust_the_server(secure, host, monkeypatch):
    url = secure.url.replace("127.0.0.1", host)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.ca))
    assert httpx.get(f"{url}/__mock/health").status_code == 200
    with urllib.request.urlopen(f"{url}/__mock/health", timeout=30) as answer:
        assert answer.status == 200


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_the_printed_option_makes_curl_trust_the_server(secure):
    asked = ("curl", "-s", "--cacert", str(secure.ca), f"{secure.url}/__mock/health")
    assert subprocess.run(asked, capture_output=True, check=True, timeout=30).stdout


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here")
def test_the_printed_variable_makes_node_trust_the_server(secure):
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(secure.ca)}
    asked = ("node", "-e", FETCH, f"{secure.url}/__mock/health")
    done = subprocess.run(asked, capture_output=True, text=True, env=environment, check=True, timeout=60)
    assert done.stdout.strip() == "200"


def test_a_certificate_of_the_user_is_served_and_no_ca_is_named(own):
    with serve(f"--certfile={own / 'both.pem'}") as live:
        assert live.ca is None
        assert live.url.startswith("https://")
        trusting = ssl.create_default_context(cafile=own / "ca.pem")
        assert httpx.get(f"{live.url}/__mock/health", verify=trusting).status_code == 200


def test_the_variables_of_the_flags_are_read(own):
    with serve(MOCKSERVER_CERTFILE=str(own / "both.pem")) as live:
        assert live.url.startswith("https://")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--certfile", "none.pem"], "none.pem: cannot be read"),
        (["--certfile", str(Path(__file__))], "has no certificate in PEM format"),
        (["--keyfile", "none.pem"], "--keyfile has no effect without --certfile"),
    ],
)
def test_a_certificate_that_cannot_be_used_ends_the_command_with_a_sentence(arguments, sentence):
    done = typed("serve", "-p", "0", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("mockserver: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_tls_without_its_package_ends_the_command_with_a_sentence():
    without = "import sys; sys.modules['trustme'] = None; from mockserver.cli import main; main()"
    command = [sys.executable, "-c", without, "serve", "-p", "0", "--tls"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "pip install 'mockserver[tls]'" in done.stderr
    assert "Traceback" not in done.stderr
