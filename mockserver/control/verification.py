"""Verifies that requests were sent: compares expectations with the exchanges of a session."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from mockserver.contract.secret_marks import SecretMarks
from mockserver.control.masked_values import masked_expectation, without_record_secrets
from mockserver.control.recorded_request import RecordedRequest
from mockserver.data.json import Json
from mockserver.data.reading import Cursor
from mockserver.http.problem import Problem, ProblemError
from mockserver.http.redaction import Redactor
from mockserver.http.secret_names import SecretNames
from mockserver.journal.record import Record
from mockserver.scenarios.request_comparison import Difference, differences, matches
from mockserver.scenarios.request_pattern import VERIFY_MEMBERS, RequestPattern, read_pattern

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


class Miss(Struct, frozen=True):
    """An exchange that does not match a pattern, and how it differs."""

    record: Record
    differences: Sequence[Difference]
    marks: SecretMarks  # of the contract

    @property
    def is_undecided(self) -> bool:
        """Whether it may match: of nothing is known that it differs."""
        return all(each.undecided for each in self.differences)

    def as_json(self) -> Json:
        """The miss as an item of `nearest`, with secrets masked."""
        return {
            "id": self.record.id,
            "request": f"{self.record.method} {self.record.path}",
            "status": self.record.status,
            "differences": [self._difference(each) for each in self.differences],
        }

    def _difference(self, found: Difference) -> Json:
        expected = without_record_secrets(found.pointer, found.expected, self.record, self.marks)
        return difference_view(found, expected, self.record.secret.names)


def difference_view(found: Difference, expected: Json, names: SecretNames) -> dict[str, Json]:
    """A difference as an item of `differences`, without the secrets that it may expect."""
    shown: dict[str, Json] = {
        "pointer": Redactor(names).text(found.pointer),
        "expected": masked_expectation(found.pointer, expected, names),
        "found": found.found,
    }
    return {**shown, "reason": found.undecided} if found.undecided else shown


class NotVerified(ProblemError):
    """The expectation is not met; of `misses`, the exchanges that do not match, the nearest are kept."""

    def __init__(self, message: str, expected: Json, actual: int, misses: Sequence[Miss]) -> None:
        undecided = [each for each in misses if each.is_undecided]
        hint = f"; {len(undecided)} more may match: {_reasons(undecided)}" if undecided else ""
        super().__init__(f"{message}{hint}")
        self.expected = expected
        self.actual = actual
        self.misses = tuple(sorted(misses, key=lambda miss: len(miss.differences))[:MAXIMUM_MISSES])

    def problem(self) -> Problem:
        nearest: list[Json] = [each.as_json() for each in self.misses]
        members = {"expected": self.expected, "actual": self.actual, "nearest": nearest}
        return Problem("not-verified", str(self), members)


def _reasons(misses: Iterable[Miss]) -> str:
    """Why it is not known whether these exchanges match."""
    return "; ".join(dict.fromkeys(each.differences[0].undecided for each in misses))


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
        read_pattern(each, VERIFY_MEMBERS, full_name)
        for each in (sequence.items() if sequence.present else [match])
    )
    count = None if sequence.present else _read_count(body / "count")
    body.finish()
    return Expectation(patterns, count)


def verify(expectation: Expectation, records: Sequence[Record], marks: SecretMarks) -> list[Record]:
    """The records that meet an expectation; `records` are oldest first. Raises NotVerified.

    `marks` are the secret names of the contract, which the answer does not show the values of.
    """
    if expectation.count is None:
        return _verify_sequence(expectation.patterns, records, marks)
    pattern, count = expectation.patterns[0], expectation.count
    matching = [record for record in records if matches(pattern, RecordedRequest(record))]
    misses = _misses(pattern, records, marks)
    most = len(matching) + sum(each.is_undecided for each in misses)
    if not count.holds(len(matching)) or (count.at_most is not None and most > count.at_most):
        message = f"expected {count} matching, found {len(matching)} among {len(records)} exchanges"
        raise NotVerified(message, _count_json(count), len(matching), misses)
    return matching


def _verify_sequence(
    patterns: Sequence[RequestPattern], records: Sequence[Record], marks: SecretMarks
) -> list[Record]:
    """The first records that match the patterns in order; others may be between them."""
    found: list[Record] = []
    rest = list(records)
    for index, pattern in enumerate(patterns):
        position = next(
            (number for number, record in enumerate(rest) if matches(pattern, RecordedRequest(record))),
            None,
        )
        if position is None:
            after = f" after {found[-1].id}" if found else ""
            message = f"no exchange{after} matches step {index + 1} of the sequence"
            raise NotVerified(message, len(patterns), len(found), _misses(pattern, rest, marks))
        found.append(rest[position])
        rest = rest[position + 1 :]
    return found


def _misses(pattern: RequestPattern, records: Sequence[Record], marks: SecretMarks) -> list[Miss]:
    """The records that differ from a pattern, newest first."""
    return [
        Miss(record, differing, marks)
        for record in reversed(records)
        if (differing := list(differences(pattern, RecordedRequest(record))))
    ]


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
