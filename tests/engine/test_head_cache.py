"""The cache of what follows from heads: a known head gives what the same head gives that was never seen."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import mockserver
from mockserver.data.bounded_cache import MOST
from mockserver.engine.head_cache import READ, HeadCache
from mockserver.engine.session_keys import BadSessionKey
from mockserver.engine.session_path import SessionPaths
from mockserver.http.message import HEAVIEST, Head, Request, parse_headers
from mockserver.settings import Settings
from tests.support.patches import BUNDLED, patch, runtime

END = b"\r\n\r\n"
PATHS = SessionPaths("/__mock")
BODY = b'{"purchaser_id": 12}'
REQUIRED = [("host", "x"), ("authorization", "Bearer flt_sk_demo"), ("content-type", "application/json")]
PIECES = ["X-Mock-Session", "X-Request-Id", "Cookie", "Baggage", "Accept", "X-Mock-Scenario", "Traceparent"]
NAMES = st.sampled_from(
    [*PIECES, "x-mock-session", "X-Mock-Scenaro", "X_1", "Content-Encoding", "Origin", "Prefer"]
)
VALUES = st.sampled_from(
    ["a", "", " b ", "order-not-cart", "mock-session=c", "mock_session=d", "bad key!", "é", "gzip", "*/*"]
)
TARGETS = st.sampled_from(
    ["/carts/42", "/__mock/as/a/carts/42", "/__mock/as/b.c/carts/42", "/__mock/as/b%20/carts/42"]
)
TWO_KEYS = [("X-Mock-Session", "mine"), ("X-Mock-Session", "yours")]
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=5)


def cache(settings: Settings | None = None) -> HeadCache:
    return HeadCache(BUNDLED, settings or Settings())


def head(*more: tuple[str, str], target: str = "/carts/42", length: int = len(BODY)) -> bytes:
    fields = [*REQUIRED, ("Content-Length", str(length)), *more]
    lines = [f"PATCH {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join(lines).encode("latin-1")


def parsed(start: bytes, body: bytes = BODY) -> Request:
    """The request as a parser reads it."""
    target = start.split(b" ")[1].decode()
    return PATHS.read(Request(Head("PATCH", target, "", parse_headers(start)), body))


def learned(heads: HeadCache, start: bytes, body: bytes = BODY) -> None:
    heads.learn(start + END + body, parsed(start, body))


def below(key: str, target: str = "/carts/42") -> str:
    """A target below the base URL of a session."""
    return f"/__mock/as/{key}{target}"


def shown(request: Request, heads: HeadCache, facts=None) -> object:
    """What a request with this head leads to: the exchange as the journal shows it."""
    mock = runtime()
    exchange = mock.run(request, facts)
    record = next(iter(mock.journal.records(None)))
    return (
        exchange.final_answer, exchange.session.key, record.headers, record.path, record.query, record.body,
        [each.decided for each in record.trail],
    )  # fmt: skip


@given(FIELDS, FIELDS, TARGETS, TARGETS)
@example([("X-Request-Id", "é")], [("X-Request-Id", "é")], "/carts/42", "/carts/42")
@example([], [("X-Request-Id", "1"), *TWO_KEYS], "/carts/42", "/carts/42")
@example(
    [("X-Mock-Session", "bad key!")], [("X-Mock-Session", "bad key!"), *TWO_KEYS], "/carts/42", "/carts/42"
)
@example(
    [("Baggage", "mock-session=c")], [*TWO_KEYS, ("Baggage", "mock-session=c")], "/carts/42", "/carts/42"
)
@example([], TWO_KEYS, "/carts/42", "/__mock/as/a/carts/42")
@example([], [], "/__mock/as/a/carts/42", "/carts/42")
def test_a_known_head_gives_the_answer_of_the_same_head_never_seen(earlier, later, learned_target, target):
    heads = cache()
    learned(heads, head(*earlier, target=learned_target))
    start = head(*later, target=target)
    known = heads.request(start + END + BODY)
    if known is not None:
        assert shown(*known[:1], heads, known[1]) == shown(parsed(start), heads)


@given(FIELDS)
def test_a_head_that_was_learned_is_known_unless_only_a_parser_may_judge_it(fields):
    heads = cache()
    learned(heads, head(*fields))
    keys = [value.strip() for name, value in fields if name.lower() == "x-mock-session"]
    own = [value for name, value in fields if name.lower() in ("x-request-id", "traceparent", "x_1")]
    is_plain = all(re.fullmatch("[a-z-]+", key) for key in keys) and all(map(str.isascii, own))
    assert (heads.request(head(*fields) + END + BODY) is not None) == is_plain


@pytest.mark.parametrize("name", ["X-Request-Id", "Traceparent", "X-Mock-Session", "Idempotency-Key"])
def test_heads_that_differ_in_what_decides_nothing_share_their_facts(name):
    heads = cache()
    learned(heads, head((name, "one")))
    known = heads.request(head((name, "two")) + END + BODY)
    assert known is not None
    request, facts = known
    assert dict(parse_headers(request.sent))[name.lower()] == "two"
    assert request.session_key == ("two" if name == "X-Mock-Session" else None)
    assert facts is heads.facts(Head("PATCH", "/carts/42", "", parse_headers(head())))


@pytest.mark.parametrize("learned_target", ["/carts/42", below("one")])
@pytest.mark.parametrize("more", [[], [("X-Request-Id", "2")], [("X-Mock-Session", "header")]])
def test_heads_that_differ_in_the_session_key_of_the_path_share_their_facts(learned_target, more):
    heads = cache()
    learned(heads, head(target=learned_target))
    for key in ("one", "two"):
        known = heads.request(head(*more, target=below(key)) + END + BODY)
        assert known is not None
        request, facts = known
        assert (request.session_key, request.base_path) == (key, f"/__mock/as/{key}")
        assert facts.head.path == "/carts/42"
        assert facts is heads.facts(Head("PATCH", "/carts/42", "", parse_headers(head())))
        assert set(more) <= {(name.title(), value) for name, value in parse_headers(request.sent)}


def test_sessions_in_paths_do_not_fill_the_cache():
    heads = cache()
    learned(heads, head(target="/carts/1"))
    for number in range(MOST):
        learned(heads, head(target=below(f"k{number}")))
    assert heads.request(head(target="/carts/1") + END + BODY) is not None


@pytest.mark.parametrize("path", ["/__mock", "/__mock/session", "/__mock/as/k/carts/42", "/%5F_mock/session"])
def test_a_path_behind_a_key_that_would_be_a_control_call_is_not_learned(path):
    heads = cache()
    learned(heads, head(target=below("k", path)))
    assert heads.request(head(target=path) + END + BODY) is None


@pytest.mark.parametrize("target", ["/__mock/as/%6b/carts/42", "/%5F_mock/as/k/carts/42"])
def test_a_key_that_is_spelt_in_an_unusual_way_is_left_to_the_parser(target):
    heads = cache()
    learned(heads, head(target=target))
    assert heads.request(head(target=target) + END + BODY) is None
    assert heads.request(head() + END + BODY) is None


def test_a_path_with_a_key_over_the_limit_of_urls_is_left_to_the_parser():
    heads = cache(Settings(url_limit=200))
    learned(heads, head())
    assert heads.request(head(target=below("k")) + END + BODY) is not None
    assert heads.request(head(target=below("k" * 120)) + END + BODY) is None


@pytest.mark.parametrize("name", ["Accept", "Cookie", "Authorization", "X-Mock-Scenario", "Origin", "Host"])
def test_heads_that_differ_in_what_is_read_do_not(name):
    heads = cache()
    learned(heads, head((name, "one")))
    assert heads.request(head((name, "two")) + END + BODY) is None


@given(st.binary(max_size=4))
def test_what_does_not_end_where_the_head_says_is_left_to_the_parser(body):
    heads = cache()
    learned(heads, head(length=2), b"{}")
    assert (heads.request(head(length=2) + END + body) is not None) == (len(body) == 2)


@given(st.integers(0, 300))
def test_the_beginning_of_a_request_is_not_known(cut):
    heads = cache()
    whole = head(("X-Own", "1")) + END + BODY
    learned(heads, head(("X-Own", "1")))
    assert heads.request(whole[: min(cut, len(whole) - 1)]) is None


def test_a_head_without_its_end_is_not_known_though_it_has_no_body():
    heads = cache()
    learned(heads, head(length=0), b"")
    assert heads.request(head(length=0) + END) is not None
    assert heads.request(head(length=0)) is None


@pytest.mark.parametrize(
    ("more", "after"),
    [
        ([("Transfer-Encoding", "chunked")], b""),
        ([("Expect", "100-continue")], b""),
        ([("X-Long", "x" * HEAVIEST)], b""),
        ([], b"PATCH / HTTP/1.1\r\n"),
    ],
    ids=["chunks", "an expectation", "a long head", "another request behind it"],
)
def test_a_head_is_not_learned_where_its_bytes_do_not_tell_all(more, after):
    heads = cache()
    start = head(*more)
    heads.learn(start + END + BODY + after, parsed(start))
    assert heads.request(start + END + BODY) is None


@pytest.mark.parametrize(
    "line",
    ["X-Own: a\r\n b", "X-Own : a", "X-Own: a\x00", "X-Own: a\rb", "X-Own: a\nb", "X\u00e9: a", "X-Own"],
)
def test_a_line_that_only_the_parser_may_judge_is_left_to_it(line):
    heads = cache()
    learned(heads, head())
    assert heads.request(head() + b"\r\n" + line.encode("latin-1") + END + BODY) is None


def test_a_line_that_continues_another_one_does_not_pass_to_the_line_before():
    heads = cache()
    continued = head() + b"\r\nCookie: a\r\n b"
    heads.learn(continued + END + BODY, parsed(head(("Cookie", "a b"))))
    moved = head() + b"\r\nCookie: a\r\nX-Own: 1\r\n b"
    assert heads.request(continued + END + BODY) is None
    assert heads.request(moved + END + BODY) is None


def test_a_head_over_the_limit_of_headers_is_left_to_the_parser():
    heads = cache(Settings(header_limit=1_000))
    learned(heads, head())
    assert heads.request(head(("X-Own", "x" * 100)) + END + BODY) is not None
    assert heads.request(head(("X-Own", "x" * 1_000)) + END + BODY) is None


def test_a_session_key_that_is_not_valid_is_refused_each_time():
    facts = cache().facts(patch(headers={"X-Mock-Session": "not valid"}).head)
    for _ in range(2):
        with pytest.raises(BadSessionKey):
            facts.session_key_of(patch())


@pytest.mark.parametrize(
    "large",
    [
        Head("GET", "/carts/42", headers=[(f"x-{number}", "") for number in range(200)]),
        Head("GET", "/carts/42", "&".join(f"q{number}" for number in range(200))),
        Head("GET", "/carts/" + "4" * HEAVIEST),
    ],
    ids=["many headers", "many members of the query", "a long path"],
)
def test_a_large_head_is_not_cached(large):
    heads = cache()
    assert heads.facts(large) is not heads.facts(large)


def test_equal_heads_have_the_same_facts():
    heads = cache()
    assert heads.facts(patch().head) is heads.facts(patch().head)
    assert heads.facts(patch().head) is not heads.facts(patch("43").head)


def test_the_oldest_are_forgotten():
    heads = cache()
    for number in range(MOST):
        learned(heads, head(target=f"/carts/{number}"))
    assert heads.request(head(target="/carts/0") + END + BODY) is None
    assert heads.request(head(target=f"/carts/{MOST - 1}") + END + BODY) is not None


def test_every_header_that_the_package_reads_is_an_essential_one():
    """A header that is read but not in READ would be missing from the facts of a known head."""
    read = {
        call.args[0].value
        for path in Path(mockserver.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("header", "all")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(read) > 10
    assert read <= READ
