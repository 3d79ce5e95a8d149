"""The lawful part of a connection's traffic: its own sessions, and what a second reading expects of each."""

import copy
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from tests.benchmarks.soak import attacks, changes
from tests.benchmarks.soak.judgement import Control, mocked
from tests.benchmarks.soak.step import Step, chunked
from tests.support import second_opinion
from tests.support.second_opinion import Backend, Expected
from tests.support.table_of_checks import CODES
from tests.support.wire import Ask, Reply, control

SESSIONS = 3  # of a connection at a time
REPLACED = 0.02  # of the steps: a session is left, and another begins
EVENTS = ("submit", "cancel", "reopen", "reopen")
CHUNKED = 0.1  # of the changes come without a Content-Length
KNOWN = 200  # of a session's latest exchanges
VIEWS = ("health", "scenarios", "coverage", "contract.json", "openapi.json", "mutations")
FOREIGN = ({"origin": "http://elsewhere.example"}, {"host": "elsewhere.example"})


class Life:
    """What one connection does, step by step; the model of its sessions moves on with each."""

    def __init__(self, number: int, seed: int, judge: Control, strangers: deque[str]) -> None:
        """`strangers` are the ids of exchanges in anybody's sessions; all lives share it."""
        self.random = Random(f"{seed}/{number}")
        self._number = number
        self._judge = judge
        self._strangers = strangers
        self._backend = Backend(changes.SCENARIOS, None)
        self._births = itertools.count()
        self._own: dict[str, deque[str]] = {}  # the ids of each session's exchanges
        self._chosen: dict[str, str] = {}  # the scenario of a session, where one was chosen
        for _ in range(SESSIONS):
            self._begin()

    def steps(self) -> Iterator[Step]:
        """Without end; each is made when the one before it was answered."""
        kinds = (self._change, self._wrong_change, self._forced, self._told, self._call, self._attack)
        weights = (40, 15, 10, 5, 20, 10)
        while True:
            key = self.random.choice([*self._own])
            if self.random.random() < REPLACED:
                if self.random.random() < 0.5:
                    yield self._control("DELETE", "session", key)
                self._end(key)
                self._begin()
            else:
                yield self.random.choices(kinds, weights)[0](key)

    def _begin(self, key: str | None = None) -> None:
        """A session of that key, or of one that was never used."""
        key = key or f"soak-{self._number:02}-{next(self._births)}"
        self._own[key] = deque(maxlen=KNOWN)
        self._backend.answer(second_opinion.Ask(key, changes.OWNERS[1], "42", b"{}"))  # it is born there, too

    def _end(self, key: str) -> None:
        """The model forgets the session, too."""
        del self._own[key]
        self._chosen.pop(key, None)
        del self._backend.sessions[key]
        for call in [call for call in self._backend.calls if call[0] == key]:
            del self._backend.calls[call]

    # Changes of carts

    def _change(self, key: str) -> Step:
        return self._asked("change", key, *changes.lawful(self.random))

    def _wrong_change(self, key: str) -> Step:
        return self._asked("invalid", key, *changes.unlawful(self.random))

    def _forced(self, key: str) -> Step:
        token, order, body = changes.lawful(self.random)
        via = self.random.choice(["header", "prefer", "query", "cookie"])
        name = self.random.choice(changes.FORCED)
        kind = "gateway down" if name == changes.DOWN else "scenario"
        return self._asked(kind, key, token, order, body, {via: ("scenario", name)})

    def _told(self, key: str) -> Step:
        """The next call of a story."""
        token, order, _ = changes.lawful(self.random)
        choice = ("scenario", self.random.choice(changes.STORIES))
        return self._asked("story", key, token, order, b"{}", {"header": choice})

    def _asked(
        self, kind: str, key: str, token: str | None, order: str, body: bytes, choices: Any = None
    ) -> Step:
        ask = second_opinion.Ask(key, token, order, body, choices or {})
        seen = ask
        if not choices and key in self._chosen:
            seen = replace(ask, choices={"header": ("scenario", self._chosen[key])})
        expected = self._backend.answer(seen)
        http = changes.as_http(ask)
        sent = chunked(http, self.random.randint(1, 30)) if self.random.random() < CHUNKED else http.encoded()
        return Step(kind, sent, partial(self._agrees, key, expected))

    def _agrees(self, key: str, expected: Expected, reply: Reply) -> Iterator[str]:
        """What is wrong with an answer that is expected; its id becomes one of the session's own."""
        yield from mocked(reply)
        self._own.get(key, deque(maxlen=0)).append(reply.headers.get("x-mock-exchange", ""))
        self._strangers.append(reply.headers.get("x-mock-exchange", ""))
        found = (reply.status, reply.headers.get("x-mock-source"), reply.headers.get("x-mock-scenario"))
        wanted = (expected.status, expected.source, expected.scenario)
        if found != wanted:
            yield f"expected {wanted}, found {found}"
        if reply.headers.get("x-mock-session") != key:
            yield f"sent in the session {key}, answered in {reply.headers.get('x-mock-session')}"
        if expected.cart is not None and reply.json() != {"data": expected.cart}:
            yield f"expected the cart {expected.cart}"
        if expected.error in CODES and reply.json() != {"error": expected.error}:
            yield f"expected {expected.error}"

    # Control calls

    def _call(self, key: str) -> Step:
        return self.random.choice(
            [
                self._look,
                self._look_at_state,
                self._list,
                self._show_own,
                self._show_a_stranger,
                self._fire,
                self._fire,
                self._choose,
                self._clear,
                self._reset,
                self._patch_state,
                self._view,
                self._refuse,
            ]
        )(key)

    def _control(self, method: str, path: str, key: str, body: object = None, **judged: Any) -> Step:
        """A call; `expect` is its status where it is known, `see` judges the body of a success."""
        return self._judged(control(method, path, key, body), method, path, **judged)

    def _judged(
        self,
        ask: Ask,
        method: str,
        path: str,
        expect: int | None = None,
        see: Callable[[Any], str | None] | None = None,
    ) -> Step:
        def judge(reply: Reply) -> Iterator[str]:
            yield from self._judge.judge(method, f"/{path.partition('?')[0]}", reply)
            if expect is not None and reply.status != expect:
                yield f"expected a {expect}, found a {reply.status}"
            elif see is not None and reply.status == 200:
                wrong = see(reply.json())
                if wrong is not None:
                    yield wrong

        return Step.of("control", ask, judge)

    def _look(self, key: str) -> Step:
        chosen = self._chosen.get(key)

        def see(session: Any) -> str | None:
            is_own = (session["key"], session["scenario"]) == (key, chosen)
            return None if is_own else f"expected the session {key} with the scenario {chosen}"

        return self._control("GET", "session", key, expect=200, see=see)

    def _look_at_state(self, key: str) -> Step:
        expected = changes.standing(self._backend.sessions[key])

        def see(state: Any) -> str | None:
            found = changes.standing(state)
            return None if found == expected else f"expected the carts {expected}, found {found}"

        return self._control("GET", "session/state", key, expect=200, see=see)

    def _list(self, key: str) -> Step:
        def see(listed: Any) -> str | None:
            rows = listed["requests"]
            others = [row["id"] for row in rows if row["session"] != key]
            return f"another session's exchanges: {others}" if others else None

        return self._control("GET", "requests?limit=20", key, expect=200, see=see)

    def _show_own(self, key: str) -> Step:
        if not self._own[key]:
            return self._list(key)
        id_ = self.random.choice(self._own[key])

        def see(shown: Any) -> str | None:
            return None if (shown["id"], shown["session"]) == (id_, key) else "not the session's exchange"

        return self._control("GET", f"requests/{id_}", key, see=see)

    def _show_a_stranger(self, key: str) -> Step:
        part = self.random.random()  # drawn in any case: a seed tells the same whatever others do meanwhile
        latest = max((int(id_[1:]) for id_ in self._own[key]), default=0)
        ids = [id_ for id_ in self._strangers if int(id_[1:]) > latest]
        if not ids:
            return self._list(key)
        return self._control("GET", f"requests/{ids[int(part * len(ids))]}", key, expect=404)

    def _fire(self, key: str) -> Step:
        carts = self._backend.sessions[key]["carts"]
        order, event = self.random.choice([*carts, "99"]), self.random.choice(EVENTS)
        state = second_opinion.STATES.get((carts.get(order, {}).get("state"), event))
        if state is not None:
            carts[order]["state"] = state
        status = 404 if order not in carts else 200 if state is not None else 409
        return self._control("POST", f"session/carts/{order}/events", key, {"event": event}, expect=status)

    def _choose(self, key: str) -> Step:
        self._chosen[key] = self.random.choice(changes.ERRORS)
        return self._control("PUT", "session/scenario", key, {"name": self._chosen[key]}, expect=200)

    def _clear(self, key: str) -> Step:
        self._chosen.pop(key, None)
        return self._control("DELETE", "session/scenario", key, expect=204)

    def _reset(self, key: str) -> Step:
        self._end(key)
        self._begin(key)
        return self._control("POST", "session/reset", key, expect=200)

    def _patch_state(self, key: str) -> Step:
        carts = self._backend.sessions[key]["carts"]
        order, state = self.random.choice(["42", "43", "44"]), self.random.choice(["cart", "cart", "ordered"])
        change = {"state": state, "purchaser": self.random.choice([11, 12, 13, 14])}
        carts[order].update(copy.deepcopy(change))
        return self._control("PATCH", "session/state", key, {"carts": {order: change}}, expect=200)

    def _view(self, key: str) -> Step:
        return self._control("GET", self.random.choice(VIEWS), key, expect=200)

    def _refuse(self, key: str) -> Step:
        """A call that there is not, or not in this way, or not from there."""
        method, path, body, headers, status = self.random.choice(
            [
                ("GET", "nothing-such", b"", {}, 404),
                ("POST", "session/state", b"{}", {}, 405),
                ("PUT", "session/state", b'{"carts": 1}', {}, 422),
                ("PUT", "session/scenario", b"[" * 5_000, {}, 400),
                ("PUT", "session/scenario", b'{"name": "no-such-scenario"}', {}, 404),
                ("POST", "session/reset", b"", self.random.choice(FOREIGN), 403),
            ]
        )
        ask = Ask(method, f"/__mock/{path}", {"x-mock-session": key, **headers}, body)
        return self._judged(ask, method, path, expect=status)

    def _attack(self, key: str) -> Step:
        """In a session of its own, for nobody knows what a dropped request changed."""
        return self.random.choice(attacks.ATTACKS)(self.random, f"{key}-attacked")
