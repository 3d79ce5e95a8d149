"""Draws sequences: requests and events in the order in which one client could send them.

Each sequence is drawn while the mock plays it, so that its later steps can use what the earlier ones made.
"""

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Names
from itertools import islice
from typing import TypeAlias, TypeVar

from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.operation import Operation
from mockserver.engine.exchange import Exchange
from mockserver.engine.session import Session
from mockserver.upstream.verify.mock_side import MockSide
from mockserver.upstream.verify.pool import Pool
from mockserver.upstream.verify.request_source import QUIET, RequestSource
from mockserver.upstream.verify.sequence import FiredEvent, SentCall, Sequence, Step
from mockserver.upstream.verify.substitution import made_ids
from mockserver.upstream.verify.variants import (
    crossed,
    member_names,
    minimal,
    with_body_of,
    with_member,
    with_path_of,
    with_token,
)

BATCH = 20  # sequences
LONGEST = 5  # drawn steps of a sequence, besides those that look at the result
EVENTS_IN_TEN = 2
T = TypeVar("T")
Draw: TypeAlias = Callable[..., int]
MALFORMED = "not a token"  # no bearer token has a space (RFC 6750, section 2.1)


class SequenceDrawer:
    """Draws batches of sequences on the mock."""

    def __init__(
        self, mock: MockSide, source: RequestSource, tokens: list[str], events: list[FiredEvent], number: int
    ) -> None:
        """`tokens` are bearer tokens that requests may bring; `number` is the seed."""
        self.events = events
        self.pool = Pool(mock)
        self.tokens: list[str | None] = [*tokens, None, MALFORMED]
        self._mock = mock
        self._source = source
        self._number = number
        self._batch = 0
        self._required: dict[str, frozenset[str]] = {}

    def batch(self, first: Session, count: int = BATCH) -> list[Sequence]:
        """The next sequences; each begins in the session `first`."""
        number = self._number * 1_000_003 + self._batch
        self._batch += 1
        self.pool.add(self._source.draw(number), first)
        drawn: list[Sequence] = []
        if not self.pool.groups:
            return drawn

        @seed(number)
        @settings(QUIET, max_examples=count)
        @given(st.data())
        def keep(data: DataObject) -> None:
            drawn.append(_Drawing(data.draw, self, first).sequence())

        keep()
        return [each for each in drawn if each]

    def answer(self, session: Session, call: SentCall) -> Exchange:
        """The mock's exchange for a call."""
        return self._mock.answer(session, call)

    def fired(self, session: Session, event: FiredEvent) -> Session | None:
        """The mock's session after an event."""
        return self._mock.fire(session, event)

    def made(self, before: Session, after: Session) -> list[str]:
        """The ids of the items that a step made."""
        if before.states is after.states:
            return []
        return made_ids(self._mock.state(before), self._mock.state(after))

    def least(self, call: SentCall, operation: Operation) -> SentCall:
        """The call with what the contract requires alone."""
        if operation.id not in self._required:
            self._required[operation.id] = _required_members(operation)
        return minimal(call, self._required[operation.id])


