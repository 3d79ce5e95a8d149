"""ECMA 262 regular expressions, which JSON Schema prescribes for patterns (2020-12 core, section 6.4).

In Python's `re`, `\\d` matches `٤٢`, and `$` matches before a trailing line break; in ECMA 262 they do not.
The engine backtracks: a pattern such as `(a+)+$` takes exponential time on a string that does not match, so
texts are matched by `pattern_matching`.
"""

import re
from functools import lru_cache

from regress import Regex, RegressError

from mockserver.contract.schema.pattern_dialects import rewritten

_UNICODE_ONLY = (r"\p{", r"\P{", r"\u{")  # without the u flag they would mean plain letters
_KNOWN_ESCAPES = re.compile(r"(?:[^\\]|\\(?:[bBcdDfknrsStuvwWx0-9]|[^A-Za-z0-9]))*", re.DOTALL)


class BadPattern(ValueError):
    """A pattern that is not valid in ECMA 262; `reason` is the engine's message."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"{pattern[:60]!r} is not a valid ECMA 262 pattern: {reason}")
        self.pattern = pattern
        self.reason = reason


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Regex:
    """The compiled pattern, with the u flag if it is valid so, else without (annex B of ECMA 262).

    Constructs of other dialects are rewritten if the pattern has any. Raises BadPattern if it is valid in
    neither way.
    """
    source = ecma_source(pattern)
    try:
        return compile_strictly(source)
    except BadPattern as bad:
        bad = BadPattern(pattern, bad.reason)
        if any(each in source for each in _UNICODE_ONLY):
            raise bad from None
        try:
            return Regex(source)
        except (RegressError, UnicodeEncodeError):
            raise bad from None  # with the reason of the strict reading


def ecma_source(pattern: str) -> str:
    """The pattern that is matched: with the constructs of other dialects rewritten."""
    return rewritten(pattern).pattern if foreign_constructs(pattern) else pattern


@lru_cache(maxsize=1024)
def foreign_constructs(pattern: str) -> tuple[str, ...]:
    r"""The constructs of other dialects in a pattern, such as `\A`.

    A pattern that is valid in ECMA 262 with the u flag has none, except delimiters such as in `/^a$/`.
    """
    found = rewritten(pattern).constructs
    if not found or pattern.startswith("/"):
        return found
    try:
        compile_strictly(pattern)
    except BadPattern:
        return found
    return ()


def check_pattern(text: str) -> None:
    """Check a value of the format `regex`: the escapes of letters are those of ECMA 262.

    Raises BadPattern.
    """
    try:
        compile_strictly(text)
    except BadPattern:
        if foreign_constructs(text) or not _KNOWN_ESCAPES.fullmatch(text):
            raise
        compile_pattern(text)


def compile_strictly(pattern: str) -> Regex:
    """The compiled pattern, with the u flag; raises BadPattern."""
    try:
        return Regex(pattern, "u")
    except UnicodeEncodeError:
        raise BadPattern(pattern, "it contains an unpaired surrogate") from None
    except RegressError as error:
        raise BadPattern(pattern, str(error)) from None
