"""Compares requests with request patterns: whether they match, and how they differ.

A request is compared as it came (`LiveRequest`), or as the journal has it, with masked values.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

from msgspec import Struct

from mockserver.contract.schema.judge import SchemaViolation
from mockserver.contract.schema.keywords.interface import MAX_ERRORS
from mockserver.contract.schema.pattern_matching import not_judged_message, planned_match
from mockserver.contract.schema.work import WorkHolder, budget_of, take_not_judged
from mockserver.data.equality import equal
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.scenarios.request_pattern import RequestPattern

MASKED = "the value is masked in the journal, so it cannot be compared"
_SEEN_AT_ONCE = 20  # members of a pattern that are compared without counting them
_SMALL_BODY = 4_096  # bytes of a body that is judged without counting its values
MAX_VALUES = 500_000  # values that all patterns may look at for one request
_VISITS = 10  # of a compiled schema, in the time in which one value is compared
_BYTES = 8  # of a body, about, for each value in it
_TOO_MANY_VALUES = (
    f"the rest is not compared: the patterns for one request may look at no more than {MAX_VALUES:,} values"
)
# Keywords that compare the values within an array or object.
_COMPARING = frozenset(("anyOf", "const", "contains", "enum", "if", "not", "oneOf", "uniqueItems"))


class Difference(Struct, frozen=True):
    """A difference between a pattern and a request; `pointer` is a JSON Pointer into the pattern.

    `undecided` says why it is not known whether the request differs here; empty if it does.
    """

    pointer: str
    expected: Json
    found: Json
    undecided: str = ""


class NamedValues(Struct, frozen=True):
    """The values of a header or query parameter as they are shown, and those of them that are not masked."""

    shown: Sequence[str]
    known: Sequence[str]


NO_VALUES = NamedValues((), ())


class TooManyValues(Exception):
    """The patterns would look at more values than they may for this request."""


class ComparedRequest(WorkHolder, Protocol):
    """What patterns are compared with.

    `size` is the size of the body in bytes, as it was received; `values_left` of MAX_VALUES are not used up.
    """

    values_left: int

    @property
    def scalars(self) -> Mapping[str, Json]:
        """The values of the members that are compared for equality, such as `method`."""

    @property
    def path(self) -> str:
        """The path, percent-encoded as it was sent, as it is shown."""

    @property
    def paths(self) -> Sequence[str]:
        """The path with several values for what is masked in it; one path if nothing is."""

    def header(self, name: str) -> NamedValues:
        """The value of a header, whose name is in lower case."""

    def query(self, name: str) -> NamedValues:
        """The values of a query parameter, percent-decoded."""

    @property
    def body(self) -> Json:
        """The body as it is shown: decoded if it is JSON, otherwise a string; None if empty."""

    def masked_pointers(self, pointer: str) -> frozenset[str]:
        """The pointers of the masked values of the body, below this pointer of the body itself."""

    def other_body(self, masked: frozenset[str]) -> Json:
        """The body with another value for each masked one; `masked` are their pointers below `bodySchema`."""


def matches(pattern: RequestPattern, request: ComparedRequest) -> bool:
    """Whether a request certainly matches a pattern; stops at the first difference."""
    if not _may_match(pattern, request):
        return False
    return next(differences(pattern, request), None) is None


def _may_match(pattern: RequestPattern, request: ComparedRequest) -> bool:
    """Whether no difference is seen at once; most patterns of a session are for other requests.

    What this finds, `differences` finds, too, but it takes several times longer.
    """
    for name, expected in pattern.members.items():
        is_unlike = _UNLIKE.get(name)
        if is_unlike is not None and is_unlike(expected, pattern, request):
            return False
    return True


def _is_header_unlike(expected: Json, _: RequestPattern, request: ComparedRequest) -> bool:
    return _lacks_value(expected, request.header)


def _is_query_unlike(expected: Json, _: RequestPattern, request: ComparedRequest) -> bool:
    return _lacks_value(expected, request.query)


def _lacks_value(expected: Json, values: Callable[[str], NamedValues]) -> bool:
    """Whether a header or query parameter has no known value that is expected."""
    return isinstance(expected, dict) and any(
        not _has_value(values(name).known, value) for name, value in expected.items()
    )


def _has_value(known: Sequence[str], expected: Json) -> bool:
    """Whether one of the values is the expected one, or all of them are, in order, if it is an array."""
    return list(known) == expected if isinstance(expected, list) else expected in known


def _is_path_unlike(expected: Json, pattern: RequestPattern, request: ComparedRequest) -> bool:
    return expected != request.path


def _is_body_part_unlike(expected: Json, _: RequestPattern, request: ComparedRequest) -> bool:
    """Whether the body lacks a member, or has another scalar where no value of it is masked."""
    body = request.body
    if not isinstance(expected, dict) or not isinstance(body, dict):
        return request.size == 0
    if not expected.keys() <= body.keys():
        return True
    return not request.masked_pointers("/bodyPartial") and any(
        not isinstance(value, dict | list) and not equal(value, body[name])
        for name, value in islice(expected.items(), _SEEN_AT_ONCE)
    )


def _is_body_invalid(_: Json, pattern: RequestPattern, request: ComparedRequest) -> bool:
    judge = pattern.judge
    if request.size == 0 or judge is None:
        return True
    if request.size > _SMALL_BODY or request.masked_pointers("/bodySchema"):
        return False  # it takes more work, which `differences` counts
    return not judge.is_certainly_valid(request.body, request)


def differences(pattern: RequestPattern, request: ComparedRequest) -> Iterator[Difference]:
    """The differences of a request from a pattern, the cheapest to find first; none if it matches."""
    for name, expected in pattern.members.items():
        compare = _COMPARISONS.get(name)
        if compare is None:
            if not equal(expected, request.scalars[name]):
                yield Difference(f"/{name}", expected, request.scalars[name])
            continue
        try:
            yield from compare(expected, pattern, request)
        except TooManyValues:
            yield Difference(f"/{name}", expected, request.body, _TOO_MANY_VALUES)


def _header_differences(expected: Json, _: RequestPattern, request: ComparedRequest) -> Iterator[Difference]:
    return _named_differences("/header", expected, request.header)


def _query_differences(expected: Json, _: RequestPattern, request: ComparedRequest) -> Iterator[Difference]:
    return _named_differences("/query", expected, request.query)


def _named_differences(
    pointer: str, expected: Json, values_of: Callable[[str], NamedValues]
) -> Iterator[Difference]:
    """Differences of headers or query parameters; of several with one name, any may be equal."""
    for name, value in expected.items() if isinstance(expected, dict) else ():
        found = values_of(name)
        if not _has_value(found.known, value):
            shown = ", ".join(found.shown) if found.shown else None
            undecided = MASKED if len(found.known) < len(found.shown) else ""
            yield Difference(f"{pointer}/{pointer_token(name)}", value, shown, undecided)


def _path_differences(expected: Json, _: RequestPattern, request: ComparedRequest) -> Iterator[Difference]:
    is_masked = len(request.paths) > 1
    if is_masked or expected != request.path:
        yield Difference("/path", expected, request.path, MASKED if is_masked else "")


def _path_pattern_differences(
    expected: Json, pattern: RequestPattern, request: ComparedRequest
) -> Iterator[Difference]:
    """The difference of a path from a regular expression, which must match whatever is masked."""
    plan, work = pattern.path_pattern, budget_of(request)
    for path in request.paths:
        found = plan is not None and planned_match(plan, path, work)
        if not found:
            masked = MASKED if len(request.paths) > 1 else ""
            undecided = not_judged_message(str(expected), path) if found is None else masked
            yield Difference("/pathPattern", expected, request.path, undecided)
            return


def _body_differences(expected: Json, _: RequestPattern, request: ComparedRequest) -> Iterator[Difference]:
    return _BodyComparison("/body", request).equality("/body", expected, request.body)


def _body_part_differences(
    expected: Json, _: RequestPattern, request: ComparedRequest
) -> Iterator[Difference]:
    pointer = "/bodyPartial"
    if request.size == 0:
        return iter([Difference(pointer, expected, None)])
    return _BodyComparison(pointer, request).subset(pointer, expected, request.body)


class _BodyComparison:
    """Compares values of a pattern with those of a body; all methods raise TooManyValues."""

    def __init__(self, pointer: str, request: ComparedRequest) -> None:
        """`pointer` is that of the pattern's member, below which the pointers of differences are."""
        self._masked = request.masked_pointers(pointer)
        self._request = request

    def equality(self, pointer: str, expected: Json, found: Json) -> Iterator[Difference]:
        """The locations where two values are not equal; an absent member is shown as null.

        A masked value equals no value.
        """
        if pointer in self._masked:
            yield Difference(pointer, expected, found, MASKED)
            return
        match expected, found:
            case dict(), dict():
                spend_values(len(expected) + len(found), self._request)
                for key in {**expected, **found}:
                    inner = f"{pointer}/{pointer_token(key)}"
                    if key in expected and key in found:
                        yield from self.equality(inner, expected[key], found[key])
                    else:
                        yield Difference(inner, expected.get(key), found.get(key))
            case list(), list() if len(expected) == len(found):
                spend_values(len(expected), self._request)
                for index, (wanted, actual) in enumerate(zip(expected, found, strict=True)):
                    yield from self.equality(f"{pointer}/{index}", wanted, actual)
            case _:
                if not equal(expected, found):
                    yield Difference(pointer, expected, found)

    def subset(self, pointer: str, expected: Json, found: Json) -> Iterator[Difference]:
        """The same, but objects may have further members, and arrays further items at their end."""
        match expected, found:
            case dict(), dict() if pointer not in self._masked:
                spend_values(len(expected), self._request)
                for key, wanted in expected.items():
                    inner = f"{pointer}/{pointer_token(key)}"
                    if key in found:
                        yield from self.subset(inner, wanted, found[key])
                    else:
                        yield Difference(inner, wanted, None)
            case list(), list() if len(expected) <= len(found) and pointer not in self._masked:
                spend_values(len(expected), self._request)
                for index, wanted in enumerate(expected):
                    yield from self.subset(f"{pointer}/{index}", wanted, found[index])
            case _:
                yield from self.equality(pointer, expected, found)


