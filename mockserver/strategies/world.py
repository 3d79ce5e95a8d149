"""What strategies know of a mock: the state of a session, and the examples of an operation."""

from functools import cached_property
from typing import Protocol

from mockserver.contract.description import Location
from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json, object_or_empty, plain
from mockserver.data.reading import MISSING
from mockserver.scenarios.samples import Sample
from mockserver.strategies.known_values import KnownItems
from mockserver.strategies.references import fixed_segments, path_names
from mockserver.strategies.state_index import StateIndex

ParameterKey = tuple[Location, str]


class World(Protocol):
    """Whatever has a state as `{collection: {id: item}}`, such as the fixture `mock_session`."""

    @property
    def state(self) -> object: ...


class KnownState:
    """The state of a world, as the requests of one operation use it.

    It is read once, when the first request is drawn: Hypothesis repeats draws and expects the same choices,
    even if the requests have changed the state meanwhile.
    """

    def __init__(self, world: World, contract: Contract, operation: Operation, sample: Sample | None) -> None:
        self.shown = _shown(operation, sample)
        self._world = world
        self._contract = contract
        self._operation = operation
        self._examples = tuple(_examples(operation, sample))

    def items(self) -> KnownItems:
        """The items of the state, for a new request."""
        is_item = self._operation.path.endswith("}") or self._own is None
        return KnownItems(self._index, self._own, self._operation.method == "POST" and not is_item)

    @cached_property
    def _index(self) -> StateIndex:
        paths = path_names(each.path for each in self._contract.operations)
        return StateIndex(object_or_empty(plain(self._world.state)), paths, self._examples)

    @cached_property
    def _own(self) -> str | None:
        return self._index.collection_of_path(fixed_segments(self._operation.path))


def _shown(operation: Operation, sample: Sample | None) -> dict[ParameterKey, Json]:
    """The values of the parameters in the sample request, else those of their examples."""
    shown: dict[ParameterKey, Json] = {
        (each.location, each.name): each.example for each in operation.parameters if each.example is not None
    }
    if sample is not None:
        headers = {each.name.lower(): each.name for each in operation.parameters if each.location == "header"}
        shown |= {("path", name): value for name, value in sample.path.items()}
        shown |= {("query", name): value for name, value in sample.query.items()}
        shown |= {
            ("header", headers[name.lower()]): value
            for name, value in sample.headers.items()
            if name.lower() in headers
        }
    return shown


def _examples(operation: Operation, sample: Sample | None) -> list[Json]:
    """The bodies of the sample request and of the examples."""
    content = operation.body.content.values() if operation.body is not None else ()
    bodies = [example for media in content for example in media.examples.values()]
    return bodies if sample is None or sample.body is MISSING else [plain(sample.body), *bodies]
