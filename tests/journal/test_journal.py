"""The journal's records, its bounds, and the coverage of dropped records."""

import json
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.control.serializers import exchange_view
from mockserver.engine.exchange import Exchange
from mockserver.engine.masked_request import BODY_LIMIT
from mockserver.http.message import Answer, Request
from mockserver.journal.coverage import Fact
from mockserver.journal.journal import BUDGET, PENDING_LIMIT, Journal
from mockserver.journal.record import detach_documents, record_of
from mockserver.runtime import Runtime
from tests.support.documents import operation_of
from tests.support.patches import patch, runtime, setting_cookie

KEY = "flt_sk_keep-this_to_yourself"
SESSIONS = st.sampled_from(["default", "mine", "yours"])
CHANGES = st.sampled_from(
    [{"purchaser_id": 12}, {"acquisition_mode": "BUY"}, {"order_items": []}, {"note": "x" * 500}]
)
ORDERS = st.sampled_from(["42", "46", "99", "x"])

SEARCH = """\
paths:
  /search:
    get:
      operationId: search
      parameters: [{name: kind, in: query, schema: {enum: [%s]}}]
      responses: {"204": {description: Nothing found.}}
"""


def shown(exchange: Exchange) -> set[Fact]:
    """The facts that an exchange covers."""
    journal = Journal(1)
    journal.record(exchange)
    return journal.covered_facts(None)


def exchanged(line: Runtime, session: str = "default", body: object = None, order: str = "42") -> Exchange:
    return line.run(patch(order, body, {"X-Mock-Session": session}))


def ids(journal: Journal, session: str = "default") -> list[int]:
    return [record.number for record in journal.records(session)]


def sized(length: int) -> Request:
    """A change whose body has this length in bytes."""
    around = len(json.dumps({"note": ""}))
    return patch("42", {"note": "x" * (length - around)})


# What is kept


def test_a_session_s_records_are_newest_first_and_separate_from_other_sessions():
    line, journal = runtime(), Journal(10)
    for session in ("mine", "yours", "mine"):
        journal.record(exchanged(line, session))
    assert (ids(journal, "mine"), ids(journal, "yours"), ids(journal, "nobody")) == ([2, 1], [1], [])
    assert (len(journal), journal.count("mine"), journal.count("nobody")) == (3, 2, 0)
    assert [(each.session, each.number, each.sequence) for each in journal.records(None)] == [
        ("mine", 2, 3),
        ("yours", 1, 2),
        ("mine", 1, 1),
    ]


@pytest.mark.parametrize("count", [1, PENDING_LIMIT - 1, PENDING_LIMIT, 2 * PENDING_LIMIT + 1])
def test_pending_exchanges_become_records_when_the_journal_is_read(count):
    line, journal = runtime(), Journal(1_000)
    for _ in range(count):
        journal.record(exchanged(line, "mine"))
    assert ids(journal, "mine") == list(range(count, 0, -1))


def test_a_pending_exchange_is_forgotten_with_its_session():
    line, journal = runtime(), Journal(1_000)
    journal.record(exchanged(line, "mine"))
    journal.clear("mine")
    assert (len(journal), journal.covered_facts(None)) == (0, set())


def test_a_record_is_found_by_its_id_only_in_its_session():
    journal = Journal(10)
    journal.record(exchanged(runtime(), "mine"))
    found = journal.find("mine", "x1")
    assert found is not None
    assert found.id == "x1"
    assert journal.find("yours", "x1") is None
    assert journal.find("mine", "x2") is None


@pytest.mark.parametrize(
    ("request_", "valid"),
    [
        (patch(), True),
        (patch("99"), True),
        (patch(body={"order_items": []}), False),
        (Request.build("GET", "/"), False),
    ],
    ids=["a change", "a business rule's no", "an invalid body", "no operation"],
)
def test_a_record_is_valid_where_the_request_is(request_, valid):
    assert record_of(runtime().run(request_)).valid is valid


