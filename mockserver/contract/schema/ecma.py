"""ECMA 262 regular expressions, which JSON Schema prescribes for patterns (2020-12 core, section 6.4).

In Python's `re`, `\\d` matches `٤٢`, and `$` matches before a trailing line break; in ECMA 262 they do not.
The engine backtracks: a pattern such as `(a+)+$` takes exponential time on a string that does not match.
"""

from functools import lru_cache

from regress import Regex, RegressError

_UNICODE_ONLY = (r"\p{", r"\P{", r"\u{")  # without the u flag they would mean plain letters


class BadPattern(ValueError):
    """A pattern that is not valid in ECMA 262; `reason` is the engine's message."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"{pattern[:60]!r} is not a valid ECMA 262 pattern: {reason}")
        self.pattern = pattern
        self.reason = reason


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Regex:
    """The compiled pattern, with the u flag if it is valid so, else without (older escapes such as `\\-`).

    Raises BadPattern if it is valid in neither way.
    """
    try:
        return compile_strictly(pattern)
    except BadPattern as bad:
        if "\\" not in pattern or any(each in pattern for each in _UNICODE_ONLY):
            raise
        try:
            return Regex(pattern)
        except (RegressError, UnicodeEncodeError):
            raise bad from None  # with the reason of the strict reading


def compile_strictly(pattern: str) -> Regex:
    """The compiled pattern, with the u flag; raises BadPattern."""
    try:
        return Regex(pattern, "u")
    except UnicodeEncodeError:
        raise BadPattern(pattern, "it contains an unpaired surrogate") from None
    except RegressError as error:
        raise BadPattern(pattern, str(error)) from None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches anywhere in the text; raises BadPattern."""
    regex = compile_pattern(pattern)
    try:
        return regex.find(text) is not None
    except UnicodeEncodeError:
        return regex.find(_well_formed(text)) is not None


def _well_formed(text: str) -> str:
    """The text with surrogate pairs joined, and unpaired surrogates, which the engine rejects, as U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
