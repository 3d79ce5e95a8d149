"""Matches path segments with placeholders, such as `{name}.json`, and extracts their values.

Segments are compared percent-decoded, and values are returned as they were sent. The time is linear in the
length of the segment.
"""

import re
from itertools import accumulate
from urllib.parse import unquote_to_bytes

_UNIT = re.compile(r"(?:%[0-9A-Fa-f]{2})+|[^%]+|%")


def decode(segment: str) -> str:
    """The percent-decoded segment; bytes that are not valid UTF-8 become lone surrogates."""
    return unquote_to_bytes(segment).decode("utf-8", "surrogateescape") if "%" in segment else segment


class Template:
    """A templated segment, given as the literal texts before, between and after its placeholders."""

    def __init__(self, literals: tuple[str, ...]) -> None:
        self._literals = literals
        self.rank = -sum(map(len, literals)), literals  # sorts segments with more literal text first

    def values(self, segment: str) -> list[str] | None:
        """The percent-encoded values of the placeholders; None if the segment does not match.

        Values are not empty, and each is as short as possible.
        """
        if self._literals == ("", ""):
            return [segment] if segment else None
        text = decode(segment)
        spans = self._spans(text)
        if spans is None:
            return None
        offsets = [0, *accumulate(_lengths(segment))] if "%" in segment else range(len(text) + 1)
        return [segment[offsets[start] : offsets[end]] for start, end in spans]

    def _spans(self, text: str) -> list[tuple[int, int]] | None:
        """The start and end of each value in the decoded segment; None if it does not match."""
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
    """For each character of the decoded segment, the number of characters that it has when encoded."""
    lengths: list[int] = []
    for unit in _UNIT.findall(segment):
        if len(unit) > 1 and unit[0] == "%":
            lengths += [3 * len(each.encode("utf-8", "surrogateescape")) for each in decode(unit)]
        else:
            lengths += [1] * len(unit)
    return lengths
