"""Reads the operations of one document, in which all references are local and all schemas are valid."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import LOCATIONS, SCHEME_KINDS, Parameter, Scheme
from mockserver.contract.document.references import pointer_of, value_at
from mockserver.contract.document.structure import METHODS
from mockserver.contract.operation import Operation, directed_documents
from mockserver.contract.operation_names import full_name
from mockserver.contract.parameters import ParameterReaders, description_errors
from mockserver.contract.reader.components import ComponentReader
from mockserver.contract.reader.path_keys import PathKey, read_path_key
from mockserver.contract.reader.servers import absolute_urls, base_paths
from mockserver.contract.routing.router import PLACEHOLDER, unnamed_template
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.pointer import pointer_token
from mockserver.data.source import Document, Finding
from mockserver.data.suggest import did_you_mean

_PATH_TEMPLATE = re.compile(r"(?:[^{}]|\{[^{}/]+\})*")


def read_operations(
    document: Document, judges: Judges, *, formats: bool, prefix: str = ""
) -> tuple[list[Operation], list[Finding]]:
    """The operations in document order, and the findings about them.

    `formats`: whether `format` is an assertion. `prefix` is that of the operations' full names.
    """
    reader = _OperationReader(document, judges, formats=formats, prefix=prefix)
    return list(reader.operations()), reader.components.findings()


class _PathItem(Struct, frozen=True):
    """A path with its path item object and those that it refers to by `$ref`.

    Members beside a `$ref` override those of the object that it refers to, so `layers` starts with the
    outermost object.
    """

    key: PathKey
    written: str  # the key as the document has it
    layers: tuple[tuple[Mapping[str, Json], str], ...]  # objects and their pointers

    @property
    def path(self) -> str:
        """The path template."""
        return self.key.path

    def member(self, key: str) -> tuple[Json, str]:
        """A member and the pointer of the object that has it; None and "" if no layer has it."""
        for data, pointer in self.layers:
            if key in data:
                return data[key], pointer
        return None, ""

    def operations(self) -> Iterator[tuple[str, Mapping[str, Json], str]]:
        """The HTTP methods with their operation objects and the pointers of these."""
        for method in METHODS:
            value, holder_pointer = self.member(method)
            if isinstance(value, dict):
                yield method.upper(), value, f"{holder_pointer}/{method}"
        additional, holder_pointer = self.member("additionalOperations")
        for method, value in object_or_empty(additional).items():
            if isinstance(value, dict):
                yield method, value, f"{holder_pointer}/additionalOperations/{pointer_token(method)}"


class _OperationReader:
    """Reads the operations of a document; `components` has the findings."""

    def __init__(self, document: Document, judges: Judges, *, formats: bool, prefix: str) -> None:
        self._document = document
        self._prefix = prefix
        self._requests, self._answers = directed_documents(
            object_or_empty(document.data), judges, formats=formats
        )
        self.components = ComponentReader(document)
        self._add_finding = self.components.add_finding
        self._root = self.components.root
        self._bases = base_paths(self._root.get("servers"), "/servers", self._add_finding)
        self._server_urls = absolute_urls(self._root)
        self._ids: dict[str, Operation] = {}

    def operations(self) -> Iterator[Operation]:
        """All operations that requests can reach, in document order."""
        operations = [
            (item.key.fragment, self._operation(item, method, data, pointer))
            for item in self._path_items()
            for method, data, pointer in item.operations()
        ]
        served: dict[tuple[object, ...], Operation] = {}
        for fragment, operation in sorted(operations, key=lambda each: each[0] is not None):
            other = served.setdefault(_route(operation), operation)
            if fragment is not None:
                self._add_finding(operation.pointer, _fragment_message(fragment, operation, other))
        for fragment, operation in operations:
            if fragment is None or served[_route(operation)] is operation:
                yield self._with_unique_id(operation)

    def _path_items(self) -> Iterator[_PathItem]:
        first_paths: dict[str, str] = {}  # by template without names
        for written, value in object_or_empty(self._root.get("paths")).items():
            pointer = f"/paths/{pointer_token(written)}"
            if written.startswith("x-"):
                continue
            key = read_path_key(written)
            path = key.path
            if not path.startswith("/"):
                self._add_finding(pointer, f"a path must start with a slash, found {path!r}")
                continue
            if not _PATH_TEMPLATE.fullmatch(path):
                self._add_finding(pointer, "unmatched brace or empty parameter name")
            first = first_paths.setdefault(unnamed_template(written), written)
            if first != written:
                message = f"the path is identical to {first!r} except for the names of its parameters"
                self._add_finding(pointer, message)
            yield _PathItem(key, written, tuple(self._layers(value, pointer)))

    def _layers(self, value: Json, pointer: str) -> Iterator[tuple[Mapping[str, Json], str]]:
        """The path item object and those that its `$ref`s lead to, each with its pointer."""
        seen: set[str] = set()
        while pointer not in seen:
            seen.add(pointer)
            data = object_or_empty(value)
            yield data, pointer
            reference = data.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#"):
                return  # bundling has reported a reference that cannot be resolved
            pointer = pointer_of(reference)
            value = value_at(self._root, pointer)
        self._add_finding(pointer, "the reference of the path item is circular")

    def _operation(self, item: _PathItem, method: str, data: Mapping[str, Json], pointer: str) -> Operation:
        operation_id = data.get("operationId")
        summary = data.get("summary") or item.member("summary")[0]
        parameters = self._parameters(item, data, pointer)
        is_plain = item.written == item.path
        security = self._security(data, pointer)
        schemes = (scheme for requirement in security for scheme in requirement)
        api_keys = [scheme.name for scheme in schemes if scheme.location == "query"]
        name = operation_id if isinstance(operation_id, str) else f"{method} {item.written}"
        return Operation(
            id=full_name(self._prefix, name),
            method=method,
            path=item.path,
            summary=str(summary or ""),
            parameters=parameters,
            body=self.components.request_body(data, pointer),
            responses=self.components.responses(data, pointer),
            security=security,
            deprecated=data.get("deprecated") is True,
            pointer=pointer,
            document=self._document,
            requests=self._requests,
            answers=self._answers,
            parameter_readers=ParameterReaders(parameters, self._requests.types, api_keys),
            bases=self._base_paths(item, data, pointer),
            server_urls=self._server_urls,
            path_key="" if is_plain else item.written,
            selectors=() if is_plain else self._selectors(item.key, parameters),
            prefix=self._prefix,
        )

    def _selectors(
        self, key: PathKey, parameters: tuple[Parameter, ...]
    ) -> tuple[tuple[str, str | None], ...]:
        """What the query must have: its members in the key, and required parameters with one valid value."""
        found: dict[str, str | None] = {each.name: each.constant for each in key.query}
        for each in parameters:
            if each.location == "query" and each.required and each.schema and each.name not in found:
                schema, _ = self.components.resolve(value_at(self._root, each.schema), each.schema)
                values = array_or_empty(schema.get("enum", [schema["const"]] if "const" in schema else []))
                if len(values) == 1 and isinstance(values[0], str | bool):
                    found[each.name] = values[0] if isinstance(values[0], str) else None
        return tuple(found.items())

    def _with_unique_id(self, operation: Operation) -> Operation:
        """The operation; with its method and path as the id if the operationId is already used."""
        first = self._ids.setdefault(operation.id, operation)
        if first is operation:
            return operation
        message = f"the operation {operation.id!r} is already described in {first.source_location}"
        self._add_finding(operation.pointer, message)
        return replace(operation, id=full_name(self._prefix, operation.name))

    def _base_paths(self, item: _PathItem, data: Mapping[str, Json], pointer: str) -> tuple[str, ...]:
        """The base paths of the servers of the operation, else of its path item, else of the document."""
        servers, holder_pointer = item.member("servers")
        if "servers" in data:
            servers, holder_pointer = data["servers"], pointer
        if not servers:
            return self._bases
        return base_paths(servers, f"{holder_pointer}/servers", self._add_finding)

    def _parameters(self, item: _PathItem, data: Mapping[str, Json], pointer: str) -> tuple[Parameter, ...]:
        """The operation's parameters, which override those of its path item (OpenAPI 3.1, section 4.8.10)."""
        found: dict[tuple[str, str], Parameter] = {}
        for holder, holder_pointer in (*reversed(item.layers), (data, pointer)):
            found |= self.components.parameters(holder.get("parameters"), holder_pointer)
        self._match_query_parameters(item.key, found, pointer)
        self._match_path_parameters(item.path, found, pointer)
        for parameter in found.values():
            for error in description_errors(parameter, self._requests.types):
                self._add_finding(error.pointer, error.message)
        return tuple(sorted(found.values(), key=lambda each: LOCATIONS.index(each.location)))

    def _match_query_parameters(
        self, key: PathKey, found: dict[tuple[str, str], Parameter], pointer: str
    ) -> None:
        """Make the parameters required that the query of a path key names; report those not described.

        A placeholder there is often described as a path parameter; it is a query parameter nevertheless.
        """
        for member in key.query:
            names = (("query", member.name), ("query", member.placeholder), ("path", member.placeholder))
            parameter = next((found.pop(each) for each in names if each in found), None)
            if parameter is not None:
                found["query", member.name] = replace(
                    parameter,
                    name=member.name,
                    location="query",
                    required=True,
                    style="form" if parameter.location == "path" else parameter.style,
                )
            elif member.constant is None:
                self._add_finding(pointer, f"the query parameter {member.name!r} is not described")

    def _match_path_parameters(
        self, path: str, found: dict[tuple[str, str], Parameter], pointer: str
    ) -> None:
        """Report differences between a path's template and its described parameters.

        Path parameters that the template does not name are removed from `found`.
        """
        templated = PLACEHOLDER.findall(path)
        for name in dict.fromkeys(templated):
            if templated.count(name) > 1:
                self._add_finding(pointer, f"the path {path!r} has {{{name}}} more than once")
            if ("path", name) not in found:
                self._add_finding(pointer, f"the path parameter {name!r} is not described")
        for location, name in list(found):
            if location == "path" and name not in templated:
                hint = did_you_mean(name, templated)
                unused = found.pop((location, name))
                self._add_finding(unused.pointer, f"the path {path!r} has no {{{name}}}{hint}")

    def _security(self, data: Mapping[str, Json], pointer: str) -> tuple[tuple[Scheme, ...], ...]:
        """The security requirements of the operation, else of the document, each as its schemes.

        A requirement without schemes permits anonymous requests (OpenAPI 3.1, section 4.8.30).
        """
        holder, holder_pointer = (data, pointer) if "security" in data else (self._root, "")
        requirements: list[tuple[Scheme, ...]] = []
        for index, requirement in enumerate(array_or_empty(holder.get("security"))):
            names = object_or_empty(requirement)
            schemes = [self._scheme(name, f"{holder_pointer}/security/{index}") for name in names]
            requirements.append(tuple(scheme for scheme in schemes if scheme is not None))
        return tuple(requirements)

    def _scheme(self, name: str, requirement_pointer: str) -> Scheme | None:
        """The security scheme with a name; None, and a finding, if it is missing or of an unknown type."""
        schemes = object_or_empty(object_or_empty(self._root.get("components")).get("securitySchemes"))
        if name not in schemes:
            hint = did_you_mean(name, schemes)
            pointer = f"{requirement_pointer}/{pointer_token(name)}"
            self._add_finding(pointer, f"unknown security scheme {name!r}{hint}")
            return None
        data, pointer = self.components.resolve(
            schemes[name], f"/components/securitySchemes/{pointer_token(name)}"
        )
        scheme_type = data.get("type")
        kind = next((each for each in SCHEME_KINDS if each == scheme_type), None)
        if kind is None:
            if "$ref" not in data:
                hint = did_you_mean(str(scheme_type), SCHEME_KINDS)
                self._add_finding(f"{pointer}/type", f"unknown security scheme type {scheme_type!r}{hint}")
            return None
        scheme, location = str(data.get("scheme", "")).lower(), str(data.get("in", ""))
        return Scheme(name, kind, scheme, location, str(data.get("name", "")), pointer)


def _route(operation: Operation) -> tuple[object, ...]:
    """What requests for the operation have in common; two operations of one route cannot be told apart."""
    return operation.method, unnamed_template(operation.path), frozenset(operation.selectors)


def _fragment_message(fragment: str, operation: Operation, served: Operation) -> str:
    sentence = f"'#{fragment}' has no effect: a request never contains the fragment of a URL"
    if served is operation:
        return sentence
    return f"{sentence}, so this operation is not served; requests for it reach {served.name}"
