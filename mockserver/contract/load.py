"""Documents into a contract: OpenAPI as YAML or JSON, or Markdown pages; several make one contract."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mockserver.contract.dialect import upgrade
from mockserver.contract.judge import Judges
from mockserver.contract.markdown import read_page
from mockserver.contract.operation import (
    LOCATIONS,
    METHODS,
    SCHEME_KINDS,
    Contract,
    Encoding,
    Header,
    MediaType,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Scheme,
    is_json,
)
from mockserver.contract.references import at, target
from mockserver.model import Json
from mockserver.nearest import did_you_mean
from mockserver.reading import pointer_token
from mockserver.source import CannotRead, Document, Faulty, Finding, parse, read_text

STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
PAGES = (".md", ".markdown")


def load(paths: Sequence[Path]) -> Contract:
    """The contract of all the files; raises CannotRead or Faulty, naming file and line."""
    documents = [read_document(path) for path in paths]
    operations: list[Operation] = []
    for document in documents:
        operations.extend(_Reader(document).operations())
    clashes = list(_clashes(operations))
    if clashes:
        raise CannotRead(clashes[0].path, clashes[0].line, clashes[0].message)
    title = _mapping(_mapping(documents[0].data).get("info")).get("title")
    return Contract(str(title or paths[0].stem), tuple(operations), tuple(documents))


def read_document(path: Path) -> Document:
    """One file as an OpenAPI 3.1 document that remembers its lines; raises CannotRead."""
    text = read_text(path)
    document = read_page(text, path) if path.suffix.lower() in PAGES else parse(text, path)
    if not isinstance(document.data, dict):
        raise CannotRead(path, None, "expected an OpenAPI document, found no object")
    if "swagger" in document.data:
        raise CannotRead(
            path,
            document.line("/swagger"),
            "this is Swagger 2.0; convert it to OpenAPI 3 first (npx swagger2openapi does)",
        )
    version = document.data.get("openapi")
    if not isinstance(version, str) or not version.startswith(("3.0", "3.1", "3.2")):
        found = f"found {version!r}" if version is not None else "found none"
        raise CannotRead(path, document.line("/openapi"), f"expected 'openapi: 3.0' or 3.1, {found}")
    if not isinstance(document.data.get("paths", {}), dict):
        raise CannotRead(path, document.line("/paths"), "expected 'paths' to be an object")
    return replace(document, data=upgrade(document.data))


def _clashes(operations: Iterable[Operation]) -> Iterator[Finding]:
    seen: dict[str, Operation] = {}
    for operation in operations:
        for name in (operation.name, operation.id):
            first = seen.setdefault(name, operation)
            if first is not operation:
                where = f"{first.document.path}:{first.document.line(first.pointer)}"
                message = f"the operation {name!r} is described already, in {where}"
                yield operation.document.finding(operation.pointer, message)
                break


class _Reader:
    """One document's operations. Faults are collected, then raised together."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = _mapping(document.data)
        self._judges = Judges(self._root)
        self._findings: list[Finding] = []

    def operations(self) -> list[Operation]:
        found = [
            self._operation(method, path, path_item, pointer)
            for path, path_item, pointer in self._path_items()
            for method in METHODS
            if method in path_item
        ]
        for fault in self._judges.faults():
            self._fault(fault.pointer, fault.message)
        if self._findings:
            raise Faulty(self._findings)
        return found

    def _path_items(self) -> Iterator[tuple[str, Mapping[str, Json], str]]:
        for path, value in _mapping(self._root.get("paths")).items():
            pointer = f"/paths/{pointer_token(path)}"
            if path.startswith("/"):
                yield path, *self._followed(value, pointer)
            elif not path.startswith("x-"):
                self._fault(pointer, f"a path starts with a slash, found {path!r}")

    def _operation(self, method: str, path: str, path_item: Mapping[str, Json], above: str) -> Operation:
        pointer = f"{above}/{method}"
        data = _mapping(path_item[method])
        name = f"{method.upper()} {path}"
        operation_id = data.get("operationId")
        return Operation(
            id=operation_id if isinstance(operation_id, str) else name,
            method=method.upper(),
            path=path,
            summary=str(data.get("summary") or path_item.get("summary") or ""),
            parameters=self._parameters(path_item, above, data, pointer),
            body=self._body(data, pointer),
            responses=self._responses(data, pointer),
            security=self._security(data, pointer),
            deprecated=data.get("deprecated") is True,
            pointer=pointer,
            document=self._document,
            judges=self._judges,
        )

    def _parameters(
        self, path_item: Mapping[str, Json], above: str, data: Mapping[str, Json], pointer: str
    ) -> tuple[Parameter, ...]:
        """The operation's parameters, over those of its path item (OpenAPI 3.1, section 4.8.9.1)."""
        found: dict[tuple[str, str], Parameter] = {}
        for holder, place in ((path_item, above), (data, pointer)):
            for index, value in enumerate(_sequence(holder.get("parameters"))):
                parameter = self._parameter(value, f"{place}/parameters/{index}")
                if parameter is not None:
                    found[parameter.location, parameter.name] = parameter
        return tuple(sorted(found.values(), key=lambda each: LOCATIONS.index(each.location)))

    def _parameter(self, value: Json, pointer: str) -> Parameter | None:
        data, pointer = self._followed(value, pointer)
        name, location = data.get("name"), data.get("in")
        if not isinstance(name, str) or location not in LOCATIONS:
            self._fault(pointer, f"a parameter has a name, and 'in' is one of {', '.join(LOCATIONS)}")
            return None
        examples = self._examples(data, pointer)
        content = next(iter(self._content(data, pointer).values()), None)
        style = str(data.get("style", STYLES[location]))
        explode = data.get("explode", style == "form")
        return Parameter(
            name=name,
            location=location,
            required=location == "path" or data.get("required") is True,
            pointer=pointer,
            schema=f"{pointer}/schema" if "schema" in data else content.schema if content else None,
            example=next(iter((examples or (content.examples if content else {})).values()), None),
            style=style,
            explode=explode is True,
            allow_reserved=data.get("allowReserved") is True,
            allow_empty=data.get("allowEmptyValue") is True,
            content=content.name if content else None,
        )

    def _body(self, data: Mapping[str, Json], above: str) -> RequestBody | None:
        if "requestBody" not in data:
            return None
        body, pointer = self._followed(data["requestBody"], f"{above}/requestBody")
        return RequestBody(body.get("required") is True, self._content(body, pointer), pointer)

    def _responses(self, data: Mapping[str, Json], above: str) -> dict[str, Response]:
        responses: dict[str, Response] = {}
        for status, value in _mapping(data.get("responses")).items():
            if status.startswith("x-"):
                continue
            written = status.upper() if status != "default" else status
            response, pointer = self._followed(value, f"{above}/responses/{status}")
            if not _is_status(written):
                self._fault(pointer, f"a status is 100 to 599, 1XX to 5XX or default, found {status!r}")
                continue
            content = self._content(response, pointer)
            codes = dict.fromkeys(
                code
                for name, media in content.items()
                if is_json(name) and media.schema
                for code in self._codes(media.schema)
            )
            headers = self._headers(response, pointer)
            responses[written] = Response(written, content, headers, pointer, tuple(codes))
        return responses

    def _content(self, holder: Mapping[str, Json], above: str) -> dict[str, MediaType]:
        content: dict[str, MediaType] = {}
        for name, value in _mapping(holder.get("content")).items():
            data, pointer = self._followed(value, f"{above}/content/{pointer_token(name)}")
            schema = f"{pointer}/schema" if "schema" in data else None
            encoding = {
                key: _encoding(_mapping(each)) for key, each in _mapping(data.get("encoding")).items()
            }
            examples = self._examples(data, pointer)
            content[name.lower()] = MediaType(name.lower(), pointer, schema, examples, encoding)
        return content

    def _headers(self, holder: Mapping[str, Json], above: str) -> tuple[Header, ...]:
        """The documented headers of a response; its content type has a place of its own."""
        headers: list[Header] = []
        for name, value in _mapping(holder.get("headers")).items():
            data, pointer = self._followed(value, f"{above}/headers/{pointer_token(name)}")
            if name.lower() == "content-type":
                continue
            headers.append(
                Header(
                    name=name,
                    required=data.get("required") is True,
                    pointer=pointer,
                    schema=f"{pointer}/schema" if "schema" in data else None,
                    example=next(iter(self._examples(data, pointer).values()), None),
                    explode=data.get("explode") is True,
                )
            )
        return tuple(headers)

    def _examples(self, holder: Mapping[str, Json], above: str) -> dict[str, Json]:
        """Named examples, else the one of `example` under the name `example`."""
        found: dict[str, Json] = {}
        for name, value in _mapping(holder.get("examples")).items():
            data, _ = self._followed(value, f"{above}/examples/{pointer_token(name)}")
            if "value" in data:
                found[name] = data["value"]
        if not found and "example" in holder:
            found["example"] = holder["example"]
        return found

    def _codes(self, schema: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """The members of the `error` property's enum, wherever the schema's branches name it."""
        data, pointer = self._followed(at(self._root, schema), schema)
        if pointer in seen:
            return
        named = _mapping(data.get("properties")).get("error")
        error, _ = self._followed(named, f"{pointer}/properties/error")
        yield from (code for code in _sequence(error.get("enum")) if isinstance(code, str))
        if isinstance(error.get("const"), str):
            yield str(error["const"])
        for keyword in ("allOf", "anyOf", "oneOf"):
            for index in range(len(_sequence(data.get(keyword)))):
                yield from self._codes(f"{pointer}/{keyword}/{index}", seen | {pointer})

    def _security(self, data: Mapping[str, Json], above: str) -> tuple[tuple[Scheme, ...], ...]:
        """The operation's requirements, else the document's; a list without schemes lets everybody in."""
        holder, at_pointer = (data, above) if "security" in data else (self._root, "")
        requirements: list[tuple[Scheme, ...]] = []
        for index, requirement in enumerate(_sequence(holder.get("security"))):
            names = _mapping(requirement)
            schemes = [self._scheme(name, f"{at_pointer}/security/{index}") for name in names]
            requirements.append(tuple(scheme for scheme in schemes if scheme is not None))
        return tuple(requirements)

    def _scheme(self, name: str, at_pointer: str) -> Scheme | None:
        schemes = _mapping(_mapping(self._root.get("components")).get("securitySchemes"))
        if name not in schemes:
            hint = did_you_mean(name, schemes)
            self._fault(f"{at_pointer}/{pointer_token(name)}", f"unknown security scheme {name!r}{hint}")
            return None
        data, pointer = self._followed(schemes[name], f"/components/securitySchemes/{pointer_token(name)}")
        written = data.get("type")
        kind = next((each for each in SCHEME_KINDS if each == written), None)
        if kind is None:
            hint = did_you_mean(str(written), SCHEME_KINDS)
            self._fault(f"{pointer}/type", f"unknown type of security scheme {written!r}{hint}")
            return None
        scheme, location = str(data.get("scheme", "")).lower(), str(data.get("in", ""))
        return Scheme(name, kind, scheme, location, str(data.get("name", "")), pointer)

    def _followed(self, value: Json, pointer: str) -> tuple[Mapping[str, Json], str]:
        """An object and its pointer, after following its `$ref`s within the document."""
        seen = {pointer}
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            ref = str(value["$ref"])
            goal = target(ref)
            if not ref.startswith("#/") or goal in seen:
                self._fault(pointer, f"the reference {ref!r} leads nowhere")
                return {}, pointer
            seen.add(goal)
            found = at(self._root, goal)
            if found is None:
                self._fault(pointer, f"the reference {ref!r} leads nowhere")
            value, pointer = found, goal
        return _mapping(value), pointer

    def _fault(self, pointer: str, message: str) -> None:
        self._findings.append(self._document.finding(pointer, message))


def _is_status(written: str) -> bool:
    if written == "default":
        return True
    return len(written) == 3 and written[0] in "12345" and (written[1:].isdecimal() or written[1:] == "XX")


def _encoding(data: Mapping[str, Json]) -> Encoding:
    content_type, style, explode = data.get("contentType"), data.get("style"), data.get("explode")
    return Encoding(
        content_type=content_type if isinstance(content_type, str) else None,
        style=style if isinstance(style, str) else None,
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=data.get("allowReserved") is True,
    )


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _sequence(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
