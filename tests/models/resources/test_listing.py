"""The answer of a list: its items in their envelope, with what the envelope says about the page."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.operation import Operation
from mockserver.model import Call
from mockserver.models.resources.discovery import find_roles
from mockserver.models.resources.listing import Listing, encoded_query
from tests.support.documents import contract_of

ROW = "{type: object, required: [id], properties: {id: {type: integer}, n: {type: integer, maximum: 9}}}"


def listing_of(schema: str, parameters: str = "[]", headers: str = "{}") -> Listing:
    """How `/rows` is listed, with this schema of the answer."""
    contract = contract_of(f"""
paths:
  /rows:
    get:
      parameters: {parameters}
      responses:
        "200": {{description: Fine, headers: {headers}, content: {{application/json: {{schema: {schema}}}}}}}
    post:
      requestBody: {{content: {{application/json: {{schema: {{type: object}}}}}}}}
      responses: {{"201": {{$ref: "#/components/responses/Row"}}}}
  /rows/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get: {{responses: {{"200": {{$ref: "#/components/responses/Row"}}}}}}
components:
  responses:
    Row: {{description: One, content: {{application/json: {{schema: {{$ref: "#/components/schemas/Row"}}}}}}}}
  schemas: {{Row: {ROW}}}
""")
    return Listing(next(each for each in find_roles(contract) if each.action == "list"))


def answer(listing: Listing, count: int, **query: Any) -> Any:
    operation: Operation = listing.role.operation
    items = {str(number): {"id": number} for number in range(1, count + 1)}
    call = Call(operation.operation_id, {}, None, None, query=query)
    return listing.answer(items, call)


def listed(listing: Listing, items: list[dict[str, Any]]) -> Any:
    call = Call(listing.role.operation.operation_id, {}, None, None)
    return listing.answer({str(each["id"]): each for each in items}, call)[0]


@pytest.mark.parametrize(
    ("schema", "items", "expected"),
    [
        ("{type: array, items: {$ref: '#/components/schemas/Row'}}", [{"id": 1}], [{"id": 1}]),
        ("{type: array, items: {$ref: '#/components/schemas/Row'}}", [{"id": 1, "n": 10}], [{"id": 1}]),
        (f"{{allOf: [{{type: array, items: {ROW}}}]}}", [{"id": 1, "n": 10}], [{"id": 1}]),
        ("{type: object, required: [data], properties: {data: {type: array, items: {}}}}", [], {"data": []}),
        (
            f"{{type: object, required: [rows, count], properties: "
            f"{{count: {{type: integer}}, rows: {{type: array, items: {ROW}}}}}}}",
            [{"id": 1}, {"id": 2, "n": 10}],
            {"rows": [{"id": 1}, {"id": 2}], "count": 2},
        ),
        (
            "{type: object, required: [rows, count], properties: "
            "{count: {const: 0}, rows: {type: array, items: {}}}}",
            [{"id": 1}],
            {"rows": [{"id": 1}], "count": 0},
        ),
    ],
    ids=[
        "a list",
        "a row is fitted",
        "a list in a branch",
        "an envelope",
        "an envelope that counts",
        "a count that may not change",
    ],
)
def test_items_are_listed(schema, items, expected):
    assert listed(listing_of(schema), items) == expected


ARRAY = "{type: array, items: {$ref: '#/components/schemas/Row'}}"
ENVELOPE = f"{{type: object, required: [rows], properties: {{rows: {ARRAY}, MORE}}}}"
LIMIT = "{name: limit, in: query, schema: {type: integer}}"
PAGE = "{name: page, in: query, schema: {type: integer}}"
CURSOR = "{name: cursor, in: query, schema: {type: string}}"


@pytest.mark.parametrize(
    ("more", "parameters", "first", "last"),
    [
        ("has_more: {type: boolean}", f"[{LIMIT}, {CURSOR}]", {"has_more": True}, {"has_more": False}),
        ("total: {type: integer}", f"[{LIMIT}, {PAGE}]", {"total": 3}, {"total": 3}),
        ("count: {type: integer}", f"[{LIMIT}, {PAGE}]", {"count": 3}, {"count": 3}),
        (
            "count: {type: integer}, total_count: {type: integer}",
            f"[{LIMIT}, {PAGE}]",
            {"count": 2, "total_count": 3},
            {"count": 1, "total_count": 3},
        ),
        ("first_id: {}, last_id: {}", f"[{LIMIT}, {PAGE}]", {"first_id": "1", "last_id": "2"},
         {"first_id": "3", "last_id": "3"}),
        ("next: {type: [string, 'null'], format: uri}", f"[{LIMIT}, {PAGE}]",
         {"next": "http://localhost/rows?limit=2&page=2"}, {"next": None}),
        ("next_page: {type: [integer, 'null']}, pages: {type: integer}", f"[{LIMIT}, {PAGE}]",
         {"next_page": 2, "pages": 2}, {"next_page": None, "pages": 2}),
        ("meta: {type: object, properties: {page: {type: integer}, is_last_page: {type: boolean}}}",
         f"[{LIMIT}, {PAGE}]", {"meta": {"page": 1, "is_last_page": False}},
         {"meta": {"page": 2, "is_last_page": True}}),
        ("note: {type: string}", f"[{LIMIT}, {PAGE}]", {}, {}),
    ],
    ids=["has_more", "a total", "a count alone", "a count of the page", "the first and the last id", "a link",
         "the number of the next page", "an object about the page", "what says nothing about the page"],
)  # fmt: skip
def test_an_envelope_says_what_is_so_on_the_first_and_the_last_page(more, parameters, first, last):
    listing = listing_of(ENVELOPE.replace("MORE", more), parameters)
    body, _ = answer(listing, 3, limit=2)
    rest, _ = answer(listing, 3, limit=2, **({"page": 2} if "page" in parameters else {"cursor": "2"}))
    assert (body, rest) == (
        {"rows": [{"id": 1}, {"id": 2}], **first},
        {"rows": [{"id": 3}], **last},
    )


def test_headers_tell_the_total_and_the_pages_around():
    headers = (
        "{Link: {schema: {type: string}}, X-Total-Count: {schema: {type: integer}}, X-Other: {schema: {}}}"
    )
    listing = listing_of(
        "{type: array, items: {$ref: '#/components/schemas/Row'}}", f"[{LIMIT}, {PAGE}]", headers
    )
    _, found = answer(listing, 5, limit=2, page=2)
    assert found["x-total-count"] == "5"
    assert [each.split("; ")[1] for each in found["link"].split(", ")] == [
        'rel="prev"', 'rel="next"', 'rel="last"', 'rel="first"',
    ]  # fmt: skip
    assert set(found) == {"link", "x-total-count"}


def test_a_documented_default_limits_a_page():
    limit = "[{name: per_page, in: query, schema: {type: integer, default: 2}}]"
    listing = listing_of("{type: array, items: {$ref: '#/components/schemas/Row'}}", limit)
    assert len(answer(listing, 5)[0]) == 2
    assert len(answer(listing, 5, per_page=4)[0]) == 4


def test_a_query_is_written_as_a_url_has_it():
    query = {"a": [1, "x y"], "b": {"gte": 2}, "c": True, "d[e]": None}
    assert encoded_query(query) == "a=1&a=x%20y&b[gte]=2&c=true&d[e]="


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "n", "x"]), inner),
    max_leaves=6,
)
STRICT = listing_of(
    f"{{type: object, required: [rows, total], additionalProperties: false, properties: "
    f"{{total: {{type: integer}}, rows: {{type: array, items: {ROW}}}}}}}"
)


@given(st.lists(VALUES, max_size=3))
def test_any_list_answer_is_valid(items):
    call = Call(STRICT.role.operation.operation_id, {}, None, None)
    body, _ = STRICT.answer({str(number): each for number, each in enumerate(items)}, call)
    assert STRICT.role.answer.accepts(body)
    assert body["total"] == len(items)
