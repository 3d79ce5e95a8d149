"""Files as plain data that remembers its lines."""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from mockserver.data.json import Json
from mockserver.data.json_lines import JsonLines
from mockserver.data.reading import BadData
from mockserver.data.yaml import LIMIT_DEPTH, LIMIT_NODES, NotYaml, read_yaml

LONGEST_NUMBER = 1_000  # digits of a whole number in JSON


class Finding(Struct, frozen=True):
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


class InvalidFiles(Exception):
    """Files that can be read, but that contradict themselves or each other."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class Document(Struct, frozen=True):
    """A file's data, and the line (counted from 1) of each JSON Pointer in it.

    Parts that were brought in from elsewhere are in `origins`: each pointer with the document and the pointer
    that it had there.
    """

    path: Path
    data: Json
    line: Callable[[str], int | None]
    origins: "Mapping[str, tuple[Document, str]]" = field(default_factory=dict)

    def finding(self, pointer: str, message: str) -> Finding:
        """A finding about a place, in the file that the place came from."""
        document, there = self.origin(pointer)
        return Finding(document.path, document.line(there), there, message)

    def origin(self, pointer: str) -> "tuple[Document, str]":
        """The document that a place came from, and its pointer there."""
        part = pointer
        while self.origins and part:
            if part in self.origins:
                document, there = self.origins[part]
                return document, there + pointer[len(part) :]
            part = part.rpartition("/")[0]
        return self, pointer

    def invalid(self, bad: BadData) -> InvalidFiles:
        """The same faults, with this file's lines."""
        return InvalidFiles(self.finding(fault.pointer, fault.message) for fault in bad.errors)


class SourceLocation(Struct, frozen=True):
    """A place in a file; its line is looked up only when somebody reads it."""

    document: Document
    pointer: str

    def __str__(self) -> str:
        document, pointer = self.document.origin(self.pointer)
        line = document.line(pointer)
        return f"{document.path}{f':{line}' if line else ''}#{pointer}"

    def alone(self) -> "SourceLocation":
        """The same place, of a document that holds nothing else."""
        document, pointer = self.document.origin(self.pointer)
        return SourceLocation(Document(document.path, None, {pointer: document.line(pointer)}.get), pointer)


def read_text(path: Path) -> str:
    """The file's text; raises CannotRead where it is missing, a folder, or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CannotRead(path, None, "there is no such file") from None
    except UnicodeDecodeError as error:
        raise CannotRead(path, None, f"not valid UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise CannotRead(path, None, f"cannot be read: {error.strerror}") from None


def read(path: Path) -> Document:
    """A YAML or JSON file; raises CannotRead."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Document:
    """YAML or JSON text as a document; `path` names it in messages. Raises CannotRead."""
    if path.suffix == ".json" or text.lstrip()[:1] == "{":
        try:
            data = json.loads(
                text,
                object_pairs_hook=_unique,
                parse_constant=_finite,
                parse_float=_finite,
                parse_int=_integer,
            )
            _refuse_excess(data)
        except (ValueError, RecursionError) as error:
            if path.suffix == ".json":
                line = error.lineno if isinstance(error, json.JSONDecodeError) else None
                raise CannotRead(path, line, f"not valid JSON: {_json_reason(error)}") from None
        else:
            return Document(path, data, JsonLines(text))
    try:
        return Document(path, *read_yaml(text))
    except NotYaml as error:
        raise CannotRead(path, error.line, str(error)) from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is not a valid JSON number")
    return number


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a number has {len(digits):,} digits; the limit is {LONGEST_NUMBER:,}")
    return int(digits)


def _whole(text: str) -> int:
    if len(text) > 4_000:  # Python reads no more than 4,300 digits
        raise ValueError(f"{text[:40]}… is not a number that can be read")
    return int(text)


def _refuse_excess(data: Json) -> None:
    """As for YAML: what is nested deeper, or has more values, could not be walked safely later."""
    level: list[Json] = [data]
    left = LIMIT_NODES
    for _ in range(LIMIT_DEPTH):
        level = [child for each in level for child in _children(each)]
        left -= len(level)
        if left < 0:
            raise ValueError(f"more than {LIMIT_NODES:,} values")
        if not level:
            return
    raise ValueError(f"nested deeper than {LIMIT_DEPTH} levels")


def _children(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _json_reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (column {error.colno})"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} occurs twice in one object")
    return members