class _Drawing:
    """One sequence while it is drawn."""

    def __init__(self, draw: Draw, drawer: SequenceDrawer, first: Session) -> None:
        self._draw = draw
        self._drawer = drawer
        self._session = first
        self._steps: list[Step] = []
        self._calls: list[tuple[SentCall, Exchange]] = []
        self._events: list[FiredEvent] = []
        self._ids: dict[str, str] = {}  # of items that were made: the path under which they are, by id

    def sequence(self) -> Sequence:
        """The steps, with calls at the end that show the result."""
        for _ in range(self._number(1, LONGEST)):
            self._step()
        for call in self._observations():
            self._play(call)
        return tuple(self._steps)

    def _number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def _one_of(self, values: Names[T]) -> T:
        return values[self._number(0, len(values) - 1)]

    def _step(self) -> None:
        if self._drawer.events and self._number(0, 9) >= 10 - EVENTS_IN_TEN:
            self._fire()
        else:
            self._play(self._call())

    def _fire(self) -> None:
        ids = {part for call, _ in self._calls for part in call.path.split("/")}
        near = [each for each in self._drawer.events if each.id in ids] or self._drawer.events
        event = self._one_of(near)
        session = self._drawer.fired(self._session, event)
        if session is not None:
            self._session = session
            self._steps.append(event)
            self._events.append(event)

    def _call(self) -> SentCall:
        """One of the requests, or a variant of one."""
        variant = self._number(0, 11)
        if self._ids and variant % 2 and (found := self._at_made()) is not None:
            return found
        if variant <= 3:
            return self._aimed(self._chosen(self._drawer.pool.accepted))
        call = self._aimed(self._chosen(self._drawer.pool.groups))
        if variant == 4:
            names = member_names(call)
            return with_member(call, self._one_of(names)) if names else call
        refused = self._drawer.pool.refused
        if variant == 5:
            return with_body_of(self._chosen(refused), self._chosen(refused))
        if variant == 6:
            return crossed(self._chosen(refused), call)
        if variant == 7:
            accepted = self._aimed(self._chosen(self._drawer.pool.accepted))
            return crossed(accepted, self._chosen(refused))
        if variant == 8:
            return with_token(call, self._one_of(self._drawer.tokens))
        if variant == 9:
            operation = self._drawer.answer(self._session, call).operation
            return call if operation is None else self._drawer.least(call, operation)
        return call

    def _at_made(self) -> SentCall | None:
        """A call at an item that was made; None if no request has such a path."""
        made = self._one_of(list(self._ids))
        above = self._ids[made]
        groups = self._drawer.pool.groups
        fitting = [[each for each in group if each.path.rpartition("/")[0] == above] for group in groups]
        fitting = [each for each in fitting if each]
        return with_path_of(self._chosen(fitting), f"{above}/{made}") if fitting else None

    def _chosen(self, groups: list[list[SentCall]]) -> SentCall:
        return self._one_of(self._one_of(groups or self._drawer.pool.groups))

    def _aimed(self, call: SentCall) -> SentCall:
        """In most draws the call at an item that an earlier step addressed or made, if it can be."""
        if not self._steps or self._number(0, 3) == 0:
            return call
        operation = self._drawer.answer(self._session, call).operation
        paths = [each.path for each, exchange in self._calls if exchange.operation is operation]
        if operation is not None and operation.path.endswith("}"):
            above = call.path.rpartition("/")[0]
            paths += [f"{above}/{made}" for made, where in self._ids.items() if where == above]
            if self._events:
                fired = self._drawer.pool.paths_to(self._events[-1].id)
                paths += [each for each in fired if each.rpartition("/")[0] == above]
        return with_path_of(call, self._one_of(paths)) if paths else call

    def _play(self, call: SentCall) -> None:
        exchange = self._drawer.answer(self._session, call)
        for made in self._drawer.made(self._session, exchange.session):
            self._ids[made] = call.path.rstrip("/")
        self._steps.append(call)
        self._calls.append((call, exchange))
        self._session = exchange.session

    def _observations(self) -> Iterator[SentCall]:
        """For each path that was addressed, and each item made, a call that shows it and changes nothing."""
        shown: set[str] = set()
        addressed = [(call, exchange.operation) for call, exchange in reversed(self._calls)]
        for call, operation in addressed:
            if call.path not in shown and operation is not None:
                shown.add(call.path)
                yield from islice(self._harmless(call, operation), 1)
        for made, above in self._ids.items():
            if f"{above}/{made}" not in shown:
                yield from islice(self._reads(f"{above}/{made}"), 1)

    def _harmless(self, call: SentCall, operation: Operation) -> Iterator[SentCall]:
        """Calls that show what is under a call's path: those that read, or the least of its operation."""
        yield from self._reads(call.path)
        least = with_token(self._drawer.least(call, operation), self._own_token(call))
        if self._is_harmless(least):
            yield least

    def _reads(self, path: str) -> Iterator[SentCall]:
        found = (each for each in self._drawer.pool.reads() if _is_alike(each.path, path))
        candidates = (with_path_of(each, path) for each in islice(found, 1))
        return filter(self._is_harmless, candidates)

    def _is_harmless(self, call: SentCall) -> bool:
        after = self._drawer.answer(self._session, call)
        return after.final_answer.status < 300 and not self._changes(after.session)

    def _own_token(self, call: SentCall) -> str | None:
        """The token of the call, or of one that was accepted."""
        accepted = [each for each, exchange in self._calls if exchange.final_answer.status < 300]
        value = (accepted[0] if accepted else call).named.get("authorization", "")
        return value.rpartition(" ")[2] or self._drawer.tokens[0]

    def _changes(self, session: Session) -> bool:
        states = self._session.states
        return any(states.get(name) is not state and states.get(name) != state
                   for name, state in session.states.items())  # fmt: skip


def _is_alike(one: str, other: str) -> bool:
    """Whether two paths can be of one item: they differ in the last segment at most."""
    return one.rpartition("/")[0] == other.rpartition("/")[0]


def _required_members(operation: Operation) -> frozenset[str]:
    """The members that the contract requires in the JSON body of an operation."""
    content = operation.body.content.values() if operation.body is not None else ()
    media = next((each for each in content if each.is_json and each.schema is not None), None)
    if media is None or media.schema is None:
        return frozenset()
    return frozenset(SchemaView.for_schema(operation.requests.document, media.schema).required)
