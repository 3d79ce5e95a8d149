"""The state of the resource model."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.data.json import Json

Items: TypeAlias = Mapping[str, Json]  # by id


class Resources(Struct, frozen=True):
    """The stored items: collections by their path (`/users/7/posts`), and items by id."""

    collections: Mapping[str, Items] = field(default_factory=dict)
    next_id: int = 1  # generated ids are not used again, even if their item is deleted

    def items(self, collection: str) -> Items:
        """The items of a collection; empty if it has none."""
        return self.collections.get(collection, {})

    def with_item(self, collection: str, item_id: str, item: Json) -> "Resources":
        """The state with a new or changed item."""
        items = {**self.items(collection), item_id: item}
        return replace(self, collections={**self.collections, collection: items})

    def without(self, collection: str, item_id: str) -> "Resources":
        """The state without an item."""
        items = {key: item for key, item in self.items(collection).items() if key != item_id}
        return replace(self, collections={**self.collections, collection: items})
