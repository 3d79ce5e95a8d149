"""Likely slips in expressions, and the expression that was probably meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.scenarios.expression_slips import slips
from mockserver.scenarios.expressions import has_expression, parse
from tests.scenarios.test_expressions import EXPRESSIONS

MEANT = {
    "{$request.paht.id}": "{$request.path.id}",
    "{$reqest.path.id}": "{$request.path.id}",
    "{$Request.Path.id}": "{$request.path.id}",
    "{$path.id}": "{$request.path.id}",
    "{$request.params.id}": "{$request.path.id}",
    "{$request.path}": "{$request.path.NAME}",
    "{$request.headers.x-request-id}": "{$request.header.x-request-id}",
    "{$request.querry.filter[status]}": "{$request.query.filter[status]}",
    "{$query.page}": "{$request.query.page}",
    "{$request.body/x}": "{$request.body#/x}",
    "{$request.body#x}": "{$request.body#/x}",
    "{$request.body.a.b}": "{$request.body#/a/b}",
    "{$body#/a}": "{$request.body#/a}",
    "{$request.body#/a~2}": "{$request.body#/a~02}",
    "{$request.method}": "{$method}",
    "{$request.url}": "{$url}",
    "{$UUID}": "{$uuid}",
    "{$guid}": "{$uuid}",
    "{$uuid()}": "{$uuid}",
    "{$ now }": "{$now}",
    "{$now.iso}": "{$now}",
    "{$request.path.id": "{$request.path.id}",
    "{request.path.id}": "{$request.path.id}",
    "{{request.path.id}}": "{$request.path.id}",
    "${request.path.id}": "{$request.path.id}",
    "$request.path.id": "{$request.path.id}",
    "{{$uuid}}": "{$uuid}",
    "${$uuid}": "{$uuid}",
    "{{uuid}}": "{$uuid}",
    "${uuid}": "{$uuid}",
    "{ $uuid }": "{$uuid}",
    "{uuid}": "{$uuid}",
    "$uuid": "{$uuid}",
}


@pytest.mark.parametrize("text", MEANT)
def test_the_nearest_expression_is_suggested(text: str):
    ((pointer, sentence),) = slips({"a": [text]})

    assert pointer == "/a/0"
    assert sentence.endswith(f"; did you mean {MEANT[text]!r}?")


@pytest.mark.parametrize("text", ["{$foo}", "{$request.cookie.sid}", "{$statusCode}", "{$response.body#/id}"])
def test_all_expressions_are_listed_where_none_is_near(text: str):
    ((_, sentence),) = slips(text)

    assert "valid: {$request.path.NAME}, " in sentence
    assert r"\{$" in sentence


@pytest.mark.parametrize(
    "text",
    [
        *EXPRESSIONS,
        r"\{$uuid()}",
        "{}", "{id}", "{{name}}", "{{#each items}}", "{$5.00}", "/users/{id}", "https://example.com/{url}",
        "a $uuid",
        '{"a": 1}', "body { color: red }", "function () { return now }", "a {$uuid} b", "}{", "{",
    ],
)  # fmt: skip
def test_other_text_is_no_slip(text: str):
    assert list(slips(text)) == []


def test_names_of_members_are_looked_at():
    assert [pointer for pointer, _ in slips({"{$uuid()}": 1})] == ["/{$uuid()}"]


@given(st.sampled_from(list(MEANT)))
def test_what_is_suggested_is_an_expression(text: str):
    assert has_expression(parse(MEANT[text]))


@given(st.text(alphabet="{$}() reqpathbodyuid.#/~") | st.text())
def test_any_text_can_be_looked_at(text: str):
    assert all(pointer == "" for pointer, _ in slips(text))


@pytest.mark.parametrize("piece", ["{$", "{$request.", "${", "{{", "{$a}", "$", "{ $"])
def test_a_megabyte_of_anything_is_looked_at_at_once(piece: str):
    next(slips(piece * (1_000_000 // len(piece))), None)
