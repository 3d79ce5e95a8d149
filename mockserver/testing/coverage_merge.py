"""Merges the coverage reports of several servers into one."""

from collections.abc import Iterable

from mockserver.testing.coverage_report import CoverageFact, CoverageReport, CoverageTotal, OperationCoverage


def merge_reports(reports: Iterable[CoverageReport]) -> CoverageReport:
    """The union of reports, in the form of `GET coverage`: a fact is seen if any server has seen it."""
    operations: dict[str, OperationCoverage] = {}
    for report in reports:
        for operation in report["operations"]:
            known = operations.get(operation["operation"])
            operations[operation["operation"]] = operation if known is None else _union(known, operation)
    rows = list(operations.values())
    totals = {
        "statuses": _total(fact for row in rows for fact in row["statuses"]),
        "codes": _total(fact for row in rows for fact in row["codes"]),
        "properties": _total(fact for row in rows for fact in row["properties"]),
        "values": _total(fact for row in rows for fact in row["values"]),
    }
    seen, of = sum(each["seen"] for each in totals.values()), sum(each["of"] for each in totals.values())
    return {"operations": rows, "totals": {**totals, "all": _percentage(seen, of)}}


def _union(one: OperationCoverage, other: OperationCoverage) -> OperationCoverage:
    return {
        **one,
        "statuses": _seen_by_either(one["statuses"], other["statuses"]),
        "codes": _seen_by_either(one["codes"], other["codes"]),
        "properties": _seen_by_either(one["properties"], other["properties"]),
        "values": _seen_by_either(one["values"], other["values"]),
    }


def _seen_by_either(one: list[CoverageFact], other: list[CoverageFact]) -> list[CoverageFact]:
    facts = {fact["name"]: fact["seen"] for fact in one}
    for fact in other:
        facts[fact["name"]] = facts.get(fact["name"], False) or fact["seen"]
    return [{"name": name, "seen": seen} for name, seen in facts.items()]


def _total(facts: Iterable[CoverageFact]) -> CoverageTotal:
    seen = [fact["seen"] for fact in facts]
    return _percentage(sum(seen), len(seen))


def _percentage(seen: int, of: int) -> CoverageTotal:
    return {"seen": seen, "of": of, "percent": round(100 * seen / of, 1) if of else 100.0}
