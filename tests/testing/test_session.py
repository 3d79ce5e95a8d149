"""Sessions of tests: their keys, journals longer than a page, and failure reports."""

import inspect
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

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
from mockserver.testing.laid_stubs import LaidStub
from mockserver.testing.server_factory import RunningServer, ServerFactory
from mockserver.testing.session import MockSession, NotSeen, new_key
from mockserver.testing.session_factory import SessionFactory
from mockserver.testing.transport import in_process_client, in_process_transport
from mockserver.testing.verdict import verdict
from tests.testing.conftest import Shop

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


def test_a_base_url_carries_the_session(shop: Shop):
    assert shop.session.base_url == f"{shop.session.url}/__mock/as/{shop.session.key}"
    sent = {"json": {}, "headers": {"X-Mock-Session": "another"}}
    assert shop.client.patch(f"{shop.session.base_url}/carts/42", **sent).status_code == 200
    assert [row["request"]["path"] for row in shop.session.requests()] == ["/carts/42"]


def test_the_state_is_patched_or_replaced_but_not_assigned(shop: Shop):
    before = shop.session.state
    patched = shop.session.patch_state({"carts": {"42": {"purchaser": 13}, "44": None}})
    assert patched == shop.session.state
    assert (patched["carts"]["42"]["purchaser"], "44" in patched["carts"]) == (13, False)
    assert shop.session.replace_state(MappingProxyType(before)) == before == shop.session.state
    with pytest.raises(AttributeError):
        shop.session.state = before  # type: ignore[misc]


def test_what_is_not_json_is_refused_before_it_is_sent(shop: Shop):
    with pytest.raises(TypeError, match="expected JSON, found a set"):
        shop.session.patch_state({"carts": {1, 2}})  # type: ignore[dict-item]


def test_a_reset_begins_again_with_an_empty_journal_but_keeps_violations(shop: Shop):
    before = shop.session.state
    shop.change({"purchaser_id": 0})
    shop.session.event(42, "submit")
    shop.session.reset()
    assert (shop.session.state, shop.session.requests()) == (before, [])
    assert shop.session.violations("request")[1] == 1


def test_a_fork_has_a_copy_and_a_life_of_its_own(shop: Shop):
    shop.session.event(42, "submit")
    shop.session.scenario("order-not-cart")
    fork = shop.session.fork("later")
    assert fork.state == shop.session.state
    assert "later" in fork.key
    assert fork.explain("PATCH", "/carts/44", headers=TOKEN, body={})["scenario"] == "order-not-cart"
    fork.reset()
    assert (fork.state["carts"]["42"]["state"], shop.cart()["state"]) == ("cart", "ordered")
    assert shop.session.forks == [fork]


def test_a_session_closes_its_forks_and_checkpoints(shop: Shop):
    shop.session.fork().fork()
    shop.session.checkpoint()
    shop.session.close()
    listed = shop.session.client.ask("GET", "/sessions")["sessions"]
    assert [each["key"] for each in listed] == ["default"]


def test_a_sequence_is_verified_in_its_order(shop: Shop):
    for cart in (42, 44, 43):
        shop.change({}, cart=cart)
    assert shop.session.verify(sequence=[{"path": "/carts/42", "status": 200}, {"path": "/carts/43"}]) == [
        "x1", "x3",
    ]  # fmt: skip
    with pytest.raises(AssertionError, match=r"no exchange after x2 .* step 2 .*\n  sequence: ") as failed:
        shop.session.verify(sequence=[{"path": "/carts/44"}, {"path": "/carts/42"}])
    assert "match:" not in str(failed.value)


def test_a_sequence_excludes_a_match_and_a_count(shop: Shop):
    for more in ({"count": 1}, {"path": "/carts/42"}):
        with pytest.raises(CallRefused, match="sequence"):
            shop.session.verify(sequence=[{}], **more)  # type: ignore[call-overload]


def test_waiting_ends_with_the_first_exchange_that_matches(shop: Shop):
    shop.change({})
    assert shop.session.wait_for({"path": "/carts/42"}, timeout=0)["id"] == "x1"
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(shop.session.wait_for, {"path": "/carts/44"}, timeout=30)
        shop.change({"purchaser_id": 13}, cart=44)
        found = waiting.result()
    assert (found["id"], found["request"]["body"]) == ("x2", {"purchaser_id": 13})


def test_waiting_in_vain_shows_the_nearest_exchange(shop: Shop):
    shop.change({})
    with pytest.raises(NotSeen, match=r"(?s)within 0 seconds: .*/status: expected 409, found 200") as failed:
        shop.session.wait_for({"status": 409}, timeout=0)
    assert isinstance(failed.value, AssertionError)
    assert isinstance(failed.value, TimeoutError)


def test_a_pattern_that_is_not_valid_is_refused_at_once(shop: Shop):
    with pytest.raises(CallRefused, match="did you mean 'path'"):
        shop.session.wait_for({"pat": "/carts/42"}, timeout=30)  # type: ignore[typeddict-unknown-key]


def public_functions(owner: type) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, member in vars(owner).items():
        function = member.fget if isinstance(member, property) else member
        if inspect.isfunction(function) and (not name.startswith("_") or name in ("__call__", "__enter__")):
            yield name, function


def parts_of(hint: object) -> Iterator[object]:
    yield hint
    for part in get_args(hint):
        yield from parts_of(part)


@pytest.mark.parametrize("owner", [MockSession, LaidStub, SessionFactory, ServerFactory, RunningServer])
def test_nothing_that_suites_call_has_the_type_any(owner: type):
    names = {**vars(inspect.getmodule(owner)), "Json": object, "ReadOnlyJson": object}
    for name, function in public_functions(owner):
        hints = get_type_hints(function, names)
        missing = {*inspect.signature(function).parameters} - {"self"} - hints.keys()
        assert (missing, "return" in hints) == (set(), True), name
        assert not any(Any in parts_of(hint) for hint in hints.values()), name


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


def test_a_secret_of_a_query_is_masked_readably(owned):
    mine, client = owned
    client.get("/carts/42?api_key=very-secret&page=1")
    assert "x1  GET /carts/42?api_key=…&page=1 -> 405" in report.exchanges(mine.requests(), mine.key)


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
