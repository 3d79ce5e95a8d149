"""HAR files of browsers and Playwright are read, and whatever is malformed in them is only counted."""

import base64
import copy
import gzip
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.source import CannotRead
from mockserver.upstream.har import HarExchange, HarFile, read_har

ENTRY: dict[str, Any] = {
    "request": {
        "method": "post",
        "url": "https://user@api.example.com/things/é?page=1&__session=x#top",
        "headers": [
            {"name": ":authority", "value": "api.example.com"},
            {"name": "X-Tenant", "value": "a"},
            {"name": "X-Mock-Scenario", "value": "order-not-cart"},
        ],
        "postData": {"mimeType": "application/json", "text": '{"a": 1}'},
    },
    "response": {
        "status": 201,
        "headers": [{"name": "Content-Encoding", "value": "br"}, {"name": "ETag", "value": '"1"'}],
        "content": {"size": 8, "mimeType": "application/json", "text": '{"b": 2}'},
    },
}


def read(*entries: object, folder: Path | None = None) -> HarFile:
    with tempfile.TemporaryDirectory() as scratch:
        path = (folder or Path(scratch)) / "traffic.har"
        path.write_text(
            "\ufeff" + json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8"
        )
        return read_har(path)


def only(entry: object, folder: Path | None = None) -> HarExchange:
    har = read(entry, folder=folder)
    assert not har.left_out
    (exchange,) = har.exchanges
    return exchange


def changed(**parts: dict[str, Any]) -> dict[str, Any]:
    """The entry with other members of its request, response, content or posted data."""
    entry = copy.deepcopy(ENTRY)
    entry["request"] |= parts.get("request", {})
    entry["response"] |= parts.get("response", {})
    if "content" in parts:
        entry["response"]["content"] = parts["content"]
    return entry


def test_an_entry_is_a_request_without_what_is_for_the_mock_server_and_an_answer():
    exchange = only(ENTRY)
    request, answer = exchange.request, exchange.answer
    assert exchange.origin == "https://api.example.com"
    assert (request.head.method, request.head.path, request.head.query_string) == (
        "POST", "/things/%C3%A9", "page=1",
    )  # fmt: skip
    assert request.head.headers == [
        ("host", "api.example.com"), ("x-tenant", "a"), ("content-type", "application/json"),
    ]  # fmt: skip
    assert request.body == b'{"a": 1}'
    assert (answer.status, answer.body) == (201, b'{"b": 2}')
    assert answer.headers == [("etag", '"1"'), ("content-type", "application/json")]


def test_bodies_are_decoded(tmp_path: Path):
    data = bytes(range(256))
    text = base64.b64encode(data).decode()
    assert only(changed(content={"text": text, "encoding": "base64", "size": 256})).answer.body == data
    coded = base64.b64encode(gzip.compress(b"plain")).decode()
    headers = {"headers": [{"name": "content-encoding", "value": "gzip"}]}
    still_coded = changed(response=headers, content={"text": coded, "encoding": "base64"})
    assert only(still_coded).answer.body == b"plain"
    assert only(changed(response=headers, content={"text": "plain"})).answer.body == b"plain"
    (tmp_path / "body.bin").write_bytes(data)
    assert only(changed(content={"_file": "body.bin"}), tmp_path).answer.body == data
    latin = {"text": "é", "mimeType": "text/plain; charset=iso-8859-1"}
    assert only(changed(content=latin)).answer.body == b"\xe9"


def test_forms_may_have_parameters_instead_of_a_text():
    posted = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": "a", "value": "b c"}, {"name": "d"}],
    }
    assert only(changed(request={"postData": posted})).request.body == b"a=b+c&d="


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (changed(request={"url": "wss://api.example.com/live"}), "that are not HTTP"),
        (changed(request={"url": "data:text/plain,a"}), "that are not HTTP"),
        (changed(response={"status": 0}), "without an answer"),
        (changed(response={"status": 101}), "without an answer"),
        (changed(content={"size": 5}), "whose body is missing"),
        (changed(content={"_file": "../../etc/passwd"}), "whose body is missing"),
        (changed(content={"_file": "nowhere"}), "whose body is missing"),
        (changed(request={"url": "https://api.example.com:99999/"}), "that are malformed"),
        (changed(request={"url": "http://[::1"}), "that are malformed"),
        (changed(request={"url": None}), "that are malformed"),
        (changed(request={"method": "a b"}), "that are malformed"),
        (changed(content={"text": "a", "encoding": "base64"}), "that are malformed"),
        (None, "that are malformed"),
        ([], "that are malformed"),
        ({"request": []}, "that are malformed"),
    ],
)
def test_what_has_no_whole_exchange_is_left_out_and_counted(entry: object, reason: str):
    har = read(ENTRY, entry)
    assert (len(har.exchanges), har.left_out) == (1, Counter({reason: 1}))


@pytest.mark.parametrize(
    ("status", "content"), [(204, {"size": -1}), (304, {"size": 100}), (200, {"size": 0}), (200, {})]
)
def test_an_answer_may_have_no_body(status: int, content: dict[str, Any]):
    answer = only(changed(response={"status": status}, content=content)).answer
    assert (answer.status, answer.body) == (status, b"")


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '{"log": []}', '{"log": {"entries": {}}}', "[" * 10_000]
)
def test_a_file_that_is_not_har_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "traffic.har"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CannotRead):
        read_har(path)


ODD = st.sampled_from(
    [None, True, 0, -1, 1e300, float("nan"), "", "x", "\ud800", "é\n", [], {}, [None], {"a": 1}]
)


def pointers(value: object, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(each for key, inner in items for each in pointers(inner, (*at, key)))]


@given(st.lists(st.tuples(st.sampled_from(pointers(ENTRY)[1:]), ODD), min_size=1, max_size=4))
def test_whatever_a_member_holds_is_read_or_left_out(changes: list[tuple[tuple[Any, ...], object]]):
    entry = copy.deepcopy(ENTRY)
    for pointer, value in changes:
        holder: Any = entry
        for key in pointer[:-1]:
            has_key = isinstance(holder, dict) and key in holder
            has_item = isinstance(holder, list) and isinstance(key, int) and key < len(holder)
            holder = holder[key] if has_key or has_item else None
        if isinstance(holder, dict) or (isinstance(holder, list) and pointer[-1] in range(len(holder))):
            holder[pointer[-1]] = value
    har = read(entry)
    assert len(har.exchanges) + har.left_out.total() == 1
