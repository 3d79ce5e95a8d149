"""The last line that `mockserver serve` prints: how many answers of the mock broke the contract."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.journal.violation_log import ViolationLog


def as_text(violations: "ViolationLog") -> str:
    """The line for people."""
    count, intended = violations.answers_off_contract, violations.intended_answers
    answers = f"{count:,} answers" if count > 1 else "one answer" if count else "no answer"
    rest = f", except {intended:,} on purpose" if intended else ""
    return f"mockserver stopped; {answers} broke the contract{rest}"


def as_json(violations: "ViolationLog") -> str:
    """The line as a JSON object."""
    counts = {"unintended": violations.answers_off_contract, "intended": violations.intended_answers}
    return json.dumps({"stopped": True, "off_contract": counts})
