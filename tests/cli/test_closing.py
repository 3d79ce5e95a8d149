"""The last line of the server counts the answers that broke the contract."""

import json

import pytest

from mockserver.cli import closing
from mockserver.journal.violation_log import ViolationLog


def log(unintended: int, intended: int) -> ViolationLog:
    violations = ViolationLog()
    violations.answers_off_contract, violations.intended_answers = unintended, intended
    return violations


@pytest.mark.parametrize(
    ("unintended", "intended", "line"),
    [
        (0, 0, "no answer broke the contract"),
        (1, 0, "one answer broke the contract"),
        (1, 1, "one answer broke the contract, and one other was meant to"),
        (3, 2, "3 answers broke the contract, and 2 others were meant to"),
        (0, 1_200, "no answer broke the contract, and 1,200 others were meant to"),
    ],
)
def test_the_line_tells_mistakes_from_what_is_meant(unintended: int, intended: int, line: str) -> None:
    assert closing.as_text(log(unintended, intended)) == f"mockserver stopped; {line}"
    assert json.loads(closing.as_json(log(unintended, intended))) == {
        "stopped": True,
        "off_contract": {"unintended": unintended, "intended": intended},
    }
