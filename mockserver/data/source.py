"""Reads YAML and JSON files as plain data that knows its line numbers."""

import json
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from mockserver.data.decoding import STRICT_HOOKS
from mockserver.data.json import Json
from mockserver.data.json_lines import JsonLines
from mockserver.data.limits import MAX_FILE_BYTES, MAX_FILE_DEPTH, MAX_FILE_DIGITS, MAX_FILE_VALUES
from mockserver.data.reading import BadData
from mockserver.data.yaml import NotYaml, read_yaml


class Finding(Struct, frozen=True):
    """An error in a file: its line (from 1) and JSON Pointer, where known, and a sentence.

    Findings of the same `group` say the same of different values; empty: those with the same message.
    """

    path: Path
    line: int | None
    pointer: str
    message: str
    group: str = ""

    def __str__(self) -> str:
        location = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return (
            f"{location}: {self.pointer}: {self.message}" if self.pointer else f"{location}: {self.message}"
        )


class CannotRead(Exception):
    """A file that is missing, or that its format does not allow; `findings` has the one error."""

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        self.findings = (Finding(path, line, "", message),)
        super().__init__(str(self.findings[0]))


class TooLarge(CannotRead):
    """A file that has more bytes than are read."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(path, None, f"too large; the limit is {most:,} bytes")


class InvalidFiles(Exception):
    """Files that can be read, but contradict themselves or each other; `findings` are all errors."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class Document(Struct, frozen=True):
    """A file's data, and a function from a JSON Pointer to its line (from 1).

    `origins` has the parts that were copied from elsewhere: each part's pointer, with the document and the
    pointer from which it was copied.
    """

    path: Path
    data: Json
    line: Callable[[str], int | None]
    origins: "Mapping[str, tuple[Document, str]]" = field(default_factory=dict)

    def finding(self, pointer: str, message: str, group: str = "") -> Finding:
        """A finding for a pointer, in the file that holds its value originally."""
        document, original = self.origin(pointer)
        return Finding(document.path, document.line(original), original, message, group)

    def origin(self, pointer: str) -> "tuple[Document, str]":
        """The document that holds a pointer's value originally, and the pointer in it."""
        part = pointer
        while self.origins and part:
            if part in self.origins:
                document, original = self.origins[part]
                return document, original + pointer[len(part) :]
            part = part.rpartition("/")[0]
        return self, pointer

    def invalid(self, bad: BadData) -> InvalidFiles:
        """The same errors, with the lines of this file."""
        return InvalidFiles(self.finding(each.pointer, each.message) for each in bad.errors)


class SourceLocation(Struct, frozen=True):
    """A location in a file; its line is computed only when the location is printed."""

    document: Document
    pointer: str

    def __str__(self) -> str:
        document, pointer = self.document.origin(self.pointer)
        line = document.line(pointer)
        return f"{document.path}{f':{line}' if line else ''}#{pointer}"

    def alone(self) -> "SourceLocation":
        """The same location without the document's data, so that the data can be freed."""
        document, pointer = self.document.origin(self.pointer)
        return SourceLocation(Document(document.path, None, {pointer: document.line(pointer)}.get), pointer)


def read_bytes(path: Path, most: int = MAX_FILE_BYTES, *, piped: bool = False) -> bytes:
    """The content of a regular file of at most `most` bytes; with `piped`, also of a pipe of this process.

    Raises CannotRead if it is missing, a folder, another pipe or a device, and TooLarge before reading it.
    """
    try:
        # before opening it, because opening a pipe waits until another process writes to it
        status = path.stat()
        if not (_is_plain(status.st_mode) or (piped and _is_own_pipe(path, status.st_mode))):
            raise CannotRead(path, None, "not a regular file")
        if status.st_size > most:
            raise TooLarge(path, most)
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except FileNotFoundError:
        raise CannotRead(path, None, "there is no such file") from None
    except OSError as error:
        raise CannotRead(path, None, f"cannot be read: {error.strerror}") from None
    if len(content) > most:  # files such as those of /proc do not state their size
        raise TooLarge(path, most)
    return content


def _is_plain(mode: int) -> bool:
    """Whether a mode is that of a regular file, or of a folder, which the system refuses to read."""
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _is_own_pipe(path: Path, mode: int) -> bool:
    """Whether a path names a pipe that this process has open, as `/dev/stdin` and a shell's `<(...)` do."""
    is_descriptor = path == Path("/dev/stdin") or path.parent in (Path("/dev/fd"), Path("/proc/self/fd"))
    return is_descriptor and stat.S_ISFIFO(mode)


def read_text(path: Path, most: int = MAX_FILE_BYTES) -> str:
    """The text of a file, read as by `read_bytes`; also raises CannotRead if it is not UTF-8."""
    return decoded_text(read_bytes(path, most), path)


def decoded_text(content: bytes, path: Path) -> str:
    """The text of a file from its content in UTF-8; raises CannotRead."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise CannotRead(path, None, f"not valid UTF-8 (byte {error.start})") from None


def read(path: Path) -> Document:
    """The document in a YAML or JSON file; raises CannotRead."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Document:
    """YAML or JSON text as a document; `path` names it in messages. Raises CannotRead."""
    if path.suffix == ".json" or text.lstrip()[:1] == "{":
        try:
            return Document(path, _parse_json(text), JsonLines(text))
        except (ValueError, RecursionError) as error:
            if path.suffix == ".json":
                line = error.lineno if isinstance(error, json.JSONDecodeError) else None
                raise CannotRead(path, line, f"not valid JSON: {_json_reason(error)}") from None
    try:
        return Document(path, *read_yaml(text))
    except NotYaml as error:
        raise CannotRead(path, error.line, str(error)) from None


def _parse_json(text: str) -> Json:
    """Raises ValueError, and RecursionError for JSON that is nested too deeply."""
    data: Json = json.loads(text, **STRICT_HOOKS, parse_int=_integer)
    _check_size(data)
    return data


def _integer(digits: str) -> int:
    if len(digits) > MAX_FILE_DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits; the limit is {MAX_FILE_DIGITS:,}")
    return int(digits)


def _check_size(data: Json) -> None:
    """Apply the limits on depth and number of values that hold for YAML, too."""
    level: list[Json] = [data]
    left = MAX_FILE_VALUES
    for _ in range(MAX_FILE_DEPTH):
        level = [child for each in level for child in _children(each)]
        left -= len(level)
        if left < 0:
            raise ValueError(f"more than {MAX_FILE_VALUES:,} values")
        if not level:
            return
    raise ValueError(f"nested deeper than {MAX_FILE_DEPTH} levels")


def _children(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _json_reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (column {error.colno})"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
