"""Secrets are never shown whole: not by logs, journal, explanations, misses or errors."""

import asyncio
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.body_redaction import redact_body
from mockserver.http.head_redaction import redact_headers, redact_query
from mockserver.http.redaction import mask, redact
from mockserver.http.secret_names import USUAL
from tests.support.console import Console, open_console
from tests.support.live import Live
from tests.support.logs import BothLogs
from tests.support.wire import Ask, at_once

KEY = "flt_sk_keep-this_to_yourself"
OTHER = "correct-horse-battery"
KEYS = st.from_regex(r"flt_sk_[A-Za-z0-9_-]{1,40}", fullmatch=True)


# One secret


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("flt_sk_abcdefghijkl", "flt_sk_…ijkl"),
        ("flt_sk_abcdefghijk", "flt_sk_…"),
        ("flt_sk_a", "flt_sk_…"),
        ("flt_sk_", "flt_sk_…"),
        ("abcdefghijkl", "…ijkl"),
        ("abcdefghijk", "…"),
        ("", "…"),
    ],
    ids=["12 after the prefix", "11 after it", "1 after it", "the prefix alone", "12", "11", "none"],
)
def test_a_tail_is_shown_from_twelve_characters_after_the_prefix(secret, shown):
    assert mask(secret) == shown


@given(st.text(min_size=1))
def test_a_mask_tells_at_most_the_prefix_and_four_characters_of_twelve(secret):
    rest = secret.removeprefix("flt_sk_")
    shown = mask(secret).removeprefix("flt_sk_").removeprefix("…")
    assert len(shown) <= 4
    assert not shown or (len(rest) >= 12 and rest.endswith(shown))


@given(KEYS, st.text("a.,:;'\" /\n", max_size=10), st.text(".,:;'\" /\n", max_size=10))
def test_no_key_survives_in_a_text(key, before, after):
    redacted = redact(before + key + after)
    assert redacted == before + mask(key) + after
    assert redact(redacted) == redacted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Bearer {OTHER}", "Bearer …tery"),
        ("bearer  short", "bearer  …"),
        (f"sent 'Basic {OTHER}', found", "sent 'Basic …tery', found"),
        (f"Bearer {KEY}", "Bearer flt_sk_…self"),
        ("a bearer of news", "a bearer … news"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_a_credential_of_a_scheme_is_masked_in_any_text(text, expected):
    assert redact(text) == expected


# Names


@pytest.mark.parametrize(
    "name",
    ["Authorization", "cookie", "X-Api-Key", "api_key", "apiKey", "access_token", "client-secret", "password",
     "passwd", "credentials", "private_key", "X-Mock-Token"],
)  # fmt: skip
def test_these_names_suggest_a_secret(name):
    assert name in USUAL


@pytest.mark.parametrize("name", ["purchaser_id", "content-type", "key", "order", "author", "x-mock-session"])
def test_these_names_do_not_suggest_a_secret(name):
    assert name not in USUAL


# Headers, query, bodies


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("authorization", f"Bearer {KEY}", "Bearer flt_sk_…self"),
        ("authorization", f"Bearer  {KEY} ", "Bearer flt_sk_…self"),
        ("Authorization", f"Basic {OTHER}", "Basic …tery"),
        ("authorization", KEY, "flt_sk_…self"),
        ("authorization", f"Bearer a {KEY}", "Bearer …self"),
        ("proxy-authorization", f"Bearer {OTHER}", "Bearer …tery"),
        ("cookie", f"a={OTHER}; b=short", "a=…tery; b=…"),
        ("cookie", "mock_scenario=slow; mock_session=mine", "mock_scenario=slow; mock_session=mine"),
        ("cookie", OTHER, "…tery"),
        ("set-cookie", f"sid={OTHER}", "sid=…tery"),
        ("Set-Cookie", f"sid={OTHER}; Path=/; HttpOnly", "sid=…tery; Path=…; …"),
        ("set-cookie", "mock_session=mine", "mock_session=mine"),
        ("x-api-key", OTHER, "…tery"),
        ("x-mock-token", OTHER, "…tery"),
        ("x-other", f"see {KEY}", "see flt_sk_…self"),
        ("x-mock-session", KEY, "flt_sk_…self"),
        ("content-type", "application/json", "application/json"),
    ],
)
def test_a_header_s_secret_is_masked(name, value, expected):
    assert redact_headers([(name, value)]) == [(name, expected)]


