"""A document and the files that it refers to as one document, in which every `$ref` is local.

What a reference leads to outside the document, or to a place of it that OpenAPI does not know, is copied into
`components`, once, so that circles end. 3.0 becomes 3.1 on the way, each file by the version that it states,
else by that of the file which refers to it.
"""

import re
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from msgspec.structs import replace

from mockserver.contract.document import dialect
from mockserver.contract.document.references import pointer_of, reference_to, value_at
from mockserver.contract.document.resolution import FilePosition, Files, Nowhere, Read
from mockserver.contract.document.structure import SECTIONS, member_kind
from mockserver.data.json import Json, type_phrase
from mockserver.data.reading import pointer_token
from mockserver.data.source import CannotRead, Document, Finding
from mockserver.data.suggest import did_you_mean, nearest

LIMIT_PARTS = 500_000  # of the whole: aliases, and references that overlap, are written out
_HINTED = 50  # findings; a hint takes a look at every name of the document


def bundle(document: Document, read: Read) -> tuple[Document, list[Finding]]:
    """The document with all that it refers to, as OpenAPI 3.1, and what is wrong with it: references that
    lead nowhere, and parts that are not of their kind.

    `read` gives a file that the document, or one of those files, refers to. Raises CannotRead where the
    whole is too large.
    """
    return _Bundle(document, read).finished()


class _Bundle:
    def __init__(self, document: Document, read: Read) -> None:
        self._files = Files(document, read)
        self._document = self._files.root.document
        self._copies: dict[tuple[str, str, str], str] = {}  # by URI, pointer and kind: where it went
        self._waiting: list[
            tuple[FilePosition, str, str]
        ] = []  # what is to be copied, its kind, and where to
        self._origins: dict[str, tuple[Document, str]] = {}
        self._findings: list[Finding] = []
        self._parts = 0

    def finished(self) -> tuple[Document, list[Finding]]:
        data = self._copied(FilePosition(self._files.root, "", self._document.data), "OpenAPI")
        while self._waiting:
            spot, kind, place = self._waiting.pop()
            if spot.file.old:
                spot = replace(spot, value=dialect.upgrade_part(spot.value, kind))
            section, name = place.split("/")[2:]
            _into(_into(data, "components"), section)[name] = self._copied(spot, kind)
        return replace(self._document, data=data, origins=self._origins), self._findings

    def _copied(self, spot: FilePosition, kind: str) -> Any:
        """The value with its references made local."""
        self._parts += 1
        if self._parts > LIMIT_PARTS:
            message = f"more than {LIMIT_PARTS:,} parts, with all that it refers to"
            raise CannotRead(self._document.path, None, message)
        if kind != "Schema" and not isinstance(spot.value, list if kind[0] == "[" else dict):
            expected = "an array" if kind[0] == "[" else "an object"
            self._fault(spot, f"expected {expected}, found {type_phrase(spot.value)}")
        match spot.value:
            case dict() as members:
                return self._members(spot, members, kind)
            case list() as items if kind[0] == "[":
                inner = kind[1:-1]
                return [self._copied(spot.member(index, each), inner) for index, each in enumerate(items)]
        return spot.value

    def _members(self, spot: FilePosition, members: dict[str, Json], kind: str) -> dict[str, Json]:
        copy: dict[str, Json] = {}
        for key, value in members.items():
            if key == "$ref" and isinstance(value, str) and kind in SECTIONS:
                local = self._local(value, spot, kind)
                if local is not None or kind != "Schema":  # a schema without its reference allows anything
                    copy[key] = local or value
            elif inner := member_kind(kind, key):
                copy[key] = self._copied(spot.member(key, value), inner)
            elif key == "discriminator" and kind == "Schema":
                copy[key] = self._discriminator(spot.member(key, value))
            elif key != "$id" or kind != "Schema":  # it would change what the local references mean
                copy[key] = value
        return copy

    def _discriminator(self, spot: FilePosition) -> Json:
        """A mapping's values are references, or the names of schemas (OpenAPI 3.1, section 4.8.25)."""
        value = spot.value
        if not isinstance(value, dict) or not isinstance(mapping := value.get("mapping"), dict):
            return value
        names = value_at(spot.file.document.data, "/components/schemas")
        local = dict(mapping)
        for key, goal in mapping.items():
            if isinstance(goal, str):
                is_name = (isinstance(names, dict) and goal in names) or not re.search(r"[/#.]", goal)
                reference = f"#/components/schemas/{pointer_token(goal)}" if is_name else goal
                local[key] = self._local(reference, spot, "Schema") or goal
        return {**value, "mapping": local}

    def _local(self, reference: str, spot: FilePosition, kind: str) -> str | None:
        """The reference as one within the bundle; None, and a finding, where it leads nowhere."""
        try:
            goal = self._files.goal(reference, spot)
        except Nowhere as nowhere:
            why = f": {nowhere.reason}" if nowhere.reason else self._nearest(reference)
            self._fault(spot, f"the reference {reference!r} leads nowhere{why}")
            return None
        stays = goal.file is self._files.root and _kind_at(goal.pointer) == kind
        place = goal.pointer if stays else self._place_of(goal, kind)
        return reference if reference[:1] == "#" and pointer_of(reference) == place else reference_to(place)

    def _nearest(self, reference: str) -> str:
        """A hint at a component of the document, where the reference looks like one."""
        steps = unquote(reference).split("/")
        if len(steps) != 4 or steps[:2] != ["#", "components"]:
            return ""
        section = value_at(self._document.data, f"/components/{steps[2]}")
        names = section if isinstance(section, dict) and len(self._findings) < _HINTED else ()
        match = nearest(steps[3], names)
        return did_you_mean(steps[3], [match]) if match else ""

    def _place_of(self, goal: FilePosition, kind: str) -> str:
        """The pointer of the copy; what is not there yet will be copied."""
        key = (goal.file.uri, goal.pointer, kind)
        if key not in self._copies:
            wanted = goal.pointer.rpartition("/")[2] or Path(unquote(goal.file.uri)).stem
            place = self._free(SECTIONS[kind], re.sub(r"[^A-Za-z0-9._-]+", "-", wanted))
            self._copies[key] = place
            self._origins[place] = goal.file.document, goal.pointer
            self._waiting.append((goal, kind, place))
        return self._copies[key]

    def _free(self, section: str, wanted: str) -> str:
        """A place for a component of this name, or of the name with the next number that is free."""
        above = f"/components/{section}"
        taken = value_at(self._document.data, above)
        for number in count(1):
            name = wanted if number == 1 else f"{wanted}{number}"
            if f"{above}/{name}" not in self._origins and not (isinstance(taken, dict) and name in taken):
                break
        return f"{above}/{name}"

    def _fault(self, spot: FilePosition, message: str) -> None:
        self._findings.append(spot.file.document.finding(spot.pointer, message))


def _kind_at(pointer: str) -> str | None:
    """The kind of object that OpenAPI has at this place of a document."""
    kind: str | None = "OpenAPI"
    for token in pointer.split("/")[1:]:
        kind = member_kind(kind, token.replace("~1", "/").replace("~0", "~")) if kind else None
    return kind


def _into(data: dict[str, Json], key: str) -> dict[str, Json]:
    """The object under a key, made where there is none."""
    member = data.setdefault(key, {})
    if not isinstance(member, dict):
        member = data[key] = {}
    return member
