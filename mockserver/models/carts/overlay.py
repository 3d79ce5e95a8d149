"""Overlays a world with a scenario's `given`: by collection, by id or `*`, and by field."""

from mockserver.data.json import Json, object_or_empty, type_phrase
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData, Cursor, DataError
from mockserver.models.carts.dumping import dump
from mockserver.models.carts.loading import COLLECTIONS, read_overlay
from mockserver.models.carts.world import World

EVERY_ENTRY = "*"


def overlay(world: World, given: Json) -> World:
    """The world with the fields of `given` merged into its entries; `*` is merged first, single ids after it.

    Null in place of the fields removes an entry. Raises BadData, with pointers into `given`.
    """
    root = Cursor(given)
    if not root.keys(COLLECTIONS) or not isinstance(given, dict):
        raise BadData(root.errors)
    entries = dump(world)
    merged = {"world": entries["world"]}
    for name, fields in given.items():
        if name in COLLECTIONS:
            changed_entries = _overlaid(entries[name], fields, root / name)
            kept = object_or_empty(entries[name]) if name == "world" else {}
            merged[name] = {**kept, **changed_entries}
    changed = Cursor(merged)
    result = read_overlay(world, changed)
    root.errors.extend(dict.fromkeys(_with_given_pointer(error, given) for error in changed.errors))
    root.finish()
    return result


def _overlaid(entries: Json, given: Json, cursor: Cursor) -> dict[str, Json]:
    """The entries that `given` names, with its fields merged."""
    if not isinstance(entries, dict) or not isinstance(given, dict):
        cursor.error(f"expected an object, found {type_phrase(given)}")
        return {}
    merged = (
        {key: merge_patch(entry, given[EVERY_ENTRY]) for key, entry in entries.items()}
        if EVERY_ENTRY in given
        else {}
    )
    for key, fields in given.items():
        if key in entries:
            merged[key] = merge_patch(merged.get(key, entries[key]), fields)
        elif key != EVERY_ENTRY:
            cursor.error(f"unknown id {key!r}{cursor.suggestion(key, entries)}", key=key)
    return merged


def _with_given_pointer(error: DataError, given: dict[str, Json]) -> DataError:
    """The error, with `*` in its pointer if the scenario named the entry so."""
    _, name, *rest = error.pointer.split("/")
    named = given.get(name)
    if rest and isinstance(named, dict) and rest[0] not in named and EVERY_ENTRY in named:
        return DataError("/".join(["", name, EVERY_ENTRY, *rest[1:]]), error.message)
    return error
