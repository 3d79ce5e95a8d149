"""The routes of the control API: paths, methods and bodies."""

import pytest

from mockserver.control.routes import CALLS, LIMIT
from mockserver.settings import Settings
from tests.support.console import open_console, problem

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
VALUES = {"{collection}": "carts", "{id}": "42", "{key}": "nobody"}


def concrete(path: str) -> str:
    """A path of the table with values in place of its templates, without its first slash."""
    for template, value in VALUES.items():
        path = path.replace(template, value)
    return path.removeprefix("/")


@pytest.mark.parametrize("path", list(CALLS))
@pytest.mark.parametrize("method", METHODS)
def test_a_path_takes_the_methods_of_its_row_and_head_for_get_and_no_others(console, path, method):
    reply = console.call(f"{method} {concrete(path)}")
    taken = {*CALLS[path], *(["HEAD"] if "GET" in CALLS[path] else [])}
    if method in taken:
        assert reply.status != 405
    elif method == "HEAD":
        assert (reply.status, reply.body) == (405, b"")
    else:
        assert problem(reply) == "405 wrong-method"
        assert reply.header("allow") == ", ".join(sorted(taken))
        assert reply.json()["allowed"] == sorted(taken)


@pytest.mark.parametrize("path", [path for path, row in CALLS.items() if "GET" in row])
def test_head_has_the_head_of_get_and_no_body(console, path):
    console.patch()
    console.call("POST session/stubs", {"respond": {"status": 204}})
    path = concrete(path).replace("requests/42", "requests/x1").replace("stubs/42", "stubs/s1")
    path = path.replace("sample", "sample?operation=update-a-cart")
    shown, asked = console.call(f"GET {path}"), console.call(f"HEAD {path}")
    assert shown.status == asked.status == 200
    assert asked.body == b""
    if path == "events":  # it has no length
        assert asked.header("content-length") is None
    else:
        assert int(str(asked.header("content-length"))) > 0
    assert asked.header("content-type") == shown.header("content-type")


def test_head_of_what_is_not_there_has_no_body_either(console):
    reply = console.call("HEAD requests/x9")
    assert (reply.status, reply.body) == (404, b"")


@pytest.mark.parametrize(
    "path",
    ["//", "/sesion", "/session/", "/session//state", "/requests/x1/more", "/health/x", "/requests/a%2Fb"],
)
def test_an_unknown_path_is_a_problem(console, path):
    reply = console.send("GET", "/__mock" + path)
    assert problem(reply) == "404 unknown-call"


def test_an_unknown_path_is_told_the_nearest_one(console):
    assert "did you mean '/__mock/scenarios'?" in console.call("GET scenaros").json()["detail"]


@pytest.mark.parametrize("path", ["/__mocked", "/__mock2/health", "/a/__mock/health", "/__MOCK/health"])
def test_what_only_looks_like_the_prefix_is_the_mocked_api_s(console, path):
    assert problem(console.send("GET", path)) == "404 unknown-path"


def test_the_prefix_can_be_another():
    with open_console(Settings(control_prefix="/dev/mock")) as console:
        assert console.send("GET", "/dev/mock/health").status == 200
        assert problem(console.send("GET", "/__mock/health")) == "404 unknown-path"
        assert console.call("GET openapi.json").json()["servers"] == [{"url": "/dev/mock"}]
        assert "did you mean '/dev/mock/health'?" in console.call("GET helth").json()["detail"]


def test_control_calls_are_off_the_mocked_api_s_books(console):
    console.call("GET session")
    console.call("POST session/reset")
    console.call("GET nothing")
    assert console.exchanges() == []
    assert console.call("GET session").header("x-mock-exchange") is None


@pytest.mark.parametrize(
    "call",
    [
        "PUT session/scenario",
        "POST session/fork",
        "PUT session/state",
        "PATCH session/state",
        "POST session/carts/42/events",
        "POST requests/verify",
        "POST explain",
    ],
)
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "400 bad-body"),
        (b"{", "400 bad-body"),
        (b'{"name": "a", "name": "b"}', "400 bad-body"),
        (b"\xff", "400 bad-body"),
        (b'{"x": NaN}', "400 bad-body"),
        (b"[" * 200 + b"]" * 200, "400 bad-body"),
        (b'"text"', "422 bad-data"),
        (b"[]", "422 bad-data"),
        (b"null", "422 bad-data"),
        (b'{"unheard_of": 1}', "422 bad-data"),
        (b" " * (LIMIT + 1), "413 bad-body"),
    ],
    ids=[
        "none",
        "cut off",
        "a key twice",
        "no UTF-8",
        "NaN",
        "deep",
        "text",
        "list",
        "null",
        "unknown key",
        "large",
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem_and_changes_nothing(console, call, body, expected):
    before = console.state()
    method, _, path = call.partition(" ")
    assert problem(console.send(method, f"/__mock/{path}", body)) == expected
    assert console.state() == before


def test_a_body_is_read_as_json_whatever_its_type_says(console):
    reply = console.call(
        "PUT session/scenario",
        {"name": "order-not-cart"},
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert reply.status == 200


def test_a_misspelt_session_key_is_told(console):
    reply = console.send("GET", "/__mock/session", headers={"x-mock-sesion": "mine"})
    assert reply.status == 200
    assert reply.header("x-mock-note") == (
        "the header X-Mock-Sesion is not known; did you mean 'X-Mock-Session'?"
    )
    assert console.call("GET session").header("x-mock-note") is None
    refused = console.send("GET", "/__mock/nothing", headers={"x-mock-flt_sk_secret_0001": "1"})
    assert refused.status == 404
    assert "secret_0001" not in refused.header("x-mock-note")
