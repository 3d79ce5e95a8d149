"""`mockserver serve`: start, options, log, failures to start, and stop."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.live import READY, serve
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
        (["nowhere.yaml"], "nowhere.yaml: there is no such file"),
        ([str(ROOT)], "cannot be read: Is a directory"),
        (["--fixtures", "nowhere"], "nowhere: there is no such folder"),
        (["--scenarios", "nowhere"], "nowhere: there is no such folder"),
        (["--host", "203.0.113.7"], "cannot listen on 203.0.113.7:0: "),
        ([str(ROOT / "README.md")], "README.md:"),
    ],
    ids=[
        "a scenario",
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
