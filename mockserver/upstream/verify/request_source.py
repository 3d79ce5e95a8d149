"""Single requests, which Hypothesis draws from the contract, the samples and a state."""

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Protocol

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.strategies import DataObject, SearchStrategy
from msgspec import Struct

from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.upstream.verify.sequence import SentCall

PER_OPERATION = 8  # requests that are drawn of an operation at once, or more if there are few operations
FIRST, LATER = 28, 12  # requests that are drawn of all operations at once, for the first batch and for others
MOST_REJECTED = 20  # draws that a strategy may reject
QUIET = settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class DrawnRequest(Protocol):
    """A request as the strategies draw it; `path` includes the query."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


class DrawnViolation(Protocol):
    """A request with one violation of the contract."""

    @property
    def request(self) -> DrawnRequest: ...


class KnownWorld(Struct, frozen=True):
    """A state as the strategies read it."""

    state: Mapping[str, Json]


class RequestStrategies(Protocol):
    """The strategies of a contract; `mockserver.strategies.of` has them."""

    def requests(self, operation: str, *, world: KnownWorld) -> SearchStrategy[DrawnRequest]:
        """Valid requests, most of whose ids are those of a state."""

    def invalid_requests(self, operation: str) -> SearchStrategy[DrawnViolation]:
        """Requests with one violation."""


class RequestSource:
    """Draws requests of some operations, more in each batch."""

    def __init__(
        self, strategies: RequestStrategies, operations: Iterable[Operation], state: Mapping[str, Json]
    ) -> None:
        self._strategies = strategies
        self._world = KnownWorld(state)
        self._operations = list(operations)
        self._has_drawn = False
        self._without_violations: set[str] = set()  # operations of which nothing invalid can be drawn
        self._valid: dict[str, SearchStrategy[DrawnRequest]] = {}
        self._invalid: dict[str, SearchStrategy[DrawnViolation]] = {}

    def draw(self, number: int) -> Iterator[SentCall]:
        """The requests of a batch, which its number determines."""
        total = LATER if self._has_drawn else FIRST
        self._has_drawn = True
        most = max(1, total // PER_OPERATION)
        chosen = list(self._operations)
        random.Random(number).shuffle(chosen)
        operations = chosen[:most]
        share = total // max(1, len(operations))
        for operation in operations:
            yield from self._drawn(self._valid_of(operation), number, share)
            if operation.id not in self._without_violations:
                invalid = self._drawn(self._invalid_of(operation), number, max(1, share // 4))
                if not invalid:
                    self._without_violations.add(operation.id)
                yield from invalid

    def _valid_of(self, operation: Operation) -> SearchStrategy[SentCall]:
        if operation.id not in self._valid:
            self._valid[operation.id] = self._strategies.requests(operation.id, world=self._world)
        return self._valid[operation.id].map(_call)

    def _invalid_of(self, operation: Operation) -> SearchStrategy[SentCall]:
        if operation.id not in self._invalid:
            self._invalid[operation.id] = self._strategies.invalid_requests(operation.id)
        return self._invalid[operation.id].map(lambda each: _call(each.request))

    def _drawn(self, strategy: SearchStrategy[SentCall], number: int, count: int) -> list[SentCall]:
        """Some values of a strategy; few or none where the contract allows hardly any."""
        drawn: list[SentCall] = []
        attempts = 0

        @seed(number)
        @settings(QUIET, max_examples=count)
        @given(st.data())
        def keep(data: DataObject) -> None:
            nonlocal attempts
            attempts += 1
            if attempts > count + MOST_REJECTED:
                raise _TooManyRejected
            drawn.append(data.draw(strategy))

        with suppress(HypothesisException, _TooManyRejected):
            keep()
        return drawn


class _TooManyRejected(BaseException):
    """Ends drawing: Hypothesis passes on what is not an Exception, and does not repeat it."""


def _call(request: DrawnRequest) -> SentCall:
    return SentCall(request.method, request.path, tuple(request.headers.items()), request.body)
