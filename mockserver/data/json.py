"""JSON values (RFC 8259) as Python has them, and the names of their types."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
ReadOnlyJson: TypeAlias = (
    "bool | int | float | str | Sequence[ReadOnlyJson] | Mapping[str, ReadOnlyJson] | None"
)

TYPE_PHRASES = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


def json_type(value: object) -> str:
    """The name of a value's JSON type, such as `array`; Python's name of the type if it is not JSON."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
    return type(value).__name__


def type_phrase(value: object) -> str:
    """The JSON type of a value as a message names it, such as `an array`."""
    name = json_type(value)
    return TYPE_PHRASES.get(name, name)


def object_or_empty(value: Json) -> dict[str, Json]:
    """The value if it is an object, otherwise an empty object."""
    return value if isinstance(value, dict) else {}


def array_or_empty(value: Json) -> list[Json]:
    """The value if it is an array, otherwise an empty array."""
    return value if isinstance(value, list) else []


def plain(value: object) -> Json:
    """A value as JSON; mappings and sequences of any kind become objects and arrays."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(name): plain(member) for name, member in value.items()}
        case Sequence():
            return [plain(item) for item in value]
    return str(value)