def test_secrets_are_masked_before_anything_is_kept():
    body = {"note": KEY, "password": "correct-horse-battery"}
    sent = patch(
        "42",
        body,
        {"Authorization": f"Bearer {KEY}", "Cookie": f"sid={KEY}"},
        query=f"token={KEY}",
        token=None,
    )
    record = record_of(runtime().run(sent))
    kept = str((record.path, record.query, record.headers, record.body, record.answer_body, record.trail))
    assert KEY not in kept
    assert "correct-horse" not in kept
    assert "…" in kept


def test_the_journal_shows_no_secret_of_a_cookie_that_an_answer_sets():
    journal = Journal(10)
    journal.record(setting_cookie("correct-horse-battery"))
    [record] = journal.records("default")
    assert dict(record.answer_headers)["set-cookie"] == "sid=…tery; Path=…"
    assert "correct-horse" not in str(exchange_view(record))


# Bodies


@pytest.mark.parametrize(
    ("length", "cut"),
    [(BODY_LIMIT - 1, False), (BODY_LIMIT, False), (BODY_LIMIT + 1, True), (5 * BODY_LIMIT, True)],
)
def test_a_body_is_kept_up_to_64_kib_and_marked_where_it_was_cut(length, cut):
    request = sized(length)
    body = record_of(runtime().run(request)).body
    assert BODY_LIMIT == 65536
    assert (body.cut, body.size) == (cut, length)
    assert body.data == request.body[:BODY_LIMIT]


def test_a_key_at_the_end_of_a_truncated_body_is_masked():
    text = "x" * (BODY_LIMIT - 20) + KEY
    record = record_of(runtime().run(patch("42", {"note": text})))
    assert record.body.cut
    assert b"flt_sk_keep" not in record.body.data


# Bounds


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_session_keeps_its_newest_records_and_takes_no_space_from_others(size):
    line, journal = runtime(), Journal(size)
    journal.record(exchanged(line, "yours"))
    for _ in range(5):
        journal.record(exchanged(line, "mine"))
    assert ids(journal, "mine") == [5, 4, 3, 2, 1][:size]
    assert ids(journal, "yours") == [1][:size]
    assert journal.dropped == 6 - len(journal)


def test_over_all_sessions_the_oldest_records_are_dropped_first():
    line = runtime()
    each = record_of(exchanged(line, "theirs", {"note": "x" * 2_000})).weight
    journal = Journal(100, budget=3 * each)
    for session in ("mine", "yours", "mine", "theirs", "theirs"):
        journal.record(exchanged(line, session, {"note": "x" * 2_000}))
    assert [record.session for record in reversed([*journal.records(None)])] == ["mine", "theirs", "theirs"]
    assert (ids(journal, "yours"), journal.dropped) == ([], 2)


def test_the_journal_of_all_sessions_takes_at_most_32_mib():
    line, journal = runtime(), Journal(1_000)
    for _ in range(300):
        journal.record(line.run(patch(headers={"X-Long": "x" * 120_000})))
    assert BUDGET == 32 * 1024 * 1024
    assert BUDGET - 130_000 < journal.weight <= BUDGET
    assert journal.dropped == 300 - len(journal) > 0


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, str, object]]:
    """What happens to a journal: exchanges, and now and then a session is cleared or retired, or a reload."""
    kinds = st.sampled_from(["exchange"] * 8 + ["clear", "retire", "renew"])
    return [
        (kind, draw(SESSIONS), (draw(ORDERS), draw(CHANGES)) if kind == "exchange" else None)
        for kind in draw(st.lists(kinds, max_size=25))
    ]


