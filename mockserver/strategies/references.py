"""Which collection of a state a parameter or property refers to, by their names.

`order_id`, `orderId` and `order` refer to `orders`, `shipping_address_id` to `addresses`, and `purchaser_id`
to `users` if all purchasers in the state are ids of users. A path parameter refers to the collection that the
path names before it: `order_id` of `/carts/{order_id}` to `carts`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from mockserver.contract.sampling.plausible_values import words
from mockserver.models.resources.spelling import singular

Words = tuple[str, ...]  # stems
Segments = tuple[str, ...]  # of a path
_ONE_PARAMETER = re.compile(
    r"[^{}]*\{([^{}]+)\}[^{}]*"
)  # a segment such as `{id}`, `{id}.json` or `{id}:stop`
_EXTENSION = re.compile(r"\.[a-z]+")  # of a segment such as `messages.json`


def _stem(word: str) -> str:
    """The same for the singular and the plural of a word: `warehous` for `warehouse` and `warehouses`."""
    return singular(word).removesuffix("e")


_IDS = frozenset(("id", "uuid", "guid", "sid", "gid"))  # words that mean an id, of whatever it is
_KEYS = _IDS | {*map(_stem, ("key", "ref", "slug", "code", "number", "name"))}  # after another word


@lru_cache(maxsize=4_096)
def name_words(name: str) -> Words:
    """The words of a name or of a segment of a path, without a file's extension."""
    return tuple(_stem(word) for word in words(_EXTENSION.sub("", name) or name))


@lru_cache(maxsize=4_096)
def subject(name: str) -> Words:
    """The words for what a name identifies: `("order",)` for `order_id`; empty for `id`."""
    found = name_words(name)
    while found and found[-1] in (_KEYS if len(found) > 1 else _IDS):
        found = found[:-1]
    return found


def is_own_id(name: str) -> bool:
    """Whether a name means the id of the object that has it, such as `id` or `uuid`."""
    return not subject(name)


def is_reference(name: str) -> bool:
    """Whether a name means the id of another object, such as `user_id`."""
    return not is_own_id(name) and name_words(name)[-1] in _IDS


def likeness(one: Words, other: Words) -> int:
    """How much alike two names are: 2 if equal, 1 if one is the last words of the other, 0 if not alike."""
    if one == other:
        return 2 if one else 0
    shorter, longer = sorted((one, other), key=len)
    return 1 if shorter and longer[-len(shorter) :] == shorter else 0


def segments_before(path: str) -> dict[str, Segments]:
    """The fixed segments before each parameter of a path template that shares its segment with no other."""
    found: dict[str, Segments] = {}
    fixed: Segments = ()
    for segment in path.split("/"):
        if match := _ONE_PARAMETER.fullmatch(segment):
            found[match[1]] = fixed
        elif segment and "{" not in segment:
            fixed = (*fixed, segment)
    return found


def fixed_segments(path: str) -> Segments:
    """The segments of a path template without parameters; the last one names what the path is about."""
    return tuple(each for each in path.split("/") if each and "{" not in each)


def path_names(paths: Iterable[str]) -> dict[Words, Segments]:
    """What path parameters identify, with the segments before them: `("order",)` -> `("carts",)`."""
    return {
        subject(name): segments
        for path in paths
        for name, segments in segments_before(path).items()
        if segments
    }


class References:
    """Finds the collection that a name refers to; `named_by_paths` is the result of `path_names`."""

    def __init__(self, collections: Iterable[str], named_by_paths: Mapping[Words, Segments]) -> None:
        self._collections = {each: tuple(map(name_words, each.split("/"))) for each in collections}
        self._named_by_paths = named_by_paths

    def collection(self, name: str) -> str | None:
        """The collection that a parameter or property refers to, by its own name."""
        wanted = subject(name)
        return self._most_alike((wanted,)) or self.for_segments(self._named_by_paths.get(wanted, ()))

    def for_segments(self, segments: Segments) -> str | None:
        """The collection that the last of these segments of a path names."""
        return self._most_alike(tuple(map(name_words, segments)))

    def _most_alike(self, wanted: tuple[Words, ...]) -> str | None:
        """The collection whose name is most like the last words; the other words decide between equals."""
        ranks = {each: _rank(wanted, names) for each, names in self._collections.items()}
        best = max(ranks, key=ranks.__getitem__, default=None)
        return best if best is not None and ranks[best] > (0,) else None


def _rank(wanted: tuple[Words, ...], names: tuple[Words, ...]) -> tuple[int, ...]:
    """How well a collection's name fits: likeness of the last segments, common segments, length."""
    alike = likeness(wanted[-1], names[-1]) if wanted and names else 0
    common = sum(1 for one, other in zip(reversed(wanted), reversed(names), strict=False) if one == other)
    return (alike, common, len(names[-1])) if alike else (0,)
