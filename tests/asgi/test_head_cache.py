"""The cache of request heads: a known head is not parsed again, and no other request gets it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.asgi.head_cache import HeadCache
from mockserver.data.bounded_cache import MOST
from mockserver.http.message import HEAVIEST, Request

END = b"\r\n\r\n"


def head(
    target: str = "/carts/42", *more: tuple[str, str], length: int = 2
) -> tuple[bytes, dict[str, object]]:
    """The bytes of a head, and the scope that a server makes of it."""
    headers = [("host", "x"), ("content-length", str(length)), *more]
    lines = [f"PATCH {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    scope = {
        "method": "PATCH",
        "path": target,
        "raw_path": target.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    return "\r\n".join(lines).encode(), scope


def test_a_head_that_comes_again_is_the_same_whatever_its_body_says():
    heads = HeadCache()
    start, scope = head()
    first = heads.learn(start + END + b"{}", scope, b"{}")
    again = heads.request(start + END + b"[]")
    assert again == Request(first.head, b"[]")


@given(st.binary(max_size=4))
def test_what_does_not_end_where_the_head_says_is_left_to_the_parser(body):
    heads = HeadCache()
    start, scope = head()
    heads.learn(start + END + b"{}", scope, b"{}")
    found = heads.request(start + END + body)
    assert (found is not None) == (len(body) == 2)


def test_a_head_without_its_end_is_none_though_no_body_is_to_follow():
    heads = HeadCache()
    start, scope = head(length=0)
    heads.learn(start + END, scope, b"")
    assert heads.request(start + END) is not None
    assert heads.request(start) is None


@given(st.integers(0, 200))
def test_the_beginning_of_a_request_is_none(cut):
    heads = HeadCache()
    start, scope = head()
    whole = start + END + b"{}"
    heads.learn(whole, scope, b"{}")
    assert heads.request(whole[: min(cut, len(whole) - 1)]) is None


@pytest.mark.parametrize(
    ("more", "before", "after"),
    [
        ([("transfer-encoding", "chunked")], b"", b""),
        ([("expect", "100-continue")], b"", b""),
        ([("x-long", "x" * HEAVIEST)], b"", b""),
        ([], b"", b"PATCH / HTTP/1.1\r\n"),
    ],
    ids=["chunks", "a question first", "a long head", "another request behind it"],
)
def test_a_head_is_not_remembered_where_its_bytes_do_not_tell_all(more, before, after):
    heads = HeadCache()
    start, scope = head("/carts/42", *more)
    learned = heads.learn(start + END + b"{}" + after, scope, b"{}")
    assert learned.body == b"{}"
    assert heads.request(start + END + b"{}") is None


def test_equal_parts_make_one_head():
    heads = HeadCache()
    assert heads.head(head()[1]) is heads.head(head()[1])
    assert heads.head(head()[1]) is not heads.head(head("/carts/43")[1])


def test_a_server_may_give_its_headers_as_lists():
    heads = HeadCache()
    scope = head()[1]
    listed = {**scope, "headers": [[b"host", b"x"], [b"accept", b"*/*"]]}
    assert heads.head(listed).headers == [("host", "x"), ("accept", "*/*")]


def test_a_long_head_is_read_each_time():
    heads = HeadCache()
    scope = head("/carts/42", ("x-long", "x" * HEAVIEST))[1]
    assert heads.head(scope) is not heads.head(scope)


def test_the_oldest_are_forgotten():
    heads = HeadCache()
    for number in range(MOST + 1):
        start, scope = head(f"/carts/{number}")
        heads.learn(start + END + b"{}", scope, b"{}")
    assert heads.request(head("/carts/0")[0] + END + b"{}") is None
    assert heads.request(head("/carts/1")[0] + END + b"{}") is not None
