"""The log of `mockserver serve`: one line per event, as text or JSON. Tokens are masked."""

import json
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Literal, TextIO
from urllib.parse import quote

from mockserver.cli.output import Output, loss_as_text
from mockserver.data.quoting import printable, printable_lines
from mockserver.data.source import Finding
from mockserver.engine.exchange import Exchange
from mockserver.engine.hold import Hold
from mockserver.engine.internal_error import InternalError, Origin
from mockserver.engine.sessions import DropReason
from mockserver.http.redaction import MASK, PATH_CHARACTERS, redact
from mockserver.runtime import Log, Reload

Format = Literal["text", "json"]
_MAX_SESSIONS = 20  # of a reload, as text
_COLOURS = {2: "32", 3: "36", 4: "33", 5: "31"}  # first digit of a status -> SGR colour


class TerminalLog(Log):
    """Writes a line per event to `stream`, and the findings of a failed reload to `errors`.

    The text is coloured if `stream` is a terminal.
    """

    def __init__(self, form: Format, stream: TextIO | None, errors: TextIO | None = None) -> None:
        self.form = form
        report = loss_as_text if form == "text" else loss_as_json
        self.out = Output(stream, report)
        # one queue for both streams of a terminal or pipe keeps the order of their lines
        self.errors = self.out if self.out.is_same_file(errors) else Output(errors, report)
        self._coloured = form == "text" and self.out.is_terminal

    def drain(self, seconds: float) -> None:
        """Wait until everything is written, for at most so many seconds in all."""
        give_up = time.monotonic() + seconds
        for output in (self.out, self.errors):
            output.drain(max(0.0, give_up - time.monotonic()))

    def exchange(self, exchange: Exchange) -> None:
        self.out.write_line_later(partial(self._exchange_line, exchange))

    def _exchange_line(self, exchange: Exchange) -> str:
        return as_text(exchange, coloured=self._coloured) if self.form == "text" else as_json(exchange)

    def session_dropped(self, key: str, why: DropReason) -> None:
        text = f"the session {key} was dropped: {why}"
        self.out.write_line(text if self.form == "text" else json.dumps({"session": key, "dropped": why}))

    def reloaded(self, reload: Reload) -> None:
        for line in reload_as_text(reload) if self.form == "text" else [reload_as_json(reload)]:
            self.out.write_line(line)

    def reload_failed(self, findings: Sequence[Finding]) -> None:
        lines = [redact(str(finding)) for finding in findings]
        if self.form == "json":
            self.errors.write_line(json.dumps({"reload": "failed", "findings": lines}))
            return
        for line in (*lines, "not reloaded; the previous version is still served"):
            self.errors.write_line(f"mockserver: {printable(line)}")

    def internal_error(self, error: InternalError) -> None:
        if self.form == "json":
            self.out.write_line(internal_error_as_json(error))
            return
        self.errors.write_line(printable(f"mockserver: {error.origin}: internal error: {error}"))
        self.errors.write_line(printable_lines(error.traceback))

    def held_up(self, hold: Hold) -> None:
        if self.form == "json":
            self.out.write(f"{hold_as_json(hold)}\n")
        else:
            self.errors.write(f"mockserver: {printable(str(hold))}\n{printable_lines(hold.stack)}\n")


def hold_as_json(hold: Hold) -> str:
    """What holds up the event loop as a JSON object on one line, with its stack."""
    return json.dumps(
        {
            "warning": "held up",
            **_origin_members(hold.origin),
            "held_ms": round(hold.seconds * 1000, 3),
            "location": hold.location,
            "stack": hold.stack,
        }
    )


def internal_error_as_json(error: InternalError) -> str:
    """An internal error as a JSON object on one line, with its traceback."""
    return json.dumps(
        {
            "error": "internal",
            **_origin_members(error.origin),
            "exception": error.type,
            "location": error.location,
            "traceback": error.traceback,
        }
    )


