"""A value as the texts of a parameter: what a client sends."""

import json
from collections.abc import Iterator
from urllib.parse import quote

from mockserver.contract.description import Parameter, is_json
from mockserver.data.json import Json

_OPENINGS = {"label": ".", "matrix": ";"}  # exploded parts are joined by them, too
_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_RESERVED = ":/?@!$'()*;"  # of RFC 3986, without those that delimit a query or a value in it


def serialize(parameter: Parameter, value: Json) -> list[tuple[str, str]]:
    """The names and texts that carry a value; the texts, and in a query the names, are percent-encoded.

    A list or an object that is empty is written as an empty text, or as nothing where it would be several
    members. What a style has no form for, such as a list in a list, is written as JSON text.
    """
    name, style = parameter.name, parameter.style
    if parameter.content is not None:
        text = _text(value) if not is_json(parameter.content) else json.dumps(value)
        return [(_key(parameter, name), _encoded(parameter, text))]
    if style == "deepObject":
        found = _deep(name, value)
    elif parameter.explode and parameter.location in ("query", "cookie"):
        found = _spread(name, value)
    else:
        return [(_key(parameter, name), _one_text(parameter, value))]
    return [(_key(parameter, key), _encoded(parameter, text)) for key, text in found]


def _one_text(parameter: Parameter, value: Json) -> str:
    style = parameter.style
    name, opening = _encoded(parameter, parameter.name), _OPENINGS.get(style, "")
    if parameter.explode and isinstance(value, list | dict):
        pairs = [
            (_encoded(parameter, key), _encoded(parameter, text))
            for key, text in _spread(parameter.name, value)
        ]
        is_named = isinstance(value, dict) or style == "matrix"
        return opening + (opening or ",").join("=".join(pair) if is_named else pair[1] for pair in pairs)
    text = _DELIMITERS.get(style, ",").join(_encoded(parameter, each) for each in _flat(value))
    return opening + ((f"{name}={text}" if text else name) if style == "matrix" else text)


def _flat(value: Json) -> Iterator[str]:
    match value:
        case list():
            yield from map(_text, value)
        case dict():
            for name, member in value.items():
                yield from (name, _text(member))
        case _:
            yield _text(value)


def _spread(name: str, value: Json) -> Iterator[tuple[str, str]]:
    match value:
        case list():
            yield from ((name, _text(each)) for each in value)
        case dict():
            for key, member in value.items():
                yield from _spread(key, member if isinstance(member, list) else _text(member))
        case _:
            yield name, _text(value)


def _deep(name: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _deep(f"{name}[{key}]", member)
    else:
        yield from _spread(name, value)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _key(parameter: Parameter, name: str) -> str:
    return _encoded(parameter, name) if parameter.location == "query" else name


def _encoded(parameter: Parameter, text: str) -> str:
    if parameter.location == "header" or parameter.style == "cookie":
        return text
    quoted = quote(text, safe=_RESERVED if parameter.allow_reserved and parameter.location == "query" else "")
    return quoted.replace(".", "%2E") if parameter.style == "label" else quoted
