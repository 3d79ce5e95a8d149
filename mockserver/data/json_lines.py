"""The line of each JSON Pointer in a JSON text (RFC 6901)."""

import json
import re
from array import array
from bisect import bisect_left
from functools import cached_property
from typing import TypeAlias

from mockserver.data.pointer import pointer_token

# By reference token: the offsets at which a member and its value start.
_Members: TypeAlias = dict[str, tuple[int, int]]

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class JsonLines:
    """Finds the line (from 1) of a pointer, or of its nearest existing ancestor, in valid JSON.

    Only the arrays and objects on the path of a pointer are scanned, each once.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._scanned: dict[int, _Members] = {}  # by the offset of the array or object

    def __call__(self, pointer: str) -> int:
        member = value = self._skip_space(0)
        for token in pointer.split("/")[1:]:
            members = self._members(value)
            if token not in members:
                break
            member, value = members[token]
        return bisect_left(self._line_ends, member) + 1

    @cached_property
    def _line_ends(self) -> "array[int]":
        """The offsets of the line feeds."""
        return array("L", (found.start() for found in re.finditer("\n", self._text)))

    def _members(self, start: int) -> _Members:
        if start not in self._scanned:
            self._scanned[start] = self._scan(start) if self._text[start] in "{[" else {}
        return self._scanned[start]

    def _scan(self, start: int) -> _Members:
        members: _Members = {}
        at = self._skip_space(start + 1)
        while self._text[at] not in "}]":
            begin, token = at, str(len(members))
            if self._text[start] == "{":
                key, at = _DECODER.raw_decode(self._text, at)
                token, at = pointer_token(key), self._skip_space(self._skip_space(at) + 1)
            members[token] = begin, at
            at = self._skip_space(_DECODER.raw_decode(self._text, at)[1])
            if self._text[at] == ",":
                at = self._skip_space(at + 1)
        return members

    def _skip_space(self, offset: int) -> int:
        match = _SPACE.match(self._text, offset)
        return match.end() if match else offset
