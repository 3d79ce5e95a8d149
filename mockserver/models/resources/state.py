"""The state of the resource model, and its form as JSON."""

from collections.abc import Container, Iterable, Mapping
from typing import TypeAlias
from urllib.parse import quote, unquote

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.data.json_weight import json_weight
from mockserver.models.resources.rows import rows_of

ITEM_OVERHEAD = 300  # about how many bytes a stored item takes besides its value and its ids
MOST_KEYS = 1_000  # idempotency keys of a session; the oldest are forgotten
Items: TypeAlias = Mapping[str, Json]  # by id
Row: TypeAlias = tuple[str, Json]  # the id of an item, and the item


class Address(Struct, frozen=True):
    """Where items are: the name of their collection, and the ids of their parents, the outermost first."""

    collection: str
    parents: tuple[str, ...] = ()

    def key(self, item_id: str) -> str:
        """The key of an item in its collection, as `dump` shows it.

        It is the id. A nested collection needs the parents' ids, too: all are percent-encoded and joined by
        slashes (`7/b3`).
        """
        if not self.parents:
            return item_id
        return "/".join(quote(each, safe="", errors="surrogatepass") for each in (*self.parents, item_id))


def address_and_id(collection: str, depth: int, key: str) -> tuple[Address, str] | None:
    """The inverse of `Address.key`, for a collection whose items have `depth` parents.

    None if the key does not consist of as many ids.
    """
    if depth == 0:
        return Address(collection), key
    ids = [unquote(each, errors="surrogatepass") for each in key.split("/")]
    return (Address(collection, tuple(ids[:-1])), ids[-1]) if len(ids) == depth + 1 else None


def _size(address: Address, item_id: str, item: Json) -> int:
    """About how many bytes of memory a stored item takes."""
    return ITEM_OVERHEAD + len(item_id) + sum(map(len, address.parents)) + json_weight(item)


class Creation(Struct, frozen=True):
    """What a request with an idempotency key has created: digest of its body, answer's body and location."""

    digest: str
    body: Json
    created: str | None


class Resources(Struct, frozen=True):
    """The stored items, by id at each address; an address without items is not kept."""

    stored: Mapping[Address, Items] = field(default_factory=dict)
    next_id: int = 1  # generated ids are not used again, even if their item is deleted
    size: int = 0  # about how many bytes of memory the items take
    creations: Mapping[str, Creation] = field(default_factory=dict)  # by operation and idempotency key

    @classmethod
    def of_items(cls, stored: Mapping[Address, Items], next_id: int) -> "Resources":
        """The state with these items."""
        sizes = (
            _size(address, item_id, item)
            for address, items in stored.items()
            for item_id, item in items.items()
        )
        return cls(stored, next_id, sum(sizes))

    def count(self, collection: str) -> int:
        """How many items a collection has, over all parents."""
        return sum(len(items) for each, items in self.stored.items() if each.collection == collection)

    def items(self, address: Address) -> Items:
        """The items at an address; empty if it has none."""
        return self.stored.get(address, {})

    def with_item(self, address: Address, item_id: str, item: Json) -> "Resources":
        """The state with a new or changed item."""
        before = self.items(address)
        size = self.size + _size(address, item_id, item)
        if item_id in before:
            size -= _size(address, item_id, before[item_id])
        rows = rows_of(before).with_item(item_id, item)
        return replace(self, stored={**self.stored, address: rows}, size=size)

    def with_items(self, address: Address, items: Items) -> "Resources":
        """The state with other items at an address, which has some already."""
        before = sum(_size(address, item_id, item) for item_id, item in self.items(address).items())
        size = self.size - before + sum(_size(address, item_id, item) for item_id, item in items.items())
        return replace(self, stored={**self.stored, address: items}, size=size)

    def without(self, address: Address, item_id: str) -> "Resources":
        """The state without an item."""
        items = rows_of(self.items(address)).without(item_id)
        stored = {**self.stored, address: items}
        if not items:
            del stored[address]
        size = self.size - _size(address, item_id, self.items(address)[item_id])
        return replace(self, stored=stored, size=size)

    def without_children(self, address: Address, item_id: str, children: Container[str]) -> "Resources":
        """The state without the items of these collections that are below an item."""
        ids = (*address.parents, item_id)
        gone = [
            each for each in self.stored if each.collection in children and each.parents[: len(ids)] == ids
        ]
        state = self
        for each in gone:
            state = state.without_all(each)
        return state

    def without_all(self, address: Address) -> "Resources":
        """The state without the items at an address."""
        gone = sum(_size(address, item_id, item) for item_id, item in self.items(address).items())
        rest = {each: kept for each, kept in self.stored.items() if each != address}
        return replace(self, stored=rest, size=self.size - gone)

    def with_creation(self, key: str, creation: Creation) -> "Resources":
        """The state that knows what an idempotency key has created."""
        known = {**self.creations, key: creation}
        if len(known) > MOST_KEYS:
            del known[next(iter(known))]
        return replace(self, creations=known)

    def dump(self, collections: Iterable[str]) -> dict[str, Json]:
        """The items of each of these collections, by their keys."""
        dumped: dict[str, dict[str, Json]] = {name: {} for name in collections}
        for address, items in self.stored.items():
            dumped[address.collection] |= {address.key(item_id): item for item_id, item in items.items()}
        return dict(dumped)
