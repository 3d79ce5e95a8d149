"""Bundles a document and the files that it refers to into one document, in which every `$ref` is local.

The target of a reference is copied into `components`, once, if it is in another file or at a location where
OpenAPI does not expect an object of its kind. Documents also have `$ref`s where OpenAPI allows none, such as
an operation or the map of a schema's properties; the target takes the place of such a reference, as other
bundlers have it. OpenAPI 3.0 is upgraded to 3.1; a file that does not state its version has the version of
the file that refers to it.
"""

import re
from itertools import chain, count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.document import dialect
from mockserver.contract.document.discriminators import mapping_reference
from mockserver.contract.document.references import pointer_of, reference_to, value_at
from mockserver.contract.document.resolution import FilePosition, Files, Read, UnresolvedReference
from mockserver.contract.document.structure import SECTIONS, member_kind
from mockserver.data.json import Json, type_phrase
from mockserver.data.pointer import pointer_keys, pointer_token
from mockserver.data.source import CannotRead, Document, Finding
from mockserver.data.suggest import did_you_mean, nearest

LIMIT_VALUES = 500_000  # values in the bundle: YAML aliases and overlapping references are expanded
_MOST_HINTS = 50  # a hint compares a name with all names of its section
# Members that hold any JSON value; an object there is a reference if its only member is `$ref`.
_VALUES = frozenset(
    (
        ("MediaType", "example"),
        ("Parameter", "example"),
        ("Header", "example"),
        ("Example", "value"),
        ("Schema", "example"),
    )
)


def bundle(document: Document, read: Read) -> tuple[Document, list[Finding]]:
    """Bundle a document as OpenAPI 3.1; return the bundle and findings about it.

    Findings are references that cannot be resolved and values of a wrong type. `read` reads a file that the
    document or one of these files refers to. Raises CannotRead if the bundle is too large.
    """
    return _Bundler(document, read).bundled()


class _Part(Struct, frozen=True):
    """A part of the bundle: its pointer there, and the pointer in its file from which it is copied."""

    pointer: str
    original: str

    def pointer_of(self, position: FilePosition) -> str:
        """The pointer in the bundle of a position in the part."""
        return self.pointer + position.pointer[len(self.original) :]


