"""One line of the terminal for each exchange, for people or for machines. Tokens never come here."""

import json
import sys
from collections.abc import Callable
from typing import Literal, TextIO

from mockserver.exchange import Exchange

Format = Literal["text", "json"]
_COLOURS = {2: "32", 3: "36", 4: "33", 5: "31"}  # a status's first digit -> SGR colour


def logger(form: Format, stream: TextIO | None = None) -> Callable[[Exchange], None]:
    """What writes a line for an exchange; colours only where the stream is a terminal."""
    out = stream or sys.stdout
    coloured = form == "text" and out.isatty()

    def log(exchange: Exchange) -> None:
        line = as_json(exchange) if form == "json" else as_text(exchange, coloured=coloured)
        print(line, file=out, flush=True)

    return log


def as_text(exchange: Exchange, *, coloured: bool = False) -> str:
    """Method, path, status, source, scenario, violations and milliseconds."""
    status = exchange.answer.status if exchange.answer else 0
    shown = f"\x1b[{_COLOURS.get(status // 100, '0')}m{status}\x1b[0m" if coloured else str(status)
    parts = [f"{exchange.request.method:<7} {_printable(exchange.request.path)}  {shown}  {exchange.source}"]
    if exchange.scenario is not None:
        parts.append(exchange.scenario.name)
    if exchange.violations:
        count = len(exchange.violations)
        parts.append(f"{count} violation{'s' if count > 1 else ''}: {exchange.violations[0]}")
    if exchange.own_violations:
        parts.append(f"off contract: {exchange.own_violations[0].message}")
    parts.append(f"{exchange.duration * 1000:.1f} ms")
    return "  ".join(parts)


def as_json(exchange: Exchange) -> str:
    """The same as one JSON object on one line."""
    return json.dumps(
        {
            "at": round(exchange.at, 3),
            "exchange": exchange.id,
            "session": exchange.session.key,
            "method": exchange.request.method,
            "path": exchange.request.path,
            "operation": exchange.operation.id if exchange.operation else None,
            "status": exchange.answer.status if exchange.answer else None,
            "source": exchange.source,
            "scenario": exchange.scenario.name if exchange.scenario else None,
            "violations": [violation.as_json() for violation in exchange.violations],
            "off_contract": [violation.as_json() for violation in exchange.own_violations],
            "duration_ms": round(exchange.duration * 1000, 3),
        }
    )


def _printable(path: str) -> str:
    """A path that cannot move a terminal's cursor; a client may send any byte."""
    return "".join(char if " " < char <= "~" else f"%{ord(char):02X}" for char in path)
