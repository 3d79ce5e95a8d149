"""Merges several OpenAPI documents into one."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TypeAlias

from mockserver.contract.document.structure import METHODS
from mockserver.data.equality import equal
from mockserver.data.json import Json, object_or_empty
from mockserver.data.pointer import pointer_token
from mockserver.data.source import CannotRead, Document

_Key: TypeAlias = tuple[str, str]  # a component's section and name
_Names: TypeAlias = Mapping[_Key, str]  # new names of renamed components

# Members that operations inherit from the document, with their defaults.
_INHERITED: dict[str, Json] = {"servers": [{"url": "/"}], "security": []}
_SHARED = ("parameters", "servers", "$ref")  # members of a path item that hold for all its operations


def merge(documents: Sequence[Document]) -> dict[str, Json]:
    """Merge one or more documents of the same OpenAPI version, such as 3.0.

    Members such as `info` and `externalDocs` are those of the first document; the titles are joined. If the
    documents differ in `servers` or `security`, the operations get these members. Equal components with the
    same name are merged. Components that differ are renamed, and references to them are changed.

    Raises CannotRead if two documents describe one operation, use the same operationId, differ in the members
    of a path item that hold for all operations, or have different OpenAPI versions.
    """
    merged = _Merger(documents)
    for document in documents:
        merged.add(document)
    return merged.data


class _Merger:
    """Adds documents to a merged document, `data`."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._first = documents[0]
        roots = [object_or_empty(document.data) for document in documents]
        self._moved_down = [
            key for key in _INHERITED if not all(equal(root.get(key), roots[0].get(key)) for root in roots)
        ]
        self._seen: dict[str, tuple[Document, str]] = {}  # where a path, operation or operationId occurred
        titles = dict.fromkeys(str(object_or_empty(root.get("info")).get("title", "")) for root in roots)
        self.data: dict[str, Json] = {
            "openapi": roots[0].get("openapi"),
            "info": {**object_or_empty(roots[0].get("info")), "title": ", ".join(filter(None, titles))},
        }

    def add(self, document: Document) -> None:
        """Add a document; raises CannotRead if it contradicts those before."""
        root = object_or_empty(document.data)
        if _major_minor(root) != _major_minor(self.data):
            versions = f"OpenAPI {_major_minor(root)} differs from {_major_minor(self.data)}"
            message = f"{versions} in {self._first.path}; expected the same version"
            raise CannotRead(document.path, document.line("/openapi"), message)
        names = self._new_names(object_or_empty(root.get("components")))
        root = object_or_empty(_renamed(root, names))
        for key, value in root.items():
            if key in ("paths", "webhooks"):
                self._add_paths(document, root, key)
            elif key == "components":
                for kind, members in object_or_empty(value).items():
                    named = {
                        names.get((kind, name), name): each for name, each in object_or_empty(members).items()
                    }
                    self._object_at("components", kind).update(named)
            elif key == "tags":
                self._add_tags(value)
            elif key not in self._moved_down:
                self.data.setdefault(key, value)

    def _object_at(self, *keys: str) -> dict[str, Json]:
        """The object at nested keys of the merged document, created if it is missing."""
        target = self.data
        for key in keys:
            target = object_or_empty(target.setdefault(key, {}))
        return target

    def _add_paths(self, document: Document, root: dict[str, Json], section: str) -> None:
        """Add the path items of a section, `paths` or `webhooks`."""
        for path, value in object_or_empty(root[section]).items():
            if not isinstance(value, dict):  # an extension, such as x-owner
                self._object_at(section).setdefault(path, value)
                continue
            pointer = f"/{section}/{pointer_token(path)}"
            known = self._object_at(section).get(path)
            if known is not None:
                self._check_shared(document, pointer, object_or_empty(known), value)
            for method in filter(value.__contains__, METHODS):
                operation = object_or_empty(value[method])
                value[method] = self._with_inherited(operation, value, root)
                self._register(f"{method.upper()} {path}", document, f"{pointer}/{method}")
                if "operationId" in operation:
                    self._register(
                        f"the operationId {operation['operationId']!r}", document, f"{pointer}/{method}"
                    )
            target = self._object_at(section, path)
            target.update({key: each for key, each in value.items() if key not in target})
            self._seen.setdefault(pointer, (document, pointer))

    def _with_inherited(
        self, operation: dict[str, Json], item: dict[str, Json], root: dict[str, Json]
    ) -> Json:
        """The operation with the members that it inherits and in which the documents differ."""
        inherited = {key: item.get(key, root.get(key, _INHERITED[key])) for key in self._moved_down}
        return operation | {key: value for key, value in inherited.items() if key not in operation}

    def _check_shared(
        self, document: Document, pointer: str, known: dict[str, Json], item: dict[str, Json]
    ) -> None:
        """Raise CannotRead if two path items of one path differ in a shared member."""
        for key in _SHARED:
            if not equal(known.get(key), item.get(key)):
                message = f"the path's {key!r} differs from that in {self._path_and_line(pointer)}"
                raise CannotRead(document.path, document.line(f"{pointer}/{key}"), message)

    def _register(self, what: str, document: Document, pointer: str) -> None:
        """Record an operation or operationId; raises CannotRead if it has occurred before."""
        if what in self._seen:
            message = f"{what} already occurs in {self._path_and_line(what)}; expected it once"
            raise CannotRead(document.path, document.line(pointer), message)
        self._seen[what] = (document, pointer)

    def _path_and_line(self, what: str) -> str:
        """The file and line where a path, operation or operationId occurred first."""
        document, pointer = self._seen[what]
        return f"{document.path}:{document.line(pointer)}"

    def _add_tags(self, tags: Json) -> None:
        known = self.data.setdefault("tags", [])
        if isinstance(known, list) and isinstance(tags, list):
            names = [object_or_empty(tag).get("name") for tag in known]
            known.extend(tag for tag in tags if object_or_empty(tag).get("name") not in names)

    def _new_names(self, components: dict[str, Json]) -> dict[_Key, str]:
        """New names for the components that must be renamed: their names with the lowest unused number.

        Components are equal only if everything that they refer to is equal, so renaming one component may
        require renaming others.
        """
        own = {
            (kind, name): each
            for kind, named in components.items()
            for name, each in object_or_empty(named).items()
        }
        attempts = (self._names_with_number(number, own) for number in count(2))
        return next(names for names in attempts if names is not None)

    def _names_with_number(self, number: int, own: Mapping[_Key, Json]) -> dict[_Key, str] | None:
        """New names that end in a number; None if one of them is used for a different component."""
        names: dict[_Key, str] = {}
        while clashes := [key for key, content in own.items() if not self._fits(key, content, names, own)]:
            added = {(kind, name): f"{name}{number}" for kind, name in clashes if (kind, name) not in names}
            if not added:
                return None
            names |= added
        return names

    def _fits(self, key: _Key, content: Json, names: _Names, own: Mapping[_Key, Json]) -> bool:
        """Whether the component's name is unused or belongs to an equal component."""
        kind, name = key[0], names.get(key, key[1])
        if key in names and (kind, name) in own:
            return False
        known = object_or_empty(object_or_empty(self.data.get("components")).get(kind))
        return name not in known or equal(known[name], _renamed(content, names))


