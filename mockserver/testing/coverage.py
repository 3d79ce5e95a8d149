"""What several servers have seen of a contract, as one report."""

from collections.abc import Iterable

from mockserver.testing.coverage_report import OperationCoverage, Report, Seen, Total


def merged(reports: Iterable[Report]) -> Report:
    """The union of reports, as `GET coverage` would show it: seen by one is seen by all."""
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
    return {"operations": rows, "totals": {**totals, "all": _of(seen, of)}}


def _union(one: OperationCoverage, other: OperationCoverage) -> OperationCoverage:
    return {
        **one,
        "statuses": _either(one["statuses"], other["statuses"]),
        "codes": _either(one["codes"], other["codes"]),
        "properties": _either(one["properties"], other["properties"]),
        "values": _either(one["values"], other["values"]),
    }


def _either(one: list[Seen], other: list[Seen]) -> list[Seen]:
    facts = {fact["name"]: fact["seen"] for fact in one}
    for fact in other:
        facts[fact["name"]] = facts.get(fact["name"], False) or fact["seen"]
    return [{"name": name, "seen": seen} for name, seen in facts.items()]


def _total(facts: Iterable[Seen]) -> Total:
    seen = [fact["seen"] for fact in facts]
    return _of(sum(seen), len(seen))


def _of(seen: int, of: int) -> Total:
    return {"seen": seen, "of": of, "percent": round(100 * seen / of, 1) if of else 100.0}
