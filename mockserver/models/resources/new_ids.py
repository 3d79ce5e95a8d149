"""Makes ids: in the shape of the examples, the pattern or the format that the contract documents."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits
from uuid import UUID

from msgspec import Struct

from mockserver.contract.sampling.pattern_strings import NoMatchingString, pattern_string
from mockserver.contract.schema.ecma import BadPattern
from mockserver.data.json import Json

_TRIES = 50  # ids of one kind that are not valid
_MOST_REPEATED = 1_000  # ids of one kind that are taken and were made before
_HEX = "0123456789abcdef"
_HEXADECIMAL = re.compile(r"(?P<prefix>(?:.*[_\-:.])?[A-Z]{0,4}?)(?P<rest>[0-9a-f]{6,}|[0-9A-F]{6,})")
_SEPARATED = re.compile(r"(?P<prefix>(?:.*[_\-:.])?)(?P<rest>[^_\-:.]+)", re.DOTALL)
_SHORTEST_SECRET = 6  # characters of an example's variable part; `item_1` is counted up instead


class IdShape(Struct, frozen=True):
    """What the contract says about the ids of a collection.

    `accepts` is whether an id is valid in an item and, as a string, in the path. `patterns` and `examples`
    are those of the member and of the path parameter.
    """

    accepts: Callable[[Json], bool]
    is_uuid: bool
    is_number: bool
    patterns: tuple[str, ...]
    examples: tuple[str, ...]
    generated: Callable[[int], Json]  # an id for a seed, by the schema of the path parameter


def new_id(shape: IdShape, number: int, is_taken: Callable[[str], bool]) -> tuple[int, Json]:
    """The next number, and a free id made from this number or a later one.

    The id is not valid if no free one is.
    """
    for make in _makers(shape):
        refused = repeated = 0
        taken: set[str] = set()
        for each in count(number):
            made = make(each)
            if made is None or refused > _TRIES or repeated > _MOST_REPEATED:
                break
            text = id_text(made)
            if is_taken(text):
                repeated += text in taken
                taken.add(text)
                continue
            allowed = next((form for form in (made, text) if shape.accepts(form)), None)
            if allowed is not None:
                return each + 1, allowed
            refused += 1
    free = next(each for each in count(number) if not is_taken(str(each)))
    return free + 1, str(free)


def id_text(item_id: Json) -> str:
    """An id as a string, as it is in a path: `7` for 7 and for 7.0."""
    return str(int(item_id)) if isinstance(item_id, float) and item_id.is_integer() else str(item_id)


def _makers(shape: IdShape) -> Iterator[Callable[[int], Json]]:
    """The ways to make an id from a number, the best first."""
    if shape.is_number:
        yield int
    if shape.is_uuid:
        yield lambda number: str(UUID(int=number, version=4))
    for example in shape.examples:
        yield partial(like_example, example)
    yield int
    yield lambda number: str(UUID(int=number, version=4))
    for pattern in shape.patterns:
        yield partial(_matching, pattern)
    yield shape.generated


def _matching(pattern: str, number: int) -> Json:
    try:
        return pattern_string(pattern, Random(number))
    except (NoMatchingString, BadPattern):
        return None


def like_example(example: str, number: int) -> Json:
    """A string in the shape of an example: its prefix, and for the rest characters of the same kinds.

    None for an example that has no variable part, such as a name.
    """
    parts = _HEXADECIMAL.fullmatch(example) or _SEPARATED.fullmatch(example)
    if parts is None:
        return None
    prefix, rest = parts["prefix"], parts["rest"]
    if rest.isdecimal():
        return f"{prefix}{number:0{len(rest)}d}" if prefix else str(number)
    hexadecimal = parts.re is _HEXADECIMAL
    if not hexadecimal and not any(map(str.isdigit, rest)) and not (prefix and len(rest) >= _SHORTEST_SECRET):
        return None
    rng = Random(f"{prefix}{number}")
    return prefix + "".join(_drawn(each, rng, hexadecimal=hexadecimal) for each in rest)


def _drawn(character: str, rng: Random, *, hexadecimal: bool) -> str:
    if hexadecimal:
        drawn = rng.choice(_HEX)
        return drawn.upper() if character.isupper() else drawn
    kind = next((kind for kind in (digits, ascii_lowercase, ascii_uppercase) if character in kind), character)
    return rng.choice(kind)
