"""How much of the contract was covered: each status, error code, request property and enum value."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, reduce
from operator import or_
from typing import Literal, NamedTuple, TypeAlias

from mockserver.contract.document.instance_locations import (
    ITEMS,
    Schemas,
    instance_locations,
    item_pointers,
    member_pointers,
)
from mockserver.contract.document.references import applied_schemas
from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json, array_or_empty
from mockserver.data.pointer import pointer_keys, pointer_token

Kind = Literal["status", "code", "property", "value"]
KINDS: tuple[Kind, ...] = ("status", "code", "property", "value")
SHAPES_LIMIT = 100  # shapes of objects that are remembered for one location
LOCATIONS_LIMIT = 10_000  # locations that are remembered for one operation
LONG_BODY = 1 << 15  # bytes; of a longer body, VALUES_LIMIT values are looked at
VALUES_LIMIT = 5_000
_PLURAL: dict[Kind, str] = {
    "status": "statuses",
    "code": "codes",
    "property": "properties",
    "value": "values",
}


class Fact(NamedTuple):
    """One thing that the contract documents and an exchange can cover.

    `name` is a status, an error code, the location of a property (`body/order_items/*/user_id`,
    `query/page`), or such a location and an enum value (`body/acquisition_mode=BUY`).
    """

    operation: str
    kind: Kind
    name: str


def documented_facts(operation: Operation) -> Iterator[Fact]:
    """Every fact of an operation, in the contract's order; some more than once."""
    for status in operation.responses:
        yield Fact(operation.id, "status", status)
    for code, _ in operation.codes():
        yield Fact(operation.id, "code", code)
    yield from _input_facts(operation)


class FactBits:
    """The facts that an operation's exchanges cover, each as one bit of an integer.

    Integers keep the journal small, because there are many sessions, and quick, because a union is one `|`.
    `bit_of` gives a fact its bit. Properties and values ask for theirs when an exchange first covers them, so
    what nobody sends takes no memory.
    """

    def __init__(self, operation: Operation, bit_of: Callable[[Fact], int]) -> None:
        self._operation = operation
        self._bit_of = bit_of
        self._statuses: dict[int, int] = {}  # the bits of the statuses that were sent
        self._codes = {name: self.bit("code", name) for name, _ in operation.codes()}
        self._known: dict[tuple[str, ...], _LocationBits] = {}
        inputs = list(_described_inputs(operation))
        self._body = self.location(schema for start, schema in inputs if start == "body")
        self._query: dict[str, tuple[int, _LocationBits]] = {
            pointer_keys(f"/{start}")[1]: (self.bit("property", start), self.location([schema]))
            for start, schema in inputs
            if start != "body"
        }

    def covered(self, status: int, error: Json, query: Iterable[tuple[str, str]], body: Json) -> int:
        """The bits of the facts that an exchange covers; `error` is the answer's member of that name."""
        covered = self._statuses.get(status)
        if covered is None:
            response = self._operation.response(status)
            covered = self.bit("status", response.status) if response is not None else 0
            self._statuses[status] = covered
        if isinstance(error, str):
            covered |= self._codes.get(error, 0)
        covered |= self._body.covered(body)
        for name, value in query:
            if name in self._query:
                bit, location = self._query[name]
                covered |= bit | location.covered(value)
        return covered

    def bit(self, kind: Kind, name: str) -> int:
        """The bit of a fact of the operation."""
        return self._bit_of(Fact(self._operation.id, kind, name))

    def property_bit(self, pointer: str) -> int:
        """The bit of the property whose schema has this pointer, `SCHEMA/properties/NAME`."""
        holder, _, name = pointer.rsplit("/", 2)
        return self.bit("property", f"{self.described_at[holder]}/{name}")

    def location(self, schemas: Iterable[str]) -> "_LocationBits":
        """The bits of a location to which the schemas at these pointers apply."""
        pointers = tuple(schemas)
        found = self._known.get(pointers)
        if found is None:
            applied = applied_schemas(self._operation.document.data, pointers, set())
            found = _LocationBits(self, applied)
            if found.is_covered_by_values and len(self._known) < LOCATIONS_LIMIT:
                self._known[pointers] = found
        return found

    @cached_property
    def described_at(self) -> Mapping[str, str]:
        """The location at which each schema is described, by the schema's pointer."""
        return {
            pointer: location
            for location, schemas in _described_locations(self._operation)
            for pointer in schemas
        }


MembersToVisit: TypeAlias = tuple[tuple[str, "_LocationBits"], ...]


