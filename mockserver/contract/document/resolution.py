"""Resolves `$ref`s across files, by JSON Pointer, anchor or `$id`, with the library `referencing`."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from msgspec import Struct
from msgspec.structs import replace
from referencing import Anchor, Registry, Specification
from referencing.exceptions import Unresolvable

from mockserver.contract.document import dialect
from mockserver.contract.document.references import value_at
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_keys, pointer_token
from mockserver.data.source import CannotRead, Document

Read = Callable[[Path], Document]


class UnresolvedReference(Exception):
    """A reference cannot be resolved; `reason` says why if that is known, otherwise it is empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class File(Struct, frozen=True):
    """One file; its data is upgraded to OpenAPI 3.1 if it states its version."""

    document: Document
    old: bool  # whether it was written as OpenAPI 3.0
    bases: dict[str, str]  # base URIs by the pointers of the values for which they hold

    @property
    def uri(self) -> str:
        """The URI of the file itself."""
        return self.bases[""]


class FilePosition(Struct, frozen=True):
    """A location in a file and the value there."""

    file: File
    pointer: str
    value: Json

    def __getitem__(self, token: str) -> "FilePosition":
        """The member or item with a name or index; `referencing` evaluates pointers by this method."""
        member = value_at(self.value, f"/{pointer_token(token)}")
        if member is None:
            raise KeyError(token)
        return self.member(token, member)

    def member(self, key: str | int, value: Json) -> "FilePosition":
        """The position of a member or item, whose value is `value`."""
        return FilePosition(self.file, f"{self.pointer}/{pointer_token(key)}", value)

    @property
    def base(self) -> str:
        """The base URI of references at this position."""
        return _base(self.file.bases, self.pointer)


class Files:
    """A document and the files that it refers to, directly or not, each of which is read once."""

    def __init__(self, document: Document, read: Read) -> None:
        self._read = read
        self._registry: Registry[Any] = Registry()
        # Targets of references, by the base URI, the URI of the file and the reference.
        self._targets: dict[tuple[str, str, str], FilePosition] = {}
        self._unread: dict[str, str] = {}  # why a file could not be read, by its URI
        self._relative = not document.path.is_absolute()
        self.root = self._add(urljoin("file:///", quote(document.path.absolute().as_posix())), document)

    def resolve(self, reference: str, position: FilePosition) -> FilePosition:
        """The target of a reference that is at `position`.

        It is resolved against the base URI of its position and, if that fails, against the URI of its file.
        Raises UnresolvedReference.
        """
        key = position.base, position.file.uri, reference
        if key not in self._targets:
            self._targets[key] = self._lookup(*key, old=position.file.old)
        return self._targets[key]

    def _lookup(self, base: str, file_uri: str, reference: str, *, old: bool) -> FilePosition:
        """The target of a reference; its file is read if necessary. `old`: read it as OpenAPI 3.0."""
        reason = ""
        for each in dict.fromkeys((base, file_uri)):
            with suppress(Unresolvable, ValueError):  # ValueError: not a valid URI
                uri, _ = urldefrag(urljoin(each, reference))
                reason = self._open(uri, old=old) or reason
                found: FilePosition = self._registry.resolver(each).lookup(reference).contents
                return found
        for each in dict.fromkeys((base, file_uri)):
            with suppress(Unresolvable, UnresolvedReference, ValueError, RecursionError):
                return self._lookup_through_references(each, reference)
        raise UnresolvedReference(reason)

    def _lookup_through_references(self, base: str, reference: str) -> FilePosition:
        """The target of a reference whose pointer leads through other references.

        Raises Unresolvable, UnresolvedReference, and RecursionError if these references are circular.
        """
        uri, fragment = urldefrag(urljoin(base, reference))
        if not fragment.startswith("/"):
            raise UnresolvedReference("")
        position: FilePosition = self._registry.resolver(uri).lookup("").contents
        for token in pointer_keys(unquote(fragment)):
            position = self.followed(position)
            try:
                position = position[token]
            except KeyError:
                raise UnresolvedReference("") from None
        return position

    def followed(self, position: FilePosition) -> FilePosition:
        """The position that the `$ref`s of an object lead to; the position itself if it has none.

        Raises UnresolvedReference.
        """
        seen: set[tuple[str, str]] = set()
        while isinstance(position.value, dict) and isinstance(reference := position.value.get("$ref"), str):
            key = position.file.uri, position.pointer
            if key in seen:
                raise UnresolvedReference("it is circular")
            seen.add(key)
            position = self.resolve(reference, position)
        return position

    def _open(self, uri: str, *, old: bool) -> str:
        """Add the file of a URI to the registry; return the reason if that is not possible, otherwise ""."""
        if uri not in self._registry and uri not in self._unread:
            parts = urlsplit(uri)
            if parts.scheme != "file" or parts.netloc:
                return "nothing is fetched from other hosts; keep a copy next to the document"
            path = Path(unquote(parts.path))
            if self._relative and path.is_relative_to(here := Path.cwd()):
                path = path.relative_to(here)
            try:
                self._add(uri, self._read(path), old=old)
            except CannotRead as error:
                self._unread[uri] = str(error)
        return self._unread.get(uri, "")

    def _add(self, uri: str, document: Document, *, old: bool = False) -> File:
        """Register a file by its URI, by its `$self` and by the `$id`s of its schemas."""
        data = document.data
        if isinstance(data, dict) and "openapi" in data:
            old = str(data["openapi"]).startswith("3.0")
            document = replace(document, data=dialect.upgrade(data))
        schemas = _schemas(document.data)
        file = File(document, old, _bases(uri, schemas))
        specification = _specification(file, schemas)
        for pointer, base in file.bases.items():
            resource = specification.create_resource(
                FilePosition(file, pointer, value_at(document.data, pointer))
            )
            self._registry = self._registry.with_resource(base, resource)
        if isinstance(own := value_at(data, "/$self"), str):  # OpenAPI 3.2.0, section 4.1.2.1
            with suppress(ValueError):  # not a valid URI, so nothing can refer to it
                self._registry = self._registry.with_resource(urljoin(uri, own), self._registry[uri])
        self._registry = self._registry.crawl()
        return file


