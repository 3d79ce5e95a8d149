"""The coverage of a running server, as a table for the terminal."""

import json
from http.client import HTTPException
from typing import TypedDict
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import msgspec

SECONDS = 10  # until a server that does not answer is given up


class Seen(TypedDict):
    name: str
    seen: bool


class Total(TypedDict):
    seen: int
    of: int
    percent: float


class OperationCoverage(TypedDict):
    operation: str
    statuses: list[Seen]
    codes: list[Seen]
    properties: list[Seen]
    values: list[Seen]


class Report(TypedDict):
    """What `GET coverage` answers."""

    operations: list[OperationCoverage]
    totals: dict[str, Total]


class CannotAsk(Exception):
    """The server does not answer, or it refuses."""


def ask(control_url: str, session: str | None, token: str | None) -> Report:
    """The report of a running server: of one session, or (None) of all; raises CannotAsk."""
    headers = {"X-Mock-Session": session} if session else {}
    if token:
        headers["X-Mock-Token"] = token
    scope = "session" if session else "all"
    try:
        with urlopen(
            Request(f"{control_url}/coverage?scope={scope}", headers=headers), timeout=SECONDS
        ) as answer:
            report = msgspec.json.decode(answer.read(), type=Report)
    except HTTPError as error:
        raise CannotAsk(f"{control_url} answers {error.code}: {_detail(error)}") from None
    except (OSError, HTTPException, ValueError, msgspec.DecodeError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise CannotAsk(f"no mockserver answers at {control_url}: {reason}") from None
    if "all" not in report["totals"]:
        raise CannotAsk(f"no mockserver answers at {control_url}: its coverage has no total")
    return report


def table(report: Report) -> str:
    """A line for each operation and kind, with what was not seen, and the totals."""
    lines: list[str] = []
    for operation in report["operations"]:
        lines.append(operation["operation"])
        for kind in ("statuses", "codes", "properties", "values"):
            facts: list[Seen] = operation[kind]
            if facts:
                unseen = [fact["name"] for fact in facts if not fact["seen"]]
                count = f"{len(facts) - len(unseen)}/{len(facts)}"
                lines.append(
                    f"  {kind:<11}{count:>8}" + (f"  not seen: {', '.join(unseen)}" if unseen else "")
                )
    lines.append("all operations")
    for kind, total in report["totals"].items():
        lines.append(f"  {kind:<11}{total['seen']:>4}/{total['of']:<4}{total['percent']:>6} %")
    return "\n".join(lines)


def _detail(error: HTTPError) -> str:
    try:
        return str(json.load(error)["detail"])
    except (ValueError, KeyError, TypeError):
        return error.reason
