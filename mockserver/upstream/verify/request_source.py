"""Single requests, which Hypothesis draws from the contract, the samples and a state."""

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy
from msgspec import Struct

from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.upstream.verify.sequence import SentCall

PER_OPERATION = 8  # requests that are drawn of an operation at once, or more if there are few operations
FIRST, LATER = 40, 12  # requests that are drawn of all operations at once, for the first batch and for others
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
            yield from self._drawn(self._invalid_of(operation), number, max(1, share // 4))

    def _valid_of(self, operation: Operation) -> SearchStrategy[SentCall]:
        if operation.id not in self._valid:
            self._valid[operation.id] = self._strategies.requests(operation.id, world=self._world)
        return self._valid[operation.id].map(_call)

    def _invalid_of(self, operation: Operation) -> SearchStrategy[SentCall]:
        if operation.id not in self._invalid:
            self._invalid[operation.id] = self._strategies.invalid_requests(operation.id)
        return self._invalid[operation.id].map(lambda each: _call(each.request))

    def _drawn(self, strategy: SearchStrategy[SentCall], number: int, count: int) -> list[SentCall]:
        """Some values of a strategy; none where it has none."""
        drawn: list[SentCall] = []

        @seed(number)
        @settings(QUIET, max_examples=count)
        @given(strategy)
        def keep(call: SentCall) -> None:
            drawn.append(call)

        try:
            keep()
        except HypothesisException:  # the contract allows no such request, or hardly any
            return drawn
        return drawn


def _call(request: DrawnRequest) -> SentCall:
    return SentCall(request.method, request.path, tuple(request.headers.items()), request.body)
