"""Reads TOML 1.0 as plain data, with the line of each JSON Pointer. Dates and times are strings."""

import re
import tomllib
from collections.abc import Iterable, Iterator

from mockserver.data.json import Json
from mockserver.data.limits import MAX_FILE_DIGITS
from mockserver.data.pointer import pointer_token

_POSITION = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_CLOSING = re.compile(r"[]}]|\"{3}|'{3}")  # what a line that ends a statement of several lines has


class NotToml(Exception):
    """The text is not valid TOML; `line` counts from 1, None if it is unknown."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(f"not valid TOML: {message}")
        self.line = line


def read_toml(text: str) -> "tuple[dict[str, Json], TomlLines]":
    """The data in a TOML text, and its lines; raises NotToml."""
    try:
        data = tomllib.loads(text)
        return {key: _plain(value) for key, value in data.items()}, TomlLines(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text) from None
    except RecursionError:
        raise NotToml(None, "nested too deeply") from None
    except ValueError:  # of `_plain`, and of Python for an integer with thousands of digits
        raise NotToml(None, f"an integer has more than {MAX_FILE_DIGITS:,} digits") from None


def _not_toml(reason: str, text: str) -> NotToml:
    position = _POSITION.search(reason)
    if position is None:
        return NotToml(None, reason)
    reason = reason[: position.start()]
    if position["line"] is None:
        return NotToml(text.rstrip().count("\n") + 1, reason)
    return NotToml(int(position["line"]), f"{reason} (column {position['column']})")


def _plain(value: object) -> Json:
    match value:
        case dict():
            return {key: _plain(member) for key, member in value.items()}
        case list():
            return [_plain(item) for item in value]
        case int() if abs(value) >= 10**MAX_FILE_DIGITS:
            raise ValueError
        case None | bool() | int() | float() | str():
            return value
    return str(value)


class TomlLines:
    """Finds the line (from 1) of a pointer, or of its nearest existing ancestor; None for the root.

    The text must be valid TOML. It is searched when a line is asked for the first time.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._root: _Node | None = None

    def __call__(self, pointer: str) -> int | None:
        if self._root is None:
            self._root = _tree(self._text)
        node = self._root
        for token in pointer.split("/")[1:]:
            if token not in node.members:
                break
            node = node.members[token]
        return node.line


class _Node:
    """The line of a value, and the nodes of its members or items by their reference tokens."""

    def __init__(self, line: int | None) -> None:
        self.line = line
        self.members: dict[str, _Node] = {}
        self.tables = 0  # in an array of tables

    def member(self, key: str | int, line: int) -> "_Node":
        return self.members.setdefault(pointer_token(key), _Node(line))

    def add(self, value: object, line: int) -> None:
        """Add the members and items of a value that starts on this line."""
        for key, child in _children(value):
            self.member(key, line).add(child, line)


def _children(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _tree(text: str) -> _Node:
    root = table = _Node(None)
    for line, lines in _statements(text.replace("\r\n", "\n").split("\n")):
        data = tomllib.loads("\n".join(lines))
        if lines[0].lstrip().startswith("["):
            table = _table(root, data, line)
            continue
        table.add(data, line)
        node, value = _single_member(table, data)
        if isinstance(value, list):
            for index, item_line in _item_lines(lines, line) if len(lines) > 1 else ():
                node.members[str(index)] = item = _Node(item_line)
                item.add(value[index], item_line)
    return root


def _statements(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each table header, and each pair of key and value: its first line, and all of its lines.

    A statement alone is valid TOML. The part of a statement before a line break is not.
    """
    start = 0
    for end, last in enumerate(lines, 1):
        is_first = end == start + 1
        if not is_first and not _may_end(last):
            continue
        if is_first and (not last.strip() or last.lstrip().startswith("#")):
            start = end
        elif _is_toml("\n".join(lines[start:end])):
            yield start + 1, lines[start:end]
            start = end


def _may_end(line: str) -> bool:
    """Whether a line may end a statement of several lines, which is then parsed; most lines cannot."""
    return _CLOSING.search(line) is not None and ("#" in line or not line.rstrip().endswith(","))


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _table(root: _Node, header: dict[str, object], line: int) -> _Node:
    """The node of the table that a header opens; `header` is the data of the header alone."""
    node: _Node = root
    value: object = header
    while isinstance(value, dict) and value:
        [(key, value)] = value.items()
        node = node.member(key, line)
        if isinstance(value, list):  # [[...]]: a further table in the array
            node.tables += 1
        if node.tables:
            node = node.member(node.tables - 1, line)
    return node


def _single_member(node: _Node, value: object) -> tuple[_Node, object]:
    """The node and the value of the one member that a pair sets, which a dotted key nests."""
    while isinstance(value, dict) and len(value) == 1:
        [(key, value)] = value.items()
        node = node.members[pointer_token(key)]
    return node, value


def _item_lines(lines: list[str], line: int) -> Iterator[tuple[int, int]]:
    """The index and the line of the items of an array that starts on `line`.

    Items whose comma is on the next line are left out.
    """
    index = start = 0
    for end in range(1, len(lines) + 1):
        opening = "" if start == 0 else "x = [\n"
        closing = "" if end == len(lines) else "\n]"
        text = opening + "\n".join(lines[start:end]) + closing
        if _is_toml(text):
            count = _array_length(tomllib.loads(text))
            yield from ((each, line + start) for each in range(index, index + count))
            index, start = index + count, end


def _array_length(value: object) -> int:
    """The length of the array in a table with one member, which a dotted key nests."""
    while isinstance(value, dict):
        [value] = value.values()
    return len(value) if isinstance(value, list) else 0