def spend_values(count: int, request: ComparedRequest) -> None:
    """Count values that a pattern looks at; raises TooManyValues."""
    request.values_left -= count
    if request.values_left < 0:
        raise TooManyValues


def _schema_differences(
    expected: Json, pattern: RequestPattern, request: ComparedRequest
) -> Iterator[Difference]:
    """The violations of a schema by a body, which must be valid whatever is masked in it."""
    pointer, judge = "/bodySchema", pattern.judge
    if request.size == 0 or judge is None:
        yield Difference(pointer, expected, None)
        return
    spend_values(request.size // _BYTES * judge.visits_per_value // _VISITS, request)
    body, masked = request.body, request.masked_pointers(pointer)
    seen = 0
    for most in (1, MAX_ERRORS):  # most callers need one violation only, which is found quickly
        violations = judge.violations(body, request, most)
        if masked and not violations:
            violations = judge.violations(request.other_body(masked), request, most)
        not_judged = take_not_judged(request)
        for violation in violations[seen:]:
            yield _schema_difference(violation, body, masked)
        if not violations:
            for each in not_judged:
                yield Difference(f"{pointer}{each.pointer}", expected, body, each.message)
            return
        seen = 1


def _schema_difference(violation: SchemaViolation, body: Json, masked: frozenset[str]) -> Difference:
    """The difference for a violation, which is undecided where it may be due to masked values."""
    location = f"/bodySchema{violation.pointer}"
    can_depend = location in masked or violation.keyword in _COMPARING
    depends = can_depend and any(f"{each}/".startswith(f"{location}/") for each in masked)
    return Difference(location, violation.message, body, MASKED if depends else "")


_UNLIKE: Mapping[str, Callable[[Json, RequestPattern, ComparedRequest], bool]] = {
    "path": _is_path_unlike,
    "query": _is_query_unlike,
    "header": _is_header_unlike,
    "bodyPartial": _is_body_part_unlike,
    "bodySchema": _is_body_invalid,
}
_COMPARISONS = {
    "path": _path_differences,
    "query": _query_differences,
    "header": _header_differences,
    "pathPattern": _path_pattern_differences,
    "bodyPartial": _body_part_differences,
    "body": _body_differences,
    "bodySchema": _schema_differences,
}
