"""The messages of violations, and the parts that they share."""

from collections.abc import Iterable

from mockserver.data.json import TYPE_PHRASES, Json, type_phrase
from mockserver.data.suggest import did_you_mean, nearest

QUOTED = 60  # characters of a value in a message
LISTED = 12  # values of an enum in a message
GUESSED = 100  # characters of the longest name for which a known one is suggested


def quoted(value: Json) -> str:
    """A value as a message shows it: a scalar itself, shortened, on one line; of others the type."""
    match value:
        case str():
            return repr(value if len(value) <= QUOTED else value[:QUOTED] + "…")
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() > 3 * QUOTED:  # Python cannot format the longest ones
            return f"a number of about {round(value.bit_length() * 0.30103)} digits"
        case int() | float():
            return repr(value)
    return type_phrase(value)


def count(number: int, singular: str, plural: str) -> str:
    """The number with its unit."""
    return f"{number} {singular if number == 1 else plural}"


def wrong_type(value: Json, types: Iterable[str]) -> str:
    """The message of `type`."""
    words = [TYPE_PHRASES[each] for each in types]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"expected {' or '.join(words)}, found {quoted(value) if is_number else type_phrase(value)}"


def not_listed(value: Json, values: list[Json]) -> str:
    """The message of `enum`: the value, the values allowed, and the nearest of them."""
    shown = [each if isinstance(each, str) and each else quoted(each) for each in values[:LISTED]]
    listed = ", ".join(shown) + (f" and {len(values) - LISTED} more" if len(values) > LISTED else "")
    match = None
    if isinstance(value, str) and len(value) <= QUOTED:
        match = nearest(value, [each for each in values if isinstance(each, str)])
    return f"{quoted(value)} is not one of {listed}" + (f"; did you mean {match!r}?" if match else "")


def unknown_property(name: str, known: Iterable[str]) -> str:
    """The message of a property that the schema does not allow; suggestions come from `known`."""
    suggestion = did_you_mean(name, known) if len(name) <= GUESSED else ""
    return f"unknown property {name[:QUOTED]!r}{suggestion}"
