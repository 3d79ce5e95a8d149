"""Any bytes get an answer: JSON in UTF-8, with the mock's headers, no unintended 500, and no secret."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver import create_app
from mockserver.asgi.http_rules import is_host
from tests.support.asgi import InProcess, RawHeaders, Reply, in_process
from tests.support.hostile import BODIES, CHOICES, JSON_TYPE, MIB, SECRET, TOKEN, VALUES, behaves
from tests.support.logs import BothLogs


@dataclass(frozen=True, slots=True)
class Server:
    """The application in process, and its logs."""

    caller: InProcess
    log: BothLogs

    def patch(self, body: bytes, *headers: tuple[bytes, bytes], target: bytes = b"/carts/42") -> Reply:
        """A PATCH with a token, as JSON where no other headers are given."""
        return self.caller.send("PATCH", target, [TOKEN, *(headers or [JSON_TYPE])], body)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    log = BothLogs()
    with in_process(create_app(log=log)) as caller:
        yield Server(caller, log)


def nested(depth: int) -> bytes:
    """A body that the contract allows, nested this deep in all."""
    return b'{"note":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


REFUSED_BODIES = {  # id: body, keyword of the violation, what its message holds
    "empty": (b"", "required", "missing"),
    "white space": (b" \r\n\t", "json", "end of the body"),
    "not JSON": (b"purchaser_id=12", "json", "not valid JSON"),
    "single quotes": (b"{'purchaser_id': 12}", "json", "not valid JSON"),
    "cut off": (b'{"purchaser_id": 12', "json", "end of the body"),
    "two values": (b"{} {}", "json", "not valid JSON"),
    "a comma too many": (b'{"purchaser_id": 12,}', "json", "not valid JSON"),
    "a comment": (b"{} // nothing", "json", "not valid JSON"),
    "leading zero": (b'{"purchaser_id": 012}', "json", "not valid JSON"),
    "leading plus": (b'{"purchaser_id": +12}', "json", "not valid JSON"),
    "Python's True": (b'{"note": True}', "json", "not valid JSON"),
    "raw control character": (b'{"note": "\x00"}', "json", "not valid JSON"),
    "NaN": (b'{"purchaser_id": NaN}', "json", "NaN"),
    "Infinity": (b'{"purchaser_id": Infinity}', "json", "Infinity"),
    "-Infinity": (b'{"purchaser_id": -Infinity}', "json", "-Infinity"),
    "lone high surrogate": (rb'{"note": "\ud800"}', "encoding", "surrogate"),
    "lone low surrogate as a key": (rb'{"\udfff": 1}', "encoding", "surrogate"),
    "surrogates the wrong way round": (rb'{"note": "\udc00\ud800"}', "encoding", "surrogate"),
    "surrogate encoded as UTF-8": (b'{"note": "\xed\xa0\x80"}', "encoding", "not valid UTF-8"),
    "bad UTF-8": (b'{"note": "\xff"}', "encoding", "0xff at offset 10"),
    "UTF-8 cut off": (b'{"note": "\xe2\x82"}', "encoding", "not valid UTF-8"),
    "overlong UTF-8": (b'{"note": "\xc0\xaf"}', "encoding", "not valid UTF-8"),
    "UTF-8 with a byte order mark": (b"\xef\xbb\xbf{}", "encoding", "byte order mark"),
    "UTF-16": ("{}".encode("utf-16"), "encoding", "UTF-16"),
    "UTF-16 little-endian without a mark": ("{}".encode("utf-16-le"), "encoding", "UTF-16"),
    "UTF-16 big-endian without a mark": ("{}".encode("utf-16-be"), "encoding", "UTF-16"),
    "UTF-32": ("{}".encode("utf-32"), "encoding", "UTF-32"),
    "100,000 open brackets": (b"[" * 100_000, "depth", "128"),
    "100,000 nested lists": (b"[" * 100_000 + b"]" * 100_000, "depth", "128"),
    "100,000 open objects": (b'{"a":' * 100_000, "depth", "128"),
    "129 levels": (nested(129), "depth", "128"),
    "an integer of 10,000 digits": (b'{"purchaser_id": ' + b"9" * 10_000 + b"}", "number", "10000"),
    "a fraction of 10,000 digits": (b'{"note": ' + b"9" * 10_000 + b".5}", "number", "10002"),
    "1e999": (b'{"note": 1e999}', "number", "1e999"),
    "-1e999": (b'{"note": -1e999}', "number", "-1e999"),
    "a key twice": (b'{"purchaser_id": 12, "purchaser_id": 13}', "duplicateKey", "'purchaser_id'"),
    "a key twice, the same value": (b'{"note": 1, "note": 1}', "duplicateKey", "'note'"),
    "a key twice, once escaped": (rb'{"note": 1, "\u006eote": 2}', "duplicateKey", "'note'"),
    "a key twice, deep down": (b'{"note": [{"a": {"b": 1, "b": 2}}]}', "duplicateKey", "'b'"),
    "a list": (b"[]", "type", "object"),
    "a text": (b'"text"', "type", "object"),
    "a number": (b"1", "type", "object"),
    "a boolean": (b"false", "type", "object"),
    "null": (b"null", "type", "object"),
    "true for an integer": (b'{"purchaser_id": true}', "type", "integer"),
    "1.5 for an integer": (b'{"purchaser_id": 1.5}', "type", "integer"),
    "a text for an integer": (b'{"purchaser_id": "1"}', "type", "integer"),
    "null for an integer": (b'{"purchaser_id": null}', "type", "integer"),
    "zero": (b'{"purchaser_id": 0}', "exclusiveMinimum", "0"),
    "minus zero": (b'{"purchaser_id": -0.0}', "exclusiveMinimum", "0"),
    "no lines": (b'{"order_items": []}', "minItems", "1"),
}


@pytest.mark.parametrize(("body", "keyword", "words"), REFUSED_BODIES.values(), ids=REFUSED_BODIES.keys())
def test_a_body_that_two_readers_could_read_differently_or_not_at_all_is_a_400_that_says_why(
    server: Server, body: bytes, keyword: str, words: str
) -> None:
    reply = server.patch(body)
    behaves(reply)
    assert (reply.status, reply.header("x-mock-source")) == (400, "validation")
    (violation,) = reply.json()["violations"]
    assert (violation["in"], violation["keyword"]) == ("body", keyword)
    assert words in violation["message"]
    assert len(reply.body) < 1000, "a message quotes only a little of what came"


ACCEPTED_BODIES = {
    "white space around it": b" \n{}\r\n\t",
    "128 levels": nested(128),
    "brackets in a text": b'{"note": "' + b"[{" * 10_000 + b'"}',
    "quotes and brackets in a text": rb'{"note": "\"[\\"}',
    "129 lists beside each other": b'{"note": [' + b",".join([b"[]"] * 129) + b"]}",
    "an integer written with a fraction": b'{"purchaser_id": 12.0}',
    "an integer written with an exponent": b'{"purchaser_id": 1.2e1}',
    "the greatest double": b'{"note": 1.7976931348623157e308}',
    "a fraction too small for a double": b'{"note": 1e-999}',
    "10,000 digits after the point": b'{"note": 0.' + b"3" * 10_000 + b"}",
    "a pair of surrogates": rb'{"note": "\ud83d\ude00"}',
    "the same key in two objects": b'{"note": [{"a": 1}, {"a": 2}]}',
    "a null character, escaped": rb'{"note": "\u0000", "\u0000": 1}',
    "just as much as is allowed": b'{"note": "' + b"x" * (MIB - 12) + b'"}',
}


@pytest.mark.parametrize("body", ACCEPTED_BODIES.values(), ids=ACCEPTED_BODIES.keys())
def test_a_strange_body_that_the_contract_allows_goes_through(server: Server, body: bytes) -> None:
    reply = server.patch(body)
    behaves(reply)
    assert (reply.status, reply.header("x-mock-source")) == (200, "model")


def test_an_id_as_large_as_a_double_is_looked_up_and_not_found(server: Server) -> None:
    reply = server.patch(b'{"purchaser_id": 1' + b"0" * 300 + b"}")
    assert (reply.status, reply.json()) == (400, {"error": "INVALID_PURCHASER"})


def test_a_body_over_the_limit_is_a_413(server: Server) -> None:
    reply = server.patch(b'{"note": "' + b"x" * (MIB - 11) + b'"}')
    behaves(reply)
    assert (reply.status, reply.header("content-type")) == (413, "application/problem+json")


REFUSED_ORDERS = {
    "zero": b"0",
    "leading zero": b"042",
    "negative": b"-1",
    "with a plus": b"%2B42",
    "fraction": b"4.2",
    "exponent": b"4e1",
    "hexadecimal": b"0x2A",
    "Arabic digits": "٤٢".encode(),
    "Arabic digits, percent-encoded": b"%D9%A4%D9%A2",
    "full-width digits": b"%EF%BC%94%EF%BC%92",
    "line feed after it": b"42%0A",
    "line feed before it": b"%0A42",
    "line separator after it": b"42%E2%80%A8",
    "space before it": b"%2042",
    "null character": b"42%00",
    "slash": b"42%2F",
    "dots and slashes": b"..%2F..%2Fetc%2Fpasswd",
    "no UTF-8": b"42%FF",
    "surrogate": b"%ED%A0%80",
    "percent sign alone": b"42%",
    "no hexadecimal after the percent sign": b"42%ZZ",
    "words": b"null",
}


@pytest.mark.parametrize("order", REFUSED_ORDERS.values(), ids=REFUSED_ORDERS.keys())
def test_an_order_id_that_is_no_positive_number_is_a_400_about_the_path(server: Server, order: bytes) -> None:
    reply = server.patch(b"{}", target=b"/carts/" + order)
    behaves(reply)
    assert (reply.status, reply.header("x-mock-source")) == (400, "validation")
    (violation,) = reply.json()["violations"]
    assert (violation["in"], violation["name"]) == ("path", "order_id")


@pytest.mark.parametrize("digits", [40, 400, 40_000])
def test_an_order_id_of_any_length_is_looked_up_and_not_found(server: Server, digits: int) -> None:
    reply = server.patch(b"{}", target=b"/carts/" + b"9" * digits)
    behaves(reply)
    assert (reply.status, reply.json()) == (404, {"error": "CART_NOT_FOUND"})


def test_an_order_id_may_be_percent_encoded(server: Server) -> None:
    assert server.patch(b"{}", target=b"/carts/%34%32").json()["data"]["id"] == 42


@pytest.mark.parametrize(
    "path", [b"/carts/", b"/carts/42//", b"//carts/42", b"/carts", b"/", b"", b"*", b"/Carts/42"]
)
def test_a_path_that_is_only_like_the_contract_s_is_a_404_problem(server: Server, path: bytes) -> None:
    reply = server.patch(b"{}", target=path)
    behaves(reply)
    assert (reply.status, reply.json()["type"]) == (404, "urn:mockserver:problem:unknown-path")


UNSUPPORTED = {
    "none": [],
    "empty": [(b"content-type", b"")],
    "plain text": [(b"content-type", b"text/plain")],
    "a form, as curl -d says": [(b"content-type", b"application/x-www-form-urlencoded")],
    "XML": [(b"content-type", b"application/xml")],
    "another kind of JSON": [(b"content-type", b"application/merge-patch+json")],
    "longer than JSON": [(b"content-type", b"application/json5")],
    "two types": [(b"content-type", b"application/json, text/plain")],
    "no ASCII": [(b"content-type", b"application/\xff\xfe")],
    "Brotli": [JSON_TYPE, (b"content-encoding", b"br")],
}


@pytest.mark.parametrize("headers", UNSUPPORTED.values(), ids=UNSUPPORTED.keys())
def test_a_body_of_another_type_is_a_415_that_says_what_would_do(server: Server, headers: RawHeaders) -> None:
    reply = server.caller.send("PATCH", b"/carts/42", [TOKEN, *headers], b"{}")
    behaves(reply)
    assert (reply.status, reply.header("accept-patch")) == (415, "application/json")
    assert reply.header("content-type") == "application/problem+json"


@pytest.mark.parametrize(
    "value",
    [
        b"application/json; charset=utf-8",
        b"application/json;charset=UTF-8",
        b"Application/JSON",
        b" application/json ; charset=utf-8",
    ],
)
def test_case_and_parameters_of_the_content_type_do_not_matter(server: Server, value: bytes) -> None:
    assert server.patch(b"{}", (b"content-type", value)).status == 200


WITHOUT_TOKEN: dict[str, list[bytes]] = {
    "none": [],
    "empty": [b""],
    "only the scheme": [b"Bearer"],
    "a space for a token": [b"Bearer "],
    "another scheme": [b"Basic Zmx0X3NrX3g6"],
    "no scheme": [SECRET.encode()],
    "scheme and token in one": [b"Bearer" + SECRET.encode()],
    "prefix alone": [b"Bearer flt_sk_"],
    "another prefix": [b"Bearer sk_live_keep"],
    "prefix in capitals": [b"Bearer FLT_SK_x"],
    "two tokens": [b"Bearer " + SECRET.encode() + b" " + SECRET.encode()],
    "two headers": [b"Bearer " + SECRET.encode()] * 2,
    "comma": [b"Bearer " + SECRET.encode() + b",x"],
    "no ASCII": [b"Bearer flt_sk_\xc3\xa9"],
    "Arabic digits": ["Bearer flt_sk_٤٢".encode()],
    "null character": [b"Bearer flt_sk_\x00"],
    "100,000 characters that are none": [b"Bearer " + b"!" * 100_000],
}


@pytest.mark.parametrize("values", WITHOUT_TOKEN.values(), ids=WITHOUT_TOKEN.keys())
def test_a_missing_or_malformed_token_is_a_401_even_for_an_invalid_request(
    server: Server, values: list[bytes]
) -> None:
    headers = [JSON_TYPE, *((b"authorization", value) for value in values)]
    reply = server.caller.send("PATCH", b"/carts/042", headers, b"{")
    behaves(reply)
    assert (reply.status, reply.header("x-mock-source")) == (401, "auth")
    assert reply.header("www-authenticate") == "Bearer"
    assert reply.json()["error"] == "UNAUTHORIZED"


@pytest.mark.parametrize("scheme", [b"bearer", b"BEARER", b"Bearer  "])
def test_the_scheme_s_case_and_spaces_do_not_matter(server: Server, scheme: bytes) -> None:
    headers = [JSON_TYPE, (b"authorization", scheme + b" " + SECRET.encode())]
    assert server.caller.send("PATCH", b"/carts/42", headers, b"{}").status == 200


HEADERS = st.lists(
    st.one_of(
        st.just(JSON_TYPE),
        st.just((b"accept-encoding", b"gzip")),
        st.tuples(st.just(b"x-mock-scenario"), CHOICES | VALUES),
        st.tuples(st.just(b"cookie"), VALUES | CHOICES.map(lambda name: b"mock_scenario=" + name)),
        st.tuples(
            st.just(b"prefer"),
            VALUES
            | st.tuples(
                st.sampled_from([b"code=", b"example=", b"dynamic=", b"seed=", b"scenario="]),
                CHOICES | VALUES | st.integers(-1, 1000).map(lambda number: str(number).encode()),
            ).map(b"".join),
        ),
        st.tuples(
            st.sampled_from(
                [
                    b"content-type",
                    b"content-encoding",
                    b"x-mock-session",
                    b"baggage",
                    b"origin",
                    b"access-control-request-method",
                    b"access-control-request-headers",
                    b"host",
                    b"x",
                ]
            ),
            VALUES,
        ),
    ),
    max_size=5,
)
QUERIES = st.binary(max_size=40) | st.tuples(
    st.sampled_from([b"__scenario=", b"__code=", b"__example=", b"__dynamic=", b"__session=", b"q="]),
    CHOICES | st.binary(max_size=20),
).map(b"".join)
PATHS = (
    st.binary(max_size=40)
    | st.binary(max_size=20).map(lambda rest: b"/carts/" + rest)
    | st.just(b"/carts/42")
)
METHODS = st.sampled_from(["PATCH"] * 5 + ["GET", "HEAD", "OPTIONS", "POST", "TRACE", "QUERY", "patch", ""])


@settings(max_examples=1000)
@given(method=METHODS, path=PATHS, query=QUERIES, headers=HEADERS, body=BODIES)
@example("PATCH", b"/carts/42", b"__code=500", [], b"{}")
@example("OPTIONS", b"", b"", [(b"origin", b"\xff"), (b"access-control-request-method", b"\xff")], b"")
def test_any_bytes_get_an_answer_that_behaves(
    server: Server,
    method: str,
    path: bytes,
    query: bytes,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
) -> None:
    reply = server.caller.send(method, path + b"?" + query, [TOKEN, *headers], body)
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) < 2 and all(map(is_host, hosts)):
        behaves(reply)
    else:  # not a request of HTTP (RFC 9112, section 3.2), so it has no exchange
        assert (reply.status, reply.header("x-mock-source"), reply.header("x-mock-exchange")) == (
            400,
            "mock",
            None,
        )
        assert SECRET.encode() not in reply.body


def test_no_log_holds_a_secret_or_a_character_that_moves_the_cursor(server: Server) -> None:
    for target in (
        b"/carts/%1B%5B31m",
        "/carts/\x9b31m".encode("latin-1"),
        b"/carts/%C2%9B31m",
        b"/carts/42%0Ax",
    ):
        server.patch(b"{}", target=target)
    server.patch(b"{}", (b"content-type", b"text/\x9b31m"))
    server.patch(b'{"acquisition_mode": "\xc2\x9b31m \xe2\x80\xa8 \x7f"}')
    server.patch(rb'{"acquisition_mode": "\u001b[31m", "\u001b": 1}')
    server.patch(b'{"note": \xc2\x9b31m}')
    for log in server.log.texts:
        text = log.getvalue()
        assert text.encode("utf-8")
        assert SECRET not in text
        assert {character for character in text if not character.isprintable()} <= {"\n"}
