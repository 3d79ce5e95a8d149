"""Reads YAML as plain data by the core schema of YAML 1.2 (section 10.3), with the line of each JSON Pointer.

All keys are strings (`on` and `200`, too); `no` and dates are strings; a key that occurs twice is an error.
The parser's events are processed one by one, so that excessive nesting or aliasing is refused early.
"""

import math
import re
from collections.abc import Iterator
from typing import TypeAlias

import yaml
from msgspec import Struct

from mockserver.data.json import Json, type_phrase
from mockserver.data.limits import MAX_FILE_DEPTH, MAX_FILE_VALUES
from mockserver.data.pointer import pointer_token

_Tree: TypeAlias = (
    "dict[str, tuple[int, _Tree]]"  # by reference token: the member's line, and the tree of its value
)
_LEAF: _Tree = {}
_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml's parser, if installed; only its events are used
_NULL, _BOOL, _INT, _FLOAT, _STRING = (
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str")
)
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), _NULL),
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), _BOOL),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


class NotYaml(Exception):
    """The text is not valid YAML, or not plain data; `line` counts from 1, None if it is unknown."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line


class YamlLines(Struct, frozen=True):
    """Finds the line (from 1) of a pointer, or of its nearest existing ancestor."""

    tree: _Tree

    def __call__(self, pointer: str) -> int:
        line, members = 1, self.tree
        for token in pointer.split("/")[1:]:
            if token not in members:
                break
            line, members = members[token]
        return line


def read_yaml(text: str, most_values: int = MAX_FILE_VALUES) -> tuple[Json, YamlLines]:
    """The data in a YAML text, and its lines; raises NotYaml, also for more than `most_values`."""
    try:
        return _read(yaml.parse(text, Loader=_LOADER), most_values)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        raise NotYaml(mark.line + 1 if mark else None, f"not valid YAML: {reason}") from None
    except yaml.YAMLError as error:
        raise NotYaml(None, f"not valid YAML: {str(error).splitlines()[0]}") from None


def _read(events: Iterator[yaml.Event], most_values: int) -> tuple[Json, YamlLines]:
    data: Json = None
    lines: _Tree = {}
    seen = False
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if seen:
                raise _error(event, "not valid YAML: expected a single document in the stream")
            seen = True
            node = _Values(events, most_values).next()
            data, lines = node.value, node.lines
    return data, YamlLines(lines)


class _Node(Struct):
    """A value, its members' lines, and the number of values in it with all aliases expanded."""

    value: Json
    lines: _Tree
    size: int = 1


class _Values:
    """Builds values from events; an alias shares its anchor's value, and counts with its full size."""

    def __init__(self, events: Iterator[yaml.Event], most_values: int) -> None:
        self._events = events
        self._most_values = most_values
        self._anchored: dict[str, _Node | yaml.Event] = {}  # the event while its value is incomplete
        self._depth = 0
        self._count = 0

    def next(self) -> _Node:
        return self._node(next(self._events))

    def _node(self, event: yaml.Event) -> _Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._count += 1
        if self._count > self._most_values:
            raise _error(event, f"more than {self._most_values:,} values in one file")
        anchor = event.anchor if isinstance(event, yaml.NodeEvent) else None
        if anchor is not None:
            self._anchored[anchor] = event
        node = _Node(_scalar(event), _LEAF) if isinstance(event, yaml.ScalarEvent) else self._container(event)
        if anchor is not None:
            self._anchored[anchor] = node
        return node

    def _alias(self, event: yaml.AliasEvent) -> _Node:
        if event.anchor not in self._anchored:
            raise _error(event, f"not valid YAML: found undefined alias {event.anchor!r}")
        anchored = self._anchored[event.anchor]
        if isinstance(anchored, yaml.Event):
            raise _error(anchored, "an anchor contains an alias of itself")
        return anchored

    def _container(self, event: yaml.Event) -> _Node:
        if self._depth >= MAX_FILE_DEPTH:
            raise _error(event, f"nested deeper than {MAX_FILE_DEPTH} levels")
        self._depth += 1
        node = self._mapping(event) if isinstance(event, yaml.MappingStartEvent) else self._sequence(event)
        self._depth -= 1
        return node

    def _grow(self, node: _Node, part: _Node, event: yaml.Event) -> None:
        """Add the size of a part at once, because aliases of a large value are quickly written."""
        node.size += part.size
        if node.size > self._most_values:
            raise _error(event, f"its aliases expand to more than {self._most_values:,} values")

    def _sequence(self, start: yaml.Event) -> _Node:
        items: list[Json] = []
        node = _Node(items, {})
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            item = self._node(event)
            node.lines[str(len(items))] = _line(event), item.lines
            self._grow(node, item, start)
            items.append(item.value)
        return node

    def _mapping(self, start: yaml.Event) -> _Node:
        members: dict[str, Json] = {}
        merged: list[dict[str, Json]] = []
        node = _Node(members, {})
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                raise _error(key, "a key is not a string")
            member = self._node(event := next(self._events))
            self._grow(node, member, start)
            if key.value == "<<" and _is_plain(key):
                merged += _objects_to_merge(member.value, event)
                continue
            if key.value in members:
                raise _error(key, f"the key {key.value!r} occurs twice in one object")
            members[key.value] = member.value
            node.lines[pointer_token(key.value)] = _line(key), member.lines
        node.value = _merged([members, *merged]) if merged else members
        return node


def _objects_to_merge(value: Json, event: yaml.Event) -> list[dict[str, Json]]:
    """The objects whose members a merge key (<<) adds."""
    objects: list[dict[str, Json]] = []
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            raise _error(event, f"expected an object to merge after <<, found {type_phrase(each)}")
        objects.append(each)
    return objects


def _merged(objects: list[dict[str, Json]]) -> dict[str, Json]:
    """The members of all objects; where several of them have a key, the first one wins."""
    members: dict[str, Json] = {}
    for each in reversed(objects):
        members.update(each)
    return members


def _scalar(event: yaml.ScalarEvent) -> Json:
    text = str(event.value)
    tag = event.tag or (_tag(text) if _is_plain(event) else _STRING)
    if tag == _NULL:
        return None
    if tag == _BOOL:
        return text.lower() == "true"
    try:
        if tag == _INT:
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        if tag == _FLOAT and math.isfinite(number := float(text)):
            return number
    except ValueError:
        raise _error(event, f"{text[:40]!r} is not a number that can be read") from None
    return text


def _tag(text: str) -> str:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-+.0123456789":
        if _INTEGER.fullmatch(text):
            return _INT
        if _NUMBER.fullmatch(text):
            return _FLOAT
    return _STRING


def _is_plain(event: yaml.ScalarEvent) -> bool:
    return event.tag is None and bool(event.implicit[0])


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _error(event: yaml.Event, message: str) -> NotYaml:
    return NotYaml(_line(event), message)
