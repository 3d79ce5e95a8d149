"""Draws the ids in the path of a request from the collections that the path names."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec import Struct

from mockserver.data.json import Json
from mockserver.strategies.known_values import KnownItems, Position
from mockserver.strategies.parameter_values import ParameterValues, SentValue
from mockserver.strategies.references import segments_before
from mockserver.strategies.state_index import Address


class PathItem(Struct, frozen=True):
    """An item of the state, and the values of the parameters that name it and its parents in a path."""

    address: Address
    values: Mapping[str, SentValue]


class PathIds:
    """Draws the ids of one path template; `shown` are the ids of an example or sample, by parameter."""

    def __init__(
        self, path: str, parameters: Mapping[str, ParameterValues], shown: Mapping[str, Json]
    ) -> None:
        self._segments = {name: each for name, each in segments_before(path).items() if name in parameters}
        self._parameters = parameters
        self._shown = shown

    def draw(self, draw: DrawFn, items: KnownItems, fixed: Mapping[str, SentValue]) -> dict[str, SentValue]:
        """Ids by parameter, together with the fixed ones; a parameter without a known id is left out.

        The last parameter is drawn first, because its item may say which parents it has.
        """
        found = dict(fixed)
        names = [*self._segments]
        for count in range(len(names), 0, -1):
            known = [*self._items(items, names[:count], found)]
            if names[count - 1] in found:
                for each in known:
                    items.add(each.address)
            elif known:
                chosen = self._chosen(draw, Position(items, (names[count - 1],)), known)
                found |= chosen.values if chosen is not None else {}
        return found

    def _items(
        self, items: KnownItems, names: list[str], found: Mapping[str, SentValue]
    ) -> Iterator[PathItem]:
        """The items that the last of these parameters can name, given the values that were found.

        If no collection has a name like that of the path or the parameter, it can name those of any.
        """
        collection = items.index.collection_of_path(self._segments[names[-1]], names[-1])
        for each in items.index.collections if collection is None else (collection,):
            for key in items.index.keys(each):
                values = self._values(key, names)
                if values and all(found.get(name, value) == value for name, value in values.items()):
                    yield PathItem(Address(each, key), values)

    def _values(self, key: str, names: list[str]) -> dict[str, SentValue]:
        """The values with which the last of these parameters name an item; empty if one is not valid."""
        parts = key.split("/")
        ids = [unquote(each) for each in parts] if 1 < len(parts) <= len(names) else [key]
        sent = {
            name: self._parameters[name].sent(each)
            for name, each in zip(names[-len(ids) :], ids, strict=True)
        }
        values = {name: each for name, each in sent.items() if each is not None}
        return values if len(values) == len(sent) else {}

    def _chosen(self, draw: DrawFn, position: Position, known: list[PathItem]) -> PathItem | None:
        """One of the items: mostly the example's, or one that goes with it and with those named already."""
        items = position.items
        shown = [each for each in known if items.agree(each.address) and self._is_shown(each)]
        named = [each.address for each in shown] or items.index.example_items
        good = [each for each in known if items.agree(each.address) and _goes_with(items, named, each)]
        if position.strays:
            foreign = [each for each in known if each not in good] or known
            return None if draw(st.booleans()) else draw(st.sampled_from(foreign))
        is_shown = bool(shown) and not draw(st.booleans())
        chosen = draw(st.sampled_from(shown if is_shown else good or known))
        items.add(chosen.address)
        return chosen

    def _is_shown(self, item: PathItem) -> bool:
        """Whether the example names this item."""
        shown = {name: self._parameters[name].sent(each) for name, each in self._shown.items()}
        return all(shown.get(name) == each for name, each in item.values.items())


def _goes_with(items: KnownItems, named: list[Address], item: PathItem) -> bool:
    """Whether an item can be used together with those that an example names."""
    return all(items.index.agree(each, item.address) for each in named)
