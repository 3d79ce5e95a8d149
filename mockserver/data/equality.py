"""Equality of JSON values (JSON Schema 2020-12 core, section 4.2.2): 1 equals 1.0, but not true."""

from collections.abc import Hashable

from mockserver.data.json import Json

_CONTAINERS = (list, dict)  # a constant, because `list | dict` would be built in each call


def equal(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal; the order of an object's members does not matter."""
    if not isinstance(one, _CONTAINERS):
        return one == other and (one is other or isinstance(one, bool) == isinstance(other, bool))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return False


def hashable(value: Json) -> Hashable:
    """A stand-in for a JSON value in sets and dictionaries: equal values have equal stand-ins."""
    match value:
        case dict():
            return frozenset((name, hashable(member)) for name, member in value.items())
        case list():
            return tuple(map(hashable, value))
        case bool():
            return (bool, value)
    return value
