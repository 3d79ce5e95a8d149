"""Equality of JSON values (JSON Schema 2020-12 core, section 4.2.2): 1 equals 1.0, but not true."""

from collections.abc import Hashable

from mockserver.data.json import Json

_SMALL = 1 << 32
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
    """A stand-in for a JSON value in sets and dictionaries: equal values have equal stand-ins.

    Python's hashes of numbers and tuples are known, so a client could send many values with equal hashes.
    Only strings and bytes, whose hashes depend on a random key, and small integers are therefore used.
    """
    if isinstance(value, str):
        return value
    if type(value) in (int, float) and 0 <= value <= _SMALL and value == int(value):  # type: ignore[arg-type,operator]
        return int(value)
    if type(value) is float and not value.is_integer():
        return repr(value).encode()
    return _canonical(value).encode("utf-8", "surrogatepass")


def _canonical(value: Json) -> str:
    """A text that is the same for equal values, and for no others."""
    match value:
        case dict():
            return f"{{{','.join(sorted(f'{name!r}:{_canonical(each)}' for name, each in value.items()))}}}"
        case list():
            return f"[{','.join(map(_canonical, value))}]"
        case float() if value.is_integer():
            return hex(int(value))
        case int() if not isinstance(value, bool):
            return hex(value)
    return repr(value)
