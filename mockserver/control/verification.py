"""Were these requests sent? Expectations over a session's exchanges, with the nearest misses where not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mockserver.contract import ecma
from mockserver.contract.judge import Judge, Judges
from mockserver.control.view import decoded
from mockserver.journal import Record
from mockserver.model import Json
from mockserver.reading import BadData, Cursor, Fault, pointer_token

MEMBERS = (
    "operation", "method", "path", "pathPattern", "header", "query", "body", "bodyPartial", "bodySchema",
    "status", "scenario", "valid",
)  # fmt: skip
MISSES = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an exchange is not what a match asks for: a pointer into the match, and both values."""

    pointer: str
    expected: Json
    found: Json


@dataclass(frozen=True, slots=True)
class Count:
    """How many exchanges are to match; None has no bound."""

    at_least: int = 1
    at_most: int | None = None

    def holds(self, number: int) -> bool:
        return self.at_least <= number and (self.at_most is None or number <= self.at_most)

    def __str__(self) -> str:
        if self.at_least == self.at_most:
            return f"exactly {self.at_least}"
        upper = "" if self.at_most is None else f" and at most {self.at_most}"
        return f"at least {self.at_least}{upper}"


@dataclass(frozen=True, slots=True)
class Match:
    """What one exchange is to be like; `judge` is that of `bodySchema`."""

    members: Mapping[str, Json]
    judge: Judge | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """Either one match and a count, or matches that must come one after the other."""

    matches: tuple[Match, ...]
    count: Count | None  # None: a sequence


class NotVerified(Exception):
    """The exchanges are not as expected; `misses` are the nearest ones, each with what differs."""

    def __init__(
        self, message: str, expected: Json, actual: int, misses: Sequence[tuple[Record, list[Difference]]]
    ) -> None:
        super().__init__(message)
        self.expected = expected
        self.actual = actual
        self.misses = tuple(misses)


def read_expectation(body: Cursor) -> Expectation:
    """The expectation of a call's body; raises BadData."""
    body.keys(("match", "count", "sequence"))
    sequence, match = body / "sequence", body / "match"
    if sequence.present == match.present:
        body.fault("give one of 'match' and 'sequence'")
    if sequence.present and (body / "count").present:
        body.fault("a sequence has no count", key="count")
    matches = tuple(_read_match(each) for each in (sequence.items() if sequence.present else [match]))
    count = None if sequence.present else _read_count(body / "count")
    body.finish()
    return Expectation(matches, count)


def verify(expectation: Expectation, records: Sequence[Record]) -> list[Record]:
    """The records (given oldest first) that match as expected; raises NotVerified."""
    if expectation.count is None:
        return _in_order(expectation.matches, records)
    match, count = expectation.matches[0], expectation.count
    matching = [record for record in records if not any(differences(match, record))]
    if not count.holds(len(matching)):
        message = f"expected {count} matching, found {len(matching)} among {len(records)} exchanges"
        raise NotVerified(message, _count_json(count), len(matching), _misses(match, records))
    return matching


def differences(match: Match, record: Record) -> Iterator[Difference]:
    """Each member of a match that an exchange does not meet."""
    for name, expected in match.members.items():
        match name:
            case "header" | "query":
                found = dict(record.headers if name == "header" else record.query)
                yield from _texts(name, expected, found)
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


def _in_order(matches: Sequence[Match], records: Sequence[Record]) -> list[Record]:
    """The first exchanges that match one after the other; others may come between."""
    found: list[Record] = []
    rest = list(records)
    for index, match in enumerate(matches):
        at = next((at for at, record in enumerate(rest) if not any(differences(match, record))), None)
        if at is None:
            after = f" after {found[-1].id}" if found else ""
            message = f"nothing matches step {index + 1} of the sequence{after}"
            raise NotVerified(message, len(matches), len(found), _misses(match, rest))
        found.append(rest[at])
        rest = rest[at + 1 :]
    return found


