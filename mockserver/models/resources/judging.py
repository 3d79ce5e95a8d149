"""Judges items that come from elsewhere than a request: from seeds, scenarios and control calls."""

from collections.abc import Collection as Container
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from mockserver.contract.schema.judge import SchemaViolation
from mockserver.data.json import Json, type_phrase
from mockserver.data.pointer import json_pointer
from mockserver.data.reading import DataError
from mockserver.data.suggest import did_you_mean
from mockserver.models.resources.collections import Collection, Parent
from mockserver.models.resources.new_ids import id_text
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.state import Address, Items

_MOST_SUGGESTED = 20  # ids of parents that a message may list
INNER_IDS = ("id", "gid", "sid")  # members of an object that refers to another item


class ItemJudge(Struct, frozen=True):
    """Judges items by the schema of their collection, and whether their parents exist.

    `open_collections` are those whose parents need not exist, because a client may be one by its user name.
    """

    collections: Mapping[str, Collection]
    open_collections: Container[str] = ()

    def item_errors(self, address: Address, item_id: str, item: Json) -> Iterator[DataError]:
        """What is wrong with an item, with pointers into the item."""
        collection = self.collections[address.collection]
        if collection.is_single and item_id != collection.segment:
            yield DataError("", f"expected the key {collection.segment!r}, found {item_id!r}")
        yield from _id_errors(collection, item_id, item)
        for violation in _violations(collection.item, item):
            yield DataError(violation.pointer, violation.message)

    def parent_errors(self, stored: Mapping[Address, Items], address: Address) -> Iterator[str]:
        """A sentence for each parent in an address that does not exist."""
        parents = self.collections[address.collection].parents
        for index, parent in enumerate(parents) if address.collection not in self.open_collections else ():
            name, parent_id = parent.collection, address.parents[index]
            if name is not None:
                above = Address(name, address.parents[:index])
                items = stored.get(above, {})
                if not self.is_item(above, items, parent_id):
                    hint = did_you_mean(parent_id, items) if len(items) <= _MOST_SUGGESTED else ""
                    yield f"there is no {parent_id!r} in {name}{hint}"

    def is_item(self, address: Address, items: Items, item_id: str) -> bool:
        """Whether one of the items at an address has this id, or a further member that identifies it so."""
        further = self.collections[address.collection].identity.further
        return item_id in items or any(
            isinstance(item, dict) and id_text(item.get(name)) == item_id
            for name in further
            for item in items.values()
        )

    def row_errors(
        self, stored: Mapping[Address, Items], rows: Iterable[tuple[Address, str]]
    ) -> Iterator[DataError]:
        """What is wrong with these items of a state, with pointers into `{collection: {key: item}}`."""
        for address, item_id in rows:
            for error in self.item_errors(address, item_id, stored[address][item_id]):
                yield DataError(_pointer(address, item_id) + error.pointer, error.message)

    def orphan_errors(
        self, stored: Mapping[Address, Items], addresses: Iterable[Address]
    ) -> Iterator[DataError]:
        """The missing parents of these addresses, each at the first item below it."""
        for address in addresses:
            for sentence in self.parent_errors(stored, address):
                yield DataError(_pointer(address, next(iter(stored[address]))), sentence)


def _pointer(address: Address, item_id: str) -> str:
    return json_pointer([address.collection, address.key(item_id)])


def completed(collection: Collection, address: Address, item_id: str, item: Json) -> Json:
    """The item with the ids that its key states: its own, and those of parents that its schema requires."""
    item = collection.with_missing_id(item, item_id)
    if not isinstance(item, dict):
        return item
    for parent, parent_id in zip(collection.parents, address.parents, strict=True):
        if parent.member in collection.item.view.required and parent.member not in item:
            member = collection.item.at((parent.member,))
            forms: list[Json] = [parent_id]
            if parent_id.isascii() and parent_id.isdecimal() and len(parent_id) < 19:
                forms.append(int(parent_id))
            known = next((form for form in forms if member.accepts(form)), None)
            item = item if known is None else {**item, parent.member: known}
    return item


def parent_id_in(parent: Parent, item: Json) -> str | None:
    """The id of an item's parent, as the item states it; None if it does not."""
    members = item if isinstance(item, dict) else {}
    value = members.get(parent.member or parent.parameter)
    if isinstance(value, dict):
        value = next((value[name] for name in INNER_IDS if name in value), None)
    return id_text(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _id_errors(collection: Collection, item_id: str, item: Json) -> Iterator[DataError]:
    """An error if an item has another id than its key."""
    own = collection.identity.id_of(item)
    if isinstance(own, dict | list | bool):
        pointer = json_pointer(collection.identity.path)
        yield DataError(pointer, f"expected an id, found {type_phrase(own)}")
    elif own is not None and id_text(own) != item_id:
        pointer = json_pointer(collection.identity.path)
        yield DataError(pointer, f"expected {item_id!r}, which is the item's key, found {id_text(own)!r}")


def _violations(shape: Shape, item: Json) -> list[SchemaViolation]:
    """The violations of an item's schema.

    Where the schema can hardly be satisfied, the best attempt of the resource model counts as valid, so that
    each state that it makes can be set again.
    """
    if shape.schema is None or shape.accepts(item):
        return []
    if not shape.accepts(shape.sample) and shape.fitted(item) == item:
        return []
    return shape.directed.judges.judge(shape.schema).violations(item)
