"""The last line that `mockserver serve` prints: how many answers of the mock broke the contract."""

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.cli.log import TerminalLog
    from mockserver.journal.violation_log import ViolationLog

LAST_WRITES = 0.15  # seconds at the exit to write what is not written yet


class Closing:
    """Writes the last line once, and what is not written yet."""

    def __init__(self, log: "TerminalLog", violations: "ViolationLog") -> None:
        self._log = log
        self._violations = violations
        self._is_written = False

    def write(self) -> None:
        """Write the last line, and wait a moment for what reads the output."""
        if not self._is_written:
            self._is_written = True
            line = as_text if self._log.form == "text" else as_json
            self._log.out.write_line(line(self._violations))
        self._log.drain(LAST_WRITES)

    def end_process(self) -> None:
        """End the process, whatever its other threads do: a stop that was asked for is a success."""
        self.write()
        os._exit(0)


def as_text(violations: "ViolationLog") -> str:
    """The line for people."""
    count, intended = violations.answers_off_contract, violations.intended_answers
    answers = f"{count:,} answers" if count > 1 else "one answer" if count else "no answer"
    others = f"{intended:,} others were" if intended > 1 else "one other was"
    rest = f", and {others} meant to" if intended else ""
    return f"mockserver stopped; {answers} broke the contract{rest}"


def as_json(violations: "ViolationLog") -> str:
    """The line as a JSON object."""
    counts = {"unintended": violations.answers_off_contract, "intended": violations.intended_answers}
    return json.dumps({"stopped": True, "off_contract": counts})
