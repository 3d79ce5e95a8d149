"""Request patterns: the `match` of a stub or of a verification, read from plain data."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from mockserver.contract.operation_names import OperationNameError
from mockserver.contract.schema.ecma import BadPattern
from mockserver.contract.schema.judge import Judge, Judges
from mockserver.contract.schema.pattern_matching import PatternPlan, pattern_plan
from mockserver.data.json import Json
from mockserver.data.reading import BadData, Cursor, DataError

STUB_MEMBERS = ("method", "path", "pathPattern", "header", "query", "body", "bodyPartial", "bodySchema")
VERIFY_MEMBERS = ("operation", *STUB_MEMBERS, "status", "scenario", "valid")
# In the order in which they are compared: those that take the least work first.
_CHEAPEST_FIRST = (
    "method", "operation", "status", "scenario", "valid", "path", "query", "header", "pathPattern",
    "bodyPartial", "body", "bodySchema",
)  # fmt: skip
_AFTERWARDS = "{name!r} is known only after the answer, so a stub cannot match by it"
_REFUSED = {
    "operation": "'operation' is a member of the stub itself: move it out of 'match', beside it",
    "status": _AFTERWARDS,
    "scenario": _AFTERWARDS,
    "valid": _AFTERWARDS,
}
_SCHEMA = "/components/schemas/match"
_URI = "urn:mockserver:match"
_IN_URI = f" in {_URI!r}, the '$id' that it is relative to"  # ends a message, but the client gave no `$id`


class RequestPattern(Struct, frozen=True):
    """What a request must have.

    `members` are in the order in which they are compared, with the names of headers in lower case.
    """

    members: Mapping[str, Json]
    path_pattern: PatternPlan | None = None  # of the member `pathPattern`, if there is one
    judge: Judge | None = None  # of the member `bodySchema`, if there is one


def read_pattern(
    cursor: Cursor,
    allowed: Iterable[str] = STUB_MEMBERS,
    full_name: Callable[[str], str] | None = None,
) -> RequestPattern:
    """The pattern of one `match` with the allowed members; errors go to the cursor.

    `full_name` is that of the operation with a name, for patterns that may have an `operation`; it raises
    OperationNameError.
    """
    if not _check_names(cursor, tuple(allowed)):
        return RequestPattern({})
    for name in ("operation", "method", "path", "scenario"):
        is_null = (cursor / name).value is None and name in ("operation", "scenario")
        if (cursor / name).present and not is_null:
            (cursor / name).string()
    if (cursor / "status").present:
        (cursor / "status").integer(minimum=100)
    if (cursor / "valid").present:
        (cursor / "valid").boolean()
    members = {name: (cursor / name).json for name in _CHEAPEST_FIRST if (cursor / name).present}
    for name in ("header", "query"):
        if name in members:
            members[name] = _read_strings(cursor / name, is_header=name == "header")
    operation = cursor / "operation"
    if isinstance(operation.value, str) and full_name is not None:
        members["operation"] = _resolved(operation.value, operation, full_name)
    regex, schema = cursor / "pathPattern", cursor / "bodySchema"
    return RequestPattern(
        members,
        _read_regex(regex) if regex.present else None,
        _read_schema(schema) if schema.present else None,
    )


def _check_names(cursor: Cursor, allowed: tuple[str, ...]) -> bool:
    """Check that the value is an object with allowed members only; False if it is not an object."""
    if not isinstance(cursor.value, dict):
        return cursor.keys(allowed)
    refused = [name for name in cursor.value if name in _REFUSED and name not in allowed]
    for name in refused:
        cursor.error(_REFUSED[name].format(name=name), key=name)
    others = {name: value for name, value in cursor.value.items() if name not in refused}
    return Cursor(others, cursor.pointer, cursor.errors).keys(allowed)


def _read_strings(cursor: Cursor, *, is_header: bool) -> dict[str, Json]:
    """An object of strings, with the names of headers in lower case; a query may have arrays of strings."""
    strings: dict[str, Json] = {}
    for name, value in cursor.entries():
        key = name.lower() if is_header else name
        if key in strings:
            value.error(f"the name {name!r} occurs twice, because its case does not matter")
        is_array = isinstance(value.value, list) and not is_header
        strings[key] = [item.string() for item in value.items()] if is_array else value.string()
    return strings


def _resolved(name: str, cursor: Cursor, full_name: Callable[[str], str]) -> str:
    """The full name of an operation; errors go to the cursor."""
    try:
        return full_name(name)
    except OperationNameError as error:
        cursor.error(str(error))
        return name


def _read_regex(cursor: Cursor) -> PatternPlan | None:
    """How a regular expression is matched, or None; errors go to the cursor."""
    try:
        return pattern_plan(cursor.string())
    except BadPattern as bad:
        cursor.error(str(bad))
        return None


def _read_schema(cursor: Cursor) -> Judge | None:
    """The judge of a schema, compiled, or None; errors go to the cursor."""
    schema = cursor.json
    if isinstance(schema, dict) and any(keyword in str(schema) for keyword in ("$ref", "$dynamicRef")):
        schema = {"$id": _URI, **schema}  # the references in it are relative to itself
    document: dict[str, Json] = {"openapi": "3.1.0", "components": {"schemas": {"match": schema}}}
    try:
        judge = Judges(document).judge(_SCHEMA)
    except BadData as bad:
        errors = [
            DataError(each.pointer.removeprefix(_SCHEMA), each.message.replace(_IN_URI, ""))
            for each in bad.errors
        ]
        cursor.adopt(BadData(errors))
        return None
    _ = judge.verdict  # compiled now, not when the first request is compared
    return judge
