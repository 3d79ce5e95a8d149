"""Segments of a path that hold placeholders, such as `{name}.json`: do they fit, and what are the values.

A segment is compared percent-decoded; its values are given as they were sent. Time is linear in its length.
"""

import re
from itertools import accumulate
from urllib.parse import unquote_to_bytes

_UNIT = re.compile(r"(?:%[0-9A-Fa-f]{2})+|[^%]+|%")


def decode(segment: str) -> str:
    """A segment without its percent signs; bytes that are no UTF-8 become lone surrogates."""
    return unquote_to_bytes(segment).decode("utf-8", "surrogateescape") if "%" in segment else segment


class Template:
    """One templated segment, by the literal text before, between and after its placeholders."""

    def __init__(self, literals: tuple[str, ...]) -> None:
        self._literals = literals
        self.rank = -sum(map(len, literals)), literals  # more literal text goes first

    def values(self, segment: str) -> list[str] | None:
        """The placeholders' values, still percent-encoded; None where the segment does not fit.

        No value is empty, and each is as short as what follows it allows.
        """
        if self._literals == ("", ""):
            return [segment] if segment else None
        text = decode(segment)
        spans = self._spans(text)
        if spans is None:
            return None
        sent = [0, *accumulate(_lengths(segment))] if "%" in segment else range(len(text) + 1)
        return [segment[sent[start] : sent[end]] for start, end in spans]

    def _spans(self, text: str) -> list[tuple[int, int]] | None:
        first, *between, last = self._literals
        limit = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)):
            return None
        spans: list[tuple[int, int]] = []
        start = len(first)
        for literal in between:
            end = text.find(literal, start + 1, limit)
            if end < 0:
                return None
            spans.append((start, end))
            start = end + len(literal)
        return [*spans, (start, limit)] if start < limit else None


def _lengths(segment: str) -> list[int]:
    """For each character of the decoded segment, how many it has as it was sent."""
    lengths: list[int] = []
    for unit in _UNIT.findall(segment):
        if len(unit) > 1 and unit[0] == "%":
            lengths += [3 * len(each.encode("utf-8", "surrogateescape")) for each in decode(unit)]
        else:
            lengths += [1] * len(unit)
    return lengths
