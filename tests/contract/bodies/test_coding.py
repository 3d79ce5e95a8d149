"""Bodies are decoded by media type and schema, and encoded again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.bodies import Decoded, Encoded, Unencodable
from mockserver.data.decoding import Undecodable
from tests.support.media import media_of

ANY_TYPE = [
    "application/json",
    "application/merge-patch+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "multipart/mixed; boundary=b",
    "application/xml",
    "text/xml; charset=iso-8859-1",
    "text/plain",
    "text/plain; charset=us-ascii",
    "application/octet-stream",
    "image/png",
    "application/yaml",
    "text/x-yaml; charset=iso-8859-1",
    "no type",
]
SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"type": "integer"},
        "b": {"type": "array", "items": {"type": "boolean"}},
        "c": {"type": "object", "properties": {"a": {"type": ["number", "null"]}}},
    },
}
PIECES = [
    b"--b",
    b"--b--",
    b"\r\n",
    b"\r\n\r\n",
    b"Content-Disposition: form-data; name=",
    b'"a"',
    b"c[a]=",
    b"b=",
]
PIECES += [
    b"<a>",
    b"</a>",
    b"<c a='1'>",
    b"</c>",
    b"<!DOCTYPE a>",
    b"&",
    b"%",
    b"%ff",
    b"{",
    b"[",
    b"\xff",
    b"1",
]
BOMB = b"a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + b"".join(
    b"%c: &%c [%s]\n" % (after, after, b", ".join([b"*%c" % before] * 10))
    for before, after in zip(b"abcd", b"bcde", strict=True)
)


@pytest.mark.parametrize("content_type", ANY_TYPE)
@given(body=st.binary(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_all_bytes_are_decoded_or_undecodable(content_type, body):
    media = media_of("*/*", SCHEMA, c={"style": "deepObject"})
    try:
        found = media.decoded(body, content_type).value
    except Undecodable as refused:
        found = [refused.keyword, str(refused)]
    assert json.loads(json.dumps(found, ensure_ascii=False).encode()) == found


@pytest.mark.parametrize(
    ("name", "schema", "content_type", "body", "value", "judged"),
    [
        ("application/json", {"type": "object"}, None, b'{"a":1}', {"a": 1}, True),
        ("*/*", {}, "application/hal+json", b"[1]", [1], True),
        ("application/json", None, None, b"1", 1, False),
        ("application/yaml", {"type": "object"}, None, b"a: 1", {"a": 1}, True),
        ("*/*", {}, "application/vnd.oai.openapi+yaml", b"[a, no]", ["a", "no"], True),
        ("text/yaml", {"type": "array"}, None, b"- &a {b: 1}\n- *a", [{"b": 1}, {"b": 1}], True),
        ("text/x-yaml", {"type": "string"}, None, b"a: 1", "a: 1", True),
        ("text/plain", {"type": "string"}, None, "é".encode(), "é", True),
        ("text/plain", {"type": "string"}, "text/plain; charset=ISO-8859-1", b"\xe9", "é", True),
        ("text/plain", {"type": "integer"}, None, b"42", 42, True),
        ("text/csv", {"type": "array"}, None, b"a,b", "a,b", False),
        ("text/html", None, None, b"<p>", "<p>", False),
        ("application/octet-stream", {"type": "string", "maxLength": 2}, None, b"\xff\x00", "\xff\x00", True),
        ("image/*", {}, "image/png", b"\x89PNG", "\x89PNG", False),
        ("application/cbor", {"type": "object"}, None, b"\xa0", "\xa0", False),
        ("multipart/mixed", {"type": "object"}, "multipart/mixed; boundary=b", b"--b--", "--b--", False),
    ],
    ids=[
        "JSON",
        "a suffix",
        "no schema",
        "YAML",
        "YAML by a suffix",
        "YAML with an alias",
        "the text of YAML",
        "UTF-8",
        "latin-1",
        "a number as text",
        "a table as text",
        "text without a schema",
        "bytes, one character each",
        "a range",
        "an unknown format of objects",
        "another multipart",
    ],
)  # fmt: skip
def test_a_body_is_decoded_by_its_media_type(name, schema, content_type, body, value, judged):
    assert media_of(name, schema).decoded(body, content_type) == Decoded(value, judged)


@pytest.mark.parametrize(
    ("content_type", "body", "keyword", "message"),
    [
        ("application/json", b"{", "json", "the body is not valid JSON"),
        ("text/plain", b"\xff", "encoding", "the body is not valid UTF-8: byte 0xff at offset 0"),
        ("text/plain; charset=us-ascii", b"\xc3", "encoding", "the body is not valid us-ascii"),
        ("text/plain; charset=utf-16", b"ab", "charset", "did you mean 'utf-8'?"),
        ("text/plain; charset=", b"ab", "contentType", "is not a valid media type"),
        ("nothing", b"ab", "contentType", "'nothing' is not a valid media type"),
        ("application/yaml", b"a: 1\n b: [", "yaml", "the body cannot be read in line 2: not valid YAML"),
        ("application/yaml", b"a: 1\na: 2", "yaml", "in line 2: the key 'a' occurs twice"),
        ("application/yaml", b"- " + b"[" * 130 + b"]" * 130, "depth", "128"),
        ("application/yaml", BOMB, "yaml", "its aliases expand to more than 50,000 values"),
    ],
)
def test_a_body_that_does_not_match_its_media_type_is_undecodable(content_type, body, keyword, message):
    with pytest.raises(Undecodable) as caught:
        media_of("*/*", {}).decoded(body, content_type)
    assert caught.value.keyword == keyword
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "encoded"),
    [
        ("application/json", {"a": "é"}, Encoded("application/json", '{"a":"é"}'.encode())),
        ("application/*", [1], Encoded("application/json", b"[1]")),
        ("text/plain", "é", Encoded("text/plain", "é".encode())),
        ("text/plain; charset=iso-8859-1", "é", Encoded("text/plain; charset=iso-8859-1", b"\xe9")),
        ("text/*", {"a": 1}, Encoded("text/plain", b'{"a":1}')),
        ("application/octet-stream", "\xff\x00", Encoded("application/octet-stream", b"\xff\x00")),
        ("image/*", "€", Encoded("image/png", "€".encode())),
        ("application/xml", "<a/>", Encoded("application/xml", b"<a/>")),
        ("application/x-www-form-urlencoded", "a=1", Encoded("application/x-www-form-urlencoded", b"a=1")),
    ],
)
def test_a_value_is_encoded_by_media_type(name, value, encoded):
    assert media_of(name, {}).encoded(value) == encoded


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("text/plain; charset=us-ascii", "é", "cannot be encoded as us-ascii"),
        ("text/plain; charset=klingon", "a", "is not supported; valid: iso-8859-1, us-ascii, utf-8"),
        ("text/plain", "\ud800", "cannot be encoded as UTF-8"),
        ("application/x-www-form-urlencoded", [1], "expected an object to encode as a form, found an array"),
        ("multipart/form-data", 1, "expected an object to encode as a multipart body, found a number"),
        ("multipart/form-data", {"a\r\nb": 1}, "of a part contains a line break"),
        ("application/xml", {"a b": 1}, "is not a valid XML name"),
        ("application/xml", "\x00", "the value cannot be encoded as XML"),
    ],
)
def test_a_value_that_a_media_type_cannot_express_is_unencodable(name, value, message):
    with pytest.raises(Unencodable, match=message):
        media_of(name, {}).encoded(value)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_survives_encoding_and_decoding(text):
    assert media_of("text/plain", {"type": "string"}).round_trip(text) == text


@given(st.binary())
def test_binary_data_survives_encoding_and_decoding(body):
    media = media_of("application/octet-stream", {"type": "string", "format": "binary"})
    assert media.encoded(media.decoded(body).value).body == body
