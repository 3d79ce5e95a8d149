"""How much of the contract was covered: each status, error code, request property and enum value."""

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Literal, NamedTuple, TypeAlias

from mockserver.contract.document.instance_locations import instance_locations
from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_keys, pointer_token

Kind = Literal["status", "code", "property", "value"]
KINDS: tuple[Kind, ...] = ("status", "code", "property", "value")
SHAPES_LIMIT = 100  # shapes of objects that are remembered for one location
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
    for location, schema in _described_inputs(operation):
        yield from (
            Fact(operation.id, kind, name) for kind, name in _schema_facts(operation, schema, location)
        )


class FactBits:
    """An operation's facts, each as one bit of an integer; what an exchange covers is the union of bits.

    Integers keep the journal small, because there are many sessions, and quick, because a union is one `|`.
    `bit_of` gives each fact its bit.
    """

    def __init__(self, operation: Operation, bit_of: Callable[[Fact], int]) -> None:
        self._operation = operation
        bits = {(fact.kind, fact.name): bit_of(fact) for fact in documented_facts(operation)}
        self._statuses = {name: bit for (kind, name), bit in bits.items() if kind == "status"}
        self._codes = {name: bit for (kind, name), bit in bits.items() if kind == "code"}
        inputs = _LocationBits()
        for start, schema in _described_inputs(operation):
            for location, _ in instance_locations(operation.document.data, schema, start):
                inputs.descendant(location).bit = bits.get(("property", location), 0)
            for kind, name in _schema_facts(operation, schema, start):
                if kind == "value":
                    location, _, member = name.partition("=")
                    inputs.descendant(location).values[member] = bits[kind, name]
        self._body = inputs.members.get("body")
        self._query = inputs.descendant("query").members

    def covered(self, status: int, error: Json, query: Iterable[tuple[str, str]], body: Json) -> int:
        """The bits of the facts that an exchange covers; `error` is the answer's member of that name."""
        response = self._operation.response(status)
        covered = self._statuses[response.status] if response is not None else 0
        if isinstance(error, str):
            covered |= self._codes.get(error, 0)
        if self._body is not None:
            covered |= self._body.covered(body)
        for name, value in query:
            if name in self._query:
                covered |= self._query[name].covered(value)
        return covered


MembersToVisit: TypeAlias = tuple[tuple[str, "_LocationBits"], ...]


class _LocationBits:
    """The bits of one location in a request, of its enum values (as strings), and the locations below it.

    The member `*` is each item of an array. Objects come in few shapes (sets of member names): for a known
    shape, the bits of all its members are found at once, and only members with values or members of their
    own are visited.
    """

    __slots__ = ("_shapes", "bit", "members", "values")

    def __init__(self) -> None:
        self.bit = 0
        self.values: dict[str, int] = {}
        self.members: dict[str, _LocationBits] = {}
        self._shapes: dict[tuple[str, ...], tuple[int, MembersToVisit]] = {}

    def descendant(self, location: str) -> "_LocationBits":
        """The bits of a location below this one, such as `body/order_items/*`; created if necessary."""
        found = self
        for key in pointer_keys(f"/{location}"):
            found = found.members.setdefault(key, _LocationBits())
        return found

    def covered(self, value: Json) -> int:
        """The bits that a value covers here and below."""
        if isinstance(value, str):
            return self.bit | self.values.get(value, 0)
        if isinstance(value, dict):
            names = tuple(value)
            bits, to_visit = self._shapes.get(names) or self._shape(names)
            for name, member in to_visit:
                bits |= member.covered(value[name])
            return bits
        if isinstance(value, list):
            item = self.members.get("*")
            return reduce(or_, map(item.covered, value), self.bit) if item is not None else self.bit
        return self.bit | self.values.get(str(value), 0)

    def _shape(self, names: tuple[str, ...]) -> tuple[int, MembersToVisit]:
        """The bits that an object with these members covers, and the members to visit for more."""
        known = [(name, self.members[name]) for name in names if name in self.members]
        bits = reduce(or_, (member.bit for _, member in known), self.bit)
        shape = bits, tuple((name, member) for name, member in known if member.members or member.values)
        if len(known) == len(names) and len(self._shapes) < SHAPES_LIMIT:  # no names that a client made up
            self._shapes[names] = shape
        return shape


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


def _schema_facts(operation: Operation, schema: str, start: str) -> Iterator[tuple[Kind, str]]:
    """The properties below a schema and the members of their enums, as kinds and names of facts."""
    for location, schemas in instance_locations(operation.document.data, schema, start):
        if location != "body" and not location.endswith("/*"):
            yield "property", location
        for data in schemas:
            members = data.get("enum")
            for member in members if isinstance(members, list) else ():
                yield "value", f"{location}={member}"
