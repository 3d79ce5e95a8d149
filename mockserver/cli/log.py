"""What happens, a line each, for people or for machines. Tokens never come here."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Literal, TextIO
from urllib.parse import quote

from mockserver.cli.output import Output
from mockserver.data.source import Finding
from mockserver.engine.exchange import Exchange
from mockserver.engine.sessions import Why
from mockserver.http.redaction import redact, redact_path
from mockserver.runtime import Log, Reload

Format = Literal["text", "json"]
_IN_A_PATH = "/%:@!$&'()*+,;=-._~"
_SHOWN = 20  # sessions
_COLOURS = {2: "32", 3: "36", 4: "33", 5: "31"}  # a status's first digit -> SGR colour


class TerminalLog(Log):
    """Writes a line for each exchange, and what is wrong with files apart from that.

    Colours only where the stream is a terminal.
    """

    def __init__(self, form: Format, stream: TextIO | None, errors: TextIO | None = None) -> None:
        self._form = form
        self._out = Output(stream)
        self._errors = Output(errors)
        self._coloured = form == "text" and self._out.is_terminal

    def exchange(self, exchange: Exchange) -> None:
        self._out.soon(partial(self._line, exchange))

    def _line(self, exchange: Exchange) -> str:
        return as_text(exchange, coloured=self._coloured) if self._form == "text" else as_json(exchange)

    def session_dropped(self, key: str, why: Why) -> None:
        text = f"the session {key} was dropped: {why}"
        self._out.line(text if self._form == "text" else json.dumps({"session": key, "dropped": why}))

    def reloaded(self, reload: Reload) -> None:
        for line in reload_as_text(reload) if self._form == "text" else [reload_as_json(reload)]:
            self._out.line(line)

    def reload_failed(self, findings: Sequence[Finding]) -> None:
        told = [redact(str(finding)) for finding in findings]
        if self._form == "json":
            self._errors.line(json.dumps({"reload": "failed", "findings": told}))
            return
        for line in (*told, "not reloaded; what was read before is served on"):
            self._errors.line(f"mockserver: {printable(line)}")


def as_text(exchange: Exchange, *, coloured: bool = False) -> str:
    """Method, path, status, source, scenario, violations and milliseconds."""
    status = exchange.finished.status
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
        parts.append(f"off contract: {exchange.own_violations[0]}")
    parts.append(f"{exchange.duration * 1000:.1f} ms")
    head = exchange.request.head
    return f"{head.method:<7} {_shown(head.path)}  {shown}  {printable('  '.join(parts))}"


@lru_cache(1_000)
def _shown(path: str) -> str:
    """A path as it may stand in a terminal."""
    return redact_path(quote(path, safe=_IN_A_PATH, encoding="latin-1", errors="replace"))


def as_json(exchange: Exchange) -> str:
    """The same as one JSON object on one line."""
    return json.dumps(
        {
            "at": round(exchange.at, 3),
            "exchange": exchange.id,
            "session": exchange.session.key,
            "method": exchange.request.head.method,
            "path": redact_path(exchange.request.head.path),
            "operation": exchange.operation.id if exchange.operation else None,
            "status": exchange.finished.status,
            "source": exchange.source,
            "scenario": exchange.scenario.name if exchange.scenario else None,
            "fault": exchange.fault.name if exchange.fault is not None else None,
            "violations": [violation.as_json() for violation in exchange.violations],
            "off_contract": [violation.as_json() for violation in exchange.own_violations],
            "duration_ms": round(exchange.duration * 1000, 3),
        }
    )


def reload_as_text(reload: Reload) -> Iterator[str]:
    """What is served now, then a line for each session that did not go on as it was."""
    counts = (
        (len(reload.backend.contract.operations), "operation"),
        (len(reload.backend.scenarios), "scenario"),
    )
    yield "reloaded: " + ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
    lines = [f"the session {key} begins anew: {printable(why)}" for key, why in reload.anew.items()]
    lines += [f"the session {key} has no scenario: {name} is gone" for key, name in reload.cleared.items()]
    if reload.behind:
        yield f"sessions that keep their state: {reload.behind}; reset takes up the new one"
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"… and {len(lines) - _SHOWN} more sessions"


def reload_as_json(reload: Reload) -> str:
    """The same as one JSON object on one line, with all of them."""
    return json.dumps(
        {
            "reload": "done",
            "operations": len(reload.backend.contract.operations),
            "scenarios": len(reload.backend.scenarios),
            "behind": reload.behind,
            "begun_anew": reload.anew,
            "scenario_gone": reload.cleared,
        }
    )


def printable(text: str) -> str:
    """A text that cannot move a terminal's cursor, whatever a client sent."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
