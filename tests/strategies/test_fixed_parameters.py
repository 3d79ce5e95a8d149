"""Parameters can be fixed: each request has their values."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from mockserver import strategies
from mockserver.data.json import Json
from mockserver.strategies import InvalidParameter, SentRequest, UnknownParameter
from tests.support.documents import contract_of

SHOP = contract_of("""
paths:
  /shops/{shop}/trees/{tree}:
    get:
      operationId: look
      parameters:
        - {name: shop, in: path, required: true, schema: {type: string, minLength: 1}}
        - {name: tree, in: path, required: true, schema: {type: integer, minimum: 1}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
        - {name: X-Trace, in: header, schema: {type: string, maxLength: 8}}
        - {name: theme, in: cookie, schema: {enum: [dark, light]}}
      responses: {"204": {description: Looked}}
""")
BOUNDED = settings(max_examples=15, deadline=None, derandomize=True, database=None)


def test_fixed_parameters_are_sent_in_each_request():
    fixed = strategies.of(SHOP).requests(
        "look",
        path={"shop": "a/b", "tree": "7"},
        query={"tags": ["x", "y"]},
        headers={"x-trace": "abc"},
        cookies={"theme": "dark"},
    )

    @BOUNDED
    @given(fixed)
    def holds(sent: SentRequest) -> None:
        assert sent.path == "/shops/a%2Fb/trees/7?tags=x&tags=y"
        assert sent.headers == {"X-Trace": "abc", "Cookie": "theme=dark"}

    holds()


@BOUNDED
@given(strategies.requests("update-a-cart", path={"order_id": "42"}))
def test_a_fixed_id_is_that_of_all_requests(sent: SentRequest):
    assert sent.path == "/carts/42"


REFUSED: dict[str, tuple[dict[str, Mapping[str, Json]], type[Exception], str]] = {
    "unknown name": ({"path": {"tre": 1}}, UnknownParameter, "no path parameter 'tre'; did you mean 'tree'"),
    "another location": ({"query": {"shop": "a"}}, UnknownParameter, "no query parameter 'shop'"),
    "invalid value": (
        {"path": {"tree": 0}},
        InvalidParameter,
        "0 is not valid for the path parameter 'tree'",
    ),
    "not a number": ({"path": {"tree": "x"}}, InvalidParameter, "expected an integer"),
    "dots": ({"path": {"shop": ".."}}, InvalidParameter, "not all clients can send it"),
}


@pytest.mark.parametrize(("fixed", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_fixed_is_refused(
    fixed: dict[str, Mapping[str, Json]], error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        strategies.of(SHOP).requests("look", **fixed)  # type: ignore[arg-type]
