"""Sessions are isolated: hundreds of clients share a server, and each is answered as if it were alone."""

import asyncio
import json
from random import Random

from tests.support.live import serve
from tests.support.paths import SCENARIOS as FOLDER
from tests.support.wire import JSON_TYPE, TOKEN, Ask, Reply, connect

LIVES = 50  # of four sessions each: 200 sessions
CALLS = 50  # of each session
WAYS = ("header", "baggage", "query", "cookie", "path")
SCENARIOS = sorted(
    path.stem for path in FOLDER.glob("*.yaml") if path.stem not in ("slow", "connection-lost")
)
CHANGES: tuple[object, ...] = (
    {},
    {"purchaser_id": 11},
    {"acquisition_mode": "BUY"},
    {"acquisition_mode": "LEASING"},
    {"order_items": [{"product_id": 201, "delivery_country": "FR"}]},
    {"order_items": [{"product_id": 101, "delivery_country": "FR", "keyboard_layout": "FRENCH_AZERTY"}] * 2},
    {"order_items": [{"product_id": 102, "delivery_country": "FR"}]},
    {"purchaser_id": 0},
    {"purchaser_id": 999},
)
CONTROL: tuple[tuple[str, str, object], ...] = (
    ("GET", "session", None),
    ("GET", "session/state", None),
    ("GET", "requests?limit=2", None),
    ("GET", "requests?valid=false&limit=1", None),
    ("GET", "coverage", None),
    ("POST", "session/reset", None),
    ("DELETE", "session/scenario", None),
    ("DELETE", "requests", None),
    ("DELETE", "session", None),
    ("POST", "session/carts/42/events", {"event": "submit"}),
    ("POST", "session/carts/42/events", {"event": "reopen"}),
    ("POST", "requests/verify", {"match": {"status": 200}, "count": {"atLeast": 2}}),
    ("POST", "explain", {"method": "PATCH", "path": "/carts/42", "headers": TOKEN, "body": {}}),
)


def call(key: str, way: str, method: str, target: str, body: object = None, **headers: str) -> Ask:
    """A request, with the key of its session by one of the ways that there are.

    The path of a control call cannot carry the key.
    """
    if way == "path" and target.startswith("/__mock/"):
        way = "header"
    named = {
        "header": {"x-mock-session": key},
        "baggage": {"baggage": f"user=1, mock-session={key};ttl=9"},
        "cookie": {"cookie": f"theme=dark; mock_session={key}"},
        "query": {},
        "path": {},
    }[way]
    if way == "path":
        target = f"/__mock/as/{key}{target}"
    if way == "query":
        target += f"{'&' if '?' in target else '?'}__session={key}"
    content = b"" if body is None else json.dumps(body).encode()
    return Ask(method, target, {**TOKEN, **JSON_TYPE, **named, **headers}, content)


def change(random: Random, key: str, way: str) -> Ask:
    """A PATCH of some cart; a few are forced, generated, or name a scenario for themselves."""
    headers = random.choice(
        [{}] * 6
        + [{"prefer": "dynamic=true"}, {"prefer": "code=409"}, {"x-mock-scenario": random.choice(SCENARIOS)}]
    )
    order = random.choice(["42", "42", "42", "43", "44", "45", "46", "99"])
    return call(key, way, "PATCH", f"/carts/{order}", random.choice(CHANGES), **headers)


def life(number: int, key: str) -> list[Ask]:
    """All that a session is sent: a scenario, a state of its own, and then this and that."""
    random, way = Random(number), WAYS[number % len(WAYS)]
    carts = {
        "42": {"purchaser": random.choice([11, 12, 13, 14])},
        "45": {"mode": random.choice(["BUY", "LEASING"])},
    }
    asks = [
        call(key, way, "PUT", "/__mock/session/scenario", {"name": SCENARIOS[number % len(SCENARIOS)]}),
        call(key, way, "PATCH", "/__mock/session/state", {"carts": carts}),
    ]
    while len(asks) < CALLS:
        if random.random() < 0.75:
            asks.append(change(random, key, way))
        else:
            method, path, body = random.choice(CONTROL)
            asks.append(call(key, way, method, f"/__mock/{path}", body))
    return asks


async def live_through(address: tuple[str, int], asks: list[Ask]) -> list[Reply]:
    async with connect(address) as connection:
        return [await connection.send(ask) for ask in asks]


async def together(address: tuple[str, int], lives: list[list[Ask]]) -> list[list[Reply]]:
    return await asyncio.gather(*(live_through(address, asks) for asks in lives))


def test_200_sessions_at_once_are_answered_as_each_would_be_alone() -> None:
    crowd = [(number, f"life-{number:02}-{twin}") for twin in range(4) for number in range(LIVES)]
    with serve() as live:
        crowded = asyncio.run(together(live.address, [life(*each) for each in crowd]))
    with serve() as live:
        alone = [
            asyncio.run(live_through(live.address, life(each, f"alone-{each:02}"))) for each in range(LIVES)
        ]
    for (number, key), replies in zip(crowd, crowded, strict=True):
        for ask, reply, expected in zip(life(number, key), replies, alone[number], strict=True):
            assert reply.essence(key) == expected.essence(f"alone-{number:02}"), ask
    replies = [reply for session in alone for reply in session]
    assert {200, 204, 400, 404, 409, 422, 500} <= {reply.status for reply in replies}
    sources = {reply.headers.get("x-mock-source") for reply in replies}
    assert {"model", "scenario", "generated", "validation"} <= sources
