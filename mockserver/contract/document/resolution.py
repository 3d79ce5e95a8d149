"""Where a `$ref` leads, across files: by JSON Pointer, anchor or `$id`, as `referencing` resolves them."""

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
from mockserver.data.reading import pointer_token
from mockserver.data.source import CannotRead, Document

Read = Callable[[Path], Document]


class Nowhere(Exception):
    """A reference leads nowhere; `reason` says why where more is known, else it is empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class File(Struct, frozen=True):
    """One file, its data as OpenAPI 3.1 where it says which version it is.

    `old`: its schemas are, or were, OpenAPI 3.0's. `bases`: each place that sets a base URI for its parts.
    """

    document: Document
    old: bool
    bases: dict[str, str]

    @property
    def uri(self) -> str:
        return self.bases[""]


class FilePosition(Struct, frozen=True):
    """A place in a file, and what is there."""

    file: File
    pointer: str
    value: Json

    def __getitem__(self, token: str) -> "FilePosition":
        """The member, for `referencing`, which follows pointers this way."""
        member = value_at(self.value, f"/{pointer_token(token)}")
        if member is None:
            raise KeyError(token)
        return self.member(token, member)

    def member(self, key: str | int, value: Json) -> "FilePosition":
        return FilePosition(self.file, f"{self.pointer}/{pointer_token(key)}", value)

    @property
    def base(self) -> str:
        """The base URI of the references here."""
        return _base(self.file.bases, self.pointer)


class Files:
    """A document and the files that are reached from it, each read once."""

    def __init__(self, document: Document, read: Read) -> None:
        self._read = read
        self._registry: Registry[Any] = Registry()
        self._goals: dict[
            tuple[str, str, str], FilePosition
        ] = {}  # by base URI, the file's URI and the reference
        self._unread: dict[str, str] = {}  # why a file is not there, by its URI
        self._relative = not document.path.is_absolute()
        self.root = self._add(urljoin("file:///", quote(document.path.absolute().as_posix())), document)

    def goal(self, reference: str, spot: FilePosition) -> FilePosition:
        """Where a reference leads, from the base URI of its place, else from its file; raises Nowhere."""
        key = spot.base, spot.file.uri, reference
        if key not in self._goals:
            self._goals[key] = self._found(*key, old=spot.file.old)
        return self._goals[key]

    def _found(self, near: str, far: str, reference: str, *, old: bool) -> FilePosition:
        reason = ""
        for base in dict.fromkeys((near, far)):
            with suppress(Unresolvable, ValueError):  # ValueError: no URI at all
                uri, _ = urldefrag(urljoin(base, reference))
                reason = self._opened(uri, old=old) or reason
                found: FilePosition = self._registry.resolver(base).lookup(reference).contents
                return found
        raise Nowhere(reason)

    def _opened(self, uri: str, *, old: bool) -> str:
        """Have the file of this URI in the registry; else the reason why not."""
        if uri not in self._registry and uri not in self._unread:
            parts = urlsplit(uri)
            if parts.scheme != "file":
                return "nothing is fetched from other hosts; keep a copy beside the document"
            path = Path(unquote(parts.path))
            if self._relative and path.is_relative_to(here := Path.cwd()):
                path = path.relative_to(here)
            try:
                self._add(uri, self._read(path), old=old)
            except CannotRead as error:
                self._unread[uri] = str(error)
        return self._unread.get(uri, "")

    def _add(self, uri: str, document: Document, *, old: bool = False) -> File:
        """The file, known by its URI and by the names that it gives to itself and to its schemas."""
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
            with suppress(ValueError):  # no URI, so nothing can refer to it
                self._registry = self._registry.with_resource(urljoin(uri, own), self._registry[uri])
        self._registry = self._registry.crawl()
        return file


def _schemas(data: Json) -> list[tuple[str, Json]]:
    """The schemas of a file with their pointers, outer ones first; a file may be one schema as a whole."""
    if isinstance(data, dict) and "openapi" in data:
        return dialect.schemas(data)
    return dialect.subschemas("", data)


def _base(bases: dict[str, str], pointer: str) -> str:
    while pointer not in bases:
        pointer = pointer.rpartition("/")[0]
    return bases[pointer]


def _bases(uri: str, schemas: list[tuple[str, Json]]) -> dict[str, str]:
    """Where `$id` sets a base URI (JSON Schema 2020-12, section 8.2.1), after the file's own."""
    bases = {"": uri}
    for pointer, schema in schemas:
        if isinstance(schema, dict) and isinstance(named := schema.get("$id"), str):
            outer = _base(bases, pointer)
            with suppress(ValueError):  # no URI, so nothing can refer to it
                inner = urldefrag(urljoin(outer, named)).url
                if inner != outer and pointer:
                    bases[pointer] = inner
    return bases


def _specification(file: File, schemas: list[tuple[str, Json]]) -> "Specification[Any]":
    """How `referencing` sees a file: as places, with the anchors of its schemas."""
    anchors: dict[str, list[Anchor[Any]]] = {}
    specification: Specification[Any] = Specification(  # type: ignore[call-arg]  # mypy misses its fields
        name="OpenAPI",
        id_of=lambda spot: None,
        subresources_of=lambda spot: (),
        maybe_in_subresource=lambda segments, resolver, subresource: resolver,
        anchors_in=lambda _, spot: anchors.get(spot.base, ()),
    )
    for pointer, schema in schemas:
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(schema, dict) and isinstance(name := schema.get(keyword), str):
                resource = specification.create_resource(FilePosition(file, pointer, schema))
                anchor = Anchor(name, resource)  # type: ignore[call-arg]  # likewise
                anchors.setdefault(_base(file.bases, pointer), []).append(anchor)
    return specification
