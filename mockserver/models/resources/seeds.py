"""The initial state of the resource model from seeds: for each collection, its items as an array or by id."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json, type_phrase
from mockserver.data.reading import Cursor
from mockserver.models.resources.collections import Collection
from mockserver.models.resources.judging import ItemJudge, completed, parent_id_in
from mockserver.models.resources.new_ids import id_text, new_id
from mockserver.models.resources.state import Address, Items, Resources, address_and_id

_LARGEST_COUNTED = 2**31 - 2  # the largest integer id after which generated ids continue


class _Row(Struct, frozen=True):
    """An item of a seed; the id is None if the item has none yet."""

    address: Address
    item_id: str | None
    item: Json
    cursor: Cursor


_Identified: TypeAlias = tuple[str, _Row]  # the id, which may be a generated one, and the item


def seeded(judge: ItemJudge, seeds: Mapping[str, Cursor], most: int) -> Resources:
    """The state with the items of these seeds, by collection; errors go to the cursors.

    `most` is how many items a collection may have. Generated ids continue after those of the seeds.
    """
    stored: dict[Address, dict[str, Json]] = {}
    placed: list[_Identified] = []
    next_id = 1
    for name, cursor in seeds.items():
        collection = judge.collections[name]
        number, rows = _with_ids(collection, [*_rows(collection, cursor)])
        if len(rows) > most:
            cursor.error(f"expected at most {most:,} items, found {len(rows):,}")
        for item_id, row in rows:
            item = completed(collection, row.address, item_id, row.item)
            stored.setdefault(row.address, {})[item_id] = item
        placed += rows
        next_id = max(next_id, number)
    _judge(judge, stored, placed)
    return Resources.of_items(stored, next_id)


def _judge(judge: ItemJudge, stored: Mapping[Address, Items], rows: list[_Identified]) -> None:
    """Judge each item; errors have its pointer in the seed."""
    orphans = {address: [*judge.parent_errors(stored, address)] for address in stored}
    for item_id, row in rows:
        for sentence in orphans[row.address]:
            row.cursor.error(sentence)
        for error in judge.item_errors(row.address, item_id, stored[row.address][item_id]):
            Cursor(None, row.cursor.pointer + error.pointer, row.cursor.errors).error(error.message)


def _rows(collection: Collection, cursor: Cursor) -> Iterator[_Row]:
    """The items of a seed, with the ids that they or their keys state."""
    data = cursor.value
    if collection.is_single and not collection.parents and _is_the_resource(collection, data):
        yield _Row(Address(collection.name), collection.segment, cursor.json, cursor)
    elif isinstance(data, dict):
        for key, item in cursor.entries():
            yield from _keyed_row(collection, key, item)
    elif isinstance(data, list) and not collection.is_single:
        for item in cursor.items():
            yield from _listed_row(collection, item)
    elif data is not None:
        expected = "an object" if collection.is_single else "an array of items, or an object of items by id"
        cursor.error(f"expected {expected}, found {type_phrase(data)}")


def _is_the_resource(collection: Collection, data: object) -> bool:
    """Whether data are the resource that exists once, and not an object that has it by its key."""
    return isinstance(data, dict) and not (
        data.keys() == {collection.segment} and isinstance(data[collection.segment], dict)
    )


def _keyed_row(collection: Collection, key: str, item: Cursor) -> Iterator[_Row]:
    depth = len(collection.parents)
    found = address_and_id(collection.name, depth, key)
    if found is None:
        item.error(f"expected {depth + 1} ids, percent-encoded and joined by '/', found {key!r}")
    elif not isinstance(item.value, dict):
        item.error(f"expected an object, found {type_phrase(item.value)}")
    else:
        yield _Row(*found, item.json, item)


def _listed_row(collection: Collection, item: Cursor) -> Iterator[_Row]:
    if not isinstance(item.value, dict):
        item.error(f"expected an object, found {type_phrase(item.value)}")
        return
    ids: list[str] = []
    for parent in collection.parents:
        parent_id = parent_id_in(parent, item.json)
        if parent_id is None:
            item.error(
                f"expected {parent.member or parent.parameter!r} with the id of the parent;"
                " without it, write the items by id, such as '7/3' for item 3 of parent 7"
            )
            return
        ids.append(parent_id)
    own = collection.identity.id_of(item.json)
    item_id = None if own is None else id_text(own)
    yield _Row(Address(collection.name, tuple(ids)), item_id, item.json, item)


def _with_ids(collection: Collection, rows: list[_Row]) -> tuple[int, list[_Identified]]:
    """The next number for generated ids, and the items with their ids, without those whose id is taken."""
    first: dict[tuple[Address, str], Cursor] = {}
    for row in rows:
        if row.item_id is not None:
            known = first.setdefault((row.address, row.item_id), row.cursor)
            if known is not row.cursor:
                row.cursor.error(f"the id {row.item_id!r} is already that of {known.pointer}")
    number = _next_number(collection, (item_id for _, item_id in first))
    found: list[_Identified] = []
    for row in rows:
        if row.item_id is None:
            number, made = _with_new_id(collection, row, number, first)
            found += made
        elif first[row.address, row.item_id] is row.cursor:
            found.append((row.item_id, row))
    return number, found


def _with_new_id(
    collection: Collection, row: _Row, number: int, taken: dict[tuple[Address, str], Cursor]
) -> tuple[int, list[_Identified]]:
    """The next number, and the item with an id as if a request had created it; none if that is impossible."""

    def is_taken(item_id: str) -> bool:
        return (row.address, item_id) in taken

    number, made = new_id(collection.ids, number, is_taken)
    item_id = id_text(made)
    if is_taken(item_id) or not collection.ids.accepts(made):
        row.cursor.error(f"the id {collection.identity} is missing, and none can be generated")
        return number, []
    taken[row.address, item_id] = row.cursor
    return number, [(item_id, replace(row, item=collection.identity.with_id(row.item, made)))]


def _next_number(collection: Collection, ids: Iterable[str]) -> int:
    """The integer after the largest one among the ids, as far as it is a valid id."""
    numbers = [int(each) for each in ids if each.isascii() and each.isdecimal() and len(each) < 11]
    largest = max((each for each in numbers if each <= _LARGEST_COUNTED), default=0)
    following = largest + 1
    forms: list[Json] = [following, str(following)]
    return following if any(map(collection.ids.accepts, forms)) else 1
