"""Items by id, in the order of their creation: a persistent mapping, which shares what has not changed.

Sessions begin with the same seeds. One that changes an item keeps this change, and not a copy of the rest.
"""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView

from mockserver.data.json import Json
from mockserver.data.reading import MISSING

_FEW = 64  # changes that are kept apart in any case
_SHARE = 4  # more changes are merged as soon as they are a quarter of the items


class Rows(Mapping[str, Json]):
    """Items by id; the `changes` to the `base` are an item, or MISSING for one that was removed."""

    __slots__ = ("_base", "_changes", "_count")

    def __init__(
        self, base: Mapping[str, Json], changes: Mapping[str, object] | None = None, count: int | None = None
    ) -> None:
        """`count` is how many items there are; neither mapping may change afterwards."""
        self._base = base
        self._changes = changes or {}
        self._count = len(base) if count is None else count

    def __getitem__(self, item_id: str) -> Json:
        item = self._changes.get(item_id, MISSING)
        if item is MISSING:
            if item_id in self._changes:
                raise KeyError(item_id)
            return self._base[item_id]
        return item  # type: ignore[return-value]  # it is a JSON value, since it is not MISSING

    def __contains__(self, item_id: object) -> bool:
        if item_id in self._changes:
            return self._changes[item_id] is not MISSING  # type: ignore[index]  # it is one of the keys
        return item_id in self._base

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return iter(self.merged())

    def keys(self) -> KeysView[str]:
        return self.merged().keys()

    def values(self) -> ValuesView[Json]:
        return self.merged().values()

    def items(self) -> ItemsView[str, Json]:
        return self.merged().items()

    def merged(self) -> Mapping[str, Json]:
        """The items as one mapping, which is made anew if there are changes."""
        if not self._changes:
            return self._base
        merged: dict[str, object] = {**self._base, **self._changes}
        for item_id, item in self._changes.items():
            if item is MISSING:
                del merged[item_id]
        return merged  # type: ignore[return-value]  # only items are left

    def with_item(self, item_id: str, item: Json) -> "Rows":
        """The items with a new one at the end, or with another one in its place."""
        if self._changes.get(item_id) is MISSING:  # its place in the base is not the end
            return Rows({**self.merged(), item_id: item})
        count = self._count if item_id in self else self._count + 1
        return Rows(self._base, {**self._changes, item_id: item}, count)._compact()

    def without(self, item_id: str) -> "Rows":
        """The items without an existing one."""
        changes = {**self._changes, item_id: MISSING}
        if item_id not in self._base:
            del changes[item_id]
        return Rows(self._base, changes, self._count - 1)._compact()

    def _compact(self) -> "Rows":
        is_large = len(self._changes) > max(_FEW, len(self._base) // _SHARE)
        return Rows(self.merged()) if is_large else self


def rows_of(items: Mapping[str, Json]) -> Rows:
    """Items by id as rows."""
    return items if isinstance(items, Rows) else Rows(items)