def _renamed(value: Json, names: _Names) -> Json:
    """A copy in which all references, requirements and discriminators use the new names of components."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _renamed(member, names) for key, member in value.items()}
    if isinstance(reference := copy.get("$ref"), str):
        copy["$ref"] = _renamed_reference(reference, names)
    if isinstance(security := copy.get("security"), list):
        copy["security"] = [
            {
                names.get(("securitySchemes", name), name): scopes
                for name, scopes in object_or_empty(requirement).items()
            }
            for requirement in security
        ]
    if "propertyName" in copy and isinstance(mapping := copy.get("mapping"), dict):  # a discriminator
        copy["mapping"] = {
            key: names.get(("schemas", str(target)), _renamed_reference(str(target), names))
            for key, target in mapping.items()
        }
    return copy


def _renamed_reference(reference: str, names: _Names) -> str:
    """A reference with the new name of the component that it refers to."""
    tokens = reference.split("/")
    if tokens[:2] == ["#", "components"] and len(tokens) > 3:
        tokens[3] = names.get((tokens[2], tokens[3]), tokens[3])
    return "/".join(tokens)


def _major_minor(root: Mapping[str, Json]) -> str:
    """The OpenAPI version without its patch number: `3.0`."""
    return ".".join(str(root.get("openapi")).split(".")[:2])