def _origin_members(origin: Origin) -> dict[str, str | None]:
    """The exchange or control call to which a line of the log belongs."""
    return {
        "call": origin.doing or None,
        "exchange": origin.exchange,
        "session": origin.session,
        "operation": origin.operation,
    }


def as_text(exchange: Exchange, *, coloured: bool = False) -> str:
    """An exchange as a line of text: method, path, status, source, scenario, violations, milliseconds."""
    status = exchange.final_answer.status
    shown = f"\x1b[{_COLOURS.get(status // 100, '0')}m{status}\x1b[0m" if coloured else str(status)
    parts: list[str] = [exchange.source]
    if exchange.scenario is not None:
        parts.append(exchange.scenario.name)
    if exchange.fault is not None:
        parts.append(str(exchange.fault))
    if exchange.violations:
        count = len(exchange.violations)
        parts.append(f"{count} violation{'s' if count > 1 else ''}: {exchange.violations[0]}")
    if exchange.own_violations:
        on_purpose = ", on purpose" if exchange.intended else ""
        parts.append(f"off contract{on_purpose}: {exchange.own_violations[0]}")
    parts.append(f"{exchange.duration * 1000:.1f} ms")
    method, path = exchange.request.head.method, exchange.masked.head.logged_path
    return f"{method:<7} {_printable_path(path)}  {shown}  {printable('  '.join(parts))}"


@lru_cache(1_000)
def _printable_path(path: str) -> str:
    """A masked path with all characters percent-encoded that RFC 3986 does not allow in a path."""
    return MASK.join(quote(part, PATH_CHARACTERS, "latin-1", "replace") for part in path.split(MASK))


def as_json(exchange: Exchange) -> str:
    """An exchange as a JSON object on one line."""
    return json.dumps(
        {
            "at": round(exchange.at, 3),
            "exchange": exchange.id,
            "session": exchange.session.key,
            "method": exchange.request.head.method,
            "path": exchange.masked.head.logged_path,
            "operation": exchange.operation.id if exchange.operation else None,
            "status": exchange.final_answer.status,
            "source": exchange.source,
            "scenario": exchange.scenario.name if exchange.scenario else None,
            "fault": exchange.fault.name if exchange.fault is not None else None,
            "violations": [violation.as_json() for violation in exchange.violations],
            "off_contract": [violation.as_json() for violation in exchange.own_violations],
            "intended": bool(exchange.own_violations) and exchange.intended,
            "duration_ms": round(exchange.duration * 1000, 3),
        }
    )


def loss_as_json(lines: int, reason: str) -> str:
    """The JSON object on one line that says how many lines were lost, and why."""
    return json.dumps({"dropped_lines": lines, "message": loss_as_text(lines, reason)})


def reload_as_text(reload: Reload) -> Iterator[str]:
    """What is served now, then a line for each session that was restarted or lost its scenario."""
    counts = (
        (len(reload.backend.contract.operations), "operation"),
        (len(reload.backend.scenarios), "scenario"),
    )
    yield "reloaded: " + ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
    lines = [f"the session {key} was restarted: {printable(why)}" for key, why in reload.restarted.items()]
    lines += [
        f"the session {key} lost its scenario: {name} no longer exists"
        for key, name in reload.lost_scenarios.items()
    ]
    if reload.outdated:
        yield f"sessions that keep their old state until they are reset: {reload.outdated}"
    yield from lines[:_MAX_SESSIONS]
    if len(lines) > _MAX_SESSIONS:
        yield f"… and {len(lines) - _MAX_SESSIONS} more sessions"


def reload_as_json(reload: Reload) -> str:
    """A reload as a JSON object on one line, with all sessions."""
    return json.dumps(
        {
            "reload": "done",
            "operations": len(reload.backend.contract.operations),
            "scenarios": len(reload.backend.scenarios),
            "behind": reload.outdated,
            "begun_anew": reload.restarted,
            "scenario_gone": reload.lost_scenarios,
        }
    )
