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
        (3, 2, "3 answers broke the contract, except 2 on purpose"),
        (0, 1_200, "no answer broke the contract, except 1,200 on purpose"),
    ],
)
def test_the_line_tells_mistakes_from_what_is_meant(unintended: int, intended: int, line: str) -> None:
    assert closing.as_text(log(unintended, intended)) == f"mockserver stopped; {line}"
    assert json.loads(closing.as_json(log(unintended, intended))) == {
        "stopped": True,
        "off_contract": {"unintended": unintended, "intended": intended},
    }
