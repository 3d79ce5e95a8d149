"""A story counts each call of its session and order exactly once, also when many arrive at the same time."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.live import Live, serve
from tests.support.wire import Ask, Reply, at_once, control, patch

STORY = "submitted-elsewhere"  # two changes go through, then another tab submits the order


def send(live: Live, *asks: Ask) -> list[Reply]:
    return asyncio.run(at_once(live.address, asks))


def tell(session: str, order: str = "42", story: str = STORY, body: object = None) -> Ask:
    """A call of a story that the request itself names; an empty change where there is no body."""
    return patch(session, {} if body is None else body, order, {"x-mock-scenario": story})


def by_query(session: str) -> Ask:
    return patch(session, {}, f"42?__scenario={STORY}")


def by_prefer(session: str) -> Ask:
    return patch(session, {}, headers={"prefer": f"scenario={STORY}"})


def by_cookie(session: str) -> Ask:
    return patch(session, {}, headers={"cookie": f"mock_scenario={STORY}"})


def by_session(session: str) -> Ask:
    return patch(session, {})


def statuses(replies: list[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies)


@pytest.mark.parametrize(
    "ask",
    [tell, by_query, by_prefer, by_cookie, by_session],
    ids=["by header", "by query", "by Prefer", "by cookie", "chosen for the session"],
)
def test_of_500_calls_at_once_two_go_through_and_498_are_refused(
    live_server: Live, ask: Callable[[str], Ask]
) -> None:
    key = f"story-{ask.__name__}"
    if ask is by_session:
        send(live_server, control("PUT", "session/scenario", key, {"name": STORY}))
    replies = send(live_server, *[ask(key)] * 500)
    assert statuses(replies) == {200: 2, 409: 498}
    assert {reply.body for reply in replies if reply.status == 409} == {b'{"error":"ORDER_NOT_CART"}'}
    (session,) = send(live_server, control("GET", "session", key))
    assert session.json()["progress"] == [{"scenario": STORY, "subject": "carts/42", "calls": 500}]


def test_a_story_is_told_anew_after_each_reset(live_server: Live) -> None:
    for _ in range(3):
        send(live_server, control("POST", "session/reset", "story-again"))
        assert statuses(send(live_server, *[tell("story-again")] * 100)) == {200: 2, 409: 98}


def test_each_session_and_order_has_a_count_of_its_own(live_server: Live) -> None:
    tales = list(itertools.product(("story-a", "story-b"), ("42", "43", "44")))
    asks = [tell(*tale) for tale in tales * 50]  # their calls alternate
    replies = send(live_server, *asks)
    for index, tale in enumerate(tales):
        assert statuses(replies[index :: len(tales)]) == {200: 2, 409: 48}, tale


def test_calls_that_the_contract_forbids_are_not_counted(live_server: Live) -> None:
    key = "story-mixed"
    asks = [tell(key), tell(key, body={"purchaser_id": 0})] * 100
    assert statuses(send(live_server, *asks)) == {200: 2, 409: 98, 400: 100}


STEPS: list[dict[str, Any]] = [
    {"times": 3},
    {"event": "submit", "times": 5},
    {"event": "reopen", "times": 7},
    {"event": "cancel"},
]


def test_each_step_lasts_as_many_calls_as_it_says_and_its_event_happens_once(tmp_path: Path) -> None:
    story = {"summary": "Told by a test.", "operation": "update-a-cart", "steps": STEPS}
    (tmp_path / "to-and-fro.yaml").write_text(yaml.safe_dump(story), encoding="utf-8")
    with serve("--scenarios", str(tmp_path)) as live:
        replies = send(live, *[tell("tale", story="to-and-fro")] * 100)
        (journal,) = send(live, control("GET", "requests?limit=100", "tale"))
    assert statuses(replies) == {200: 3 + 7, 409: 5 + 85}
    told = sorted(journal.json()["requests"], key=lambda exchange: int(exchange["id"][1:]))
    assert [exchange["response"]["status"] for exchange in told] == [200] * 3 + [409] * 5 + [200] * 7 + [
        409
    ] * 85
    happened = [
        (number, reason["decided"])
        for number, exchange in enumerate(told, start=1)
        for reason in exchange["trail"]
        if reason["decided"].startswith("the event")
    ]
    assert happened == [
        (4, "the event 'submit' is fired before this call"),
        (9, "the event 'reopen' is fired before this call"),
        (16, "the event 'cancel' is fired before this call"),
    ]