def test_each_of_several_cookies_that_an_answer_sets_is_masked():
    sent = [("set-cookie", f"a={OTHER}"), ("set-cookie", f"b={KEY}"), ("vary", "Origin")]
    assert redact_headers(sent) == [
        ("set-cookie", "a=…tery"),
        ("set-cookie", "b=flt_sk_…self"),
        ("vary", "Origin"),
    ]


def test_a_query_s_secrets_are_masked():
    query = [("api_key", OTHER), ("q", f"find {KEY}"), ("token", "short"), ("page", "1")]
    assert redact_query(query) == [
        ("api_key", "…tery"),
        ("q", "find flt_sk_…self"),
        ("token", "…"),
        ("page", "1"),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"note": f"my {KEY}"}, {"note": "my flt_sk_…self"}),
        ({"password": OTHER, "n": 1}, {"password": "…tery", "n": 1}),
        ({"a": [{"client_secret": OTHER}]}, {"a": [{"client_secret": "…tery"}]}),
        ({"token": 123456789012345}, {"token": "…2345"}),
        ({"token": True, "secret": None}, {"token": True, "secret": None}),
        ({"token": {"expires": 5}}, {"token": "…"}),
        (KEY, "flt_sk_…self"),
        ({KEY: 1}, {"flt_sk_…self": 1}),
    ],
)
def test_a_body_s_secrets_are_masked(body, expected):
    assert json.loads(redact_body(json.dumps(body).encode())) == expected


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"a":  1.0}', b"\xff\x00", b'{"token"', "clé".encode()], ids=repr
)
def test_a_body_without_secrets_stays_byte_for_byte(body):
    assert redact_body(body) == body


def test_an_invalid_json_body_with_a_secret_name_is_not_kept():
    assert OTHER.encode() not in redact_body(b'{"password": "' + OTHER.encode() + b'", cut off')


@pytest.mark.parametrize("depth", [500, 5_000, 100_000])
def test_a_body_that_is_too_deep_to_be_masked_is_not_kept(depth):
    body = b'{"token": "' + OTHER.encode() + b'", "a": ' + b"[" * depth + b"]" * depth + b"}"
    assert OTHER.encode() not in redact_body(body)


def test_a_key_is_masked_in_binary_bytes():
    assert redact_body(b"\xff" + KEY.encode() + b"\xfe") == b"\xff" + "flt_sk_…self".encode() + b"\xfe"


ESCAPES = {
    "own cookie": lambda: redact_headers([("cookie", f"mock_scenario={KEY}")]),
    "query name": lambda: redact_query([(KEY, "1")]),
    "escape in JSON": lambda: json.loads(
        redact_body(json.dumps({"a": KEY}).replace("_", r"\u005f").encode())
    ),
    "escaped name": lambda: json.loads(redact_body(rb'{"p\u0061ssword": "%s"}' % OTHER.encode())),
    "private key": lambda: redact_body(b'{"private_key": "%s"}' % OTHER.encode()),
    "list": lambda: redact_body(b'{"tokens": ["%s"]}' % OTHER.encode()),
}


@pytest.mark.parametrize("way", ESCAPES)
def test_no_spelling_of_a_key_escapes_the_masking(way):
    shown = str(ESCAPES[way]())
    assert KEY not in shown
    assert OTHER not in shown


# The whole server


