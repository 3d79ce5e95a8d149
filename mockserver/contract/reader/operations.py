"""The operations of one document whose references are local and whose schemas can judge."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import LOCATIONS, SCHEME_KINDS, Parameter, Scheme
from mockserver.contract.document.references import pointer_of, value_at
from mockserver.contract.document.structure import METHODS
from mockserver.contract.operation import Operation, directed_documents
from mockserver.contract.parameters import ParameterReaders, description_errors
from mockserver.contract.reader.components import ComponentReader, mapping, sequence
from mockserver.contract.reader.servers import base_paths
from mockserver.contract.routing.router import PLACEHOLDER, unnamed_template
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token
from mockserver.data.source import Document, Finding
from mockserver.data.suggest import did_you_mean

_TEMPLATE = re.compile(r"(?:[^{}]|\{[^{}]+\})*")


def read_operations(
    document: Document, judges: Judges, *, formats: bool
) -> tuple[list[Operation], list[Finding]]:
    """The operations in document order, and what is wrong with them."""
    reader = _Reader(document, judges, formats=formats)
    return list(reader.operations()), reader.parts.findings()


class _PathItem(Struct, frozen=True):
    """A path and what describes it, the nearest first: what stands beside a `$ref`, then where it leads."""

    path: str
    layers: tuple[tuple[Mapping[str, Json], str], ...]  # each with its pointer

    def member(self, key: str) -> tuple[Json, str]:
        """A member and the pointer of its holder; None where no layer has it."""
        for data, pointer in self.layers:
            if key in data:
                return data[key], pointer
        return None, ""

    def operations(self) -> Iterator[tuple[str, Mapping[str, Json], str]]:
        """Each method, as HTTP writes it, with its operation and the operation's pointer."""
        for method in METHODS:
            value, above = self.member(method)
            if isinstance(value, dict):
                yield method.upper(), value, f"{above}/{method}"
        further, above = self.member("additionalOperations")
        for method, value in mapping(further).items():
            if isinstance(value, dict):
                yield method, value, f"{above}/additionalOperations/{pointer_token(method)}"