class _Bundler:
    """Copies a document, then the targets of its references, until all references are local."""

    def __init__(self, document: Document, read: Read) -> None:
        self._files = Files(document, read)
        self._document = self._files.root.document
        self._components: dict[tuple[str, str, str], str] = {}  # pointers of copies, by URI, pointer and kind
        self._waiting: list[tuple[FilePosition, str, str]] = []  # to copy: value, kind, pointer of the copy
        self._origins: dict[str, tuple[Document, str]] = {}  # documents and pointers of copied targets
        self._findings: list[Finding] = []
        self._inlined: list[tuple[str, str]] = []  # URIs and pointers of the targets that are being inlined
        self._size = 0  # values copied so far
        self._taken: dict[str, set[str]] = {}  # the names of components, by section

    def bundled(self) -> tuple[Document, list[Finding]]:
        """The bundle and the findings."""
        root = FilePosition(self._files.root, "", self._document.data)
        self._register_components(root)
        data = self._copy(root, "OpenAPI", _Part("", ""))
        while self._waiting:
            position, kind, pointer = self._waiting.pop()
            if position.file.old:
                position = replace(position, value=dialect.upgrade_part(position.value, kind))
            section, name = pointer.split("/")[2:]
            part = _Part(pointer, position.pointer)
            _object_member(_object_member(data, "components"), section)[name] = self._copy(
                position, kind, part
            )
        return replace(self._document, data=data, origins=self._origins), self._findings

    def _register_components(self, root: FilePosition) -> None:
        """Record the names of the document's components, and those that come from other files by `$ref`.

        `components` or one of its sections may itself be a reference, such as to an index of all schemas.
        """
        components = self._member(root, "components")
        for kind, section in SECTIONS.items():
            if components is None or (held := self._member(components, section)) is None:
                continue
            if isinstance(held.value, dict):
                self._taken[section] = set(held.value)
                if held.file is not self._files.root:
                    for name in map(pointer_token, held.value):
                        key = held.file.uri, f"{held.pointer}/{name}", kind
                        self._components[key] = f"/components/{section}/{name}"

    def _member(self, position: FilePosition, key: str) -> FilePosition | None:
        """The position of a member, with its `$ref`s followed; None if there is none."""
        try:
            return self._files.followed(position[key])
        except (KeyError, UnresolvedReference):
            return None

    def _copy(self, position: FilePosition, kind: str, part: _Part) -> Any:
        """A copy of the value, a position in the part, in which all references are local."""
        self._size += 1
        if self._size > LIMIT_VALUES:
            message = f"more than {LIMIT_VALUES:,} values, including those that it refers to"
            raise CannotRead(self._document.path, None, message)
        value = position.value
        if kind not in SECTIONS and isinstance(value, dict) and isinstance(value.get("$ref"), str):
            return self._inline(position, value, kind, part)
        if kind != "Schema" and not isinstance(value, list if kind[0] == "[" else dict):
            expected = "an array" if kind[0] == "[" else "an object"
            self._add_finding(position, f"expected {expected}, found {type_phrase(value)}")
        match value:
            case dict() as members:
                return self._copy_members(position, members, kind, part)
            case list() as items if kind[0] == "[":
                inner = kind[1:-1]
                return [
                    self._copy(position.member(index, each), inner, part) for index, each in enumerate(items)
                ]
        return value

    def _inline(self, position: FilePosition, members: dict[str, Json], kind: str, part: _Part) -> Any:
        """A copy of the target of a reference where OpenAPI allows none; members beside `$ref` override it.

        The members alone, with a finding, if the reference cannot be resolved or is circular.
        """
        reference = str(members["$ref"])
        siblings = {key: value for key, value in members.items() if key != "$ref"}
        own = self._copy_members(position, siblings, kind, part)
        target = self._resolve(reference, position)
        if target is None:
            return own
        key = target.file.uri, target.pointer
        if key in self._inlined:
            self._add_finding(position, f"the reference {reference!r} is circular")
            return own
        pointer = part.pointer_of(position)
        self._origins[pointer] = target.file.document, target.pointer
        if target.file.old:
            target = replace(target, value=dialect.upgrade_part(target.value, kind))
        self._inlined.append(key)
        copy = self._copy(target, kind, _Part(pointer, target.pointer))
        self._inlined.pop()
        return copy | own if own and isinstance(copy, dict) else copy

    def _copy_members(
        self, position: FilePosition, members: dict[str, Json], kind: str, part: _Part
    ) -> dict[str, Json]:
        """The copies of an object's members."""
        copy: dict[str, Json] = {}
        for key, value in members.items():
            if key == "$ref" and isinstance(value, str) and kind in SECTIONS:
                local = self._local_reference(value, position, kind)
                if local is not None or kind != "Schema":  # a schema loses it, and allows any value
                    copy[key] = local or value
            elif inner := member_kind(kind, key):
                copy[key] = self._copy(position.member(key, value), inner, part)
            elif key == "discriminator" and kind == "Schema":
                copy[key] = self._copy_discriminator(position.member(key, value))
            elif (kind, key) in _VALUES:
                copy[key] = self._copy_value(position.member(key, value))
            elif key == "examples" and kind == "Schema" and isinstance(value, list):
                inner_position = position.member(key, value)
                copy[key] = [
                    self._copy_value(inner_position.member(index, each)) for index, each in enumerate(value)
                ]
            elif key != "$id" or kind != "Schema":  # `$id` would change the base URI of local references
                copy[key] = value
        return copy

    def _copy_value(self, position: FilePosition) -> Json:
        """An example: what it refers to if it is a reference that can be resolved, otherwise unchanged.

        A reference to an Example Object, such as `#/components/examples/cart`, stands for its value.
        """
        seen: set[str] = set()
        while (reference := _only_reference(position.value)) is not None and position.pointer not in seen:
            seen.add(position.pointer)
            try:
                position = self._files.resolve(reference, position)
            except UnresolvedReference:
                break
            example = position.value
            if _kind_at_pointer(position.pointer) == "Example" and isinstance(example, dict):
                position = position.member("value", example["value"]) if "value" in example else position
        return position.value

    def _copy_discriminator(self, position: FilePosition) -> Json:
        """A copy of a discriminator, whose mapping has references or names (OpenAPI 3.1, section 4.8.25)."""
        value = position.value
        if not isinstance(value, dict) or not isinstance(mapping := value.get("mapping"), dict):
            return value
        names = value_at(position.file.document.data, "/components/schemas")
        local = dict(mapping)
        for key, target in mapping.items():
            if isinstance(target, str):
                reference = mapping_reference(target, names if isinstance(names, dict) else ())
                local[key] = self._local_reference(reference, position, "Schema") or target
        return {**value, "mapping": local}

    def _local_reference(self, reference: str, position: FilePosition, kind: str) -> str | None:
        """The same reference as a local one; None, and a finding, if it cannot be resolved."""
        target = self._resolve(reference, position)
        if target is None:
            return None
        stays = target.file is self._files.root and _kind_at_pointer(target.pointer) == kind
        pointer = target.pointer if stays else self._component_pointer(target, kind)
        is_same = reference[:1] == "#" and pointer_of(reference) == pointer
        return reference if is_same else reference_to(pointer)

    def _resolve(self, reference: str, position: FilePosition) -> FilePosition | None:
        """The target of a reference; None, and a finding, if it cannot be resolved."""
        try:
            return self._files.resolve(reference, position)
        except UnresolvedReference as error:
            why = f": {error.reason}" if error.reason else self._hint(reference)
            self._add_finding(position, f"the reference {reference!r} cannot be resolved{why}")
            return None

    def _hint(self, reference: str) -> str:
        """A hint at the nearest component, for a reference like `#/components/schemas/Cart`."""
        tokens = unquote(reference).split("/")
        if len(tokens) != 4 or tokens[:2] != ["#", "components"]:
            return ""
        section = value_at(self._document.data, f"/components/{tokens[2]}")
        names = section if isinstance(section, dict) and len(self._findings) < _MOST_HINTS else ()
        match = nearest(tokens[3], names)
        return did_you_mean(tokens[3], [match]) if match else ""

    def _component_pointer(self, target: FilePosition, kind: str) -> str:
        """The pointer of the target's copy in `components`; the first call for a target plans the copy."""
        key = (target.file.uri, target.pointer, kind)
        if key not in self._components:
            name = target.pointer.rpartition("/")[2] or Path(unquote(target.file.uri)).stem
            pointer = self._free_pointer(SECTIONS[kind], re.sub(r"[^A-Za-z0-9._-]+", "-", name))
            self._components[key] = pointer
            self._origins[pointer] = target.file.document, target.pointer
            self._waiting.append((target, kind, pointer))
        return self._components[key]

    def _free_pointer(self, section: str, name: str) -> str:
        """An unused pointer for a component; a number is appended to its name if that is taken."""
        taken = self._taken.setdefault(section, set())
        numbers = (f"{name}{number}" for number in count(2))
        key = next(each for each in chain([name], numbers) if each not in taken)
        taken.add(key)
        return f"/components/{section}/{key}"

    def _add_finding(self, position: FilePosition, message: str) -> None:
        self._findings.append(position.file.document.finding(position.pointer, message))


def _only_reference(value: Json) -> str | None:
    """The `$ref` of an object that has no other member; None for any other value."""
    reference = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
    return reference if isinstance(reference, str) else None


def _kind_at_pointer(pointer: str) -> str | None:
    """The kind of object that OpenAPI expects at a location of a document; None for other locations."""
    kind: str | None = "OpenAPI"
    for key in pointer_keys(pointer):
        kind = member_kind(kind, key) if kind else None
    return kind


def _object_member(data: dict[str, Json], key: str) -> dict[str, Json]:
    """The object at a key of `data`, created if it is missing."""
    member = data.setdefault(key, {})
    if not isinstance(member, dict):
        member = data[key] = {}
    return member
