"""Multipart bodies are decoded by the type, encoding and schema of each part, and encoded again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.bodies.parts import LIMIT, read_parts, write_parts
from mockserver.data.decoding import Undecodable
from tests.support.media import media_of

MULTIPART = "multipart/form-data"
BOUNDARY = f"{MULTIPART}; boundary=b"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
BYTES = st.binary(max_size=12).map(lambda body: body.decode("latin-1"))
POINT = {"type": "object", "properties": {"x": {"type": "integer"}}}
FILE = {"type": "string", "format": "binary"}


def part(name: str, body: bytes, *headers: str) -> bytes:
    lines = [f'Content-Disposition: form-data; name="{name}"', *headers]
    return b"--b\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + body + b"\r\n"


def body_of(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--b--\r\n"


@pytest.mark.parametrize(
    ("schema", "encoding", "parts", "value"),
    [
        ({"type": "string"}, None, [part("a", "é".encode())], "é"),
        ({"type": "string"}, None, [part("a", b"\xe9", "Content-Type: text/plain; charset=iso-8859-1")], "é"),
        ({"type": "integer"}, None, [part("a", b"1")], 1),
        ({"type": "array", "items": {"type": "integer"}}, None, [part("a", b"1"), part("a", b"2")], [1, 2]),
        ({"type": "array", "items": {"type": "integer"}}, None, [part("a", b"1")], [1]),
        ({"type": "integer"}, None, [part("a", b"1"), part("a", b"2")], [1, 2]),
        (POINT, None, [part("a", b'{"x":1}')], {"x": 1}),
        (POINT, None, [part("a", b"x")], "x"),
        (POINT, {"contentType": "application/json"}, [part("a", b'{"x":1}')], {"x": 1}),
        (POINT, None, [part("a", b'{"x":1}', "Content-Type: application/json")], {"x": 1}),
        (POINT, None, [part("a", b"<a><x>1</x></a>", "Content-Type: application/xml")], {"x": 1}),
        (POINT, {"contentType": "application/yaml"}, [part("a", b"x: 1")], {"x": 1}),
        (FILE, None, [part("a", b"\xff\x00", "Content-Type: image/png")], "\xff\x00"),
        (FILE, None, [part("a", b"\xff\r\n")], "\xff\r\n"),
        ({"contentMediaType": "image/png"}, None, [part("a", b"\xff")], "\xff"),
        ({}, None, [part("a", b"\xff", "Content-Type: application/pdf")], "\xff"),
        ({}, {"contentType": "image/png, image/*"}, [part("a", b"\xff", "Content-Type: image/gif")], "\xff"),
        ({}, {"contentType": "image/png"}, [part("a", b"\xff")], "\xff"),
    ],
    ids=[
        "text",
        "text of a charset",
        "a number",
        "a list",
        "a list of one",
        "a value given twice",
        "an object",
        "no object",
        "JSON by encoding",
        "JSON by its own type",
        "XML by its own type",
        "YAML by encoding",
        "a file",
        "a file without a type",
        "a file in 3.1",
        "a file of any schema",
        "a range",
        "a type left out",
    ],
)  # fmt: skip
def test_a_part_is_decoded(schema, encoding, parts, value):
    encodings = {"a": encoding} if encoding else {}
    media = media_of(MULTIPART, {"type": "object", "properties": {"a": schema}}, **encodings)
    assert media.decoded(body_of(*parts), BOUNDARY).value == {"a": value}


LIST = {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize(
    ("schema", "encoding", "parts", "value"),
    [
        (LIST, {"style": "form", "explode": False}, [part("a", b"1,2")], {"a": [1, 2]}),
        (LIST, {"style": "form"}, [part("a", b"1"), part("a", b"2")], {"a": [1, 2]}),
        (LIST, {"style": "pipeDelimited"}, [part("a", b"1|2")], {"a": [1, 2]}),
        (LIST, {"style": "spaceDelimited"}, [part("a", b"1 2")], {"a": [1, 2]}),
        (POINT, {"style": "deepObject", "explode": True}, [part("a[x]", b"1")], {"a": {"x": 1}}),
        (POINT, {"style": "form"}, [part("x", b"1"), part("b", b"2")], {"a": {"x": 1}, "b": "2"}),
        ({"type": "string"}, {"allowReserved": True}, [part("a", b"50%25 + 1&b=2")], {"a": "50%25 + 1&b=2"}),
        (POINT, {"style": "form"}, [part("a", b'{"x":1}', "Content-Type: application/json")],
         {"a": {"x": 1}}),
        ({"type": "array", "items": FILE}, {"style": "form"}, [part("a", b"1"), part("a", b"2")],
         {"a": ["1", "2"]}),
    ],
    ids=["commas", "repeated", "pipes", "spaces", "deep", "exploded", "reserved", "JSON", "files"],
)  # fmt: skip
def test_a_property_with_a_style_is_read_by_it(schema, encoding, parts, value):
    media = media_of(MULTIPART, {"type": "object", "properties": {"a": schema, "b": {}}}, a=encoding)
    assert media.decoded(body_of(*parts), BOUNDARY).value == value


def test_an_invalid_property_with_a_style_is_named():
    media = media_of(MULTIPART, {"properties": {"a": POINT}}, a={"style": "form", "explode": False})
    with pytest.raises(Undecodable, match="the field a: expected alternating names and values"):
        media.decoded(body_of(part("a", b"x")), BOUNDARY)


@given(st.lists(st.integers(), min_size=2), st.integers(), TEXT)
def test_properties_with_a_style_survive_encoding_and_decoding(numbers, x, text):
    media = media_of(
        MULTIPART,
        {"type": "object", "properties": {"list": LIST, "deep": POINT, "text": {"type": "string"}}},
        list={"style": "form", "explode": False},
        deep={"style": "deepObject", "explode": True},
        text={"allowReserved": True},
    )
    value = {"list": numbers, "deep": {"x": x}, "text": text}
    assert media.round_trip(value) == value


def test_a_body_without_parts_is_an_empty_object():
    assert media_of(MULTIPART, {}).decoded(body_of(), BOUNDARY).value == {}


@pytest.mark.parametrize("preamble", [b"\r\n", b"Several parts.\r\n", b"--bb\r\n--b!\r\n", b"a\r\n\r\nb\r\n"])
@pytest.mark.parametrize("epilogue", [b"", b"\r\n", b"That was all.\r\n--b\r\n"])
def test_text_before_the_first_and_after_the_last_boundary_is_ignored(preamble, epilogue):
    body = preamble + body_of(part("a", b"1")) + epilogue
    assert media_of(MULTIPART, {}).decoded(body, BOUNDARY).value == {"a": "1"}


def test_boundaries_may_have_padding():
    body = (part("a", b"1") + body_of(part("b", b"2"))).replace(b"--b\r\n", b"--b \t\r\n")
    assert media_of(MULTIPART, {}).decoded(body, BOUNDARY).value == {"a": "1", "b": "2"}


def test_a_body_of_a_preamble_alone_is_undecodable():
    with pytest.raises(Undecodable):
        media_of(MULTIPART, {}).decoded(b"Several parts.\r\n--", BOUNDARY)


def test_names_are_utf_8_and_may_be_escaped():
    body = body_of(part('é\\"', b"1"))
    assert media_of(MULTIPART, {}).decoded(body, BOUNDARY).value == {'é"': "1"}


@pytest.mark.parametrize(
    ("content_type", "body", "keyword", "message"),
    [
        (MULTIPART, body_of(), "multipart", "has no valid boundary"),
        (f"{MULTIPART}; boundary=é", body_of(), "multipart", "has no valid boundary"),
        (f"{MULTIPART}; boundary={'b' * 300}", body_of(), "multipart",
         "the body is not valid multipart/form-data"),
        (BOUNDARY, b"", "multipart", "ends before its closing boundary"),
        (BOUNDARY, part("a", b"1"), "multipart", "ends before its closing boundary"),
        (BOUNDARY, b"a=1", "multipart", "the body is not valid multipart/form-data"),
        (BOUNDARY, body_of(b"--b\r\n\r\n1\r\n"), "multipart", "part 1 has no 'Content-Disposition"),
        (BOUNDARY, body_of(part("a", b""), b"--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n"),
         "multipart", "part 2 has no 'Content-Disposition"),
        (BOUNDARY, body_of(part("a", b"1", "X: 1", "x: 2")), "multipart", "the header 'x' twice"),
        (BOUNDARY, body_of(part("a", b"MQ==", "Content-Transfer-Encoding: base64")), "multipart", "7578"),
        (BOUNDARY, body_of(part("a", b"")).replace(b'"a"', b'"\xff"'), "encoding",
         "part 1 is not valid UTF-8"),
        (BOUNDARY, body_of(*[part("a", b"")] * (LIMIT + 1)), "multipart", "more than 1,000 parts"),
        (BOUNDARY, body_of(part("a", b"\xff")), "encoding", "the field 'a': the value is not valid UTF-8"),
        (BOUNDARY, body_of(part("a", b"1", "Content-Type: ?")), "contentType",
         "'?' is not a valid media type"),
        (BOUNDARY, body_of(part("j", b"{", "Content-Type: application/json")), "json", "the field 'j'"),
        (BOUNDARY, body_of(part("i", b"1", "Content-Type: image/gif")), "contentType",
         "the field 'i': expected the part as image/png or image/jpeg, found 'image/gif'"),
        (BOUNDARY, body_of(part("h", b"1")), "required", "the part's header 'X-Rate' is missing"),
        (BOUNDARY, body_of(part("r", b"1", "X-Rate: fast")), "type",
         "the field 'r': the part's header X-Rate: expected an integer, found a string ('fast')"),
        (BOUNDARY, body_of(part("r", b"1", "X-List: 1,x")), "type",
         "the field 'r': the part's header X-List/1: expected an integer"),
    ],
    ids=[
        "no boundary",
        "a strange boundary",
        "a long boundary",
        "empty",
        "cut",
        "another format",
        "no header",
        "not form-data",
        "a header twice",
        "base64",
        "a name that is no text",
        "many parts",
        "a value that is no text",
        "a type that is none",
        "no JSON",
        "another type",
        "no required header",
        "an invalid header",
        "an invalid item of a header",
    ],
)  # fmt: skip
def test_an_invalid_body_is_undecodable(content_type, body, keyword, message):
    media = media_of(
        MULTIPART,
        {"type": "object", "properties": {"a": {"type": "string"}}},
        i={"contentType": "image/png, image/jpeg"},
        h={"headers": {"X-Rate": {"required": True}, "X-Other": {}, "Content-Type": {"required": True}}},
        r={
            "headers": {
                "X-Rate": {"schema": {"type": "integer"}},
                "X-List": {"schema": {"type": "array", "items": {"type": "integer"}}},
            }
        },
    )
    with pytest.raises(Undecodable) as caught:
        media.decoded(body, content_type)
    assert caught.value.keyword == keyword
    assert message in str(caught.value)


def test_a_part_is_encoded_with_its_content_type():
    media = media_of(MULTIPART, {"properties": {"f": FILE}}, p={"contentType": "application/p+json"})
    encoded = media.encoded({"a": 1, "f": "\xff", "p": "x"})
    assert encoded.content_type == 'multipart/form-data; boundary="mock-server-boundary"'
    assert encoded.body.split(b"--mock-server-boundary") == [
        b"",
        b'\r\nContent-Disposition: form-data; name="a"\r\ncontent-type: text/plain\r\n\r\n1\r\n',
        b'\r\nContent-Disposition: form-data; name="f"; filename="file"\r\n'
        b"content-type: application/octet-stream\r\n\r\n\xff\r\n",
        b'\r\nContent-Disposition: form-data; name="p"\r\ncontent-type: application/p+json\r\n\r\n"x"\r\n',
        b"--\r\n",
    ]


def test_no_part_contains_the_boundary():
    media = media_of(MULTIPART, {"properties": {"a": {"type": "string"}}})
    text = media.encoded({}).body.decode()
    assert media.round_trip({"a": text}) == {"a": text}


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT,
        "number": st.integers(),
        "file": BYTES,
        "texts": st.lists(TEXT, min_size=1),
        "files": st.lists(BYTES, min_size=1),
        "point": st.fixed_dictionaries({}, optional={"x": st.integers()}),
        "points": st.lists(st.fixed_dictionaries({"x": st.integers()}), min_size=1),
        'a "\\ é': TEXT,
    },
)
EVERYTHING = media_of(
    MULTIPART,
    {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "number": {"type": "integer"},
            "file": FILE,
            "texts": {"type": "array", "items": {"type": "string"}},
            "files": {"type": "array", "items": FILE},
            "point": POINT,
            "points": {"type": "array", "items": POINT},
        },
    },
)


@given(VALUES)
def test_an_encoded_value_is_decoded_to_the_same_value(value):
    assert EVERYTHING.round_trip(value) == value


@given(st.binary())
def test_binary_parts_survive_encoding_and_decoding(body):
    media = media_of(MULTIPART, {"properties": {"file": FILE}})
    encoded = media.encoded({"file": body.decode("latin-1")})
    boundary, written = write_parts(read_parts(encoded.body, encoded.content_type.partition('"')[2][:-1]))
    assert body in written
    assert boundary in encoded.content_type