@settings(max_examples=60)
@given(histories(), st.integers(0, 4), st.sampled_from([5_000, 9_000, 10**6]))
def test_the_bounds_hold_and_dropped_records_stay_covered(history, size, budget):
    line, journal = runtime(), Journal(size, budget)
    covered: dict[str, set[Fact]] = {"default": set(), "mine": set(), "yours": set()}
    gone: set[Fact] = set()
    kept: dict[str, deque[int]] = {session: deque(maxlen=size) for session in covered}
    for kind, session, change in history:
        if kind == "exchange":
            order, body = change
            exchange = exchanged(line, session, body, order)
            covered[session] |= shown(exchange)
            kept[session].append(exchange.session.exchanges)
            journal.record(exchange)
        elif kind == "clear":
            journal.clear(session)
            covered[session].clear()
            kept[session].clear()
        elif kind == "renew":
            detach_documents(journal.swap_contract())
        else:
            journal.forget_session(session)
            gone |= covered[session]
            covered[session].clear()
            kept[session].clear()
        for each, facts_seen in covered.items():
            assert journal.covered_facts(each) == facts_seen
            assert ids(journal, each) == list(kept[each])[::-1][: journal.count(each)], "the newest are kept"
        assert journal.covered_facts(None) == gone.union(*covered.values())
        assert journal.weight == sum(record.weight for record in reversed([*journal.records(None)])) <= budget
        assert len(journal) == sum(map(journal.count, covered)) <= 3 * size


# Coverage


def test_cleared_records_are_no_longer_covered():
    line, journal = runtime(), Journal(1)
    for order in ("42", "99"):
        journal.record(exchanged(line, "mine", order=order))
    assert {fact.name for fact in journal.covered_facts("mine")} >= {"200", "404"}
    journal.clear("mine")
    assert journal.covered_facts("mine") == journal.covered_facts(None) == set()
    assert (len(journal), journal.weight) == (0, 0)


def test_the_coverage_of_a_dropped_session_counts_in_total_but_not_for_its_successor():
    journal = Journal(10)
    exchange = exchanged(runtime(), "mine")
    journal.record(exchange)
    journal.forget_session("mine")
    assert journal.covered_facts("mine") == set()
    assert journal.covered_facts(None) == shown(exchange) != set()


RENEWED = [patch(), patch("46"), patch("0"), Request.build("GET", "/nothing")]


@pytest.mark.parametrize("request_", RENEWED, ids=["200", "409", "400", "404"])
def test_a_record_reads_the_same_when_another_contract_serves(request_):
    journal = Journal(10)
    journal.record(runtime().run(request_))
    (record,) = journal.records(None)
    before = exchange_view(record)
    for _ in range(2):
        detach_documents(journal.swap_contract())
        assert exchange_view(record) == before
        assert all(each.where is None or each.where.document.data is None for each in record.trail)


def test_facts_of_a_new_contract_are_covered_after_the_swap():
    journal, narrow, wide = Journal(10), operation_of(SEARCH % "a"), operation_of(SEARCH % "a, b")
    covered: list[set[str]] = []
    for operation in (narrow, wide):
        exchange = runtime().run(Request.build("GET", "/search", "kind=b"))
        exchange.operation, exchange.answer = operation, Answer(204)
        journal.record(exchange)
        covered.append({fact.name for fact in journal.covered_facts("default") if fact.kind == "value"})
        journal.swap_contract()
    assert covered == [set(), {"query/kind=b"}]


@pytest.mark.parametrize(
    "request_",
    [
        patch(token=None),
        patch(headers={"X-Mock-Scenario": "nothing"}),
        Request.build("GET", "/nothing"),
        Request.build("GET", "/carts/42"),
    ],
    ids=["401", "an unknown scenario", "an unknown path", "a wrong method"],
)
def test_a_problem_covers_nothing(request_):
    assert shown(runtime().run(request_)) == set()


def test_a_truncated_body_covers_as_much_as_a_whole_one():
    line, journal = runtime(), Journal(10)
    body = {"acquisition_mode": "BUY", "note": "x" * BODY_LIMIT}
    journal.record(line.run(patch("42", body)))
    (record,) = journal.records(None)
    assert record.body.cut
    assert {"body/acquisition_mode", "body/acquisition_mode=BUY"} <= {
        fact.name for fact in journal.covered_facts("default")
    }
