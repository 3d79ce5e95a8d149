"""A table of what to test next: the changes that no test noticed, what matters most first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mockserver.contract.mutations import Kind
from mockserver.data.quoting import printable
from mockserver.testing.mutation_results import MutationResult

ROWS = 20
HEADING = "what to test next:"
_DETAILS = "\0"
_COLUMNS = ("operation", "what changed", "why no test noticed")
_PHRASES: dict[Kind, str] = {
    "left-out": "left out",
    "null": "null",
    "extra-member": "with an unknown member",
    "empty-list": "empty",
    "long-text": "very long",
    "missing": "missing",
    "wrong-type": "of another type",
}


class _Group(NamedTuple):
    """What the mutations of one row have in common."""

    operation: str
    change: str  # with `_DETAILS` where the details of the mutations belong
    why: str


def table(results: Sequence[MutationResult]) -> list[str]:
    """The lines of the table; empty if every mutation was noticed."""
    rows = [_COLUMNS, *_rows(results)]
    if len(rows) == 1:
        return []
    shown = rows[: ROWS + 1]
    widths = [max(len(row[column]) for row in shown) for column in range(2)]
    lines = [f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in shown]
    rest = len(rows) - len(shown)
    return [HEADING, *lines, *([f"  and {rest} more"] if rest else [])]


def _rows(results: Sequence[MutationResult]) -> Iterator[tuple[str, str, str]]:
    """The rows: answers that break the contract, errors, answers that no test gets, legal changes."""
    groups: dict[_Group, list[MutationResult]] = {}
    for result in results:
        if result.outcome != "noticed":
            groups.setdefault(_group(result), []).append(result)
    ranked = sorted(groups.items(), key=lambda item: min(map(_rank, item[1])))
    for group, members in ranked:
        change = group.change.replace(_DETAILS, ", ".join(_details(members)))
        yield printable(group.operation), printable(change), printable(group.why)


def _rank(result: MutationResult) -> int:
    """The position of a result by how much it matters; 0 is first."""
    if not result.is_run:
        return 2
    if not result.mutation.within:
        return 0
    return 1 if result.mutation.kind == "error" else 3


def _group(result: MutationResult) -> _Group:
    mutation = result.mutation
    status = mutation.response
    if not result.is_run:
        change = f"any change of {status}"
    elif mutation.kind == "error":
        change = f"{status} {_DETAILS} instead of a success"
    else:
        change = f"{status} {mutation.pointer or '(the whole body)'}: {_DETAILS}"
    return _Group(mutation.operation, change, result.why)


def _details(results: Sequence[MutationResult]) -> Iterator[str]:
    """The codes of errors, and what was changed at a location, breaks first: `missing, null`."""
    for mutation in sorted((each.mutation for each in results), key=lambda each: each.within):
        if mutation.kind != "error":
            yield _PHRASES[mutation.kind]
        elif mutation.code is not None:
            yield mutation.code
