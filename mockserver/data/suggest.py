"""Suggests the nearest valid name for an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from heapq import nsmallest
from itertools import islice, pairwise

SIMILAR = 0.5  # the least ratio of difflib
MOST = 4_000  # names that are looked at
MANY = 30  # names above which only the most promising ones are compared exactly
PROMISING = 2  # names that are then compared; an exact comparison takes as long as a thousand rough ones
_BITS = 509  # of the set of a name's pairs of characters


def nearest(name: str, valid: Iterable[str], least: float = SIMILAR) -> str | None:
    """The valid name most similar to `name`; None if none has at least the ratio `least` of difflib."""
    names = list(islice(valid, MOST))
    if len(names) > MANY:
        names = _promising(name, names)
    similar = _perhaps_similar(name, names, least)  # difflib takes much longer
    matches = get_close_matches(name, similar, n=1, cutoff=least) if similar else ()
    return matches[0] if matches else None


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """The end of a message: the nearest valid name, otherwise all of them; empty if `valid` is."""
    names = sorted(set(valid))
    match = nearest(name, names)
    if match is not None:
        return f"; did you mean {match!r}?"
    return f"; valid: {', '.join(names)}" if names else ""


def _perhaps_similar(name: str, names: list[str], least: float) -> list[str]:
    """The names that may have enough characters of `name`, in any order, for the ratio `least`.

    A character that a name has several times is not counted exactly.
    """
    length, characters = len(name), set(name)
    similar = []
    for other in names:
        shared = least / 2 * (length + len(other))
        if len(other) >= shared and length - len(characters.difference(other)) >= shared:
            similar.append(other)
    return similar


def _promising(name: str, names: list[str]) -> list[str]:
    """The names whose pairs of adjacent characters differ least from those of `name`."""
    own = _pairs(name)
    differences = [(own ^ other).bit_count() for other in map(_pairs, names)]
    return [names[index] for index in nsmallest(PROMISING, range(len(names)), differences.__getitem__)]


@lru_cache(maxsize=4_096)
def _pairs(name: str) -> int:
    """The set of a name's pairs of characters, ends included, as bits."""
    return sum({1 << (31 * ord(one) + ord(other)) % _BITS for one, other in pairwise(f"\n{name}\n")})
