"""Reads keys of `paths`: a path template, and the query or fragment that some documents write after it.

OpenAPI allows only the path (3.1.1, section 4.8.8.1). A query in a key requires its members of a request. A
fragment is never sent in a request (RFC 9110, section 7.1), so it selects nothing.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

from msgspec import Struct

from mockserver.contract.document.references import pointer_of, value_at
from mockserver.data.json import Json, array_or_empty, object_or_empty

_OPTIONAL_QUERY = re.compile(r"\{[?&][^{}]*\}")  # `{?page,limit}`: RFC 6570, section 3.2.8
_QUESTION_MARK = re.compile(r"\?(?![^{}]*\})")  # outside of braces
_NUMBER_SIGN = re.compile(r"#(?![^{}]*\})")


class QueryMember(Struct, frozen=True):
    """A member of the query in a key: a constant, or a placeholder such as `{id}` for any value."""

    name: str
    constant: str | None  # None: any value
    placeholder: str | None  # the name in the braces


class PathKey(Struct, frozen=True):
    """A key of `paths` in its parts; `fragment` is None without a number sign."""

    path: str
    query: tuple[QueryMember, ...]
    fragment: str | None

    @property
    def constants(self) -> dict[str, str]:
        """The values that the query must have, by name."""
        return {each.name: each.constant for each in self.query if each.constant is not None}


def read_path_key(key: str) -> PathKey:
    """The parts of a key of `paths`; query expressions such as `{?page}` are left out."""
    target, *fragment = _NUMBER_SIGN.split(_OPTIONAL_QUERY.sub("", key), maxsplit=1)
    path, *query = _QUESTION_MARK.split(target, maxsplit=1)
    members = "".join(query).split("&")
    return PathKey(
        path, tuple(_query_member(each) for each in members if each), fragment[0] if fragment else None
    )


def _query_member(text: str) -> QueryMember:
    name, _, value = text.partition("=")
    placeholder = re.fullmatch(r"\{([^{}]+)\}", value)
    if placeholder is not None:
        return QueryMember(unquote_plus(name), None, placeholder[1])
    return QueryMember(unquote_plus(name), None if "{" in value else unquote_plus(value), None)


def with_query_constants(document: dict[str, Json]) -> dict[str, Json]:
    """The document with the constant queries of its path keys described as required query parameters.

    A parameter that the document describes by such a name gets the constant as its schema. All references in
    the document are local.
    """
    paths = object_or_empty(document.get("paths"))
    constants = {key: read_path_key(key).constants for key in paths if "?" in key}
    if not any(constants.values()):
        return document
    items = {
        key: _with_constants(document, _whole_item(document, paths[key]), values)
        for key, values in constants.items()
        if values
    }
    return {**document, "paths": {**paths, **items}}


def _whole_item(document: Json, value: Json) -> dict[str, Json]:
    """A path item with the members of those that its `$ref`s lead to."""
    item = object_or_empty(value)
    seen: set[str] = set()
    while isinstance(reference := item.get("$ref"), str) and reference not in seen:
        seen.add(reference)
        target = object_or_empty(value_at(document, pointer_of(reference)))
        item = {**target, **{key: each for key, each in item.items() if key != "$ref"}}
    return item


def _with_constants(document: Json, item: dict[str, Json], constants: Mapping[str, str]) -> dict[str, Json]:
    described = {name: _constant_parameter(name, value) for name, value in constants.items()}
    operations = {
        key: {**value, "parameters": _replaced(document, value.get("parameters"), described)}
        for key, value in item.items()
        if isinstance(value, dict) and isinstance(value.get("parameters"), list)
    }
    own = _replaced(document, item.get("parameters"), described)
    missing = [each for each in described.values() if each not in own]
    return {**item, **operations, "parameters": [*own, *missing]}


def _replaced(document: Json, parameters: Json, described: Mapping[str, Json]) -> list[Json]:
    """The parameters, with those of the query replaced that have a name in `described`."""
    replaced: list[Json] = []
    for each in array_or_empty(parameters):
        data = object_or_empty(each)
        if isinstance(reference := data.get("$ref"), str):
            data = object_or_empty(value_at(document, pointer_of(reference)))
        name = str(data.get("name")) if data.get("in") == "query" else ""
        replaced.append(described.get(name, each))
    return replaced


def _constant_parameter(name: str, value: str) -> Json:
    schema: Json = {"type": "string", "const": value}
    return {"name": name, "in": "query", "required": True, "schema": schema}
