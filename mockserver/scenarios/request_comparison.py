"""Compares requests with request patterns: whether they match, and how they differ.

A request is compared as it came (`LiveRequest`), or as the journal has it, with masked values.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from mockserver.contract.schema.pattern_matching import judged_match, not_judged_message
from mockserver.contract.schema.work import WorkHolder, budget_of, take_not_judged
from mockserver.data.equality import equal
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.scenarios.request_pattern import RequestPattern

MASKED = "the value is masked in the journal, so it cannot be compared"
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


class ComparedRequest(WorkHolder, Protocol):
    """What patterns are compared with.

    `size` is the size of the body in bytes, as it was received.
    """

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
    return next(differences(pattern, request), None) is None


def differences(pattern: RequestPattern, request: ComparedRequest) -> Iterator[Difference]:
    """The differences of a request from a pattern, the cheapest to find first; none if it matches."""
    for name, expected in pattern.members.items():
        compare = _COMPARISONS.get(name)
        if compare is not None:
            yield from compare(expected, pattern, request)
        elif not equal(expected, request.scalars[name]):
            yield Difference(f"/{name}", expected, request.scalars[name])


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
        if value not in found.known:
            shown = ", ".join(found.shown) if found.shown else None
            undecided = MASKED if len(found.known) < len(found.shown) else ""
            yield Difference(f"{pointer}/{pointer_token(name)}", value, shown, undecided)


def _path_differences(expected: Json, _: RequestPattern, request: ComparedRequest) -> Iterator[Difference]:
    is_masked = len(request.paths) > 1
    if is_masked or expected != request.path:
        yield Difference("/path", expected, request.path, MASKED if is_masked else "")


def _path_pattern_differences(
    expected: Json, _: RequestPattern, request: ComparedRequest
) -> Iterator[Difference]:
    """The difference of a path from a regular expression, which must match whatever is masked."""
    pattern, work = str(expected), budget_of(request)
    for path in request.paths:
        found = judged_match(pattern, path, work)
        if not found:
            masked = MASKED if len(request.paths) > 1 else ""
            undecided = not_judged_message(pattern, path) if found is None else masked
            yield Difference("/pathPattern", expected, request.path, undecided)
            return


def _body_differences(expected: Json, _: RequestPattern, request: ComparedRequest) -> Iterator[Difference]:
    return _equality_differences("/body", expected, request.body, request.masked_pointers("/body"))


def _body_part_differences(
    expected: Json, _: RequestPattern, request: ComparedRequest
) -> Iterator[Difference]:
    pointer = "/bodyPartial"
    if request.size == 0:
        yield Difference(pointer, expected, None)
        return
    yield from _subset_differences(pointer, expected, request.body, request.masked_pointers(pointer))


def _equality_differences(
    pointer: str, expected: Json, found: Json, masked: frozenset[str]
) -> Iterator[Difference]:
    """The locations where two JSON values are not equal; an absent member is shown as null.

    A masked value equals no value.
    """
    if pointer in masked:
        yield Difference(pointer, expected, found, MASKED)
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


def _schema_differences(
    expected: Json, pattern: RequestPattern, request: ComparedRequest
) -> Iterator[Difference]:
    """The violations of a schema by a body, which must be valid whatever is masked in it."""
    pointer, judge = "/bodySchema", pattern.judge
    if request.size == 0 or judge is None:
        yield Difference(pointer, expected, None)
        return
    body, masked = request.body, request.masked_pointers(pointer)
    violations = judge.violations(body, request)
    if masked and not violations:
        violations = judge.violations(request.other_body(masked), request)
    not_judged = take_not_judged(request)
    for violation in violations:
        location = f"{pointer}{violation.pointer}"
        can_depend = location in masked or violation.keyword in _COMPARING
        depends = can_depend and any(f"{each}/".startswith(f"{location}/") for each in masked)
        yield Difference(location, violation.message, body, MASKED if depends else "")
    if not violations:
        for each in not_judged:
            yield Difference(f"{pointer}{each.pointer}", expected, body, each.message)


_COMPARISONS = {
    "path": _path_differences,
    "query": _query_differences,
    "header": _header_differences,
    "pathPattern": _path_pattern_differences,
    "bodyPartial": _body_part_differences,
    "body": _body_differences,
    "bodySchema": _schema_differences,
}
