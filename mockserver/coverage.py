"""How much of the contract was seen: each status, error code, request property and enum value."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from mockserver.contract.decoding import Undecodable, decode
from mockserver.contract.operation import Contract, Operation, is_json
from mockserver.contract.places import places
from mockserver.model import Json
from mockserver.reading import pointer_token

Kind = Literal["status", "code", "property", "value"]
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


def seen(
    operation: Operation, status: int, answer: bytes, query: Iterable[tuple[str, str]], body: bytes
) -> set[Fact]:
    """The facts that one exchange shows."""
    found: set[Fact] = set()
    response = operation.response(status)
    if response is not None:
        found.add(Fact(operation.id, "status", response.status))
    error = _decoded(answer)
    if isinstance(error, dict) and isinstance(error.get("error"), str):
        found.add(Fact(operation.id, "code", str(error["error"])))
    for name, value in query:
        found.update(_shown(operation, f"query/{pointer_token(name)}", value))
    found.update(_shown(operation, "body", _decoded(body)))
    return found


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
        if is_json(media.name) and media.schema is not None:
            yield "body", media.schema


def _walk(operation: Operation, schema: str, place: str) -> Iterator[tuple[Kind, str]]:
    """The properties below a schema, and the members of their enums."""
    for below, schemas in places(operation.document.data, schema, place):
        if below != "body" and not below.endswith("/*"):
            yield "property", below
        for data in schemas:
            members = data.get("enum")
            for member in members if isinstance(members, list) else ():
                yield "value", f"{below}={member}"


def _shown(operation: Operation, place: str, value: Json) -> Iterator[Fact]:
    """The facts that a value shows; those that the contract does not document are passed over later."""
    if place != "body":
        yield Fact(operation.id, "property", place)
    match value:
        case dict():
            for name, member in value.items():
                yield from _shown(operation, f"{place}/{pointer_token(name)}", member)
        case list():
            for item in value:
                yield from _shown(operation, f"{place}/*", item)
        case _:
            yield Fact(operation.id, "value", f"{place}={value}")


def _decoded(body: bytes) -> Json:
    try:
        return decode(body)
    except Undecodable:
        return None
