"""Patterns by ECMA 262, as JSON Schema says (2020-12 core, section 6.4).

Python's `re` takes `٤٢` for `\\d` and lets `$` match before a last line break; ECMA 262 does neither.
The engine backtracks: a pattern such as `(a+)+$` takes exponential time on a text that does not match.
"""

from functools import lru_cache

from regress import Regex, RegressError

_UNICODE_ONLY = (r"\p{", r"\P{", r"\u{")  # without the u flag these would silently mean plain letters


class BadPattern(ValueError):
    """A pattern that ECMA 262 refuses; `reason` is the engine's."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"{pattern[:60]!r} is no pattern of ECMA 262: {reason}")
        self.pattern = pattern
        self.reason = reason


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Regex:
    """The compiled pattern, read with the u flag, else (for old escapes such as `\\-`) without it.

    Raises BadPattern where both refuse it.
    """
    try:
        return compile_strictly(pattern)
    except BadPattern as bad:
        if "\\" not in pattern or any(each in pattern for each in _UNICODE_ONLY):
            raise
        try:
            return Regex(pattern)
        except (RegressError, UnicodeEncodeError):
            raise bad from None  # the reason of the stricter reading is told


def compile_strictly(pattern: str) -> Regex:
    """The compiled pattern, read with the u flag; raises BadPattern."""
    try:
        return Regex(pattern, "u")
    except UnicodeEncodeError:
        raise BadPattern(pattern, "it holds half of a surrogate pair") from None
    except RegressError as error:
        raise BadPattern(pattern, str(error)) from None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text; raises BadPattern."""
    regex = compile_pattern(pattern)
    try:
        return regex.find(text) is not None
    except UnicodeEncodeError:
        return regex.find(_well_formed(text)) is not None


def _well_formed(text: str) -> str:
    """Surrogate pairs joined, and lone surrogates (which the engine cannot take) as U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