def _schemas(data: Json) -> list[tuple[str, Json]]:
    """The schemas of a file with their pointers, outer ones first; a file may be a single schema."""
    if isinstance(data, dict) and "openapi" in data:
        return dialect.schemas(data)
    return dialect.subschemas("", data)


def _base(bases: dict[str, str], pointer: str) -> str:
    """The base URI at a pointer: that of its nearest ancestor that has one."""
    while pointer not in bases:
        pointer = pointer.rpartition("/")[0]
    return bases[pointer]


def _bases(uri: str, schemas: list[tuple[str, Json]]) -> dict[str, str]:
    """Base URIs by pointer: the file's, and those that `$id` sets (JSON Schema 2020-12, section 8.2.1)."""
    bases = {"": uri}
    for pointer, schema in schemas:
        if isinstance(schema, dict) and isinstance(named := schema.get("$id"), str):
            outer = _base(bases, pointer)
            with suppress(ValueError):  # not a valid URI, so nothing can refer to it
                inner = urldefrag(urljoin(outer, named)).url
                if inner != outer and pointer:
                    bases[pointer] = inner
    return bases


def _specification(file: File, schemas: list[tuple[str, Json]]) -> "Specification[Any]":
    """How `referencing` reads a file: by positions, with the anchors of its schemas."""
    anchors: dict[str, list[Anchor[Any]]] = {}
    specification: Specification[Any] = Specification(  # type: ignore[call-arg]  # mypy misses its fields
        name="OpenAPI",
        id_of=lambda position: None,
        subresources_of=lambda position: (),
        maybe_in_subresource=lambda segments, resolver, subresource: resolver,
        anchors_in=lambda _, position: anchors.get(position.base, ()),
    )
    for pointer, schema in schemas:
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(schema, dict) and isinstance(name := schema.get(keyword), str):
                resource = specification.create_resource(FilePosition(file, pointer, schema))
                anchor = Anchor(name, resource)  # type: ignore[call-arg]  # likewise
                anchors.setdefault(_base(file.bases, pointer), []).append(anchor)
    return specification
