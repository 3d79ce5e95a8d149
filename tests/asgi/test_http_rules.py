"""Rules for the head of a request: Host, transfer codings, expectations and the request target."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import create_app
from mockserver.asgi.http_rules import head_problem, is_host, is_refused_unsent

HOST = (b"host", b"api.example")
TOKEN = (b"authorization", b"Bearer flt_sk_demo")


def scope(*headers: tuple[bytes, bytes], version: str = "1.1", method: str = "PATCH") -> dict[str, Any]:
    target = {"method": method, "path": "/carts/42", "raw_path": b"/carts/42", "query_string": b""}
    return {"type": "http", "http_version": version, **target, "headers": list(headers)}


def refused(*headers: tuple[bytes, bytes], version: str = "1.1") -> int | None:
    problem = head_problem(scope(*headers, version=version))
    return None if problem is None else problem.status


@pytest.mark.parametrize(
    "host",
    [
        "",
        "x",
        "x:",
        "x:80",
        "x:00080",
        "x:65535",
        "a_b.example",
        "a%20b",
        "127.0.0.1:4010",
        "[::1]:80",
        "[v1.x]",
    ],
)
def test_a_host_is_a_name_or_an_address_with_an_optional_port(host):
    assert is_host(host.encode())


@pytest.mark.parametrize(
    "host",
    [
        *(
            "a b",
            "user@x",
            "user:secret@x",
            "x:65536",
            "x:1a",
            "x:-1",
            "x:80:80",
            ":80",
            "x,y",
            "x, x",
            "::1",
        ),
        *("[::g]", "[::1", "[]", "[1.2.3.4]", "x/y", "x?y", "x#y", "http://x", '"x"', "é", "a%zz", "x\ty"),
        "x:" + "9" * 5_000,
    ],
)
def test_other_values_of_host_are_refused(host):
    assert not is_host(host.encode())
    assert refused((b"host", host.encode())) == 400


@given(st.binary(max_size=30))
def test_any_value_of_host_is_either_valid_or_not(value):
    assert is_host(value) in (True, False)


def test_a_request_has_one_host_which_only_http_1_0_may_leave_out():
    assert refused(HOST) is None
    assert refused() == refused(HOST, HOST) == refused(HOST, HOST, version="1.0") == 400
    assert refused(version="1.0") is refused(version="2") is None


@pytest.mark.parametrize(
    ("codings", "status"),
    [
        ([b"chunked"], None),
        ([b"CHUNKED"], None),
        ([b", chunked"], None),
        ([b"gzip, chunked"], 501),
        ([b"gzip", b"chunked"], 501),
        ([b"gzip"], 400),
        ([b"chunked, gzip"], 400),
        ([b"chunked, chunked"], 400),
        ([b"identity"], 400),
        ([b""], 400),
    ],
)
def test_a_body_is_chunked_and_has_no_other_transfer_coding(codings, status):
    headers = [(b"transfer-encoding", value) for value in codings]
    assert refused(HOST, *headers) == status
    assert refused(HOST, *headers, version="1.0") == 400
    assert refused(HOST, *headers, (b"content-length", b"3")) == 400


@pytest.mark.parametrize(
    ("expectation", "status"),
    [(b"100-continue", None), (b"100-Continue", None), (b"200-ok", 417), (b"100-continue, x", 417)],
)
def test_the_only_expectation_is_100_continue_and_http_1_0_has_none(expectation, status):
    assert refused(HOST, (b"expect", expectation)) == status
    assert refused(HOST, (b"expect", expectation), version="1.0") is None


def test_a_body_over_the_limit_is_refused_before_it_is_sent():
    expects, long = (b"expect", b"100-continue"), (b"content-length", b"11")
    assert is_refused_unsent(scope(HOST, expects, long), 10)
    assert not is_refused_unsent(scope(HOST, expects, long), 11)
    assert not is_refused_unsent(scope(HOST, long), 10)
    assert not is_refused_unsent(scope(HOST, expects, long, version="1.0"), 10)
    assert is_refused_unsent(scope(HOST, expects, (b"content-length", b"9" * 5_000)), 10)
    assert not is_refused_unsent(scope(HOST, expects, (b"content-length", b"0" * 5_000 + b"9")), 10)
    assert not is_refused_unsent(scope(HOST, (b"expect", b" , "), long), 10)


def answered(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What an application sends for a request under any ASGI server; no byte of the body arrives."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("the body is awaited")

    async def send(event: Any) -> None:
        sent.append(event)

    asyncio.run(create_app()(asked, receive, send))
    return sent


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 400),
        ([HOST, HOST], 400),
        ([HOST, (b"transfer-encoding", b"gzip, chunked")], 501),
        ([HOST, TOKEN, (b"expect", b"100-continue"), (b"content-length", b"99999999")], 413),
        ([HOST, (b"expect", b"other")], 417),
    ],
)
def test_the_rules_hold_under_any_server(headers, status):
    start, body = answered(scope(*headers))
    assert start["status"] == status
    assert (b"connection", b"close") in start["headers"]
    assert b'"urn:mockserver:problem:' in body["body"]
