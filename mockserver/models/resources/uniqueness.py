"""Members that the contract documents as unique: no two items of a collection have the same value."""

from collections.abc import Mapping

from mockserver.data.json import Json
from mockserver.model import Conflict
from mockserver.models.resources.collections import Collection
from mockserver.models.resources.spelling import spelled_like


def check_unique(
    collection: Collection, items: Mapping[str, Json], item: Json, sent: Json, own_id: str | None = None
) -> None:
    """Raise Conflict if an item, except that with `own_id`, has a value that was sent for a unique member."""
    if not collection.unique or not isinstance(item, dict) or not isinstance(sent, dict):
        return
    for name in collection.unique:
        value = item.get(name)
        if value is None or spelled_like(name, sent) is None:
            continue
        taken = [key for key, other in items.items() if isinstance(other, dict) and other.get(name) == value]
        if any(key != own_id for key in taken):
            raise Conflict(f"{name} must be unique, and an item of {collection.name} has {value!r} already")
