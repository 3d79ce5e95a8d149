"""Draws values of the state for one request so that they fit together.

Most ids belong to the owner of the items that the request names already, and the members of an object come
from one object of the state or of an example. One reference of a request may stray: it is an id of
another owner, any id of its collection if there is none, or arbitrary.
"""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.strategies.references import is_own_id, is_reference
from mockserver.strategies.state_index import Address, KnownValue, Record, StateIndex, is_scalar

Names = tuple[str, ...]  # of the members that lead to a value

FREE = 10  # one of so many objects is drawn without a record
EIGHT = 8  # of so many optional members, those of a kind are absent: as many as the next constants say
MOSTLY_PRESENT, OFTEN_PRESENT, HALF_PRESENT = 1, 2, 4


class KnownItems(Struct):
    """The items of the state that one request names.

    `own` is the collection that the path is about; None: none of the state. `creates`: the request makes a
    new item there, so it has no `id` of another. `stray` are the names of the reference that strays; empty:
    none.
    """

    index: StateIndex
    own: str | None
    creates: bool = False
    stray: Names = ()
    named: list[Address] = field(default_factory=list)

    def add(self, item: Address | None) -> None:
        """Note that the request names an item."""
        if item is not None and item not in self.named:
            self.named.append(item)

    def agree(self, item: Address | None) -> bool:
        """Whether an item can be used together with those that the request names."""
        return all(self.index.agree(item, each) for each in self.named)


class Meaning(Struct, frozen=True):
    """What a schema says about known values: the only values that it lists, if it does, and its examples.

    `schema` is a key for the schema.
    """

    schema: str
    codes: Sequence[Json]
    examples: Sequence[Json]

    def shown(self, accepts: Callable[[Json], bool]) -> list[KnownValue]:
        """The examples that can be sent."""
        return [KnownValue(each, None) for each in self.examples if is_scalar(each) and accepts(each)]


class Position(Struct, frozen=True):
    """The position of a value in a request: the names that lead to it, and the record of its object."""

    items: KnownItems
    names: Names = ()
    record: Record | None = None

    @property
    def collection(self) -> str | None:
        """The collection to whose ids the value refers; None if it is not a reference."""
        *outer, name = self.names or ("",)
        if not is_own_id(name):
            return self.items.index.collection(name)
        own = None if self.items.creates else self.items.own
        return (self.items.index.collection(outer[-1]) if outer else None) or own

    @property
    def strays(self) -> bool:
        """Whether the value is the reference that strays."""
        return bool(self.names) and self.names == self.items.stray

    def member(self, name: str) -> "Position":
        """The position of a member of the object at this position."""
        return replace(self, names=(*self.names, name))

    def in_record(self, draw: DrawFn, properties: tuple[str, ...]) -> "Position":
        """This position with a record, perhaps, for an object that has these properties."""
        found = self.items.index.records(properties)
        records = [each for each in found if all(map(self.items.agree, each.items))]
        if not records or draw(st.integers(1, FREE)) == FREE:
            return replace(self, record=None)
        return replace(self, record=draw(st.sampled_from(records)))

    def is_present(self, draw: DrawFn, name: str) -> bool:
        """Draw whether an optional member is present: mostly if it leads to the reference that strays.

        All cases draw from the same range, so that Hypothesis can shrink one to another.
        """
        names = (*self.names, name)
        absent = HALF_PRESENT
        if self.record is not None and self.record.members.get(name) is not None:
            absent = OFTEN_PRESENT
        if self.items.stray[: len(names)] == names:
            absent = MOSTLY_PRESENT
        return draw(st.integers(1, EIGHT)) > absent

    def draw(self, draw: DrawFn, accepts: Callable[[Json], bool], meaning: Meaning) -> KnownValue | None:
        """Draw a known value that the schema accepts; None means an arbitrary one."""
        if not self.names:
            return None
        known = self.items.index.accepted(self.names[-1], self.collection, meaning.schema, accepts)
        own = [each for each in self._of_record() if accepts(each.value)]
        if self.strays:
            foreign = [each for each in known if not self.items.agree(each.item)]
            return _perhaps(draw, foreign or known)
        if self.collection is None and not (own and meaning.codes):
            is_free = self.items.creates and not is_reference(self.names[-1])
            return None if is_free else _perhaps(draw, own or known or meaning.shown(accepts))
        good = own or [each for each in known if self.items.agree(each.item)]
        found = draw(st.sampled_from(good)) if good else None
        self.items.add(None if found is None else found.item)
        return found

    def _of_record(self) -> list[KnownValue]:
        value = None if self.record is None else self.record.members.get(self.names[-1])
        return [] if value is None else [KnownValue(value, None)]


def _perhaps(draw: DrawFn, known: list[KnownValue]) -> KnownValue | None:
    """One of the known values, in half of the draws."""
    return None if not known or draw(st.booleans()) else draw(st.sampled_from(known))
