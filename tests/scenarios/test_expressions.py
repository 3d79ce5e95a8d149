"""Which text in braces is an expression, and which stays text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.scenarios.expressions import Expression, has_expression, literal_text, parse

EXPRESSIONS = {
    "{$request.path.order_id}": ("path", "order_id"),
    "{$request.query.page}": ("query", "page"),
    "{$request.query.filter[status]}": ("query", "filter[status]"),
    "{$request.query.a b.c}": ("query", "a b.c"),
    "{$request.header.X-Request-Id}": ("header", "X-Request-Id"),
    "{$request.body}": ("body", ""),
    "{$request.body#}": ("body", ""),
    "{$request.body#/}": ("body", "/"),
    "{$request.body#/lines/0/a~1b~0}": ("body", "/lines/0/a~1b~0"),
    "{$method}": ("method", ""),
    "{$url}": ("url", ""),
    "{$uuid}": ("uuid", ""),
    "{$now}": ("now", ""),
}
TEXTS = [
    "{}", "{$}", "{order_id}", "{request.path.order_id}", "{$foo}", "{$uuid()}", "{$ uuid}", "{$uuid }",
    "{$UUID}",
    "{$request}", "{$request.path}", "{$request.path.}", "{$request.paht.id}", "{$request.cookie.sid}",
    "{$request.header.}", "{$request.header.a b}",
    "{$request.header.ä}", "{$request.bodyx}", "{$request.body.x}",
    "{$request.body/x}", "{$request.body#x}", "{$request.body#/a~2}", "{$request.body#/a~}",
    "{$response.body}",
    "{$statusCode}", "{$uuid", "$uuid}", "{{uuid}}", "$uuid",
]  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_is_one_of_those_listed(text: str):
    assert parse(text) == (Expression(text, *EXPRESSIONS[text]),)


@pytest.mark.parametrize("text", TEXTS)
def test_any_other_text_in_braces_stays_text(text: str):
    assert parse(text) == (text,)


def test_a_string_may_have_text_and_several_expressions():
    now, uuid = Expression("{$now}", "now"), Expression("{$uuid}", "uuid")
    assert parse("at {$now}: {$uuid}{$uuid}.") == ("at ", now, ": ", uuid, uuid, ".")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r"\{$uuid}", "{$uuid}"),
        (r"\{$", "{$"),
        (r"\\{$uuid}", r"\{$uuid}"),
        (r"a \{$uuid} b \{$now}", "a {$uuid} b {$now}"),
        (r"\{uuid}", r"\{uuid}"),
    ],
)
def test_a_backslash_makes_text_of_an_expression(text: str, meant: str):
    assert parse(text) == (meant,)


def test_an_expression_begins_with_the_last_opening_brace():
    assert parse("{$request.path.{$uuid}}") == ("{$request.path.", Expression("{$uuid}", "uuid"), "}")


@given(st.text().filter(lambda text: "{$" not in text))
def test_text_without_a_brace_and_dollar_is_itself(text: str):
    assert parse(text) == ((text,) if text else ())


PIECES = st.lists(st.sampled_from([*EXPRESSIONS, *TEXTS, r"\{$", "{$", "}", "\\", "{", "$", "x", "ä"]))


@given(PIECES.map("".join) | st.text(alphabet="{$}\\requst.pathbody#/~x"))
def test_no_text_is_lost_but_the_backslashes_of_escapes(text: str):
    written = "".join(part if isinstance(part, str) else part.text for part in parse(text))

    assert written == text.replace(r"\{$", "{$")


@given(st.text(alphabet="{$}\\uidno"))
def test_an_escaped_text_has_no_expression_and_is_itself(text: str):
    # An escape could be escaped by accident only where a backslash comes before it.
    escaped = text.replace("{$", r"\{$")
    parts = parse(escaped)

    assert not has_expression(parts)
    assert literal_text(parts) == text


@given(PIECES.map("".join))
def test_no_two_texts_follow_each_other_and_none_is_empty(text: str):
    parts = parse(text)

    assert "" not in parts
    assert not any(isinstance(one, str) and isinstance(other, str) for one, other in pairwise(parts))


@pytest.mark.parametrize(
    "piece", ["{$", "{$request.body#/", "{$request.body#/~", r"\{$", "{$a}", "{", "$", "{$request.query."]
)
def test_a_megabyte_of_anything_is_read_at_once(piece: str):
    text = piece * (1_000_000 // len(piece))
    written = "".join(part if isinstance(part, str) else part.text for part in parse(text))

    assert written == text.replace(r"\{$", "{$")
