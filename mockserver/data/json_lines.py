"""The line of each JSON Pointer in a JSON text."""

import json
import re
from typing import TypeAlias

from mockserver.data.reading import pointer_token

_Members: TypeAlias = dict[
    str, tuple[int, int]
]  # by token: where the member starts, and where its value does

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class JsonLines:
    """The line of a pointer, or of its nearest ancestor, in a text that is known to be JSON.

    A container is looked into when a pointer first leads there; what stands beside the way is skipped by
    the decoder.
    """

    __slots__ = ("_known", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[int, _Members] = {}  # by where the container starts

    def __call__(self, pointer: str) -> int:
        at = value = self._after_space(0)
        for token in pointer.split("/")[1:]:
            members = self._members(value)
            if token not in members:
                break
            at, value = members[token]
        return self._text.count("\n", 0, at) + 1

    def _members(self, start: int) -> _Members:
        if start not in self._known:
            self._known[start] = self._read(start) if self._text[start] in "{[" else {}
        return self._known[start]

    def _read(self, start: int) -> _Members:
        members: _Members = {}
        at = self._after_space(start + 1)
        while self._text[at] not in "}]":
            begin, token = at, str(len(members))
            if self._text[start] == "{":
                key, at = _DECODER.raw_decode(self._text, at)
                token, at = pointer_token(key), self._after_space(self._after_space(at) + 1)
            members[token] = begin, at
            at = self._after_space(_DECODER.raw_decode(self._text, at)[1])
            if self._text[at] == ",":
                at = self._after_space(at + 1)
        return members

    def _after_space(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at
