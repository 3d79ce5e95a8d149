"""Groups equal findings, so that a defect in many places is one line."""

from collections.abc import Iterable, Iterator

from mockserver.data.source import Finding

SHOWN = 5  # places of equal findings that are listed


def grouped_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each group, with the number of its findings and their first places.

    The order is that of the first findings. A finding that occurs twice counts once.
    """
    groups: dict[str, dict[Finding, None]] = {}
    for finding in findings:
        groups.setdefault(finding.group or finding.message, {})[finding] = None
    for group in groups.values():
        yield _line(list(group))


def _line(equal: list[Finding]) -> str:
    first, *others = equal
    if not others:
        return str(first)
    listed = ", ".join(_place(each, first) for each in others[: SHOWN - 1])
    hidden = len(others) - (SHOWN - 1)
    more = f" and {hidden} more" if hidden > 0 else ""
    return f"{first} ({len(equal)} times; also {listed}{more})"


def _place(finding: Finding, first: Finding) -> str:
    """The place of a finding: its line, its pointer, and its file if that is not the file of the first."""
    line = str(finding.line or "")
    is_elsewhere = finding.path != first.path
    location = f"{finding.path}:{line}".rstrip(":") if is_elsewhere else line and f"line {line}"
    return ": ".join(filter(None, (location, finding.pointer)))
