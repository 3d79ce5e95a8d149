"""Whether a request continues a list, by the names and values of its parameters."""

import pytest

from mockserver.engine.answers.paging import continues_list
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.runtime import wire
from mockserver.settings import Settings
from tests.support.documents import HEAD

LIST = """
paths:
  /items:
    get: {responses: {"200": {description: ok}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: ok}}
"""


@pytest.fixture(scope="module")
def exchange_of(tmp_path_factory):
    """The exchange of a request to LIST."""
    path = tmp_path_factory.mktemp("contract") / "list.yaml"
    path.write_text(HEAD + LIST, encoding="utf-8")
    settings = Settings(specs=(path,))
    mock = wire(load_backend(settings), settings)

    def run(query: str = "", body: bytes = b"") -> Exchange:
        sent = [("content-type", "application/json")] if body else []
        return mock.run(Request.build("POST" if body else "GET", "/items", query, sent, body))

    return run


@pytest.mark.parametrize(
    "query",
    [
        "after=abc",
        "starting_after=cus_1",
        "startingAfter=cus_1",
        "page%5Bafter%5D=abc",
        "cursor=x",
        "pageToken=x",
        "PageToken=PA1",
        "offset=20",
        "offset=eyJ0eXAi",
        "page=2",
        "page%5Bnumber%5D=3",
        "skip=10",
        "limit=5&page=99999999999999999999",
    ],
)
def test_a_query_that_continues(exchange_of, query):
    assert continues_list(exchange_of(query))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "page=1",
        "page=0",
        "page=",
        "offset=0",
        "limit=20",
        "after=2025-01-15",
        "cursor=",
        "page=two",
        "q=next",
    ],
)
def test_a_query_that_does_not(exchange_of, query):
    assert not continues_list(exchange_of(query))


@pytest.mark.parametrize(
    ("body", "continues"),
    [
        (b'{"cursor": "x"}', True),
        (b'{"page": 2}', True),
        (b'{"page": 1}', False),
        (b'{"page": true}', False),
        (b'{"cursor": null}', False),
        (b'{"after": ["a"]}', False),
    ],
)
def test_a_body_continues_by_its_members(exchange_of, body, continues):
    assert continues_list(exchange_of(body=body)) is continues
