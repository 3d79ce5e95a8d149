"""Suggests the nearest valid name for an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name most similar to `name`; None if no name is similar."""
    matches = get_close_matches(name, list(valid), n=1, cutoff=0.5)
    return matches[0] if matches else None


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """The end of a message: the nearest valid name, otherwise all of them; empty if `valid` is."""
    names = sorted(set(valid))
    match = nearest(name, names)
    if match is not None:
        return f"; did you mean {match!r}?"
    return f"; valid: {', '.join(names)}" if names else ""
