"""The ids and other values in a session's state, by the names of parameters and properties.

A state is `{collection: {id: item}}`. Of a large collection only the first and the last items are used.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeGuard
from urllib.parse import unquote

from msgspec import Struct

from mockserver.data.json import Json, object_or_empty
from mockserver.strategies.references import (
    References,
    Segments,
    Words,
    is_own_id,
    likeness,
    name_words,
    subject,
)

MOST_ITEMS = 50  # at the beginning, and at the end, of a collection
MOST_RECORDS = 100

Scalar = bool | int | float | str


class Address(Struct, frozen=True):
    """The collection and the id of an item."""

    collection: str
    id: str


class KnownValue(Struct, frozen=True):
    """A value in the state, and the item that it identifies or that has it; None if it is of an example."""

    value: Scalar
    item: Address | None


class Record(Struct, frozen=True):
    """An object in the state or in an example, as the members of an object that a request can send.

    `members` are by the property's name; None means that the record has no value for it.
    """

    members: Mapping[str, Scalar | None]
    items: tuple[Address, ...]  # that it is part of, or those to which an example refers


class StateIndex:
    """The known values of one state, and those of the examples, `examples`, which are objects."""

    def __init__(
        self, state: Mapping[str, Json], named_by_paths: Mapping[Words, Segments], examples: tuple[Json, ...]
    ) -> None:
        self._items = {name: _some(object_or_empty(items)) for name, items in state.items()}
        self._ids = {name: object_or_empty(items).keys() for name, items in state.items()}
        self._references = References(self._items, named_by_paths)
        self._examples = examples
        self._accepted: dict[tuple[str, str | None, str], list[KnownValue]] = {}
        self._collections: dict[str, str | None] = {}
        self._records: dict[tuple[str, ...], list[Record]] = {}

    def collection(self, name: str) -> str | None:
        """The collection to whose ids a name refers, by itself or by the values that the state has for it."""
        if name not in self._collections:
            self._collections[name] = self._references.collection(name) or self._of_values(name)
        return self._collections[name]

    @property
    def collections(self) -> list[str]:
        return list(self._items)

    def collection_of_path(self, segments: Segments, parameter: str = "") -> str | None:
        """The collection that the last fixed segment before a path parameter names, else the parameter."""
        found = self._references.for_segments(segments)
        return found or (self.collection(parameter) if parameter else None)

    def keys(self, collection: str) -> list[str]:
        """The keys of the items: ids; those of children are with the ids of their parents, joined by `/`."""
        return list(self._items[collection])

    def accepted(
        self, name: str, collection: str | None, schema: str, accepts: Callable[[Json], bool]
    ) -> list[KnownValue]:
        """The values for a name that a schema accepts: ids of the collection, else members of objects.

        `schema` is a key for the schema.
        """
        key = name, collection, schema
        if key not in self._accepted:
            found = self._members_like(name) if collection is None else self._own_ids(collection)
            self._accepted[key] = list(dict.fromkeys(each for each in found if accepts(each.value)))
        return self._accepted[key]

    def records(self, properties: tuple[str, ...]) -> list[Record]:
        """The objects that have the most of these properties, if they have two, or the only one."""
        if properties not in self._records:
            self._records[properties] = self._most_alike(properties)
        return self._records[properties]

    def agree(self, one: Address | None, other: Address | None) -> bool:
        """Whether two items can be used together: they do not belong to different owners.

        An owner is an item to which items of several collections refer, such as a company with its users.
        """
        if one is None or other is None:
            return True
        own, others = self._owners.get(one, {}), self._owners.get(other, {})
        return all(others.get(collection, owner) == owner for collection, owner in own.items())

    @cached_property
    def example_items(self) -> list[Address]:
        """The items of the state to which the examples refer."""
        return list(dict.fromkeys(item for items, _ in self._example_objects for item in items))

    @cached_property
    def _owners(self) -> dict[Address, dict[str, str]]:
        """The owners of each item, by collection; an owner belongs to itself."""
        referred = {address: dict(self._referred(address)) for address, _ in self._all_items()}
        pairs = {(address.collection, target) for address, found in referred.items() for target in found}
        counts = Counter(target for _, target in pairs)
        shared = {target for target, count in counts.items() if count > 1}
        return {
            address: {target: key for target, key in found.items() if target in shared}
            | ({address.collection: address.id} if address.collection in shared else {})
            for address, found in referred.items()
        }

    def _referred(self, address: Address) -> Iterator[tuple[str, str]]:
        """The items to which the members of an item refer, as collection and id."""
        for name, value in object_or_empty(self._items[address.collection][address.id]).items():
            collection = self._references.collection(name)
            if collection is not None and value is not None and str(value) in self._ids[collection]:
                yield collection, str(value)

    def _all_items(self) -> Iterator[tuple[Address, Json]]:
        for collection, items in self._items.items():
            for key, item in items.items():
                yield Address(collection, key), item

    def _own_ids(self, collection: str) -> Iterator[KnownValue]:
        for key, item in self._items[collection].items():
            address, plain = Address(collection, key), _last_id(key)
            members = [
                value for name, value in object_or_empty(item).items() if is_own_id(name) and is_scalar(value)
            ]
            for value in (*members, plain, *_as_number(plain)):
                yield KnownValue(value, address)

    def _of_values(self, name: str) -> str | None:
        """The only collection whose ids all values are that the state has for a name."""
        values = {str(each.value) for each in self._members_like(name)}
        targets = [collection for collection, ids in self._ids.items() if values and values <= ids]
        return targets[0] if len(targets) == 1 else None

    def _members_like(self, name: str) -> list[KnownValue]:
        """The values of the members whose names are most like this one."""
        wanted = subject(name) or name_words(name)
        ranks = {each: likeness(wanted, each) for each in self._members}
        best = max(ranks.values(), default=0)
        alike = [each for each, rank in ranks.items() if rank == best > 0]
        return [known for each in alike for known in self._members[each]]

    @cached_property
    def _members(self) -> dict[Words, list[KnownValue]]:
        """The scalar members of all objects in the state, by what their names mean; without ids."""
        found: dict[Words, dict[KnownValue, None]] = {}
        for address, members in self._objects:
            for name, value in members.items():
                if is_scalar(value) and not is_own_id(name):
                    found.setdefault(subject(name), {})[KnownValue(value, address)] = None
        return {words: list(values) for words, values in found.items()}

    @cached_property
    def _objects(self) -> list[tuple[Address, dict[str, Json]]]:
        """The objects in the state, with the items that they are parts of."""
        return [(address, each) for address, item in self._all_items() for each in objects(item)]

    @cached_property
    def _example_objects(self) -> list[tuple[tuple[Address, ...], dict[str, Json]]]:
        """The objects in the examples all of whose references are to items of the state, and these."""
        found: list[tuple[tuple[Address, ...], dict[str, Json]]] = []
        for each in (each for example in self._examples for each in objects(example)):
            items = [item for member in each.items() if (item := self._item(*member)) is not None]
            if all(item.id in self._ids[item.collection] for item in items):
                found.append((tuple(items), each))
        return found

    def _item(self, name: str, value: Json) -> Address | None:
        """The item to which a member of an example refers, whether or not it exists."""
        collection = self.collection(name) if is_scalar(value) and not is_own_id(name) else None
        return None if collection is None else Address(collection, str(value))

    def _most_alike(self, properties: tuple[str, ...]) -> list[Record]:
        found: list[Record] = []
        of_state = (((address,), each) for address, each in self._objects)
        for items, each in (*self._example_objects, *of_state):
            members = dict(_as_members(properties, each))
            if any(value is not None for value in members.values()):
                found.append(Record(members, items))
        most = max((len(each.members) for each in found), default=0)
        enough = max(min(2, len(properties)), (most + 1) // 2)
        return [each for each in found if len(each.members) >= enough][:MOST_RECORDS]


def objects(value: Json) -> Iterator[dict[str, Json]]:
    """The objects in a value, itself included, outer ones first."""
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in children:
        yield from objects(each)


def _as_members(
    properties: tuple[str, ...], found: Mapping[str, Json]
) -> Iterator[tuple[str, Scalar | None]]:
    """The members of an object under the names of the properties that are most like theirs."""
    scalars = {name: value for name, value in found.items() if value is None or is_scalar(value)}
    for wanted in properties:
        ranks = {name: _name_likeness(wanted, name) for name in scalars}
        best = max(ranks, key=ranks.__getitem__, default=None)
        if best is not None and ranks[best]:
            yield wanted, scalars[best]


def _name_likeness(one: str, other: str) -> int:
    if one == other:
        return 3
    return 2 if is_own_id(one) and is_own_id(other) else likeness(subject(one), subject(other))


def is_scalar(value: Json) -> TypeGuard[Scalar]:
    return isinstance(value, bool | int | float | str)


def _some(items: Mapping[str, Json]) -> dict[str, Json]:
    """The items, or the first and the last of many."""
    keys = list(items)
    used = keys if len(keys) <= 2 * MOST_ITEMS else keys[:MOST_ITEMS] + keys[-MOST_ITEMS:]
    return {key: items[key] for key in used}


def _last_id(key: str) -> str:
    """The id of an item without those of its parents."""
    return unquote(key.rpartition("/")[2]) if "/" in key else key


def _as_number(key: str) -> tuple[int, ...]:
    return (int(key),) if key.isascii() and key.isdigit() and len(key) < 19 and str(int(key)) == key else ()
