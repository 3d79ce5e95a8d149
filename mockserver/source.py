"""Files as plain data that remembers its lines.

YAML is read by the JSON-compatible core of YAML 1.2: keys are text (`on` and `200` too), `no` is text
(Norway), dates stay text, and a key given twice is an error. JSON is read as JSON.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import yaml

from mockserver.model import Json
from mockserver.reading import BadData, kind, pointer_token

LIMIT_NODES = 3_000_000  # of an expanded document: the aliases of a YAML bomb are counted, not copied
LIMIT_DEPTH = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a file: where, and a sentence."""

    path: Path
    line: int | None
    pointer: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{place}: {self.pointer}: {self.message}" if self.pointer else f"{place}: {self.message}"


class CannotRead(Exception):
    """A file that is not there, or that is not what its format says."""

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        self.findings = (Finding(path, line, "", message),)
        super().__init__(str(self.findings[0]))


class Faulty(Exception):
    """Files that can be read, but that contradict themselves or each other."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data, and the line (counted from 1) of each JSON Pointer in it."""

    path: Path
    data: Json
    line: Callable[[str], int | None]

    def finding(self, pointer: str, message: str) -> Finding:
        return Finding(self.path, self.line(pointer), pointer, message)

    def faulty(self, bad: BadData) -> Faulty:
        """The same faults, with this file's lines."""
        return Faulty(self.finding(fault.pointer, fault.message) for fault in bad.faults)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; its line is looked up only when somebody reads it."""

    document: Document
    pointer: str

    def __str__(self) -> str:
        line = self.document.line(self.pointer)
        return f"{self.document.path}{f':{line}' if line else ''}#{self.pointer}"


def read_text(path: Path) -> str:
    """The file's text; raises CannotRead where it is missing, a folder, or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CannotRead(path, None, "there is no such file") from None
    except UnicodeDecodeError as error:
        raise CannotRead(path, None, f"not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise CannotRead(path, None, f"cannot be read: {error.strerror}") from None


def read(path: Path) -> Document:
    """A YAML or JSON file; raises CannotRead."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Document:
    """YAML or JSON text as a document; `path` names it in messages. Raises CannotRead."""
    if path.suffix == ".json" or text.lstrip()[:1] == "{":
        try:
            data = json.loads(text, object_pairs_hook=_unique, parse_constant=_finite, parse_float=_finite)
            _refuse_depth(data)
        except (ValueError, RecursionError) as error:
            if path.suffix == ".json":
                line = error.lineno if isinstance(error, json.JSONDecodeError) else None
                raise CannotRead(path, line, f"not JSON: {_json_reason(error)}") from None
        else:
            return Document(path, data, _Lines(text))
    root = _compose(text, path)
    return Document(path, _Values(path).value(root) if root else None, _Lines(text))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is no number that JSON has")
    return number


def _refuse_depth(data: Json) -> None:
    """As for YAML: what is nested deeper could not be walked safely later."""
    level: list[Json] = [data]
    for _ in range(LIMIT_DEPTH):
        level = [child for each in level for child in _children(each)]
        if not level:
            return
    raise ValueError(f"nested deeper than {LIMIT_DEPTH}")


def _children(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _json_reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (column {error.colno})"
    return "nested too deep" if isinstance(error, RecursionError) else str(error)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} is given twice in one object")
    return members


class _Lines:
    """The line of a pointer, or of its nearest ancestor; nothing is composed until a message needs it."""

    __slots__ = ("_root", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._root: yaml.Node | None = None

    def __call__(self, pointer: str) -> int | None:
        if self._root is None:
            try:
                self._root = yaml.compose(self._text.replace("\t", " "), Loader=_Loader)
            except yaml.YAMLError:
                return None
        node, line = self._root, 1
        for token in pointer.split("/")[1:]:
            found = _member(node, token)
            if found is None:
                break
            node, line = found
        return line


def _member(node: yaml.Node | None, token: str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if pointer_token(key.value) == token:
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
        value = node.value[int(token)]
        return value, value.start_mark.line + 1
    return None


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # C where libyaml is
    """Resolves plain scalars as the YAML 1.2 core schema does, not as YAML 1.1."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


_NULL, _BOOL, _INT, _FLOAT = (f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))
for _tag, _pattern, _first in (
    (_NULL, r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    (_BOOL, r"(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    (_INT, r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    (_FLOAT, r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), _first)


def _compose(text: str, path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        raise CannotRead(path, mark.line + 1 if mark else None, f"not YAML: {reason}") from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        raise CannotRead(path, None, f"not YAML: {reason}") from None


class _Values:
    """Nodes into JSON values; an alias shares its anchor's value, and counts at its full size."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: dict[int, tuple[Json, int]] = {}
        self._open: list[int] = []

    def value(self, node: yaml.Node) -> Json:
        return self._sized(node)[0]

    def _sized(self, node: yaml.Node) -> tuple[Json, int]:
        """The value and the number of nodes it would have, written out."""
        if id(node) in self._done:
            return self._done[id(node)]
        if id(node) in self._open:
            raise self._error(node, "an anchor that holds an alias of itself")
        if len(self._open) > LIMIT_DEPTH:
            raise self._error(node, f"nested deeper than {LIMIT_DEPTH}")
        self._open.append(id(node))
        result = self._written_out(node)
        self._open.pop()
        if result[1] > LIMIT_NODES:
            raise self._error(node, f"its aliases write out to more than {LIMIT_NODES:,} values")
        self._done[id(node)] = result
        return result

    def _written_out(self, node: yaml.Node) -> tuple[Json, int]:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            parts = [self._sized(item) for item in node.value]
            return [value for value, _ in parts], 1 + sum(size for _, size in parts)
        return self._scalar(node), 1

    def _mapping(self, node: yaml.MappingNode) -> tuple[Json, int]:
        members: dict[str, Json] = {}
        merged: dict[str, Json] = {}
        total = 1
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "a key that is no text")
            value, size = self._sized(child)
            total += size
            if key.value == "<<" and key.style is None:
                for each in value if isinstance(value, list) else [value]:
                    if not isinstance(each, dict):
                        raise self._error(child, f"<< expects an object to merge, found {kind(each)}")
                    merged = each | merged
            elif key.value in members:
                raise self._error(key, f"the key {key.value!r} is given twice in one object")
            else:
                members[key.value] = value
        return merged | members if merged else members, total

    def _scalar(self, node: yaml.Node) -> Json:
        text = str(node.value)
        if node.tag == _NULL:
            return None
        if node.tag == _BOOL:
            return text.lower() == "true"
        try:
            if node.tag == _INT:
                return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
            if node.tag == _FLOAT and math.isfinite(number := float(text)):
                return number
        except ValueError:
            raise self._error(node, f"{text[:40]!r} is no number that can be read") from None
        return text

    def _error(self, node: yaml.Node, message: str) -> CannotRead:
        return CannotRead(self._path, node.start_mark.line + 1, message)
