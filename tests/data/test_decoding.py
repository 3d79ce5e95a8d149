"""A body is decoded strictly; what two parsers could read differently is refused with its rule."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.decoding import Undecodable, decode
from mockserver.data.limits import MAX_BODY_DEPTH

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def refused(body: bytes) -> Undecodable:
    with pytest.raises(Undecodable) as caught:
        decode(body)
    return caught.value


@given(VALUES)
def test_encoded_json_is_decoded_to_the_same_value(value):
    assert decode(json.dumps(value).encode()) == value
    assert decode(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


class Members(list):
    """The members of an object as they are written, of which several may have the same key."""


NAMES = st.sampled_from(["a", "b", "é", 'quoted "name"', "back\\slash", ":", ""])
WRITTEN = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT | NAMES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.builds(Members, st.lists(st.tuples(NAMES, inner), max_size=3))
    ),
    max_leaves=12,
)


def written(value, *, escaped: bool) -> str:
    if isinstance(value, Members):
        members = (
            f"{written(name, escaped=escaped)} :{written(each, escaped=escaped)}" for name, each in value
        )
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list):
        return f"[{', '.join(written(each, escaped=escaped) for each in value)}]"
    return json.dumps(value, ensure_ascii=escaped)


def has_equal_keys(value) -> bool:
    if isinstance(value, Members):
        names = [name for name, _ in value]
        return len(set(names)) < len(names) or any(has_equal_keys(each) for _, each in value)
    return isinstance(value, list) and any(map(has_equal_keys, value))


@given(WRITTEN, st.booleans())
def test_a_body_is_refused_exactly_if_an_object_has_a_key_twice(value, escaped):
    text = written(value, escaped=escaped)
    if has_equal_keys(value):
        assert refused(text.encode()).keyword == "duplicateKey"
    else:
        assert repr(decode(text.encode())) == repr(json.loads(text))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b" \t\r\n1\n", 1),
        (b'"\\u00e9\\ud83d\\ude00"', "é😀"),
        ('"é\\n"'.encode(), "é\n"),
        (b"1e308", 1e308),
        (b"-0", 0),
        (b"1E-400", 0.0),
        (b"9" * 300, int("9" * 300)),
        (b'{"": {}}', {"": {}}),
        (b'{"a": {"b": 1}, "b": 1}', {"a": {"b": 1}, "b": 1}),
        (b'"[[[' + b"[" * 200 + b'"', "[[[" + "[" * 200),
        (b"[" * MAX_BODY_DEPTH + b"]" * MAX_BODY_DEPTH, None),
    ],
    ids=[
        "space around",
        "escapes",
        "UTF-8",
        "the largest of doubles",
        "minus zero",
        "too small is zero",
        "a large whole number",
        "an empty key",
        "a key in two objects",
        "brackets in a text",
        "as deep as can be",
    ],
)
def test_valid_json_is_decoded(body, value):
    assert value is None or decode(body) == value
    decode(body)


@pytest.mark.parametrize(
    ("body", "keyword", "named"),
    [
        (b"", "json", "found the end of the body"),
        (b'{"a": ', "json", "line 1, column 7; found the end of the body"),
        (b'{"a": 1,}', "json", "line 1, column 9"),
        (b"{'a': 1}", "json", "column 2"),
        (b"[1]\n[2]", "json", "line 2, column 1"),
        (b"01", "json", "column 2"),
        (b"+1", "json", "column 1"),
        (b".5", "json", "column 1"),
        (b"nul", "json", "found 'nul'"),
        (b'"a\nb"', "json", "control character"),
        (b"NaN", "json", "NaN is not a valid JSON value"),
        (b"[Infinity]", "json", "Infinity is not a valid JSON value"),
        (b"-Infinity", "json", "-Infinity is not a valid JSON value"),
        (b"1e309", "number", "1e309 is out of the range of a double"),
        (b"-1e999", "number", "out of the range of a double"),
        (b"9" * 310, "number", "a number of 310 characters"),
        (b"9" * 5000, "number", "a number of 5000 characters"),
        (b"-" + b"9" * 5000, "number", "a number of 5001 characters"),
        (b'{"a": 1, "a": 1}', "duplicateKey", "the key 'a' occurs twice"),
        (b'{"a": 1, "\\u0061": 2}', "duplicateKey", "the key 'a' occurs twice"),
        (b'[{"x": {"a": 1, "b": 2, "a": 3}}]', "duplicateKey", "the key 'a'"),
        (b'"\xff"', "encoding", "byte 0xff at offset 1"),
        (b'"\xed\xa0\x80"', "encoding", "not valid UTF-8"),
        (b"\xef\xbb\xbf{}", "encoding", "byte order mark"),
        ("{}".encode("utf-16"), "encoding", "UTF-16 or UTF-32"),
        ("{}".encode("utf-16-le"), "encoding", "UTF-16 or UTF-32"),
        ("{}".encode("utf-16-be"), "encoding", "UTF-16 or UTF-32"),
        ("{}".encode("utf-32-le"), "encoding", "UTF-16 or UTF-32"),
        (b'"\\ud800"', "encoding", "unpaired surrogate"),
        (b'{"\\udc00": [1]}', "encoding", "unpaired surrogate"),
        (b'[["\\ud83d"]]', "encoding", "unpaired surrogate"),
        (b"[" * (MAX_BODY_DEPTH + 1) + b"]" * (MAX_BODY_DEPTH + 1), "depth", "deeper than 128"),
        (b'{"a":' * 100_000, "depth", "deeper than 128"),
        (b'[{"\\"[": ' * 100, "depth", "deeper than 128"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else "",
)
def test_an_undecodable_body_has_its_keyword_and_message(body, keyword, named):
    error = refused(body)
    assert error.keyword == keyword
    assert named in str(error)


def said(body: bytes) -> str:
    """The value of a body as JSON, or the message about it."""
    try:
        return json.dumps(decode(body), allow_nan=False)
    except Undecodable as error:
        return str(error)


@given(st.binary(max_size=40) | st.text('[]{}":,\\ue09.-1truefalsnNI ', max_size=40).map(str.encode))
def test_any_bytes_are_decoded_or_refused_with_a_short_encodable_message(body):
    assert len(said(body).encode("utf-8")) < 600
