"""What the output of the two runners says: which expectations fell short, and which of them count."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

STATEFUL = "--stateful "  # the runner's mark of a step that needs a server with that flag
SLOW = "an answer took over "


class Row(Struct, frozen=True):
    """The measurements of one document; `lines` are the runner's lines of what fell short."""

    document: str
    lines: tuple[str, ...]
    errors: int  # answers with a status of 500 or more
    slow: int  # answers over 250 ms
    slowest: float  # milliseconds


def read_rows(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of the corpus runner's JSON."""
    return [
        Row(row["document"], tuple(row["told"]), row["errors"], row["slow"], row["slowest"]) for row in rows
    ]


def shortfalls(row: Row, allowed: Mapping[str, int]) -> list[str]:
    """What fell short in a document, one sentence each; none if no more lines than it is allowed.

    Steps that need `--stateful` do not count, because this gate is about single requests, and slow answers do
    not, because the machine decides how long they take. Answers of 5xx always count.
    """
    lines = [line for line in row.lines if not line.startswith((STATEFUL, SLOW))]
    found = lines if len(lines) > allowed.get(row.document, 0) else []
    if row.errors > len(found):
        found = [*found, f"{row.errors} answers of 5xx"]
    return [f"{row.document}: {line}" for line in found]


def failed_cases(output: str) -> dict[str, list[str]]:
    """The lines of the case runner about each case that fell short, by the case's name."""
    failed: dict[str, list[str]] = {}
    for line in output.splitlines():
        name, colon, _ = line.partition(": ")
        if colon and " " not in name:
            failed.setdefault(name, []).append(line)
    return failed
