"""Several OpenAPI documents as one, and a document as YAML."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TypeAlias

import yaml

from mockserver.contract.document.structure import METHODS
from mockserver.data.equality import equal
from mockserver.data.json import Json, object_or_empty
from mockserver.data.reading import pointer_token
from mockserver.data.source import CannotRead, Document

_Key: TypeAlias = tuple[str, str]  # a component's kind and name
_Names: TypeAlias = Mapping[_Key, str]  # the new names of those that need one

_INHERITED: dict[str, Json] = {"servers": [{"url": "/"}], "security": []}  # and what leaving them out means
_SHARED = ("parameters", "servers", "$ref")  # what a path item says for all its operations


def merge(documents: Sequence[Document]) -> dict[str, Json]:
    """One document out of at least one, all of the same version line (such as 3.0).

    What only the top can hold (`info`, `externalDocs`) is the first document's, with everyone's titles;
    `servers` and `security` move down to the operations where the documents differ. A component of the same
    name and content is there once; a different one gets a new name, and the references of its own document
    follow. Raises CannotRead where two documents describe one operation, share an operationId, disagree on
    what a path says for all its operations, or are of different version lines.
    """
    merged = _Merged(documents)
    for document in documents:
        merged.add(document)
    return merged.data


class _Merged:
    """The document so far."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._first = documents[0]
        roots = [object_or_empty(document.data) for document in documents]
        self._moved = [
            key for key in _INHERITED if not all(equal(root.get(key), roots[0].get(key)) for root in roots)
        ]
        self._seen: dict[str, tuple[Document, str]] = {}
        titles = dict.fromkeys(str(object_or_empty(root.get("info")).get("title", "")) for root in roots)
        self.data: dict[str, Json] = {
            "openapi": roots[0].get("openapi"),
            "info": {**object_or_empty(roots[0].get("info")), "title": ", ".join(filter(None, titles))},
        }

    def add(self, document: Document) -> None:
        root = object_or_empty(document.data)
        if _line_of(root) != _line_of(self.data):
            message = f"OpenAPI {_line_of(root)} beside {_line_of(self.data)} in {self._first.path}"
            raise CannotRead(
                document.path, document.line("/openapi"), f"{message}; expected one version line"
            )
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
                    self._into("components", kind).update(named)
            elif key == "tags":
                self._add_tags(value)
            elif key not in self._moved:
                self.data.setdefault(key, value)

    def _into(self, *keys: str) -> dict[str, Json]:
        """The object at these keys, made where it is missing."""
        place = self.data
        for key in keys:
            place = object_or_empty(place.setdefault(key, {}))
        return place

    def _add_paths(self, document: Document, root: dict[str, Json], family: str) -> None:
        for path, value in object_or_empty(root[family]).items():
            if not isinstance(value, dict):  # an extension, such as x-owner
                self._into(family).setdefault(path, value)
                continue
            at = f"/{family}/{pointer_token(path)}"
            known = self._into(family).get(path)
            if known is not None:
                self._check_shared(document, at, object_or_empty(known), value)
            for method in filter(value.__contains__, METHODS):
                operation = object_or_empty(value[method])
                value[method] = self._inheriting(operation, value, root)
                self._claim(f"{method.upper()} {path}", document, f"{at}/{method}")
                if "operationId" in operation:
                    self._claim(f"the operationId {operation['operationId']!r}", document, f"{at}/{method}")
            target = self._into(family, path)
            target.update({key: each for key, each in value.items() if key not in target})
            self._seen.setdefault(at, (document, at))

    def _inheriting(self, operation: dict[str, Json], item: dict[str, Json], root: dict[str, Json]) -> Json:
        """The operation with what it took from the top of its document, where the documents differ."""
        inherited = {key: item.get(key, root.get(key, _INHERITED[key])) for key in self._moved}
        return operation | {key: value for key, value in inherited.items() if key not in operation}

    def _check_shared(
        self, document: Document, at: str, known: dict[str, Json], item: dict[str, Json]
    ) -> None:
        for key in _SHARED:
            if not equal(known.get(key), item.get(key)):
                message = f"another {key!r} for the same path than in {self._place(at)}"
                raise CannotRead(document.path, document.line(f"{at}/{key}"), f"{message}; expected the same")

    def _claim(self, what: str, document: Document, pointer: str) -> None:
        if what in self._seen:
            message = f"{what} is in {self._place(what)} already; expected each once"
            raise CannotRead(document.path, document.line(pointer), message)
        self._seen[what] = (document, pointer)

    def _place(self, what: str) -> str:
        document, pointer = self._seen[what]
        return f"{document.path}:{document.line(pointer)}"

    def _add_tags(self, tags: Json) -> None:
        known = self.data.setdefault("tags", [])
        if isinstance(known, list) and isinstance(tags, list):
            names = [object_or_empty(tag).get("name") for tag in known]
            known.extend(tag for tag in tags if object_or_empty(tag).get("name") not in names)

    def _new_names(self, components: dict[str, Json]) -> dict[_Key, str]:
        """The names that differ from the document's own: `Name2`, or the next number that is free for all.

        Two components are equal only where all that they refer to is equal too, so a new name for one may
        ask for a new name for another: the search goes on until every component fits.
        """
        own = {
            (kind, name): each
            for kind, named in components.items()
            for name, each in object_or_empty(named).items()
        }
        attempts = (self._numbered(number, own) for number in count(2))
        return next(names for names in attempts if names is not None)

    def _numbered(self, number: int, own: Mapping[_Key, Json]) -> dict[_Key, str] | None:
        """The new names that end in this number; None where one of them stands for something else."""
        names: dict[_Key, str] = {}
        while misfits := [key for key, content in own.items() if not self._fits(key, content, names, own)]:
            fresh = {(kind, name): f"{name}{number}" for kind, name in misfits if (kind, name) not in names}
            if not fresh:
                return None
            names |= fresh
        return names

    def _fits(self, key: _Key, content: Json, names: _Names, own: Mapping[_Key, Json]) -> bool:
        """Whether the component's name is free, or stands for an equal component already."""
        kind, name = key[0], names.get(key, key[1])
        if key in names and (kind, name) in own:
            return False
        known = object_or_empty(object_or_empty(self.data.get("components")).get(kind))
        return name not in known or equal(known[name], _renamed(content, names))


