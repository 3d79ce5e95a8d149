"""What broke the contract since it was read last."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import cast

import pytest

from mockserver.testing.breaks import Breaks
from mockserver.testing.views import BreakView

KEYWORDS = {13: "internal"}


def breaks(rows: Iterable[tuple[int, str]], more: Mapping[str, int] | None = None) -> Breaks:
    """Violations in exchanges with these numbers, by side, and so many more that are only counted."""
    listed = [
        cast("BreakView", {"exchange": f"x{number}", "side": side, "keyword": KEYWORDS.get(number, "type")})
        for number, side in rows
    ]
    return Breaks(tuple(listed), Counter(row["side"] for row in listed) + Counter(more or {}))


def shown(found: Breaks) -> tuple[list[str], dict[str, int]]:
    return [row["exchange"] for row in found.rows], dict(found.counts)


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        (breaks([]), breaks([]), ([], {})),
        (breaks([]), breaks([(9, "request")]), (["x9"], {"request": 1})),
        (breaks([(9, "request")]), breaks([(9, "request")]), ([], {})),
        (breaks([(9, "request")]), breaks([(9, "request"), (10, "answer")]), (["x10"], {"answer": 1})),
        (breaks([(9, "request")]), breaks([(10, "answer")]), (["x10"], {"answer": 1})),
        (
            breaks([(9, "request")], {"request": 4}),
            breaks([(9, "request")], {"request": 6}),
            ([], {"request": 2}),
        ),
        (breaks([(9, "request")], {"answer": 1}), breaks([]), ([], {})),
    ],
    ids=["none", "first", "nothing new", "one more", "deleted and one more", "only counted", "deleted"],
)
def test_what_came_since_an_earlier_reading(earlier, now, expected):
    assert shown(now.since(earlier)) == expected


def test_what_is_permitted_is_left_out_but_for_exceptions_of_the_mock():
    found = breaks([(9, "request"), (10, "answer"), (13, "answer")], {"request": 2, "answer": 3})
    assert shown(found.without(["request"])) == (["x10", "x13"], {"answer": 5})
    assert shown(found.without(["answer"])) == (["x9", "x13"], {"request": 3, "answer": 1})
    assert found.without(["answer"]).unlisted("request") == 2
    assert shown(found.without(["request", "answer"])) == (["x13"], {"answer": 1})
