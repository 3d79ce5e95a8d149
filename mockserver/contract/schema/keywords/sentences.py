"""The words in which a broken rule is told."""

from collections.abc import Iterable

from mockserver.data.json import TYPE_PHRASES, Json, type_phrase
from mockserver.data.suggest import did_you_mean, nearest

QUOTED = 60  # characters of a value that a message quotes
LISTED = 12  # values of an enum that a message lists
GUESSED = 100  # characters of the longest name that is compared with the known ones

TYPES = tuple(TYPE_PHRASES)


def quoted(value: Json) -> str:
    """A value as a message shows it: short, on one line."""
    match value:
        case str():
            return repr(value if len(value) <= QUOTED else value[:QUOTED] + "…")
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() > 3 * QUOTED:  # Python refuses to write out the longest ones
            return f"a number of about {round(value.bit_length() * 0.30103)} digits"
        case int() | float():
            return repr(value)
    return type_phrase(value)


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def wrong_type(value: Json, types: Iterable[str]) -> str:
    words = [TYPE_PHRASES[each] for each in types]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"expected {' or '.join(words)}, found {quoted(value) if is_number else type_phrase(value)}"


def not_listed(value: Json, values: list[Json]) -> str:
    shown = [each if isinstance(each, str) and each else quoted(each) for each in values[:LISTED]]
    listed = ", ".join(shown) + (f" and {len(values) - LISTED} more" if len(values) > LISTED else "")
    match = None
    if isinstance(value, str) and len(value) <= QUOTED:
        match = nearest(value, [each for each in values if isinstance(each, str)])
    return f"{quoted(value)} is none of {listed}" + (f"; did you mean {match!r}?" if match else "")


def unknown_property(name: str, known: Iterable[str]) -> str:
    """`known` are the names to guess from; none: no guess."""
    guess = did_you_mean(name, known) if len(name) <= GUESSED else ""
    return f"the property {name[:QUOTED]!r} is not known{guess}"