def _misses(match: Match, records: Sequence[Record]) -> list[tuple[Record, list[Difference]]]:
    """The exchanges that differ least, the newest of equals first."""
    missed = [
        (record, differing) for record in reversed(records) if (differing := list(differences(match, record)))
    ]
    return sorted(missed, key=lambda miss: len(miss[1]))[:MISSES]


def _plain(record: Record) -> dict[str, Json]:
    return {
        "operation": record.operation.id if record.operation is not None else None,
        "method": record.method,
        "path": record.path,
        "status": record.status,
        "scenario": record.scenario,
        "valid": record.valid,
    }


def _body(record: Record) -> Json:
    return decoded(record.body, record.headers)


def _texts(name: str, expected: Json, found: Mapping[str, str]) -> Iterator[Difference]:
    for key, value in expected.items() if isinstance(expected, dict) else ():
        given = found.get(key.lower() if name == "header" else key)
        if given != value:
            yield Difference(f"/{name}/{pointer_token(key)}", value, given)


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
            if expected != found or isinstance(expected, bool) != isinstance(found, bool):
                yield Difference(pointer, expected, found)


def _partial(pointer: str, expected: Json, found: Json) -> Iterator[Difference]:
    """As `_exact`, but objects may have further members and lists further items."""
    match expected, found:
        case dict(), dict():
            for key, wanted in expected.items():
                yield from _partial(f"{pointer}/{pointer_token(key)}", wanted, found.get(key))
        case list(), list() if len(expected) <= len(found):
            for index, wanted in enumerate(expected):
                yield from _partial(f"{pointer}/{index}", wanted, found[index])
        case _:
            yield from _exact(pointer, expected, found)


def _by_schema(match: Match, found: Json) -> Iterator[Difference]:
    for violation in match.judge.violations(found) if match.judge is not None else ():
        yield Difference(f"/bodySchema{violation.pointer}", violation.message, found)


def _read_match(cursor: Cursor) -> Match:
    """One match; faults go to the cursor."""
    cursor.keys(MEMBERS)
    for name in ("operation", "method", "path", "scenario"):
        if (cursor / name).present and (cursor / name).value is not None:
            (cursor / name).text()
    for name in ("header", "query"):
        for _, value in (cursor / name).entries():
            value.text()
    if (cursor / "status").present:
        (cursor / "status").integer(minimum=100)
    if (cursor / "valid").present:
        (cursor / "valid").boolean()
    _read_pattern(cursor / "pathPattern")
    return Match({name: value.json for name, value in cursor.entries()}, _read_schema(cursor / "bodySchema"))


def _read_pattern(cursor: Cursor) -> None:
    if not cursor.present:
        return
    try:
        ecma.compile_pattern(cursor.text())
    except ecma.BadPattern as bad:
        cursor.fault(str(bad))


def _read_schema(cursor: Cursor) -> Judge | None:
    if not cursor.present:
        return None
    pointer = "/components/schemas/match"
    try:
        return Judges({"openapi": "3.1.0", "components": {"schemas": {"match": cursor.json}}}).at(pointer)
    except BadData as bad:
        cursor.faults.extend(
            Fault(cursor.pointer + fault.pointer.removeprefix(pointer), fault.message) for fault in bad.faults
        )
        return None


def _read_count(cursor: Cursor) -> Count:
    """A number for exactly so many, or bounds; nothing: at least one."""
    if not cursor.present:
        return Count()
    if not isinstance(cursor.value, dict):
        exactly = cursor.integer(minimum=0)
        return Count(exactly, exactly)
    cursor.keys(("atLeast", "atMost"))
    least, most = cursor / "atLeast", cursor / "atMost"
    return Count(
        least.integer(minimum=0) if least.present else 0,
        most.integer(minimum=0) if most.present else None,
    )


def _count_json(count: Count) -> Json:
    if count.at_least == count.at_most:
        return count.at_least
    bounds: dict[str, Json] = {"atLeast": count.at_least}
    return bounds if count.at_most is None else {**bounds, "atMost": count.at_most}
