"""A page of any origin may call the mocked API and read all of its answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver import Settings, create_app
from mockserver.http.cors import headers, is_preflight, preflight
from mockserver.http.message import Head
from tests.support.asgi import in_process

ORIGIN = ("origin", "http://app.test:3000")
ASKS = ("access-control-request-method", "PATCH")


@pytest.mark.parametrize(
    ("method", "sent", "expected"),
    [
        ("OPTIONS", [ORIGIN, ASKS], True),
        ("OPTIONS", [ORIGIN], False),
        ("OPTIONS", [ASKS], False),
        ("PATCH", [ORIGIN, ASKS], False),
    ],
    ids=["a preflight", "asks for no method", "from no page", "another method"],
)
def test_a_preflight_is_an_options_from_a_page_that_asks_for_a_method(method, sent, expected):
    assert is_preflight(Head(method, "/", headers=sent)) is expected


def test_a_preflight_allows_any_method():
    answer = preflight(Head("OPTIONS", "/", headers=[ORIGIN, ASKS]))
    told = dict(answer.headers)
    assert (answer.status, answer.body) == (204, b"")
    assert "PATCH" in told["access-control-allow-methods"].split(", ")
    assert "access-control-allow-headers" not in told


@given(st.lists(st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True), min_size=1, max_size=5))
def test_all_requested_headers_are_allowed(names):
    asked = ("access-control-request-headers", ",".join(names))
    told = dict(preflight(Head("OPTIONS", "/", headers=[ORIGIN, ASKS, asked])).headers)
    assert told["access-control-allow-headers"].split(",") == names


@pytest.mark.parametrize(("asked", "allowed"), [("true", "true"), ("false", None)])
def test_access_to_the_private_network_is_allowed_on_request(asked, allowed):
    sent = [ORIGIN, ASKS, ("access-control-request-private-network", asked)]
    told = dict(preflight(Head("OPTIONS", "/", headers=sent)).headers)
    assert told.get("access-control-allow-private-network") == allowed


def test_an_answer_allows_the_origin_by_name_because_of_credentials():
    told = dict(headers(Head("GET", "/", headers=[ORIGIN]), []))
    assert told["access-control-allow-origin"] == ORIGIN[1]
    assert told["access-control-allow-credentials"] == "true"
    assert told["vary"] == "Origin"


def test_a_page_may_read_every_header_of_the_answer():
    told = dict(
        headers(
            Head("GET", "/", headers=[ORIGIN]),
            [("Content-Type", "text/plain"), ("X-Mock-Source", "model"), ("Retry-After", "5")],
        )
    )
    assert told["access-control-expose-headers"] == "retry-after, x-mock-source"


def test_without_an_origin_only_vary_is_set():
    assert headers(Head("GET", "/"), [("x-mock-source", "model")]) == [("vary", "Origin")]


BODY = b'{"purchaser_id": 12}'
SENT = [
    (b"origin", b"http://app.test"),
    (b"authorization", b"Bearer flt_sk_a"),
    (b"content-type", b"application/json"),
]


@pytest.mark.parametrize(
    "extra", [[], [(b"x-mock-scenario", b"order-not-cart")], [(b"x-mock-scenario", b"no-such")]]
)
def test_the_application_lets_pages_read_good_and_bad_answers_alike(extra):
    with in_process(create_app()) as client:
        reply = client.send("PATCH", b"/carts/42", [*SENT, *extra], BODY)
    exposed = (reply.header("access-control-expose-headers") or "").split(", ")
    assert reply.header("access-control-allow-origin") == "http://app.test"
    assert {"x-mock-source", "x-mock-exchange", "x-mock-session"} <= {*exposed}


def test_without_cors_no_origin_is_allowed():
    with in_process(create_app(Settings(cors=False))) as client:
        reply = client.send("PATCH", b"/carts/42", SENT, BODY)
    assert reply.status == 200
    assert [name for name, _ in reply.headers if name.startswith(b"access-control") or name == b"vary"] == []


def test_the_application_answers_a_preflight_without_a_token():
    asks = [
        (b"origin", b"http://app.test"),
        (b"access-control-request-method", b"PATCH"),
        (b"access-control-request-headers", b"authorization,x-mock-session"),
    ]
    with in_process(create_app()) as client:
        reply = client.send("OPTIONS", b"/carts/42", asks)
    assert reply.status == 204
    assert reply.header("access-control-allow-origin") == "http://app.test"
    assert reply.header("access-control-allow-credentials") == "true"
    assert reply.header("access-control-allow-headers") == "authorization,x-mock-session"
    assert reply.header("content-length") is None
