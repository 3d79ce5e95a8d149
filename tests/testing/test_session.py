"""Sessions of tests: their keys, journals longer than a page, and failure reports."""

import re
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import create_app
from mockserver.engine.session_keys import checked_key
from mockserver.settings import Settings
from mockserver.testing import report, session
from mockserver.testing.breaks import exchanges_of, read_breaks
from mockserver.testing.control_client import CallRefused
from mockserver.testing.findings import BrokenContract
from mockserver.testing.in_process_server import serve_in_process
from mockserver.testing.session import MockSession, new_key
from mockserver.testing.transport import in_process_client, in_process_transport
from mockserver.testing.verdict import verdict

TOKEN = {"Authorization": "Bearer flt_sk_demo"}


@given(st.text())
def test_every_test_s_name_gives_a_key(name: str):
    assert checked_key(new_key(name), "header")


def test_a_key_tells_the_test_and_is_never_given_twice():
    keys = {new_key("test_change[à la carte-12]") for _ in range(100)}
    assert len(keys) == 100
    assert all(re.fullmatch(r"test_change-la-carte-12-[0-9a-f]{12}", key) for key in keys)


def test_a_key_shows_no_secret_that_a_test_was_parametrized_with():
    assert "read_only" not in new_key("test_refused[flt_sk_read_only_000001]")


def verdict_on(session: MockSession) -> str:
    """Why a test fails because of what was broken in its session."""
    breaks = read_breaks(session)
    return verdict([BrokenContract(session.key, breaks, exchanges_of(session, breaks.rows, 20))])


@pytest.fixture
def owned():
    """A session of an application of its own, and a client whose requests are in it."""
    app = create_app(Settings())
    with serve_in_process(app) as server, in_process_client(server) as control:
        mine = MockSession(control, "mine")
        with httpx.Client(transport=in_process_transport(server, mine.key), base_url=mine.url) as client:
            yield mine, client


def test_the_end_of_a_checkpoint_restores_all_but_the_journal(owned):
    mine, client = owned
    mine.scenario("bought-outright")
    before = mine.state
    for _ in range(2):
        with mine.checkpoint():
            mine.event(42, "submit")
            mine.scenario("order-not-cart")
            assert client.patch("/carts/42", json={}, headers=TOKEN).status_code == 409
        assert mine.state == before
    assert client.patch("/carts/42", json={}, headers=TOKEN).json()["data"]["rent"] is None
    assert [row["response"]["status"] for row in mine.requests()] == [409, 409, 200]


def test_a_checkpoint_is_restored_after_an_error(owned):
    mine, _ = owned
    before = mine.state
    with suppress(CallRefused), mine.checkpoint():
        mine.event(42, "submit")
        mine.event(42, "submit")
    assert mine.state == before


def test_all_pages_of_a_journal_come_oldest_first(owned, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(session, "PAGE", 3)
    mine, client = owned
    for number in range(1, 9):
        client.patch(f"/carts/{number}", json={})
    assert [row["request"]["path"] for row in mine.requests()] == [f"/carts/{n}" for n in range(1, 9)]


def test_a_report_shows_the_last_of_many_exchanges_and_the_beginning_of_long_bodies(owned):
    mine, client = owned
    client.patch("/carts/42", content="x" * 5_000)
    for _ in range(report.SHOWN + 4):
        client.get("/carts/42?page=1")
    told = report.exchanges(mine.requests(), mine.key)
    assert told.startswith("… 5 earlier exchanges\n\nx6  GET /carts/42?page=1 -> 405 Method")
    body = report.exchanges(mine.requests()[:1], mine.key)
    assert f"  sent {'x' * report.LONGEST}… (5,000 characters)\n" in body
    assert "x" * (report.LONGEST + 1) not in body


def test_a_report_escapes_what_could_control_a_terminal(owned):
    mine, client = owned
    client.patch("/carts/42", json={"\x1b[2J\u202e": "\u2066"})
    client.patch("/carts/42", content="\x1b[2J\u202e\r\n", headers={"content-type": "text/plain"})
    for text in (report.exchanges(mine.requests(), mine.key), verdict_on(mine)):
        assert "2J" in text
        assert all(line.isprintable() for line in text.split("\n"))


def test_a_report_shows_no_secret(owned):
    mine, client = owned
    client.patch("/carts/42", json={"purchaser_id": "flt_sk_a_key_of_somebody"}, headers={"Cookie": "a=b"})
    told = verdict_on(mine) + report.exchanges(mine.requests(), mine.key)
    assert "a_key_of" not in told


def test_an_answer_of_the_mock_s_own_that_is_off_contract_is_shown():
    pair = {"in": "body", "pointer": "/data", "keyword": "required", "message": "is missing", "rule": ""}
    row = {
        "id": "x1",
        "request": {"method": "GET", "path": "/a", "query": [], "headers": {}, "body": None, "size": 0},
        "response": {"status": 299, "headers": {}, "body": "late", "size": 4},
        "violations": [],
        "off_contract": [pair],
        "intended": False,
        "scenario": None,
        "source": "model",
        "trail": [],
    }
    assert report.exchange(row).splitlines() == [
        "x1  GET /a -> 299: the answer: body /data: is missing",
        "  the mock's answer breaks the contract: body /data: is missing",
        "  answered 299 (source: model)",
        "  late",
    ]
