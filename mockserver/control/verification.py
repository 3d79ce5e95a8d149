"""Verifies that requests were sent: compares expectations with the exchanges of a session."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from mockserver.control.matching import Difference, RequestPattern, differences, read_pattern
from mockserver.data.json import Json
from mockserver.data.reading import Cursor
from mockserver.http.problem import Problem, ProblemError
from mockserver.http.redaction import redact
from mockserver.journal.record import Record

MAXIMUM_MISSES = 3


class Count(Struct, frozen=True):
    """How many exchanges must match, both bounds included; `at_most` None means no upper bound."""

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
    """Either one pattern and a count, or a sequence of patterns, which must match in this order."""

    patterns: tuple[RequestPattern, ...]
    count: Count | None  # None: a sequence


class NotVerified(ProblemError):
    """The expectation is not met; `misses` are the nearest exchanges with their differences."""

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
    """A nearest miss as JSON, with secrets masked."""
    return {
        "id": record.id,
        "request": f"{record.method} {record.path}",
        "status": record.status,
        "differences": [
            {"pointer": redact(each.pointer), "expected": each.expected, "found": each.found}
            for each in differing
        ],
    }


def read_expectation(body: Cursor, full_name: Callable[[str], str]) -> Expectation:
    """The expectation in the body of a call; raises BadData.

    `full_name` is that of the operation with a name; it raises OperationNameError.
    """
    if not body.keys(("match", "count", "sequence")):
        body.finish()
    sequence, match = body / "sequence", body / "match"
    if sequence.present == match.present:
        body.error("expected exactly one of 'match' and 'sequence'")
    if sequence.value == []:
        sequence.error("expected at least one match")
    if sequence.present and (body / "count").present:
        body.error("'count' is not possible with 'sequence'", key="count")
    patterns = tuple(
        read_pattern(each, full_name) for each in (sequence.items() if sequence.present else [match])
    )
    count = None if sequence.present else _read_count(body / "count")
    body.finish()
    return Expectation(patterns, count)


def verify(expectation: Expectation, records: Sequence[Record]) -> list[Record]:
    """The records that meet an expectation; `records` are oldest first. Raises NotVerified."""
    if expectation.count is None:
        return _verify_sequence(expectation.patterns, records)
    pattern, count = expectation.patterns[0], expectation.count
    matching = [record for record in records if not any(differences(pattern, record))]
    if not count.holds(len(matching)):
        message = f"expected {count} matching, found {len(matching)} among {len(records)} exchanges"
        raise NotVerified(message, _count_json(count), len(matching), _nearest_misses(pattern, records))
    return matching


def _verify_sequence(patterns: Sequence[RequestPattern], records: Sequence[Record]) -> list[Record]:
    """The first records that match the patterns in order; others may be between them."""
    found: list[Record] = []
    rest = list(records)
    for index, pattern in enumerate(patterns):
        position = next(
            (number for number, record in enumerate(rest) if not any(differences(pattern, record))), None
        )
        if position is None:
            after = f" after {found[-1].id}" if found else ""
            message = f"no exchange{after} matches step {index + 1} of the sequence"
            raise NotVerified(message, len(patterns), len(found), _nearest_misses(pattern, rest))
        found.append(rest[position])
        rest = rest[position + 1 :]
    return found


def _nearest_misses(
    pattern: RequestPattern, records: Sequence[Record]
) -> list[tuple[Record, list[Difference]]]:
    """The records with the fewest differences; of equally near ones, the newest first."""
    missed = [
        (record, differing)
        for record in reversed(records)
        if (differing := list(differences(pattern, record)))
    ]
    return sorted(missed, key=lambda miss: len(miss[1]))[:MAXIMUM_MISSES]


def _read_count(cursor: Cursor) -> Count:
    """A number means exactly that many, an object has bounds; absent means at least one."""
    if not cursor.present:
        return Count()
    if not isinstance(cursor.value, dict):
        exactly = cursor.integer(minimum=0)
        return Count(exactly, exactly)
    cursor.keys(("atLeast", "atMost"))
    least, most = cursor / "atLeast", cursor / "atMost"
    if isinstance(least.value, int) and isinstance(most.value, int) and least.value > most.value:
        cursor.error(f"'atLeast' {least.value} is greater than 'atMost' {most.value}")
    return Count(
        least.integer(minimum=0) if least.present else 0,
        most.integer(minimum=0) if most.present else None,
    )


def _count_json(count: Count) -> Json:
    if count.at_least == count.at_most:
        return count.at_least
    bounds: dict[str, Json] = {"atLeast": count.at_least}
    return bounds if count.at_most is None else {**bounds, "atMost": count.at_most}
