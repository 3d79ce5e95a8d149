"""What one exchange is to be like, and where it is not."""

import json
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mockserver.contract.schema import ecma
from mockserver.contract.schema.judge import Judge, Judges
from mockserver.control.serializers import decoded, shown_headers, shown_query
from mockserver.data.decoding import decode
from mockserver.data.equality import equal
from mockserver.data.json import Json
from mockserver.data.reading import BadData, Cursor, DataError, pointer_token
from mockserver.http.redaction import redact, redact_body, redact_headers, redact_query
from mockserver.journal.record import Record

MEMBERS = (
    "operation", "method", "path", "pathPattern", "header", "query", "body", "bodyPartial", "bodySchema",
    "status", "scenario", "valid",
)  # fmt: skip


class Difference(Struct, frozen=True):
    """Where an exchange is not what a match asks for: a pointer into the match, and both values."""

    pointer: str
    expected: Json
    found: Json


class RequestPattern(Struct, frozen=True):
    """What one exchange is to be like; `judge` is that of `bodySchema`."""

    members: Mapping[str, Json]
    judge: Judge | None = None


def read_match(cursor: Cursor) -> RequestPattern:
    """One match; faults go to the cursor."""
    if not cursor.keys(MEMBERS):
        return RequestPattern({})
    for name in ("operation", "method", "path", "scenario"):
        nothing = (cursor / name).value is None and name in ("operation", "scenario")
        if (cursor / name).present and not nothing:
            (cursor / name).string()
    for name in ("header", "query"):
        for _, value in (cursor / name).entries():
            value.string()
    if (cursor / "status").present:
        (cursor / "status").integer(minimum=100)
    if (cursor / "valid").present:
        (cursor / "valid").boolean()
    _read_pattern(cursor / "pathPattern")
    members = {name: _as_kept(name, value.json) for name, value in cursor.entries()}
    schema = cursor / "bodySchema"
    return RequestPattern(members, _judge(members["bodySchema"], schema) if schema.present else None)


def _as_kept(name: str, expected: Json) -> Json:
    """What is expected with its secrets masked, as in the records that it is held against."""
    match name, expected:
        case "header", dict():
            return dict(redact_headers([(key.lower(), str(value)) for key, value in expected.items()]))
        case "query", dict():
            return dict(redact_query([(key, str(value)) for key, value in expected.items()]))
        case (("body" | "bodyPartial"), _):
            return decode(redact_body(json.dumps(expected, ensure_ascii=False).encode()))
        case "bodySchema", dict():
            return decode(redact(json.dumps(expected, ensure_ascii=False)).encode())
        case _, str():
            return redact(expected)
    return expected


def _read_pattern(cursor: Cursor) -> None:
    if not cursor.present:
        return
    try:
        ecma.compile_pattern(cursor.string())
    except ecma.BadPattern as bad:
        cursor.error(str(bad))


def _judge(schema: Json, cursor: Cursor) -> Judge | None:
    """The judge of a schema; faults go to the cursor that it was read from."""
    pointer = "/components/schemas/match"
    try:
        return Judges({"openapi": "3.1.0", "components": {"schemas": {"match": schema}}}).judge(pointer)
    except BadData as bad:
        cursor.errors.extend(
            DataError(cursor.pointer + fault.pointer.removeprefix(pointer), fault.message)
            for fault in bad.errors
        )
        return None


def differences(match: RequestPattern, record: Record) -> Iterator[Difference]:
    """Each member of a match that an exchange does not meet."""
    for name, expected in match.members.items():
        match name:
            case "header":
                yield from _texts("/header", expected, list(shown_headers(record.headers).items()))
            case "query":
                yield from _texts("/query", expected, shown_query(record))
            case "bodyPartial" | "bodySchema" if record.body.size == 0:
                yield Difference(f"/{name}", expected, None)
            case "body":
                yield from _exact("/body", expected, _body(record))
            case "bodyPartial":
                yield from _partial("/bodyPartial", expected, _body(record))
            case "bodySchema":
                yield from _by_schema(match, _body(record))
            case "pathPattern":
                if not ecma.matches(str(expected), record.path):
                    yield Difference("/pathPattern", expected, record.path)
            case _:
                if _plain(record)[name] != expected:
                    yield Difference(f"/{name}", expected, _plain(record)[name])


def _plain(record: Record) -> dict[str, Json]:
    return {
        "operation": record.operation,
        "method": record.method,
        "path": record.path,
        "status": record.status,
        "scenario": record.scenario,
        "valid": record.valid,
    }


def _body(record: Record) -> Json:
    return decoded(record.body, record.headers)


def _texts(pointer: str, expected: Json, found: Sequence[tuple[str, Json]]) -> Iterator[Difference]:
    """Of several members of one name, any may be the one that is expected."""
    for key, value in expected.items() if isinstance(expected, dict) else ():
        given = [str(text) for name, text in found if name == key]
        if value not in given:
            yield Difference(f"{pointer}/{pointer_token(key)}", value, ", ".join(given) if given else None)


def _exact(pointer: str, expected: Json, found: Json) -> Iterator[Difference]:
    """The places where two JSON values are not equal; an absent member shows as null."""
    match expected, found:
        case dict(), dict():
            for key in {**expected, **found}:
                if key in expected and key in found:
                    yield from _exact(f"{pointer}/{pointer_token(key)}", expected[key], found[key])
                else:
                    yield Difference(f"{pointer}/{pointer_token(key)}", expected.get(key), found.get(key))
        case list(), list() if len(expected) == len(found):
            for index, (wanted, given) in enumerate(zip(expected, found, strict=True)):
                yield from _exact(f"{pointer}/{index}", wanted, given)
        case _:
            if not equal(expected, found):
                yield Difference(pointer, expected, found)


def _partial(pointer: str, expected: Json, found: Json) -> Iterator[Difference]:
    """As `_exact`, but objects may have further members, and lists further items at their end."""
    match expected, found:
        case dict(), dict():
            for key, wanted in expected.items():
                if key in found:
                    yield from _partial(f"{pointer}/{pointer_token(key)}", wanted, found[key])
                else:
                    yield Difference(f"{pointer}/{pointer_token(key)}", wanted, None)
        case list(), list() if len(expected) <= len(found):
            for index, wanted in enumerate(expected):
                yield from _partial(f"{pointer}/{index}", wanted, found[index])
        case _:
            yield from _exact(pointer, expected, found)


def _by_schema(match: RequestPattern, found: Json) -> Iterator[Difference]:
    for violation in match.judge.violations(found) if match.judge is not None else ():
        yield Difference(f"/bodySchema{violation.pointer}", violation.message, found)
