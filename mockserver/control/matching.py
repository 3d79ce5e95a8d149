"""Request patterns: which exchanges match, and how others differ."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from mockserver.contract.document.references import value_at
from mockserver.contract.operation_names import OperationNameError
from mockserver.contract.schema import ecma
from mockserver.contract.schema.judge import Judge, Judges
from mockserver.contract.schema.pattern_matching import matches
from mockserver.control.serializers import decoded_body, headers_by_name, query_parameters
from mockserver.data.decoding import decode
from mockserver.data.equality import equal
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_keys, pointer_token
from mockserver.data.reading import BadData, Cursor, DataError
from mockserver.http.body_redaction import redact_body
from mockserver.http.redaction import MASK, Redactor, is_masked
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
            "expected": _masked(self.pointer, self.expected, names),
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


def _masked(pointer: str, expected: Json, names: SecretNames) -> Json:
    """An expected value with its secrets masked, by the names in its pointer and in itself."""
    redactor = Redactor(names)
    if isinstance(expected, str) and any(key in names for key in pointer_keys(pointer)[1:]):
        return redactor.mask(expected)
    return decode(redact_body(json.dumps(expected, ensure_ascii=False).encode(), redactor))


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
    for name, expected in pattern.members.items():
        match name:
            case "header":
                found: Sequence[tuple[str, Json]] = list(headers_by_name(record.headers).items())
                yield from _named_differences("/header", expected, found)
            case "query":
                yield from _named_differences("/query", expected, query_parameters(record.query))
            case "bodyPartial" | "bodySchema" if record.body.size == 0:
                yield Difference(f"/{name}", expected, None)
            case "body":
                yield from _equality_differences("/body", expected, _body(record))
            case "bodyPartial":
                yield from _subset_differences("/bodyPartial", expected, _body(record))
            case "bodySchema":
                yield from _schema_differences(pattern, _body(record))
            case "pathPattern":
                yield from _path_differences(str(expected), record.path)
            case _:
                yield from _equality_differences(f"/{name}", expected, _scalar_members(record)[name])


def _scalar_members(record: Record) -> dict[str, Json]:
    return {
        "operation": record.operation,
        "method": record.method,
        "path": record.path,
        "status": record.status,
        "scenario": record.scenario,
        "valid": record.valid,
    }


def _body(record: Record) -> Json:
    return decoded_body(record.body, record.headers)


def _named_differences(
    pointer: str, expected: Json, found: Sequence[tuple[str, Json]]
) -> Iterator[Difference]:
    """Differences of headers or query parameters; of several with one name, any may be equal."""
    for key, value in expected.items() if isinstance(expected, dict) else ():
        values = [str(text) for name, text in found if name == key]
        known = [text for text in values if not is_masked(text)]
        if value not in known:
            shown = ", ".join(values) if values else None
            yield Difference(f"{pointer}/{pointer_token(key)}", value, shown, len(known) < len(values))


def _path_differences(pattern: str, path: str) -> Iterator[Difference]:
    """The difference of a path from a pattern; a masked path must match with any secret."""
    masked = is_masked(path)
    paths = [path.replace(MASK, other) for other in (MASK, "x", "0Z-_~")] if masked else [path]
    if not all(matches(pattern, each) for each in paths):
        yield Difference("/pathPattern", pattern, path, masked)


def _equality_differences(pointer: str, expected: Json, found: Json) -> Iterator[Difference]:
    """The locations where two JSON values are not equal; an absent member is shown as null.

    A masked value equals no value.
    """
    match expected, found:
        case dict(), dict():
            for key in {**expected, **found}:
                if key in expected and key in found:
                    yield from _equality_differences(
                        f"{pointer}/{pointer_token(key)}", expected[key], found[key]
                    )
                else:
                    yield Difference(f"{pointer}/{pointer_token(key)}", expected.get(key), found.get(key))
        case list(), list() if len(expected) == len(found):
            for index, (wanted, actual) in enumerate(zip(expected, found, strict=True)):
                yield from _equality_differences(f"{pointer}/{index}", wanted, actual)
        case _, str() if is_masked(found):
            yield Difference(pointer, expected, found, is_masked=True)
        case _:
            if not equal(expected, found):
                yield Difference(pointer, expected, found)


def _subset_differences(pointer: str, expected: Json, found: Json) -> Iterator[Difference]:
    """The same, but objects may have further members, and arrays further items at their end."""
    match expected, found:
        case dict(), dict():
            for key, wanted in expected.items():
                if key in found:
                    yield from _subset_differences(f"{pointer}/{pointer_token(key)}", wanted, found[key])
                else:
                    yield Difference(f"{pointer}/{pointer_token(key)}", wanted, None)
        case list(), list() if len(expected) <= len(found):
            for index, wanted in enumerate(expected):
                yield from _subset_differences(f"{pointer}/{index}", wanted, found[index])
        case _:
            yield from _equality_differences(pointer, expected, found)


def _schema_differences(pattern: RequestPattern, found: Json) -> Iterator[Difference]:
    """The violations of a schema by a body; a body with masks must be valid with another string for each."""
    if pattern.judge is None:
        return
    other = _without_masks(found)
    violations = pattern.judge.violations(found) or pattern.judge.violations(other)
    for violation in violations:
        value = value_at(found, violation.pointer)
        can_depend = isinstance(value, str) or violation.keyword in _COMPARING
        masked = can_depend and value != _without_masks(value)
        yield Difference(f"/bodySchema{violation.pointer}", violation.message, found, masked)


def _without_masks(value: Json) -> Json:
    """The value with another string for each masked one."""
    match value:
        case dict():
            return {name: _without_masks(member) for name, member in value.items()}
        case list():
            return [_without_masks(item) for item in value]
        case str() if is_masked(value):
            return "x"
    return value
