"""Serialize a value as a parameter, as a client sends it: the inverse of parsing."""

import json
from collections.abc import Iterator
from urllib.parse import quote

from mockserver.contract.description import Parameter, is_json
from mockserver.contract.parameters.styles import PREFIXES
from mockserver.data.json import Json

_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_RESERVED = ":/?@!$'()*;"  # RFC 3986's reserved characters, without those that delimit a query or its values


def serialize(parameter: Parameter, value: Json) -> list[tuple[str, str]]:
    """Return names and strings that carry the value; strings, and names in a query, are percent-encoded.

    An empty array or object becomes an empty string, or no pair at all in an exploded style. Values that a
    style cannot express, such as nested arrays, are serialized as JSON.
    """
    name, style = parameter.name, parameter.style
    if parameter.content is not None:
        string = json.dumps(value) if is_json(parameter.content) else _scalar(value)
        return [(_encoded_name(parameter, name), _encoded(parameter, string))]
    if style == "deepObject":
        found = _deep_object_pairs(name, value)
    elif parameter.explode and parameter.location in ("query", "cookie"):
        found = _exploded_pairs(name, value)
    else:
        return [(_encoded_name(parameter, name), _delimited(parameter, value))]
    return [(_encoded_name(parameter, key), _encoded(parameter, string)) for key, string in found]


def _delimited(parameter: Parameter, value: Json) -> str:
    style = parameter.style
    name, prefix = _encoded(parameter, parameter.name), PREFIXES.get(style, "")
    if parameter.explode and isinstance(value, list | dict):
        pairs = [
            (_encoded(parameter, key), _encoded(parameter, string))
            for key, string in _exploded_pairs(parameter.name, value)
        ]
        has_names = isinstance(value, dict) or style == "matrix"
        return prefix + (prefix or ",").join("=".join(pair) if has_names else pair[1] for pair in pairs)
    string = _DELIMITERS.get(style, ",").join(_encoded(parameter, each) for each in _parts(value))
    return prefix + ((f"{name}={string}" if string else name) if style == "matrix" else string)


def _parts(value: Json) -> Iterator[str]:
    """The items of an array, the alternating names and values of an object, or the value alone."""
    match value:
        case list():
            yield from map(_scalar, value)
        case dict():
            for name, member in value.items():
                yield from (name, _scalar(member))
        case _:
            yield _scalar(value)


def _exploded_pairs(name: str, value: Json) -> Iterator[tuple[str, str]]:
    match value:
        case list():
            yield from ((name, _scalar(each)) for each in value)
        case dict():
            for key, member in value.items():
                yield from _exploded_pairs(key, member if isinstance(member, list) else _scalar(member))
        case _:
            yield name, _scalar(value)


def _deep_object_pairs(name: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _deep_object_pairs(f"{name}[{key}]", member)
    else:
        yield from _exploded_pairs(name, value)


def _scalar(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _encoded_name(parameter: Parameter, name: str) -> str:
    return _encoded(parameter, name) if parameter.location == "query" else name


def _encoded(parameter: Parameter, string: str) -> str:
    if parameter.location == "header" or parameter.style == "cookie":
        return string
    is_reserved_allowed = parameter.allow_reserved and parameter.location == "query"
    encoded = quote(string, safe=_RESERVED if is_reserved_allowed else "")
    return encoded.replace(".", "%2E") if parameter.style == "label" else encoded
