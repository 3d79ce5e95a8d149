"""`mockserver serve`: start, options, log, failures to start, and stop."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.docs import blocks
from tests.support.live import READY, Live, serve
from tests.support.paths import ROOT
from tests.support.terminal import HEAD, called, typed

PATCH = {"Authorization": "Bearer flt_sk_a"}


@pytest.fixture(scope="module")
def second_port() -> Iterator[int]:
    """A port on which another socket listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


SMALL = """
openapi: 3.1.0
info: {title: Small, version: "1"}
paths: {/ping: {get: {responses: {"204": {description: Pong}}}}}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path := tmp_path_factory.mktemp("small") / "small.yaml").write_text(SMALL, encoding="utf-8")
    return path


def test_without_arguments_it_serves_the_bundled_carts_and_prints_the_address(live_server):
    lines = live_server.log().splitlines()
    assert f"{READY}{live_server.url}" in lines
    assert any("PATCH /carts/{order_id}" in line for line in lines)
    assert httpx.patch(f"{live_server.url}/carts/42", json={}, headers=PATCH).status_code == 200


def test_a_spec_alone_is_served(small):
    with serve(str(small)) as live:
        assert httpx.get(f"{live.url}/ping").status_code == 204


def test_the_console_script_serves_by_the_name_of_the_command(small):
    script = Path(sys.executable).with_name("mockserver")
    process = subprocess.Popen([script, "serve", small, "-p", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = next(line for line in process.stdout if line.startswith(READY)).removeprefix(READY).strip()
        assert httpx.get(f"{url}/ping").status_code == 204
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_every_flag_has_an_environment_variable(monkeypatch, small, tmp_path):
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "gone.yaml").write_text(
        "summary: .\noperation: GET /ping\nrespond: {status: 204, headers: {X-Gone: 'yes'}}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("MOCKSERVER_SCENARIOS", str(folder))
    monkeypatch.setenv("MOCKSERVER_SCENARIO", "gone")
    monkeypatch.setenv("MOCKSERVER_LOG_FORMAT", "json")
    monkeypatch.setenv("MOCKSERVER_STRICT_SESSIONS", "1")
    monkeypatch.setenv("MOCKSERVER_NO_CORS", "true")
    with serve(str(small)) as live:
        assert httpx.get(f"{live.url}/ping").status_code == 400
        answer = httpx.get(f"{live.url}/ping", headers={"X-Mock-Session": "a", "Origin": "http://app.test"})
        logged = [json.loads(line) for line in live.log().splitlines() if line.startswith("{")]
    assert answer.headers["x-gone"] == "yes"
    assert "access-control-allow-origin" not in answer.headers
    assert [each["scenario"] for each in logged] == [None, "gone"]


def test_the_help_names_the_environment_variable_of_each_flag():
    text = called("serve", "--help").output
    flags = [word.rstrip(",.)") for word in text.split() if word.startswith("--") and word != "--help"]
    joined = "".join(text.split())
    assert len({*flags}) >= 10
    assert [flag for flag in flags if "MOCKSERVER_" + flag[2:].upper().replace("-", "_") not in joined] == []


def test_limits_are_set_by_flag_and_by_environment_variable():
    with serve("--body-limit", "10", "--url-limit", "200", MOCKSERVER_HEADER_LIMIT="300") as live:
        client = httpx.Client(base_url=live.url, headers={"Authorization": "Bearer flt_sk_a"})
        with client:
            assert client.patch("/carts/42", json={"purchaser_id": 12}).status_code == 413
            assert client.get("/" + "a" * 200).status_code == 414
            assert client.get("/carts/42", headers={"X-A": "a" * 300}).status_code == 431
            assert client.patch("/carts/42", json={}).status_code == 200


@pytest.mark.parametrize(
    "flag",
    [
        "--body-limit",
        "--header-limit",
        "--url-limit",
        "--max-connections",
        "--request-timeout",
        "--keep-alive",
    ],
)
def test_a_limit_of_zero_is_refused(flag):
    assert flag in called("serve", flag, "0").output


def test_the_terminal_names_the_dashboard_on_the_line_before_the_last():
    with serve("--control-prefix", "/own tools") as live:
        address = f"{live.url}/own%20tools/"
        lines = live.output.read_text(encoding="utf-8").splitlines()
        assert lines[-2:] == [f"dashboard: {address}", f"{READY}{live.url}"]
        assert httpx.get(address).headers["content-type"].startswith("text/html")


def test_the_terminal_says_how_to_open_the_dashboard_with_a_token_that_the_server_made():
    with serve("-h", "0.0.0.0") as live:
        token, hint, dashboard, _ = live.output.read_text(encoding="utf-8").splitlines()[-4:]
    assert token.startswith("Control calls must send the header X-Mock-Token: ")
    assert hint == "The dashboard asks for the token when you open it."
    assert dashboard == f"dashboard: {live.url}/__mock/"


def test_flags_change_what_is_answered():
    with serve("--no-auth", "--scenario", "already-ordered", "--no-cors") as live:
        answer = httpx.patch(f"{live.url}/carts/42", json={}, headers={"Origin": "http://app.test"})
    assert (answer.status_code, answer.json()) == (409, {"error": "ORDER_NOT_CART"})
    assert "access-control-allow-origin" not in answer.headers


def test_the_json_log_is_json_except_for_the_ready_line():
    with serve("--log-format", "json") as live:
        httpx.patch(f"{live.url}/carts/42", json={}, headers=PATCH | {"X-Mock-Scenario": "order-not-cart"})
        httpx.get(f"{live.url}/nowhere")
        lines = live.log().splitlines()
    assert lines[0] == f"{READY}{live.url}"
    logged = [json.loads(line) for line in lines[1:]]
    assert [(each["status"], each["scenario"]) for each in logged] == [(409, "order-not-cart"), (404, None)]


def test_the_text_log_has_a_line_for_each_exchange():
    with serve() as live:
        httpx.patch(
            f"{live.url}/carts/42", json={}, headers={"Authorization": "Bearer flt_sk_mine-and-secret"}
        )
        log = live.log()
    assert "PATCH   /carts/42  200  model" in log
    assert "mine-and-secret" not in log


# What goes wrong at the start


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--scenario", "order-not-car"],
            "there is no scenario 'order-not-car'; did you mean 'order-not-cart'?",
        ),
        (["--delay", "soon"], "--delay: expected a delay, written 200ms or 1.5s, up to 60s, or as uniform("),
        (["--fault", "bad-gatewy"], "--fault: unknown fault 'bad-gatewy'; did you mean 'bad-gateway'?"),
        (["nowhere.yaml"], "nowhere.yaml: there is no such file"),
        ([str(ROOT)], "cannot be read: Is a directory"),
        (["--fixtures", "nowhere"], "nowhere: there is no such folder"),
        (["--scenarios", "nowhere"], "nowhere: there is no such folder"),
        (["--host", "203.0.113.7"], "cannot listen on 203.0.113.7:0: "),
        ([str(ROOT / "README.md")], "README.md:"),
    ],
    ids=[
        "a scenario",
        "a delay",
        "a fault",
        "a file",
        "a folder for a file",
        "fixtures",
        "scenarios",
        "an address",
        "a file that is not a page of an API",
    ],
)
def test_a_failed_start_prints_one_line_and_exits_with_status_2(arguments, said):
    done = typed("-p", "0", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mockserver: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_a_port_in_use_prints_one_line_and_exits_with_status_2(second_port):
    done = typed("--port", str(second_port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"mockserver: cannot listen on 127.0.0.1:{second_port}: address already in use; "
        "choose another with --port, or --port 0 for a free one\n"
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "scenarios/bad.yaml",
            HEAD + "respond: {error: ORDER_NO_CART}",
            "bad.yaml:3: /respond/error: unknown error",
        ),
        ("scenarios/bad.yaml", HEAD + "respond:\n  status: 200\n  body: {data: 1}", "breaks the contract"),
        (
            "fixtures/requests/update-a-cart.yaml",
            "body: {order_items: []}\npath: {order_id: '1'}",
            "/body/order_items",
        ),
        ("fixtures/world.yaml", "default_company: 1", "world.yaml"),
        ("scenarios/bad.yaml", "a: b: c", "bad.yaml:1: not valid YAML"),
    ],
    ids=["an unknown code", "a fixture off contract", "a sample off contract", "a world", "not YAML"],
)
def test_a_file_that_contradicts_the_contract_stops_the_start_with_file_and_line(tmp_path, name, text, said):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    done = typed("-p", "0", f"--{name.partition('/')[0]}", tmp_path / name.partition("/")[0])
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert all(line.startswith("mockserver: ") for line in done.stderr.splitlines())


# The end


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_stops_the_server_with_status_0_and_a_last_line(number):
    with serve() as live:
        before = live.log()
        live.process.send_signal(number)
        assert live.process.wait(10) == 0
        assert live.log() == f"{before}mockserver stopped; no answer broke the contract\n"


@pytest.mark.parametrize("token", ["", "  ", " padded", "two\nlines", "clé", "sécret-of-mine"])
def test_a_token_that_no_header_carries_is_refused_and_not_printed(token):
    flag = called("serve", "--control-token", token)
    variable = called("serve", MOCKSERVER_CONTROL_TOKEN=token)
    for done in (flag, variable):
        assert done.exit_code == 2
        assert "expected a non-empty token of printable ASCII characters, found " in " ".join(
            done.output.split()
        )
        assert not token.strip() or token not in done.output
    assert "Invalid value for '--control-token'" in flag.output
    assert variable.output.startswith("mockserver: MOCKSERVER_CONTROL_TOKEN: ")


# The control API on a port of its own


@pytest.fixture(scope="module")
def split() -> Iterator[Live]:
    with serve("--control-port", "0", "--allow-origin", "https://app.test") as live:
        yield live


def problem(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['type'].removeprefix('urn:mockserver:problem:')}"


def test_the_terminal_names_the_control_port_and_the_dashboard_on_lines_before_the_last(split):
    lines = split.output.read_text(encoding="utf-8").splitlines()
    assert lines[-3:] == [
        f"control API: {split.control_url}",
        f"dashboard: {split.control_url}/",
        f"{READY}{split.url}",
    ]
    assert split.control_url != f"{split.url}/__mock"


def test_the_documentation_shows_the_command_and_its_last_lines(split):
    """The documented ports may be in use here, so the command runs with free ones."""
    section = [each for each in blocks("docs/control-api.md") if each.section == "A port of its own"]
    command, printed = (each.text for each in section)
    assert command.split()[1::2] == ["--port", "--control-port"]
    port, control_port = command.split()[2::2]
    origins = {port: split.url, control_port: split.control_url.removesuffix("/__mock")}
    for documented, origin in origins.items():
        printed = printed.replace(f"http://127.0.0.1:{documented}", origin)
    assert split.output.read_text(encoding="utf-8").endswith(printed.rstrip() + "\n")


@pytest.mark.parametrize("path", ["/session", "/health", "/requests", "", "/nothing"])
def test_the_port_of_the_mocked_api_answers_no_control_call(split, path):
    assert problem(httpx.get(f"{split.url}/__mock{path}")) == "404 unknown-path"
    assert problem(httpx.post(f"{split.url}/__mock{path}")) == "404 unknown-path"


def test_the_control_port_answers_control_calls_and_nothing_else(split):
    origin = split.control_url.removesuffix("/__mock")
    assert httpx.get(f"{split.control_url}/session").status_code == 200
    assert problem(httpx.get(f"{split.control_url}/nothing")) == "404 unknown-call"
    for path in ("/carts/42", "/", "//__mock/session", "/__mocked"):
        refused = httpx.patch(f"{origin}{path}", json={}, headers=PATCH)
        assert problem(refused) == "404 unknown-call"
        port = split.url.rpartition(":")[2]
        assert refused.json()["detail"].endswith(f"under /__mock; the mocked API is on port {port}")


def test_the_same_bytes_get_the_answer_of_the_port_that_they_came_to(split):
    """The mocked API keeps the heads that it knows by their bytes."""
    sent = {"Host": "localhost", "X-Mock-Session": "bytes", **PATCH}
    origin = split.control_url.removesuffix("/__mock")
    statuses = [
        httpx.patch(f"{url}/carts/42", json={}, headers=sent).status_code for url in [split.url, origin] * 3
    ]
    assert statuses == [200, 404] * 3


def test_both_ports_speak_of_the_same_sessions(split):
    key = {"X-Mock-Session": "split"}
    chosen = httpx.put(f"{split.control_url}/session/scenario", json={"name": "order-not-cart"}, headers=key)
    assert chosen.status_code == 200
    assert httpx.patch(f"{split.url}/carts/42", json={}, headers=PATCH | key).status_code == 409
    assert len(httpx.get(f"{split.control_url}/requests", headers=key).json()["requests"]) == 1


def test_health_names_both_ports(split, live_server):
    health = httpx.get(f"{split.control_url}/health").json()
    assert split.url.endswith(f":{health['port']}")
    assert split.control_url.endswith(f":{health['control_port']}/__mock")
    shared = httpx.get(f"{live_server.url}/__mock/health").json()
    assert (shared["port"], shared["control_port"]) == (live_server.address[1], None)


def test_an_invalid_request_names_its_entry_in_the_journal_by_the_control_port(split):
    answer = httpx.patch(f"{split.url}/carts/42", json={"purchaser_id": "x"}, headers=PATCH)
    entry = answer.links["describedby"]["url"]
    assert entry.startswith(f"{split.control_url}/requests/")
    assert httpx.get(entry).json()["response"]["status"] == 400


def test_the_control_port_admits_the_same_pages_and_host_names(split):
    session = f"{split.control_url}/session"
    own = split.control_url.removesuffix("/__mock")
    for origin in (own, split.url, "https://app.test"):
        answer = httpx.get(session, headers={"Origin": origin})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, origin)
    for headers in ({"Origin": "https://evil.test"}, {"Host": "evil.test"}, {"Via": "1.1 proxy"}):
        refused = httpx.get(session, headers=headers)
        assert problem(refused) == "403 forbidden"
        assert "access-control-allow-origin" not in refused.headers


def test_coverage_asks_the_control_port(split):
    assert called("coverage", "--url", split.control_url.removesuffix("/__mock")).exit_code == 0
    refused = called("coverage", "--url", split.url)
    assert (refused.exit_code, "is the control API on a port of its own" in refused.output) == (2, True)


def test_the_control_port_serves_https_and_reloaded_files(small, tmp_path):
    spec = tmp_path / "watched.yaml"
    spec.write_text(SMALL, encoding="utf-8")
    with serve(str(spec), "--tls", "--watch", "--control-port", "0", "--control-prefix", "/own") as live:
        assert live.control_url.startswith("https://127.0.0.1:")
        assert live.control_url.endswith("/own")
        with httpx.Client(verify=ssl.create_default_context(cafile=live.ca)) as client:
            assert client.get(f"{live.url}/ping").status_code == 204
            spec.write_text(SMALL.replace("/ping", "/pong"), encoding="utf-8")
            give_up = time.monotonic() + 30
            while client.get(f"{live.url}/pong").status_code != 204:
                assert time.monotonic() < give_up
                time.sleep(0.05)
            assert "/pong" in client.get(f"{live.control_url}/contract.json").json()["paths"]


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_sigterm_closes_both_ports():
    with serve("--control-port", "0") as live:
        control = urlsplit(live.control_url)
        with httpx.Client() as client:  # its connections are kept alive
            assert client.get(f"{live.control_url}/session").status_code == 200
            client.get(live.url)
            live.process.send_signal(signal.SIGTERM)
            assert live.process.wait(5) == 0
        for address in (live.address, (control.hostname, control.port)):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address, timeout=5)


def test_a_control_port_in_use_prints_one_line_and_exits_with_status_2(second_port):
    done = typed("-p", "0", "--control-port", str(second_port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"mockserver: cannot listen on 127.0.0.1:{second_port}: address already in use; "
        "choose another with --control-port, or --control-port 0 for a free one\n"
    )


def test_one_port_for_both_is_refused(second_port):
    done = typed("-p", str(second_port), "--control-port", str(second_port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"mockserver: cannot listen on 127.0.0.1:{second_port}: --port and --control-port are the same; "
        "choose two, or 0 for a free one\n"
    )
