"""Rules for any stored set: filters, sorts and pages are what Python says, and a mock is a dictionary."""

import json
from operator import ge, gt, le, lt
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mockserver.models.resources.report import report
from tests.support.resources import Api

DOCUMENT = Path(__file__).parent / "documents" / "books.yaml"
TITLES = st.sampled_from(["a", "b", "B", "ab", "é", "", "7", "true"])
NUMBERS = st.integers(-3, 9)
BOOK = st.fixed_dictionaries(
    {"title": TITLES},
    optional={
        "read": st.booleans(),
        "pages": NUMBERS,
        "tags": st.lists(st.sampled_from(["x", "y", "z"]), max_size=2),
        "made": NUMBERS,
    },
)
SHELVES = st.lists(BOOK, max_size=12)
SESSIONS = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


@pytest.fixture(scope="module")
def api() -> Api:
    return Api(DOCUMENT)


def fill(api: Api, books: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The state has these books alone; they get the ids 1, 2 and so on."""
    stored = {str(number): {"id": number, **book} for number, book in enumerate(books, 1)}
    model = api.model
    state = model.load({"books": stored})
    api.runtime.change("default", "PUT /session/state", b"", lambda each: each.with_state(model.name, state))
    return list(stored.values())


def listed(api: Api, query: str = "") -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = api.body(f"GET /books?{query}")["data"]
    return data


@SESSIONS
@given(SHELVES, TITLES.filter(bool), st.booleans(), NUMBERS)
def test_a_filter_is_the_filter_written_in_python(api, books, title, read, pages):
    kept = fill(api, books)
    assert listed(api, f"title={quote(title)}") == [each for each in kept if each["title"] == title]
    assert listed(api, f"read={str(read).lower()}") == [each for each in kept if each.get("read") is read]
    assert listed(api, f"pages={pages}") == [each for each in kept if each.get("pages") == pages]
    assert listed(api, "tags=x&tags=y") == [each for each in kept if {"x", "y"} & {*each.get("tags", [])}]
    assert listed(api, f"pages={pages}&read=true") == [
        each for each in kept if each.get("pages") == pages and each.get("read") is True
    ]


@SESSIONS
@given(SHELVES, NUMBERS)
@pytest.mark.parametrize(
    ("query", "member", "compare"),
    [("pages[gte]", "pages", ge), ("pages[lt]", "pages", lt), ("min_pages", "pages", ge),
     ("made[gt]", "made", gt), ("made[lte]", "made", le)],
)  # fmt: skip
def test_a_range_is_the_comparison_written_in_python(api, query, member, compare, books, bound):
    kept = fill(api, books)
    expected = [each for each in kept if member in each and compare(each[member], bound)]
    assert listed(api, f"{query}={bound}") == expected


@SESSIONS
@given(SHELVES)
def test_what_is_not_documented_does_not_filter(api, books):
    kept = fill(api, books)
    assert listed(api, "tag=x&colour=red") == kept


@SESSIONS
@given(SHELVES)
def test_a_sort_is_stable_and_the_sort_of_python(api, books):
    kept = fill(api, books)
    assert listed(api, "sort=title") == sorted(kept, key=lambda each: each["title"])
    assert listed(api, "sort=-title") == sorted(kept, key=lambda each: each["title"], reverse=True)
    by_both = sorted(sorted(kept, key=lambda each: each["id"], reverse=True), key=lambda each: each["title"])
    assert listed(api, "sort=title,-id") == by_both


@SESSIONS
@given(SHELVES, st.integers(1, 5), st.sampled_from(["page", "offset", "cursor", "starting_after"]))
def test_the_pages_together_are_the_list(api, books, limit, way):
    kept = fill(api, books)
    found, query = [], ""
    for number in range(1, 30):
        body = api.body(f"GET /books?limit={limit}&sort=title{query}")
        found += body["data"]
        assert body["total"] == len(kept)
        assert body["has_more"] is (len(found) < len(kept))
        if not body["has_more"]:
            break
        query = {
            "page": f"&page={number + 1}",
            "offset": f"&offset={len(found)}",
            "cursor": f"&cursor={body['next_cursor']}",
            "starting_after": f"&starting_after={body['data'][-1]['id']}",
        }[way]
    assert found == sorted(kept, key=lambda each: each["title"])


class Shelf(RuleBasedStateMachine):
    """The server beside a plain dictionary."""

    api: Api
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.session = f"run-{self.runs}"
        self.known: dict[int, dict[str, Any]] = {}

    def ask(self, line: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        answer = self.api.ask(line, body, session=self.session, **more).final_answer
        return answer.status, json.loads(answer.body) if answer.body else None

    @rule(book=BOOK)
    def create(self, book: dict[str, Any]) -> None:
        status, made = self.ask("POST /books", book)
        assert status == 201
        assert made["id"] not in self.known
        assert {name: made[name] for name in book} == book
        self.known[made["id"]] = made

    @rule(number=st.integers(1, 4), book=BOOK)
    def replace(self, number: int, book: dict[str, Any]) -> None:
        status, body = self.ask(f"PUT /books/{number}", book)
        assert status == (200 if number in self.known else 404)
        if status == 200:
            assert body == {"id": number, **book}
            self.known[number] = body

    @rule(number=st.integers(1, 4), change=BOOK, gone=st.sampled_from(["read", "tags", "made"]))
    def change(self, number: int, change: dict[str, Any], gone: str) -> None:
        sent = {**change, gone: None}
        status, _ = self.ask(f"PATCH /books/{number}", sent, kind="application/merge-patch+json")
        assert status == (200 if number in self.known else 404)
        if number in self.known:
            changed = {**self.known[number], **sent}
            self.known[number] = {name: value for name, value in changed.items() if value is not None}

    @rule(number=st.integers(1, 4))
    def delete(self, number: int) -> None:
        assert self.ask(f"DELETE /books/{number}")[0] == (204 if self.known.pop(number, None) else 404)

    @rule(number=st.integers(1, 4))
    def read(self, number: int) -> None:
        status, body = self.ask(f"GET /books/{number}")
        assert (status, body if status == 200 else None) == (
            (200, self.known[number]) if number in self.known else (404, None)
        )

    @invariant()
    def lists_what_is_known(self) -> None:
        status, body = self.ask("GET /books")
        assert status == 200
        assert body["data"] == list(self.known.values())


def test_any_sequence_of_calls_is_a_dictionary(api):
    Shelf.api = api
    run_state_machine_as_test(
        Shelf, settings=settings(max_examples=25, stateful_step_count=15, deadline=None)
    )


def test_a_search_finds_a_part_of_any_string(api):
    fill(api, [{"title": "Emma"}, {"title": "Ulysses", "tags": ["emmer"]}, {"title": "Dune"}])
    assert [each["title"] for each in listed(api, "q=EMM")] == ["Emma", "Ulysses"]


def test_the_report_names_what_the_query_can_do(api):
    line, unread = report(api.model)
    assert line.startswith('/books: envelope {"data": [...]} and {...}, id id, filters title read pages tags')
    assert "pages limit page offset starting_after cursor, sorts sort, searches q" in line
    assert unread == "  not read: query parameter tag: no member has this name"
