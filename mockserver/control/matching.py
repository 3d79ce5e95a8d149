"""Request patterns: which exchanges match, and how others differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from mockserver.contract.operation_names import OperationNameError
from mockserver.contract.schema import ecma
from mockserver.contract.schema.judge import Judge, Judges
from mockserver.contract.schema.pattern_matching import matches
from mockserver.control.masked_values import (
    marked_pointers,
    masked_expectation,
    masked_pointers,
    with_other_strings,
)
from mockserver.control.serializers import decoded_body, headers_by_name, query_parameters
from mockserver.data.equality import equal
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.reading import BadData, Cursor, DataError
from mockserver.engine.masked_request import MaskedRequest
from mockserver.http.redaction import MASK, Redactor
from mockserver.http.secret_names import SecretNames
from mockserver.journal.record import Record

MEMBERS = (
    "operation", "method", "path", "pathPattern", "header", "query", "body", "bodyPartial", "bodySchema",
    "status", "scenario", "valid",
)  # fmt: skip


MASKED = "the value is masked in the journal, so it cannot be compared"
# Keywords that compare the values within an array or object.
_COMPARING = frozenset(("anyOf", "const", "contains", "enum", "if", "not", "oneOf", "uniqueItems"))


class Difference(Struct, frozen=True):
    """A difference between a pattern and an exchange; `pointer` is a JSON Pointer into the pattern.

    `is_masked`: the value is masked in the record, so whether it differs cannot be said.
    """

    pointer: str
    expected: Json
    found: Json
    is_masked: bool = False

    def as_json(self, names: SecretNames) -> dict[str, Json]:
        """The difference as an item of `differences`, without the secrets that it may expect."""
        shown: dict[str, Json] = {
            "pointer": Redactor(names).text(self.pointer),
            "expected": masked_expectation(self.pointer, self.expected, names),
            "found": self.found,
        }
        return {**shown, "reason": MASKED} if self.is_masked else shown


class RequestPattern(Struct, frozen=True):
    """The members of a `match`; `judge` validates the body if the match has a `bodySchema`."""

    members: Mapping[str, Json]
    judge: Judge | None = None


def read_pattern(cursor: Cursor, full_name: Callable[[str], str]) -> RequestPattern:
    """The pattern of one `match`; errors go to the cursor.

    `full_name` is that of the operation with a name; it raises OperationNameError.
    """
    if not cursor.keys(MEMBERS):
        return RequestPattern({})
    for name in ("operation", "method", "path", "scenario"):
        is_null = (cursor / name).value is None and name in ("operation", "scenario")
        if (cursor / name).present and not is_null:
            (cursor / name).string()
    for name in ("header", "query"):
        for _, value in (cursor / name).entries():
            value.string()
    if (cursor / "status").present:
        (cursor / "status").integer(minimum=100)
    if (cursor / "valid").present:
        (cursor / "valid").boolean()
    _check_regex(cursor / "pathPattern")
    members = {name: value.json for name, value in cursor.entries()}
    if isinstance(headers := members.get("header"), dict):
        members["header"] = {name.lower(): value for name, value in headers.items()}
    if isinstance(operation := (cursor / "operation").value, str):
        members["operation"] = _resolved(operation, cursor / "operation", full_name)
    schema = cursor / "bodySchema"
    return RequestPattern(members, _read_schema(members["bodySchema"], schema) if schema.present else None)


def _resolved(name: str, cursor: Cursor, full_name: Callable[[str], str]) -> str:
    """The full name of an operation; errors go to the cursor."""
    try:
        return full_name(name)
    except OperationNameError as error:
        cursor.error(str(error))
        return name


def _check_regex(cursor: Cursor) -> None:
    if not cursor.present:
        return
    try:
        ecma.compile_pattern(cursor.string())
    except ecma.BadPattern as bad:
        cursor.error(str(bad))


def _read_schema(schema: Json, cursor: Cursor) -> Judge | None:
    """The judge of a schema, or None; errors go to the cursor that it was read from."""
    pointer = "/components/schemas/match"
    try:
        return Judges({"openapi": "3.1.0", "components": {"schemas": {"match": schema}}}).judge(pointer)
    except BadData as bad:
        cursor.errors.extend(
            DataError(cursor.pointer + error.pointer.removeprefix(pointer), error.message)
            for error in bad.errors
        )
        return None


def differences(pattern: RequestPattern, record: Record) -> Iterator[Difference]:
    """The differences of an exchange from a pattern; none if it matches."""
    request = record.masked
    for name, expected in pattern.members.items():
        match name:
            case "header":
                shown = headers_by_name(record.headers_of(request))
                sent = headers_by_name(record.unmasked_head.headers)
                known = [(key, value, value != sent[key]) for key, value in shown.items()]
                yield from _named_differences("/header", expected, known)
            case "query":
                pairs = zip(query_parameters(request.query), query_parameters(record.sent_query), strict=True)
                values = [(*pair, pair != unmasked) for pair, unmasked in pairs]
                yield from _named_differences("/query", expected, values)
            case "body" | "bodyPartial" | "bodySchema":
                yield from _body_differences(name, expected, pattern, record, request)
            case "path" | "pathPattern":
                is_masked = request.path != record.unmasked_head.path
                yield from _path_differences(name, str(expected), request.path, is_masked)
            case _:
                yield from _equality_differences(f"/{name}", expected, _scalar_members(record)[name])


def _scalar_members(record: Record) -> dict[str, Json]:
    return {
        "operation": record.operation,
        "method": record.method,
        "status": record.status,
        "scenario": record.scenario,
        "valid": record.valid,
    }


def _named_differences(
    pointer: str, expected: Json, found: Sequence[tuple[str, Json, bool]]
) -> Iterator[Difference]:
    """Differences of headers or query parameters; of several with one name, any may be equal.

    `found` are names and values, and whether they are masked.
    """
    for key, value in expected.items() if isinstance(expected, dict) else ():
        values = [str(text) for name, text, _ in found if name == key]
        known = [str(text) for name, text, masked in found if name == key and not masked]
        if value not in known:
            shown = ", ".join(values) if values else None
            yield Difference(f"{pointer}/{pointer_token(key)}", value, shown, len(known) < len(values))


def _path_differences(name: str, expected: str, path: str, is_masked: bool) -> Iterator[Difference]:
    """The difference of a path from a path or a pattern; a masked path must match with any secret."""
    if name == "path":
        is_same = expected == path and not is_masked
    else:
        paths = [path.replace(MASK, other) for other in (MASK, "x", "0Z-_~")] if is_masked else [path]
        is_same = all(matches(expected, each) for each in paths)
    if not is_same:
        yield Difference(f"/{name}", expected, path, is_masked)


def _body_differences(
    name: str, expected: Json, pattern: RequestPattern, record: Record, request: MaskedRequest
) -> Iterator[Difference]:
    """The differences of a body from what `body`, `bodyPartial` or `bodySchema` expects."""
    body, pointer = record.body_of(request), f"/{name}"
    if body.size == 0 and name != "body":
        yield Difference(pointer, expected, None)
        return
    shown = decoded_body(body, record.headers_of(request))
    if record.long_body is not None:
        masked = frozenset(marked_pointers(pointer, shown))
    else:
        sent = decoded_body(record.sent_body, record.unmasked_head.headers)
        masked = frozenset(masked_pointers(pointer, sent, shown))
    if name == "body":
        yield from _equality_differences(pointer, expected, shown, masked)
    elif name == "bodyPartial":
        yield from _subset_differences(pointer, expected, shown, masked)
    else:
        yield from _schema_differences(pattern, shown, masked)


def _equality_differences(
    pointer: str, expected: Json, found: Json, masked: frozenset[str] = frozenset()
) -> Iterator[Difference]:
    """The locations where two JSON values are not equal; an absent member is shown as null.

    A masked value equals no value.
    """
    if pointer in masked:
        yield Difference(pointer, expected, found, is_masked=True)
        return
    match expected, found:
        case dict(), dict():
            for key in {**expected, **found}:
                inner = f"{pointer}/{pointer_token(key)}"
                if key in expected and key in found:
                    yield from _equality_differences(inner, expected[key], found[key], masked)
                else:
                    yield Difference(inner, expected.get(key), found.get(key))
        case list(), list() if len(expected) == len(found):
            for index, (wanted, actual) in enumerate(zip(expected, found, strict=True)):
                yield from _equality_differences(f"{pointer}/{index}", wanted, actual, masked)
        case _:
            if not equal(expected, found):
                yield Difference(pointer, expected, found)


def _subset_differences(
    pointer: str, expected: Json, found: Json, masked: frozenset[str]
) -> Iterator[Difference]:
    """The same, but objects may have further members, and arrays further items at their end."""
    match expected, found:
        case dict(), dict() if pointer not in masked:
            for key, wanted in expected.items():
                inner = f"{pointer}/{pointer_token(key)}"
                if key in found:
                    yield from _subset_differences(inner, wanted, found[key], masked)
                else:
                    yield Difference(inner, wanted, None)
        case list(), list() if len(expected) <= len(found) and pointer not in masked:
            for index, wanted in enumerate(expected):
                yield from _subset_differences(f"{pointer}/{index}", wanted, found[index], masked)
        case _:
            yield from _equality_differences(pointer, expected, found, masked)


def _schema_differences(pattern: RequestPattern, found: Json, masked: frozenset[str]) -> Iterator[Difference]:
    """The violations of a schema by a body; a body with masks must be valid with another string for each."""
    if pattern.judge is None:
        return
    other = with_other_strings(found, "/bodySchema", masked)
    violations = pattern.judge.violations(found) or pattern.judge.violations(other)
    for violation in violations:
        pointer = f"/bodySchema{violation.pointer}"
        can_depend = pointer in masked or violation.keyword in _COMPARING
        depends = can_depend and any(f"{each}/".startswith(f"{pointer}/") for each in masked)
        yield Difference(pointer, violation.message, found, depends)