def _renamed(value: Json, names: _Names) -> Json:
    """A copy in which every reference to a component, in any spelling, follows its new name."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _renamed(member, names) for key, member in value.items()}
    if isinstance(reference := copy.get("$ref"), str):
        copy["$ref"] = _followed(reference, names)
    if isinstance(security := copy.get("security"), list):
        copy["security"] = [
            {
                names.get(("securitySchemes", name), name): scopes
                for name, scopes in object_or_empty(requirement).items()
            }
            for requirement in security
        ]
    if "propertyName" in copy and isinstance(mapping := copy.get("mapping"), dict):  # a discriminator's
        copy["mapping"] = {
            key: names.get(("schemas", str(target)), _followed(str(target), names))
            for key, target in mapping.items()
        }
    return copy


def _followed(reference: str, names: _Names) -> str:
    steps = reference.split("/")
    if steps[:2] == ["#", "components"] and len(steps) > 3:
        steps[3] = names.get((steps[2], steps[3]), steps[3])
    return "/".join(steps)


def _line_of(root: Mapping[str, Json]) -> str:
    return ".".join(str(root.get("openapi")).split(".")[:2])


def to_yaml(document: Mapping[str, Json]) -> str:
    """Block-style YAML in insertion order, without aliases; `mockserver.data.source.parse` reads it back."""
    text: str = yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


class _Dumper(yaml.SafeDumper):
    """Quotes what a reader of YAML 1.1 or 1.2 would take for more than text: `no`, `2020-01-01`, `1e3`."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # lists stand deeper than the key that holds them

    def text(self, value: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))


_Dumper.add_representer(str, _Dumper.text)


def _style(text: str) -> str | None:
    """None where plain text would do; a literal block for lines that read as they are written."""
    lines = text.split("\n")
    if not all(map(str.isprintable, lines)) or text[:1] in tuple("+-.0123456789"):
        return '"'
    return "|" if len(lines) > 1 and text[0] not in " \n" else None
