"""One line of the terminal for each exchange, for people or for machines. Tokens never come here."""

import json
import sys
from typing import Literal, TextIO
from urllib.parse import quote

from mockserver.app import Log
from mockserver.exchange import Exchange
from mockserver.redaction import redact_path
from mockserver.sessions import Why

Format = Literal["text", "json"]
_IN_A_PATH = "/%:@!$&'()*+,;=-._~"
_COLOURS = {2: "32", 3: "36", 4: "33", 5: "31"}  # a status's first digit -> SGR colour


class TerminalLog(Log):
    """Writes a line for each exchange; colours only where the stream is a terminal."""

    def __init__(self, form: Format, stream: TextIO | None = None) -> None:
        self._form = form
        self._out = stream or sys.stdout
        self._coloured = form == "text" and self._out.isatty()

    def exchange(self, exchange: Exchange) -> None:
        text = self._form == "text"
        self._write(as_text(exchange, coloured=self._coloured) if text else as_json(exchange))

    def session_dropped(self, key: str, why: Why) -> None:
        text = f"the session {key} was dropped: {why}"
        self._write(text if self._form == "text" else json.dumps({"session": key, "dropped": why}))

    def _write(self, line: str) -> None:
        print(line, file=self._out, flush=True)


def as_text(exchange: Exchange, *, coloured: bool = False) -> str:
    """Method, path, status, source, scenario, violations and milliseconds."""
    status = exchange.finished.status
    shown = f"\x1b[{_COLOURS.get(status // 100, '0')}m{status}\x1b[0m" if coloured else str(status)
    parts: list[str] = [exchange.source]
    if exchange.scenario is not None:
        parts.append(exchange.scenario.name)
    if exchange.violations:
        count = len(exchange.violations)
        parts.append(f"{count} violation{'s' if count > 1 else ''}: {exchange.violations[0]}")
    if exchange.own_violations:
        parts.append(f"off contract: {exchange.own_violations[0]}")
    parts.append(f"{exchange.duration * 1000:.1f} ms")
    path = redact_path(quote(exchange.request.path, safe=_IN_A_PATH, encoding="latin-1", errors="replace"))
    return f"{exchange.request.method:<7} {path}  {shown}  {printable('  '.join(parts))}"


def as_json(exchange: Exchange) -> str:
    """The same as one JSON object on one line."""
    return json.dumps(
        {
            "at": round(exchange.at, 3),
            "exchange": exchange.id,
            "session": exchange.session.key,
            "method": exchange.request.method,
            "path": redact_path(exchange.request.path),
            "operation": exchange.operation.id if exchange.operation else None,
            "status": exchange.finished.status,
            "source": exchange.source,
            "scenario": exchange.scenario.name if exchange.scenario else None,
            "violations": [violation.as_json() for violation in exchange.violations],
            "off_contract": [violation.as_json() for violation in exchange.own_violations],
            "duration_ms": round(exchange.duration * 1000, 3),
        }
    )


def printable(text: str) -> str:
    """A text that cannot move a terminal's cursor, whatever a client sent."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