def places(key: str) -> dict[str, dict[str, object]]:
    """Requests that hold a key somewhere: id -> what `Console.send` takes."""
    auth = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    return {
        "authorization": {"headers": auth},
        "authorization without a scheme": {"headers": {**auth, "authorization": key}},
        "authorization of another scheme": {"headers": {**auth, "authorization": f"Basic {key}"}},
        "malformed authorization": {"headers": {**auth, "authorization": f"Bearer {key} {key}"}},
        "proxy authorization": {"headers": {**auth, "proxy-authorization": f"Bearer {key}"}},
        "cookie": {"headers": {**auth, "cookie": f"sid={key}; {key}"}},
        "own cookie": {"headers": {**auth, "cookie": f"mock_scenario={key}"}},
        "header": {"headers": {**auth, "x-anything": f"my {key}"}},
        "referer": {"headers": {**auth, "referer": f"http://localhost/?token={key}"}},
        "api key in the query": {"target": f"/carts/42?api_key={key}", "headers": auth},
        "query name": {"target": f"/carts/42?{key}=1", "headers": auth},
        "query value": {"target": f"/carts/42?q={key}", "headers": auth},
        "path": {"target": f"/carts/{key}", "headers": auth},
        "unknown path": {"target": f"/{key}/{key}"},
        "wrong method": {"method": "PUT", "target": f"/carts/{key}"},
        "body member": {"headers": auth, "body": {"purchaser_id": key}},
        "body key": {"headers": auth, "body": {key: 1, "order_items": [{key: key}]}},
        "body with escapes": {"headers": auth, "raw": f'{{"a": "{key}"}}'.replace("_", "\\u005f").encode()},
        "body of text": {"headers": auth, "body": key},
        "body that is not JSON": {"headers": auth, "raw": f"{{{key}".encode()},
        "content type": {"headers": {**auth, "content-type": f"text/{key}"}},
        "content encoding": {"headers": {**auth, "content-encoding": key}},
        "scenario": {"headers": {**auth, "x-mock-scenario": key}},
        "preferred scenario": {"headers": {**auth, "prefer": f"scenario={key}"}},
        "scenario in the query": {"target": f"/carts/42?__scenario={key}", "headers": auth},
        "code": {"headers": {**auth, "prefer": f"code={key}"}},
        "example": {"headers": {**auth, "prefer": f"example={key}"}},
        "session key that is none": {"headers": {**auth, "x-mock-session": f"{key} {key}"}},
        "baggage": {"headers": {**auth, "baggage": f"mock-session=,{key}={key}"}},
    }


@pytest.fixture(scope="module")
def logged() -> Iterator[tuple[Console, BothLogs]]:
    log = BothLogs()
    with open_console(log=log) as console:
        yield console, log


def sent(console: Console, request: dict[str, object]) -> list[bytes]:
    """A request's answer, if it is an error, and what explain says of the same request."""
    method, target = str(request.get("method", "PATCH")), str(request.get("target", "/carts/42"))
    headers, body = request.get("headers", {}), request.get("body", {})
    raw = request.get("raw", json.dumps(body).encode())
    answered = console.send(method, target, raw, headers)  # type: ignore[arg-type]
    described = {"method": method, "path": target, "headers": headers, "body": raw.decode()}  # type: ignore[attr-defined]
    told = [console.call("POST explain", described).body]
    return [*told, answered.body] if answered.status >= 400 else told


def found(texts: list[str], key: str) -> list[str]:
    """Where a key, or what is not to be shown of it, stands in the texts."""
    rest = key.removeprefix("flt_sk_")
    hidden = rest[:-4] if len(rest) >= 12 else rest
    return [
        match[0] for text in texts for match in re.finditer(f".{{0,40}}{re.escape(hidden)}.{{0,20}}", text)
    ]


