"""Were these requests sent? Expectations over a session's exchanges, with the nearest misses where not."""

from collections.abc import Sequence

from msgspec import Struct

from mockserver.control.matching import Difference, RequestPattern, differences, read_match
from mockserver.data.json import Json
from mockserver.data.reading import Cursor
from mockserver.http.problem import Problem, ProblemError
from mockserver.http.redaction import redact
from mockserver.journal.record import Record

MISSES = 3


class Count(Struct, frozen=True):
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


class Expectation(Struct, frozen=True):
    """Either one match and a count, or matches that must come one after the other."""

    matches: tuple[RequestPattern, ...]
    count: Count | None  # None: a sequence


class NotVerified(ProblemError):
    """The exchanges are not as expected; `misses` are the nearest ones, each with what differs."""

    def __init__(
        self, message: str, expected: Json, actual: int, misses: Sequence[tuple[Record, list[Difference]]]
    ) -> None:
        super().__init__(message)
        self.expected = expected
        self.actual = actual
        self.misses = tuple(misses)

    def problem(self) -> Problem:
        nearest: list[Json] = [_near_miss(record, differing) for record, differing in self.misses]
        members = {"expected": self.expected, "actual": self.actual, "nearest": nearest}
        return Problem("not-verified", str(self), members)


def _near_miss(record: Record, differing: list[Difference]) -> Json:
    """An exchange that nearly matched, and each difference, by a pointer into the match; without secrets."""
    return {
        "id": record.id,
        "request": f"{record.method} {record.path}",
        "status": record.status,
        "differences": [
            {"pointer": redact(each.pointer), "expected": each.expected, "found": each.found}
            for each in differing
        ],
    }


def read_expectation(body: Cursor) -> Expectation:
    """The expectation of a call's body; raises BadData."""
    if not body.keys(("match", "count", "sequence")):
        body.finish()
    sequence, match = body / "sequence", body / "match"
    if sequence.present == match.present:
        body.error("give one of 'match' and 'sequence'")
    if sequence.value == []:
        sequence.error("expected at least one match")
    if sequence.present and (body / "count").present:
        body.error("a sequence has no count", key="count")
    matches = tuple(read_match(each) for each in (sequence.items() if sequence.present else [match]))
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


def _in_order(matches: Sequence[RequestPattern], records: Sequence[Record]) -> list[Record]:
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


def _misses(match: RequestPattern, records: Sequence[Record]) -> list[tuple[Record, list[Difference]]]:
    """The exchanges that differ least, the newest of equals first."""
    missed = [
        (record, differing) for record in reversed(records) if (differing := list(differences(match, record)))
    ]
    return sorted(missed, key=lambda miss: len(miss[1]))[:MISSES]


def _read_count(cursor: Cursor) -> Count:
    """A number for exactly so many, or bounds; nothing: at least one."""
    if not cursor.present:
        return Count()
    if not isinstance(cursor.value, dict):
        exactly = cursor.integer(minimum=0)
        return Count(exactly, exactly)
    cursor.keys(("atLeast", "atMost"))
    least, most = cursor / "atLeast", cursor / "atMost"
    if isinstance(least.value, int) and isinstance(most.value, int) and least.value > most.value:
        cursor.error(f"no number is at least {least.value} and at most {most.value}")
    return Count(
        least.integer(minimum=0) if least.present else 0,
        most.integer(minimum=0) if most.present else None,
    )


def _count_json(count: Count) -> Json:
    if count.at_least == count.at_most:
        return count.at_least
    bounds: dict[str, Json] = {"atLeast": count.at_least}
    return bounds if count.at_most is None else {**bounds, "atMost": count.at_most}
