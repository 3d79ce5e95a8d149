"""The log: one line per event, as text or JSON, with tokens masked."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.cli.log import TerminalLog, as_json, as_text
from mockserver.data.source import Finding
from mockserver.engine.exchange import Exchange
from mockserver.engine.hold import Hold
from mockserver.engine.internal_error import Origin
from mockserver.http.message import Request
from mockserver.runtime import Reload
from tests.support.patches import BUNDLED, patch, runtime

FORCED = patch(headers={"X-Mock-Scenario": "order-not-cart", "X-Mock-Session": "mine"})


def run(request: Request) -> Exchange:
    exchange = runtime().run(request)
    exchange.at, exchange.duration = 1_790_000_000.123456, 0.0123456
    return exchange


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (patch(), "PATCH   /carts/42  200  model  12.3 ms"),
        (FORCED, "PATCH   /carts/42  409  scenario  order-not-cart  12.3 ms"),
        (Request.build("GET", "/x"), "GET     /x  404  mock  12.3 ms"),
    ],
    ids=["a change", "forced by a scenario", "no such path"],
)
def test_a_text_line_says_what_was_answered_and_why(request_, line):
    assert as_text(run(request_)) == line


def test_a_text_line_counts_the_violations_and_quotes_the_first():
    one = as_text(run(patch(body={"order_items": []})))
    two = as_text(run(patch("0", {"order_items": []})))
    assert "400  validation  1 violation: /order_items: " in one
    assert "400  validation  2 violations: order_id: " in two


def test_a_json_line_is_one_object():
    line = as_json(run(FORCED))
    assert "\n" not in line
    assert json.loads(line) == {
        "at": 1_790_000_000.123,
        "exchange": "x1",
        "session": "mine",
        "method": "PATCH",
        "path": "/carts/42",
        "operation": "update-a-cart",
        "status": 409,
        "source": "scenario",
        "scenario": "order-not-cart",
        "fault": None,
        "violations": [],
        "off_contract": [],
        "intended": False,
        "duration_ms": 12.346,
    }


def test_a_json_line_contains_the_violations():
    logged = json.loads(as_json(run(patch(body={"order_items": []}))))
    assert [each["pointer"] for each in logged["violations"]] == ["/order_items"]


@pytest.mark.parametrize(
    ("terminal", "form", "coloured"),
    [(True, "text", True), (False, "text", False), (True, "json", False)],
    ids=["a terminal", "a file", "JSON"],
)
def test_only_text_on_a_terminal_is_coloured(terminal, form, coloured):
    stream = io.StringIO()
    stream.isatty = lambda: terminal  # type: ignore[method-assign]
    TerminalLog(form, stream).exchange(run(FORCED))
    assert ("\x1b[33m409\x1b[0m" in stream.getvalue()) is coloured
    assert stream.getvalue().endswith("\n")


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("text", "the session mine was dropped: idle\n"),
        ("json", '{"session": "mine", "dropped": "idle"}\n'),
    ],
)
def test_a_dropped_session_is_logged_with_the_reason(form, line):
    stream = io.StringIO()
    TerminalLog(form, stream).session_dropped("mine", "idle")
    assert stream.getvalue() == line


def test_a_reload_is_logged_as_text_with_at_most_20_of_the_sessions_that_changed():
    anew = {f"s{number}": "/carts/42: \x1b[2J" for number in range(21)}
    stream = io.StringIO()
    TerminalLog("text", stream).reloaded(Reload(BUNDLED, anew, {"mine": "tale"}, outdated=3))
    lines = stream.getvalue().splitlines()
    assert lines[0] == f"reloaded: 1 operation, {len(BUNDLED.scenarios)} scenarios"
    assert lines[1:3] == [
        "sessions that keep their old state until they are reset: 3",
        "the session s0 was restarted: /carts/42: \\u001b[2J",
    ]
    assert lines[22:] == ["… and 2 more sessions"]


def test_a_reload_is_logged_as_json_with_every_session_that_changed():
    stream = io.StringIO()
    reload = Reload(BUNDLED, {f"s{number}": "why" for number in range(30)}, {"mine": "tale"})
    TerminalLog("json", stream).reloaded(reload)
    told = json.loads(stream.getvalue())
    assert (told["begun_anew"], told["scenario_gone"]) == (reload.restarted, {"mine": "tale"})


@pytest.mark.parametrize("form", ["text", "json"])
def test_findings_of_a_reload_go_to_the_error_stream_one_per_line_with_tokens_masked(form):
    stream, errors = io.StringIO(), io.StringIO()
    finding = Finding(Path("a\x1b.yaml"), 3, "/tokens", f"unknown key '{SECRET}'\nand more")
    TerminalLog(form, stream, errors).reload_failed([finding])
    assert stream.getvalue() == ""
    assert len(errors.getvalue().splitlines()) == (2 if form == "text" else 1)
    assert ":3: /tokens: unknown key 'flt_sk_…6789'" in errors.getvalue().replace("\\u2026", "…")
    assert "\x1b" not in errors.getvalue()


SECRET = "flt_sk_super-secret-0123456789"


@pytest.mark.parametrize("write", [as_text, as_json])
@pytest.mark.parametrize(
    "request_",
    [
        patch(token=SECRET),
        patch(token=SECRET + "!"),
        patch(SECRET, token=SECRET),
        patch(body={"order_items": SECRET}),
    ],
    ids=["well formed", "malformed", "in the path", "in the body"],
)
def test_no_line_contains_a_token(write, request_):
    assert "super-secret" not in write(run(request_))


@given(st.text(st.characters(max_codepoint=255), max_size=20))
def test_no_path_puts_control_characters_into_a_line(path):
    line = as_text(run(Request(replace(patch().head, path="/" + path))))
    assert line.isprintable()
    assert line.isascii()


HOLD = Hold(
    Origin("", "mine", "x7", "show-lamps"), 0.2512, "lamps.py:12", '  File "lamps.py", line 12, in handle'
)


def test_what_holds_up_the_server_is_logged_with_its_stack():
    stream = io.StringIO()
    TerminalLog("text", stream, stream).held_up(HOLD)
    assert stream.getvalue() == (
        "mockserver: exchange x7 of session mine (show-lamps) holds up all other requests, for 251 ms so far,"
        ' at lamps.py:12\n  File "lamps.py", line 12, in handle\n'
    )


def test_what_holds_up_the_server_is_one_json_object():
    stream = io.StringIO()
    TerminalLog("json", stream, stream).held_up(HOLD)
    assert json.loads(stream.getvalue()) == {
        "warning": "held up",
        "call": None,
        "exchange": "x7",
        "session": "mine",
        "operation": "show-lamps",
        "held_ms": 251.2,
        "location": "lamps.py:12",
        "stack": HOLD.stack,
    }