@pytest.mark.parametrize("key", [KEY, "flt_sk_elevenzchar"], ids=["long", "short"])
@pytest.mark.parametrize("place", places(KEY))
def test_a_key_sent_anywhere_is_never_shown(logged, place, key):
    console, log = logged
    console.call("DELETE requests")
    bodies = sent(console, places(key)[place])
    rows = console.call("GET requests")
    bodies.append(rows.body)
    bodies += [console.call(f"GET requests/{row['id']}").body for row in rows.json()["requests"]]
    bodies.append(console.call("POST requests/verify", {"match": {"status": 599}}).body)
    texts = [body.decode() for body in bodies] + [text.getvalue() for text in log.texts]
    assert len(rows.json()["requests"]) == 1
    assert found(texts, key) == []


def control_errors(key: str) -> dict[str, tuple[str, object]]:
    """Control calls that hold a key and are refused: id -> call and body."""
    everything = {
        **dict.fromkeys(("operation", "method", "path", "pathPattern", "scenario"), key),
        "header": {"authorization": f"Bearer {key}", "x": key},
        "query": {"api_key": key, "q": key, key: "1"},
        "body": {"a": key, key: [key]},
        "bodyPartial": {"a": key},
        "bodySchema": {"const": key},
    }
    return {
        "verify": ("POST requests/verify", {"match": everything}),
        "verify in order": ("POST requests/verify", {"sequence": [{}, everything]}),
        "verify, misspelt": ("POST requests/verify", {"match": {key: key}}),
        "verify, a bad pattern": ("POST requests/verify", {"match": {"pathPattern": f"({key}"}}),
        "verify, a bad schema": (
            "POST requests/verify",
            {"match": {"bodySchema": {"type": key, "$ref": key}}},
        ),
        "scenario": ("PUT session/scenario", {"name": key}),
        "scenario, misspelt": ("PUT session/scenario", {key: "slow"}),
        "fork": ("POST session/fork", {"from": key}),
        "event": ("POST session/carts/42/events", {"event": key}),
        "thing": (f"POST session/carts/{key}/events", {"event": "submit"}),
        "collection": (f"POST session/{key}/42/events", {"event": "submit"}),
        "state": ("PATCH session/state", {key: key}),
        "state, a token": ("PATCH session/state", {"tokens": {key: {"company": 99, "scopes": [key]}}}),
        "session": (f"DELETE sessions/{key}", None),
        "exchange": (f"GET requests/{key}", None),
        "filter": (f"GET requests?{key}={key}&status={key}", None),
        "scope": (f"GET coverage?scope={key}", None),
        "path": (f"GET {key}", None),
        "method": (f"{key} session", None),
        "no JSON": ("POST explain", None),
        "explain": ("POST explain", {"method": key, "path": key, key: key}),
    }


@pytest.mark.parametrize("key", [KEY, "flt_sk_elevenzchar"], ids=["long", "short"])
@pytest.mark.parametrize("call", control_errors(KEY))
def test_a_control_call_that_is_refused_does_not_tell_the_key(logged, call, key):
    console, _ = logged
    console.patch(headers={"x-mock-scenario": "order-not-cart"})
    reply = console.call(*control_errors(key)[call])
    assert reply.status >= 400
    assert found([reply.body.decode()], key) == []


def test_a_host_or_an_origin_that_is_refused_does_not_tell_the_key(logged):
    console, _ = logged
    for name, value, status in (
        ("host", KEY, 403),
        ("host", f"http://{KEY}", 400),
        ("origin", f"http://{KEY}", 403),
    ):
        reply = console.call("GET session", headers={name: value})
        assert reply.status == status
        assert found([reply.body.decode()], KEY) == []


async def _sent_over_a_socket(live: Live) -> None:
    asks = [
        Ask(
            str(each.get("method", "PATCH")),
            str(each.get("target", "/carts/42")),
            dict(each.get("headers", {})),
            b"{}",
        )  # type: ignore[call-overload]
        for each in places(KEY).values()
    ]
    await at_once(live.address, asks)


def test_the_log_of_a_real_server_does_not_tell_the_key(live_server):
    asyncio.run(_sent_over_a_socket(live_server))
    assert "PATCH" in live_server.log()
    assert found([live_server.log()], KEY) == []