class _Reader:
    def __init__(self, document: Document, judges: Judges, *, formats: bool) -> None:
        self._document = document
        self._requests, self._answers = directed_documents(mapping(document.data), judges, formats=formats)
        self.parts = ComponentReader(document)
        self._root = self.parts.root
        self._bases = base_paths(self._root.get("servers"), "/servers", self.parts.fault)
        self._ids: dict[str, Operation] = {}

    def operations(self) -> Iterator[Operation]:
        for item in self._path_items():
            for method, data, pointer in item.operations():
                yield self._named(self._operation(item, method, data, pointer))

    def _path_items(self) -> Iterator[_PathItem]:
        shapes: dict[str, str] = {}
        for path, value in mapping(self._root.get("paths")).items():
            pointer = f"/paths/{pointer_token(path)}"
            if path.startswith("x-"):
                continue
            if not path.startswith("/"):
                self.parts.fault(pointer, f"a path starts with a slash, found {path!r}")
                continue
            if not _TEMPLATE.fullmatch(path):
                self.parts.fault(pointer, "a brace without its pair, or an empty name")
            known = shapes.setdefault(unnamed_template(path), path)
            if known != path:
                self.parts.fault(pointer, f"the same path as {known!r}, but for the names of its parameters")
            yield _PathItem(path, tuple(self._layers(value, pointer)))

    def _layers(self, value: Json, pointer: str) -> Iterator[tuple[Mapping[str, Json], str]]:
        """What a path item says itself, then what its `$ref` leads to, and so on."""
        seen: set[str] = set()
        while pointer not in seen:
            seen.add(pointer)
            data = mapping(value)
            yield data, pointer
            reference = data.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#"):
                return  # one that leads nowhere was named by the bundle
            pointer = pointer_of(reference)
            value = value_at(self._root, pointer)
        self.parts.fault(pointer, "the reference leads nowhere: it goes in a circle")

    def _operation(self, item: _PathItem, method: str, data: Mapping[str, Json], pointer: str) -> Operation:
        operation_id = data.get("operationId")
        summary = data.get("summary") or item.member("summary")[0]
        parameters = self._parameters(item, data, pointer)
        security = self._security(data, pointer)
        keys = [scheme.name for way in security for scheme in way if scheme.location == "query"]
        return Operation(
            id=operation_id if isinstance(operation_id, str) else f"{method} {item.path}",
            method=method,
            path=item.path,
            summary=str(summary or ""),
            parameters=parameters,
            body=self.parts.body(data, pointer),
            responses=self.parts.responses(data, pointer),
            security=security,
            deprecated=data.get("deprecated") is True,
            pointer=pointer,
            document=self._document,
            requests=self._requests,
            answers=self._answers,
            parameter_readers=ParameterReaders(parameters, self._requests.types, keys),
            bases=self._bases_of(item, data, pointer),
        )

    def _named(self, operation: Operation) -> Operation:
        """The operation; its method and path are its id where another one has the same operationId."""
        first = self._ids.setdefault(operation.id, operation)
        if first is operation:
            return operation
        message = f"the operation {operation.id!r} is described already, in {first.source_location}"
        self.parts.fault(operation.pointer, message)
        return replace(operation, id=operation.name)

    def _bases_of(self, item: _PathItem, data: Mapping[str, Json], pointer: str) -> tuple[str, ...]:
        """The base paths of the operation's own servers, else of its path's, else of the document's."""
        shared, above = item.member("servers")
        servers, above = (data["servers"], pointer) if "servers" in data else (shared, above)
        return base_paths(servers, f"{above}/servers", self.parts.fault) if servers else self._bases

    def _parameters(self, item: _PathItem, data: Mapping[str, Json], pointer: str) -> tuple[Parameter, ...]:
        """The operation's parameters, over those of its path item (OpenAPI 3.1, section 4.8.9.1)."""
        found: dict[tuple[str, str], Parameter] = {}
        for holder, place in (*reversed(item.layers), (data, pointer)):
            found |= self.parts.parameters(holder.get("parameters"), place)
        templated = PLACEHOLDER.findall(item.path)
        for name in dict.fromkeys(templated):
            if templated.count(name) > 1:
                self.parts.fault(pointer, f"the path {item.path!r} has {{{name}}} more than once")
            if ("path", name) not in found:
                self.parts.fault(pointer, f"the path parameter {name!r} is not described")
        for location, name in list(found):
            if location == "path" and name not in templated:
                hint = did_you_mean(name, templated)
                place = found.pop((location, name)).pointer
                self.parts.fault(place, f"the path {item.path!r} has no {{{name}}}{hint}")
        for parameter in found.values():
            for fault in description_errors(parameter, self._requests.types):
                self.parts.fault(fault.pointer, fault.message)
        return tuple(sorted(found.values(), key=lambda each: LOCATIONS.index(each.location)))

    def _security(self, data: Mapping[str, Json], above: str) -> tuple[tuple[Scheme, ...], ...]:
        """The operation's requirements, else the document's; a list without schemes lets everybody in."""
        holder, at_pointer = (data, above) if "security" in data else (self._root, "")
        requirements: list[tuple[Scheme, ...]] = []
        for index, requirement in enumerate(sequence(holder.get("security"))):
            names = mapping(requirement)
            schemes = [self._scheme(name, f"{at_pointer}/security/{index}") for name in names]
            requirements.append(tuple(scheme for scheme in schemes if scheme is not None))
        return tuple(requirements)

    def _scheme(self, name: str, at_pointer: str) -> Scheme | None:
        schemes = mapping(mapping(self._root.get("components")).get("securitySchemes"))
        if name not in schemes:
            hint = did_you_mean(name, schemes)
            place = f"{at_pointer}/{pointer_token(name)}"
            self.parts.fault(place, f"unknown security scheme {name!r}{hint}")
            return None
        data, pointer = self.parts.followed(
            schemes[name], f"/components/securitySchemes/{pointer_token(name)}"
        )
        written = data.get("type")
        kind = next((each for each in SCHEME_KINDS if each == written), None)
        if kind is None:
            if "$ref" not in data:
                hint = did_you_mean(str(written), SCHEME_KINDS)
                self.parts.fault(f"{pointer}/type", f"unknown type of security scheme {written!r}{hint}")
            return None
        scheme, location = str(data.get("scheme", "")).lower(), str(data.get("in", ""))
        return Scheme(name, kind, scheme, location, str(data.get("name", "")), pointer)
