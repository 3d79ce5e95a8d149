"""How much of the contract was seen: each status, error code, request property and enum value."""

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Literal, NamedTuple, TypeAlias

from mockserver.contract.document.instance_locations import instance_locations
from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token

Kind = Literal["status", "code", "property", "value"]
SHAPES = 100  # of one place that are remembered
KINDS: tuple[Kind, ...] = ("status", "code", "property", "value")


class Fact(NamedTuple):
    """One thing that the contract documents, and a test can see.

    `name` is a status, an error code, a property (`body/order_items/*/user_id`, `query/page`), or a property
    and one of its values (`body/acquisition_mode=BUY`).
    """

    operation: str
    kind: Kind
    name: str


def documented(operation: Operation) -> Iterator[Fact]:
    """Every fact of an operation, in the contract's order."""
    for status in operation.responses:
        yield Fact(operation.id, "status", status)
    for code, _ in operation.codes():
        yield Fact(operation.id, "code", code)
    for place, schema in _inputs(operation):
        yield from (Fact(operation.id, kind, name) for kind, name in _walk(operation, schema, place))


class Chart:
    """An operation's facts as bits of one number, so that what an exchange shows is found in one walk.

    `bit_of` gives each fact its bit.
    """

    def __init__(self, operation: Operation, bit_of: Callable[[Fact], int]) -> None:
        self._operation = operation
        bits = {(fact.kind, fact.name): bit_of(fact) for fact in documented(operation)}
        self._statuses = {name: bit for (kind, name), bit in bits.items() if kind == "status"}
        self._codes = {name: bit for (kind, name), bit in bits.items() if kind == "code"}
        inputs = _FactNode()
        for start, schema in _inputs(operation):
            for place, _ in instance_locations(operation.document.data, schema, start):
                inputs.below(place).bit = bits.get(("property", place), 0)
            for kind, name in _walk(operation, schema, start):
                if kind == "value":
                    place, _, member = name.partition("=")
                    inputs.below(place).values[member] = bits[kind, name]
        self._body = inputs.members.get("body")
        self._query = inputs.below("query").members

    def shown(self, status: int, error: Json, query: Iterable[tuple[str, str]], body: Json) -> int:
        """The facts that an exchange shows; `error` is that member of the answer."""
        response = self._operation.response(status)
        shown = self._statuses[response.status] if response is not None else 0
        if isinstance(error, str):
            shown |= self._codes.get(error, 0)
        if self._body is not None:
            shown |= self._body.shown(body)
        for name, value in query:
            if name in self._query:
                shown |= self._query[name].shown(value)
        return shown


Deeper: TypeAlias = tuple[tuple[str, "_FactNode"], ...]


class _FactNode:
    """One place of a request: its bit, those of its values as text, and what is below; `*` is each item.

    Objects come in few shapes: what the names of one show is remembered, with those that show more by
    their values.
    """

    __slots__ = ("_shapes", "bit", "members", "values")

    def __init__(self) -> None:
        self.bit = 0
        self.values: dict[str, int] = {}
        self.members: dict[str, _FactNode] = {}
        self._shapes: dict[tuple[str, ...], tuple[int, Deeper]] = {}

    def below(self, place: str) -> "_FactNode":
        """The spot of a place such as `body/order_items/*`, made where there is none."""
        spot = self
        for token in place.split("/"):
            spot = spot.members.setdefault(token.replace("~1", "/").replace("~0", "~"), _FactNode())
        return spot

    def shown(self, value: Json) -> int:
        if isinstance(value, str):
            return self.bit | self.values.get(value, 0)
        if isinstance(value, dict):
            names = tuple(value)
            bits, deeper = self._shapes.get(names) or self._shape(names)
            for name, spot in deeper:
                bits |= spot.shown(value[name])
            return bits
        if isinstance(value, list):
            item = self.members.get("*")
            return reduce(or_, map(item.shown, value), self.bit) if item is not None else self.bit
        return self.bit | self.values.get(str(value), 0)

    def _shape(self, names: tuple[str, ...]) -> tuple[int, "Deeper"]:
        """The bits of an object with these members, and the members whose values show more."""
        spots = [(name, self.members[name]) for name in names if name in self.members]
        bits = reduce(or_, (spot.bit for _, spot in spots), self.bit)
        shape = bits, tuple((name, spot) for name, spot in spots if spot.members or spot.values)
        if len(spots) == len(names) and len(self._shapes) < SHAPES:  # names of the client's own are not kept
            self._shapes[names] = shape
        return shape


def report(contract: Contract, covered: set[Fact]) -> Json:
    """Each operation's facts and whether they were seen, with totals in per cent."""
    operations: list[Json] = []
    totals = {kind: [0, 0] for kind in KINDS}
    for operation in contract.operations:
        facts = list(dict.fromkeys(documented(operation)))
        row: dict[str, Json] = {"operation": operation.id, "method": operation.method, "path": operation.path}
        for kind in KINDS:
            mine = [fact for fact in facts if fact.kind == kind]
            row[_PLURAL[kind]] = [{"name": fact.name, "seen": fact in covered} for fact in mine]
            totals[kind][0] += sum(fact in covered for fact in mine)
            totals[kind][1] += len(mine)
        operations.append(row)
    every = [sum(pair[0] for pair in totals.values()), sum(pair[1] for pair in totals.values())]
    return {
        "operations": operations,
        "totals": {**{_PLURAL[kind]: _total(*totals[kind]) for kind in KINDS}, "all": _total(*every)},
    }


_PLURAL: dict[Kind, str] = {
    "status": "statuses",
    "code": "codes",
    "property": "properties",
    "value": "values",
}


def _total(shown: int, of: int) -> Json:
    return {"seen": shown, "of": of, "percent": round(100 * shown / of, 1) if of else 100.0}


def _inputs(operation: Operation) -> Iterator[tuple[str, str]]:
    """The places of a request that have a schema: the query's parameters and the JSON body."""
    for parameter in operation.parameters:
        if parameter.location == "query" and parameter.schema is not None:
            yield f"query/{pointer_token(parameter.name)}", parameter.schema
    for media in operation.body.content.values() if operation.body else ():
        if media.is_json and media.schema is not None:
            yield "body", media.schema


def _walk(operation: Operation, schema: str, place: str) -> Iterator[tuple[Kind, str]]:
    """The properties below a schema, and the members of their enums."""
    for below, schemas in instance_locations(operation.document.data, schema, place):
        if below != "body" and not below.endswith("/*"):
            yield "property", below
        for data in schemas:
            members = data.get("enum")
            for member in members if isinstance(members, list) else ():
                yield "value", f"{below}={member}"
