"""A browser that opens `/` finds the dashboard, where the contract has no `GET /`."""

from collections.abc import Iterator

import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.support.asgi import in_process
from tests.support.console import Console, open_console, problem

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def console() -> Iterator[Console]:
    with open_console() as opened:
        yield opened


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_browser_is_redirected_by_a_relative_address(console, method):
    reply = console.send(method, "/", headers=BROWSER)
    assert (reply.status, reply.header("location")) == (302, "./__mock/")
    assert "Accept" in reply.header("vary")


def test_the_redirect_keeps_the_session_of_the_query(console):
    reply = console.send("GET", "/?__session=a", headers=BROWSER)
    assert reply.header("location") == "./__mock/?__session=a"


def test_the_redirect_leaves_nothing_in_the_journal(console):
    console.send("GET", "/", headers=BROWSER)
    assert console.exchanges() == []
    assert console.patch().header("x-mock-exchange") == "x1"


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/", "*/*"),
        ("GET", "/", "application/json"),
        ("GET", "/", "text/html;q=0"),
        ("GET", "/nope", "text/html"),
        ("POST", "/", "text/html"),
        ("GET", "/__mock/as/a/", "text/html"),
    ],
)
def test_no_other_request_is_redirected(console, method, path, accept):
    assert problem(console.send(method, path, headers={"accept": accept})) == "404 unknown-path"


def test_the_prefix_decides_where_the_page_is():
    with open_console(Settings(control_prefix="/tools/a b")) as console:
        assert console.send("GET", "/", headers=BROWSER).header("location") == "./tools/a%20b/"


def test_a_port_of_the_control_api_is_named(console):
    console.app.move_control_api(4011)
    reply = console.send("GET", "/", headers={**BROWSER, "host": "mock.test:4010"})
    assert reply.header("location") == "http://mock.test:4011/__mock/"


def test_sessions_that_must_be_named_do_not_hide_the_page():
    with open_console(Settings(strict_sessions=True)) as console:
        assert console.send("GET", "/", headers=BROWSER).status == 302


def test_a_network_that_is_broken_on_purpose_does_not_hide_the_page(console):
    console.call("PUT session/network", {"fault": "service-unavailable", "delay": "1h"})
    assert console.send("GET", "/", headers=BROWSER).status == 302


def test_a_stub_for_the_path_answers_first(console):
    laid = console.call(
        "POST session/stubs",
        {"match": {"path": "/"}, "respond": {"status": 200, "body": {"home": True}}},
    )
    assert laid.status == 201
    assert console.send("GET", "/", headers=BROWSER).json() == {"home": True}


def test_a_fault_that_the_request_asks_for_comes_first(console):
    reply = console.send("GET", "/", headers={**BROWSER, "x-mock-fault": "bad-gateway"})
    assert reply.status == 502


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 302)])
def test_the_contract_comes_first(tmp_path, method, status):
    document = tmp_path / "home.yaml"
    document.write_text(
        "openapi: 3.1.0\ninfo: {title: Home, version: '1'}\npaths:\n  /:\n"
        f"    {method}:\n      responses:\n        '200':\n          description: Home.\n"
        "          content: {text/html: {example: <p>home</p>}}\n",
        encoding="utf-8",
    )
    with in_process(create_app(Settings(specs=(document,)))) as process:
        reply = process.send("GET", b"/", [(b"accept", b"text/html")])
        assert reply.status == status
