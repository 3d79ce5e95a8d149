"""Fetches the coverage report of a running server and renders it as a table."""

from typing import NotRequired, TypedDict

import msgspec

from mockserver.data.quoting import printable
from mockserver.testing.control_client import ControlClient, NoAnswer


class CoverageFact(TypedDict):
    """Something that the contract documents, such as the status 409, and whether it was seen."""

    name: str
    seen: bool


class CoverageTotal(TypedDict):
    seen: int
    of: int
    percent: float


class OperationCoverage(TypedDict):
    operation: str
    statuses: list[CoverageFact]
    codes: list[CoverageFact]
    properties: list[CoverageFact]
    values: list[CoverageFact]


class CoverageReport(TypedDict):
    """All operations that `GET coverage` lists, and their totals."""

    operations: list[OperationCoverage]
    totals: dict[str, CoverageTotal]


class _CoveragePage(CoverageReport):
    """One answer of `GET coverage`."""

    next: NotRequired[str | None]


def fetch_report(client: ControlClient, session: str | None = None) -> CoverageReport:
    """The coverage of one session, or (None) of all; raises CallRefused and NoAnswer."""
    operations: list[OperationCoverage] = []
    path = f"/coverage?scope={'all' if session is None else 'session'}"
    cursor: str | None = ""
    while cursor is not None:
        answer = client.ask("GET", path + (f"&cursor={cursor}" if cursor else ""), key=session)
        try:
            page = msgspec.convert(answer, _CoveragePage)
        except msgspec.ValidationError as error:
            raise NoAnswer(client.url, f"its coverage report is not valid: {error}") from None
        operations += page["operations"]
        cursor = page.get("next")
    if "all" not in page["totals"]:
        raise NoAnswer(client.url, "its coverage report has no total")
    return {"operations": operations, "totals": page["totals"]}


def table(report: CoverageReport) -> str:
    """A line for each operation and kind of fact, with the names of what was not seen, and the totals."""
    lines: list[str] = []
    for operation in report["operations"]:
        lines.append(operation["operation"])
        for kind in ("statuses", "codes", "properties", "values"):
            facts: list[CoverageFact] = operation[kind]
            if facts:
                unseen = [fact["name"] for fact in facts if not fact["seen"]]
                count = f"{len(facts) - len(unseen)}/{len(facts)}"
                lines.append(
                    f"  {kind:<11}{count:>8}" + (f"  not seen: {', '.join(unseen)}" if unseen else "")
                )
    lines.append("all operations")
    for kind, total in report["totals"].items():
        lines.append(f"  {kind:<11}{total['seen']:>4}/{total['of']:<4}{total['percent']:>6} %")
    return "\n".join(map(printable, lines))
