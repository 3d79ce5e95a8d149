"""URLs of the document's servers lead to the mock."""

import json

import pytest

from mockserver.engine.answers.server_urls import with_own_urls
from mockserver.http.message import Answer, Request, json_answer
from mockserver.loading import load_backend
from mockserver.runtime import wire
from mockserver.settings import Settings
from tests.support.documents import HEAD, operation_of

SERVERS = """
servers:
  - {url: https://api.example.net/v2/}
  - {url: /relative}
  - {url: 'https://{region}.example.net', variables: {region: {default: eu}}}
paths:
  /it:
    servers: [{url: https://files.example.net}]
    get:
      responses:
        "200":
          description: ok
          headers: {Location: {schema: {type: string}, example: https://api.example.net/v2/it/1}}
          content: {application/json: {example: {self: https://api.example.net/v2/it/1, text: See https://api.example.net/v2/it}}}
"""
OPERATION = operation_of(SERVERS)
BASE = "http://127.0.0.1:4010"


def test_all_servers_of_the_document_count():
    assert OPERATION.server_urls == (
        "https://api.example.net/v2",
        "https://eu.example.net",
        "https://files.example.net",
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example.net/v2", f"{BASE}/v2"),
        ("https://api.example.net/v2/it?page=2#a", f"{BASE}/v2/it?page=2#a"),
        ("https://api.example.net/v2?a=b", f"{BASE}/v2?a=b"),
        ("https://files.example.net/f", f"{BASE}/f"),
        ("https://eu.example.net", BASE),
        ("https://api.example.net/v21", "https://api.example.net/v21"),
        ("https://api.example.net/v1/it", "https://api.example.net/v1/it"),
        ("https://files.example.network/f", "https://files.example.network/f"),
        ("See https://files.example.net/f", "See https://files.example.net/f"),
    ],
)
def test_a_string_that_begins_with_the_url_of_a_server(url, expected):
    changed = with_own_urls(json_answer(200, [{"next": url}]), OPERATION, BASE)

    assert json.loads(changed.body) == changed.value == [{"next": expected}]


def test_urls_in_headers_and_in_other_bodies():
    links = [("link", '<https://api.example.net/v2/it?page=2>; rel="next"')]
    page = b'<a href="https://files.example.net/a">https://files.example.net/b</a>'
    changed = with_own_urls(Answer(200, links, page), OPERATION, BASE)

    assert changed.headers == [("link", f'<{BASE}/v2/it?page=2>; rel="next"')]
    assert changed.body.decode() == f'<a href="{BASE}/a">{BASE}/b</a>'


def test_an_answer_without_such_urls_stays_itself():
    answer = json_answer(200, {"self": "/it/1"})

    assert with_own_urls(answer, OPERATION, BASE) is answer


def test_answers_lead_to_the_host_of_the_request(tmp_path):
    path = tmp_path / "api.yaml"
    path.write_text(HEAD + SERVERS, encoding="utf-8")
    settings = Settings(specs=(path,))
    mock = wire(load_backend(settings), settings)
    for host in ("127.0.0.1:4010", "mock.test", "mock.test"):
        answer = mock.run(Request.build("GET", "/it", headers=[("host", host)])).answer

        assert json.loads(answer.body)["self"] == f"http://{host}/v2/it/1"
        assert dict(answer.headers)["location"] == f"http://{host}/v2/it/1"
