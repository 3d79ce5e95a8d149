"""The messages of violations, and the parts that they share."""

from collections.abc import Iterable

from mockserver.data.json import TYPE_PHRASES, Json, type_phrase
from mockserver.data.quoting import LONGEST_QUOTE, quoted
from mockserver.data.suggest import did_you_mean, nearest

LISTED = 12  # values of an enum in a message
_LONGEST_INTEGER = 3 * LONGEST_QUOTE  # bits of an integer in a message
GUESSED = 100  # characters of the longest name for which a known one is suggested


def value_phrase(value: Json) -> str:
    """A scalar as a message shows it, shortened and on one line; for an array or object, its type."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if value.bit_length() <= _LONGEST_INTEGER:
            return repr(value)
        return f"a number of about {round(value.bit_length() * 0.30103)} digits"  # Python cannot format it
    if isinstance(value, float):
        return repr(value)
    return type_phrase(value)


def count(number: int, singular: str, plural: str) -> str:
    """The number with its unit."""
    return f"{number} {singular if number == 1 else plural}"


def wrong_type(value: Json, types: Iterable[str]) -> str:
    """The message of `type`."""
    words = [TYPE_PHRASES[each] for each in types]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"expected {' or '.join(words)}, found {value_phrase(value) if is_number else type_phrase(value)}"


def not_listed(value: Json, values: list[Json]) -> str:
    """The message of `enum`: the value and the values allowed."""
    shown = [each if isinstance(each, str) and each else value_phrase(each) for each in values[:LISTED]]
    listed = ", ".join(shown) + (f" and {len(values) - LISTED} more" if len(values) > LISTED else "")
    return f"{value_phrase(value)} is not one of {listed}"


def listed_suggestion(value: Json, values: list[Json]) -> str:
    """The end of the message of `enum`: the nearest of the values allowed, or nothing."""
    if not isinstance(value, str) or len(value) > LONGEST_QUOTE:
        return ""
    match = nearest(value, [each for each in values if isinstance(each, str)])
    return f"; did you mean {match!r}?" if match else ""


def unknown_property(name: str) -> str:
    """The message of a property that the schema does not allow."""
    return f"unknown property {quoted(name)}"


def property_suggestion(name: str, known: Iterable[str]) -> str:
    """The end of the message of an unknown property: the nearest known one, or all of them."""
    return did_you_mean(name, known) if len(name) <= GUESSED else ""
