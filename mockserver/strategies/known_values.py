"""Draws values of the state for one request so that they fit together.

Most ids belong to the owner of the items that the request names already, and the members of an object come
from one object of the state or of an example. At most one reference of a request strays: it is any id of its
collection, or arbitrary.
"""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.strategies.references import is_own_id
from mockserver.strategies.state_index import Address, KnownValue, Record, StateIndex

STRAYING = 8  # one of so many references strays
FREE = 4  # one of so many objects is drawn without a record
PRESENT = 4  # of so many optional members that the record has, one is left out


class KnownItems:
    """The items of the state that one request names, and whether one of its references has strayed."""

    def __init__(self, index: StateIndex, own: str | None) -> None:
        """`own` is the collection to which a bare `id` in the request refers; None: to none."""
        self.index = index
        self.own = own
        self._items: list[Address] = []
        self._has_strayed = False

    def add(self, item: Address | None) -> None:
        """Note that the request names an item."""
        if item is not None and item not in self._items:
            self._items.append(item)

    def agree(self, item: Address | None) -> bool:
        """Whether an item can be used together with those that the request names."""
        return all(self.index.agree(item, each) for each in self._items)

    def strays(self, draw: DrawFn) -> bool:
        """Draw whether the next reference strays."""
        if self._has_strayed:
            return False
        self._has_strayed = draw(st.integers(1, STRAYING)) == STRAYING
        return self._has_strayed


class Position(Struct, frozen=True):
    """The position of a value in a request: the names that lead to it, and the record of its object."""

    items: KnownItems
    names: tuple[str, ...] = ()
    record: Record | None = None

    def member(self, name: str) -> "Position":
        """The position of a member of the object at this position."""
        return replace(self, names=(*self.names, name))

    def in_record(self, draw: DrawFn, properties: tuple[str, ...]) -> "Position":
        """This position with a record, perhaps, for an object that has these properties."""
        records = [each for each in self.items.index.records(properties) if self.items.agree(each.item)]
        if not records or draw(st.integers(1, FREE)) == FREE:
            return replace(self, record=None)
        return replace(self, record=draw(st.sampled_from(records)))

    def is_present(self, draw: DrawFn, name: str) -> bool:
        """Draw whether an optional member is present; mostly it is if the record has a value for it."""
        is_known = self.record is not None and self.record.members.get(name) is not None
        return draw(st.integers(1, PRESENT)) > 1 if is_known else draw(st.booleans())

    def draw(
        self, draw: DrawFn, accepts: Callable[[Json], bool], *, schema: str, codes: Sequence[Json]
    ) -> KnownValue | None:
        """Draw a known value that the schema accepts; None means an arbitrary one.

        `schema` is a key for the schema, and `codes` are the only values that it lists, if it does.
        """
        if not self.names:
            return None
        known = self._known(schema, accepts)
        own = [each for each in self._of_record() if accepts(each.value)]
        if self._collection is None and not (own and codes):
            return _perhaps(draw, own or known)
        if known and self.items.strays(draw):
            return _perhaps(draw, known)
        good = own or [each for each in known if self.items.agree(each.item)]
        found = draw(st.sampled_from(good)) if good else None
        self.items.add(None if found is None else found.item)
        return found

    @property
    def _collection(self) -> str | None:
        """The collection to whose ids the value refers."""
        *outer, name = self.names
        if not is_own_id(name):
            return self.items.index.collection(name)
        return (self.items.index.collection(outer[-1]) if outer else None) or self.items.own

    def _of_record(self) -> list[KnownValue]:
        value = None if self.record is None else self.record.members.get(self.names[-1])
        return [] if value is None else [KnownValue(value, None)]

    def _known(self, schema: str, accepts: Callable[[Json], bool]) -> list[KnownValue]:
        collection = self._collection
        return self.items.index.accepted(self.names[-1], collection, schema, accepts)


def _perhaps(draw: DrawFn, known: list[KnownValue]) -> KnownValue | None:
    """One of the known values, in half of the draws."""
    return None if not known or draw(st.booleans()) else draw(st.sampled_from(known))