class _LocationBits:
    """The bits of what a value covers at one location in a request, and below it.

    Objects come in few shapes (sets of member names): for a known shape, the bits of all its members are
    found at once, and only members with values or members of their own are visited.
    """

    __slots__ = ("_enum_members", "_facts", "_item", "_schemas", "_shapes", "_values")

    def __init__(self, facts: FactBits, schemas: Schemas) -> None:
        self._facts = facts
        self._schemas = schemas
        self._item: _LocationBits | None = None
        # The locations of the enums here, by their members as strings; None: not known yet.
        self._enum_members: dict[str, set[str]] | None = None
        self._values: dict[str, int] = {}  # of the enum members that were sent
        self._shapes: dict[tuple[str, ...], tuple[int, MembersToVisit]] = {}

    @property
    def is_covered_by_values(self) -> bool:
        """Whether a value can cover anything here or below."""
        return any(each.keys() & {"properties", "items", "enum"} for each in self._schemas.values())

    def covered(self, value: Json) -> int:
        """The bits that a value covers here and below."""
        if isinstance(value, str):
            bit = self._values.get(value)
            return bit if bit is not None else self._enum_bits(value)
        if isinstance(value, dict):
            names = tuple(value)
            bits, to_visit = self._shapes.get(names) or self._shape(names)
            for name, member in to_visit:
                bits |= member.covered(value[name])
            return bits
        if isinstance(value, list):
            if self._item is None:
                self._item = self._facts.location(item_pointers(self._schemas))
            return reduce(or_, map(self._item.covered, value), 0)
        return self.covered(str(value))

    def _enum_bits(self, text: str) -> int:
        """The bits of a member of the enums here; 0 for another string."""
        if self._enum_members is None:
            self._enum_members = {}
            for location, member in self._listed_members():
                self._enum_members.setdefault(member, set()).add(location)
        if text not in self._enum_members:
            return 0
        names = (f"{location}={text}" for location in self._enum_members[text])
        bits = self._values[text] = reduce(or_, (self._facts.bit("value", name) for name in names))
        return bits

    def _listed_members(self) -> Iterator[tuple[str, str]]:
        """The members of the enums as strings, each with the location at which its schema is described."""
        for pointer, schema in self._schemas.items():
            for member in array_or_empty(schema.get("enum")):
                yield self._facts.described_at[pointer], str(member)

    def _shape(self, names: tuple[str, ...]) -> tuple[int, MembersToVisit]:
        """The bits that an object with these members covers, and the members to visit for more."""
        bits = 0
        known = 0
        to_visit: list[tuple[str, _LocationBits]] = []
        for name in names:
            pointers = member_pointers(self._schemas, name)
            for pointer in pointers:
                bits |= self._facts.property_bit(pointer)
            known += bool(pointers)
            member = self._facts.location(pointers)
            if member.is_covered_by_values:
                to_visit.append((name, member))
        shape = bits, tuple(to_visit)
        if known == len(names) and len(self._shapes) < SHAPES_LIMIT:  # no names that a client made up
            self._shapes[names] = shape
        return shape


def first_values(value: Json, most: int) -> Json:
    """A copy of the value with the first values in it, in document order; scalars are values, too."""
    return _FirstValues(most).copied(value)


class _FirstValues:
    """Copies values until the bound; a nested function that calls itself would be a reference cycle."""

    def __init__(self, most: int) -> None:
        self._left = most

    def copied(self, part: Json) -> Json:
        self._left -= 1
        if isinstance(part, list):
            return [self.copied(each) for each in part if self._left > 0]
        if isinstance(part, dict):
            return {name: self.copied(each) for name, each in part.items() if self._left > 0}
        return part


def report(contract: Contract, covered: set[Fact]) -> Json:
    """Each operation's facts and whether they are covered, with totals in per cent."""
    operations: list[Json] = []
    totals = {kind: [0, 0] for kind in KINDS}
    for operation in contract.operations:
        facts = list(dict.fromkeys(documented_facts(operation)))
        row: dict[str, Json] = {"operation": operation.id, "method": operation.method, "path": operation.path}
        for kind in KINDS:
            of_kind = [fact for fact in facts if fact.kind == kind]
            row[_PLURAL[kind]] = [{"name": fact.name, "seen": fact in covered} for fact in of_kind]
            totals[kind][0] += sum(fact in covered for fact in of_kind)
            totals[kind][1] += len(of_kind)
        operations.append(row)
    every = [sum(pair[0] for pair in totals.values()), sum(pair[1] for pair in totals.values())]
    return {
        "operations": operations,
        "totals": {**{_PLURAL[kind]: _total(*totals[kind]) for kind in KINDS}, "all": _total(*every)},
    }


def _total(covered: int, documented: int) -> Json:
    percent = round(100 * covered / documented, 1) if documented else 100.0
    return {"seen": covered, "of": documented, "percent": percent}


def _described_inputs(operation: Operation) -> Iterator[tuple[str, str]]:
    """The locations of a request that have a schema, with its pointer: query parameters and the JSON body."""
    for parameter in operation.parameters:
        if parameter.location == "query" and parameter.schema is not None:
            yield f"query/{pointer_token(parameter.name)}", parameter.schema
    for media in operation.body.content.values() if operation.body else ():
        if media.is_json and media.schema is not None:
            yield "body", media.schema


def _described_locations(operation: Operation) -> Iterator[tuple[str, Schemas]]:
    """The locations of a request, with the schemas that are described there; each schema once."""
    seen: set[str] = set()
    for location, schema in _described_inputs(operation):
        yield from instance_locations(operation.document.data, schema, location, seen)


def _input_facts(operation: Operation) -> Iterator[Fact]:
    """The properties of a request and the members of their enums."""
    for location, schemas in _described_locations(operation):
        if location != "body" and not location.endswith(f"/{ITEMS}"):
            yield Fact(operation.id, "property", location)
        for schema in schemas.values():
            for member in array_or_empty(schema.get("enum")):
                yield Fact(operation.id, "value", f"{location}={member}")
