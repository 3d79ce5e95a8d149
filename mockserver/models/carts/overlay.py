"""A scenario's `given`, laid over a world: collection, then id or `*`, then the fields that differ."""

from mockserver.data.json import Json, type_phrase
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData, Cursor, DataError
from mockserver.data.suggest import did_you_mean
from mockserver.models.carts.dumping import dump
from mockserver.models.carts.loading import COLLECTIONS, read_over
from mockserver.models.carts.world import World

EVERY = "*"


def lay(world: World, given: Json) -> World:
    """The world with the fields of `given` merged over its entries; `*` is laid first, single ids after it.

    Null in place of fields takes the entry away. Raises BadData, with pointers into `given`.
    """
    root = Cursor(given)
    if not root.keys(COLLECTIONS) or not isinstance(given, dict):
        raise BadData(root.errors)
    entries = dump(world)
    laid = {key: entries[key] for key in ("default_company", "next_device_id")}
    for name, fields in given.items():
        if name in COLLECTIONS:
            laid[name] = _laid(entries[name], fields, root / name)
    changed = Cursor(laid)
    result = read_over(world, changed)
    root.errors.extend(dict.fromkeys(_as_given(fault, given) for fault in changed.errors))
    root.finish()
    return result


def _laid(entries: Json, given: Json, cursor: Cursor) -> Json:
    """The entries that `given` speaks of, as they are to be."""
    if not isinstance(entries, dict) or not isinstance(given, dict):
        cursor.error(f"expected an object, found {type_phrase(given)}")
        return {}
    laid = {key: merge_patch(entry, given[EVERY]) for key, entry in entries.items()} if EVERY in given else {}
    for key, fields in given.items():
        if key in entries:
            laid[key] = merge_patch(laid.get(key, entries[key]), fields)
        elif key != EVERY:
            cursor.error(f"unknown id {key!r}{did_you_mean(key, entries)}", key=key)
    return laid


def _as_given(fault: DataError, given: dict[str, Json]) -> DataError:
    """The fault with `*` in its pointer where that is how the scenario named the entry."""
    _, name, *rest = fault.pointer.split("/")
    named = given.get(name)
    if rest and isinstance(named, dict) and rest[0] not in named and EVERY in named:
        return DataError("/".join(["", name, EVERY, *rest[1:]]), fault.message)
    return fault
