"""Hints at texts of answers that were probably meant to be expressions, and at names that do not exist."""

from collections.abc import Iterator

from msgspec.structs import replace

from mockserver.contract.operation import Operation
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.source import CannotRead, Document, Finding, read_bytes
from mockserver.engine.backend import Backend
from mockserver.scenarios.context import Context
from mockserver.scenarios.expression_slips import slips


def expression_notices(backend: Backend) -> Iterator[Finding]:
    """A notice for each likely slip in the answers of scenarios and stubs, the files of bodies included."""
    found: dict[Finding, None] = {}
    for scenario in backend.scenarios.values():
        document = scenario.document
        found |= dict.fromkeys(_notices(document, document.data, "", scenario.operation, backend.context))
    for each in backend.stubs:
        document, pointer = each.location.document, each.pointer
        context = replace(backend.context, beside=document.path.parent)
        found |= dict.fromkeys(
            _notices(document, decode(each.data.encode()), pointer, each.stub.operation, context)
        )
    yield from found


def _notices(
    document: Document, stub: Json, pointer: str, operation: Operation | None, context: Context
) -> Iterator[Finding]:
    """The notices for a stub or a scenario at a pointer of its file."""
    names = (
        None if operation is None else [each.name for each in operation.parameters if each.location == "path"]
    )
    for below, respond in _responds(object_or_empty(stub)):
        for key in ("headers", "body", "text"):
            value = respond.get(key)
            if key == "body" and isinstance(value, str):
                yield from _notices_in_file(value, context, names)
                continue
            for inner, message in slips(value, f"{pointer}{below}/{key}", names):
                yield document.finding(inner, message)


def _responds(stub: dict[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    """The `respond` of a stub and those of its steps, each with its pointer."""
    yield "/respond", object_or_empty(stub.get("respond"))
    for index, step in enumerate(array_or_empty(stub.get("steps"))):
        yield f"/steps/{index}/respond", object_or_empty(object_or_empty(step).get("respond"))


def _notices_in_file(name: str, context: Context, names: list[str] | None) -> Iterator[Finding]:
    """The notices for a file of a body, which may be JSON or text."""
    path = context.body_file(name)
    if path is None:
        return
    try:
        content = read_bytes(path)
        value: Json = decode(content) if path.suffix == ".json" else content.decode()
    except (CannotRead, Undecodable, UnicodeDecodeError):
        return
    for pointer, message in slips(value, "", names):
        yield Finding(path, None, pointer, message)
