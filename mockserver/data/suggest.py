"""The one place that says "did you mean"."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name most like `name`, or None where nothing is near."""
    matches = get_close_matches(name, list(valid), n=1, cutoff=0.5)
    return matches[0] if matches else None


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """A clause to end a message with: the nearest valid name, else all of them, else nothing."""
    names = sorted(set(valid))
    match = nearest(name, names)
    if match is not None:
        return f"; did you mean {match!r}?"
    return f"; valid: {', '.join(names)}" if names else ""
