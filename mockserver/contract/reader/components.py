"""Reads the objects that OpenAPI keeps under `components`: parameters, request bodies, responses, headers."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mockserver.contract.description import (
    LOCATIONS,
    UNNAMED,
    Encoding,
    Header,
    MediaType,
    Parameter,
    RequestBody,
    Response,
    is_json,
)
from mockserver.contract.document.references import pointer_of, schemas_at, value_at
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.pointer import pointer_token
from mockserver.data.source import Document, Finding

DEFAULT_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


class _ValueDescription(Struct, frozen=True):
    """What a parameter or header says of its value, by `schema` or by its one entry of `content`."""

    schema: str | None  # pointer of the schema
    examples: Mapping[str, Json]  # by name
    media_type: str | None  # the key in `content`


class ComponentReader:
    """Reads the objects of one document, in which all references are local, and collects findings.

    Methods that read an object take the object that holds it, and the pointer of that holder.
    """

    def __init__(self, document: Document) -> None:
        self.root = object_or_empty(document.data)
        self._document = document
        self._errors: dict[tuple[str, str], None] = {}  # no duplicates: operations may share an object

    def add_finding(self, pointer: str, message: str) -> None:
        """Record a defect of the document, once."""
        self._errors[pointer, message] = None

    def findings(self) -> list[Finding]:
        """All findings, in the order in which they were found."""
        return [self._document.finding(pointer, message) for pointer, message in self._errors]

    def resolve(self, value: Json, pointer: str) -> tuple[Mapping[str, Json], str]:
        """Follow the `$ref`s of an object; return the object that they lead to and its pointer.

        An object whose `$ref` cannot be resolved is returned as it is.
        """
        seen = {pointer}
        while isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
            target = pointer_of(reference)
            if target in seen:
                self.add_finding(pointer, f"the reference {reference!r} is circular")
                return {"$ref": reference}, pointer
            seen.add(target)
            found = value_at(self.root, target) if reference.startswith("#") else None
            if found is None:  # bundling has reported it
                return value, pointer
            value, pointer = found, target
        return object_or_empty(value), pointer

    def parameters(self, value: Json, holder_pointer: str) -> dict[tuple[str, str], Parameter]:
        """The parameters of an array of parameter objects, by location and name."""
        found: dict[tuple[str, str], Parameter] = {}
        for index, each in enumerate(array_or_empty(value)):
            parameter = self._parameter(each, f"{holder_pointer}/parameters/{index}")
            if parameter is None:
                continue
            key = parameter.location, parameter.name
            if key in found:
                self.add_finding(parameter.pointer, f"the {key[0]} parameter {key[1]!r} is described twice")
            found.setdefault(key, parameter)
        return found

    def _parameter(self, value: Json, pointer: str) -> Parameter | None:
        data, pointer = self.resolve(value, pointer)
        name, location = data.get("name"), data.get("in")
        if "$ref" in data:
            return None
        if not isinstance(name, str) or location not in LOCATIONS:
            message = f"a parameter must have a 'name', and its 'in' must be one of {', '.join(LOCATIONS)}"
            self.add_finding(pointer, message)
            return None
        described = self._value_description(data, pointer)
        style = str(data.get("style", DEFAULT_STYLES[location]))
        return Parameter(
            name=name,
            location=location,
            required=location == "path" or data.get("required") is True,
            pointer=pointer,
            schema=described.schema,
            example=next(iter(described.examples.values()), None),
            style=style,
            explode=data.get("explode", style in ("form", "cookie")) is True,
            allow_reserved=data.get("allowReserved") is True,
            allow_empty=data.get("allowEmptyValue") is True,
            content=described.media_type,
        )

    def request_body(self, operation: Mapping[str, Json], holder_pointer: str) -> RequestBody | None:
        """The request body of an operation object; None if it has none."""
        if "requestBody" not in operation:
            return None
        body, pointer = self.resolve(operation["requestBody"], f"{holder_pointer}/requestBody")
        return RequestBody(body.get("required") is True, self._content(body, pointer), pointer)

    def responses(self, operation: Mapping[str, Json], holder_pointer: str) -> dict[str, Response]:
        """The responses of an operation object, by status (`200`, `4XX`, `default`)."""
        responses: dict[str, Response] = {}
        for key, value in object_or_empty(operation.get("responses")).items():
            if key.startswith("x-"):
                continue
            status = key.upper() if key != "default" else key
            data, pointer = self.resolve(value, f"{holder_pointer}/responses/{pointer_token(key)}")
            if not _is_status(status):
                message = f"expected a status from 100 to 599, 1XX to 5XX or 'default', found {key!r}"
                self.add_finding(pointer, message)
                continue
            content = self._content(data, pointer)
            headers = self._headers(data, pointer)
            responses[status] = Response(status, content, headers, pointer, self._error_codes(content))
        return responses

    def _content(self, holder: Mapping[str, Json], holder_pointer: str) -> dict[str, MediaType]:
        """The media type objects under `content`, by media type in lower case."""
        content: dict[str, MediaType] = {}
        for key, value in object_or_empty(holder.get("content")).items():
            data, pointer = self.resolve(value, f"{holder_pointer}/content/{pointer_token(key)}")
            name = key.lower()
            schema = f"{pointer}/schema" if "schema" in data else None
            encoding = {
                part: self.encoding(each, f"{pointer}/encoding/{pointer_token(part)}")
                for part, each in object_or_empty(data.get("encoding")).items()
            }
            content[name] = MediaType(name, pointer, schema, self._examples(data, pointer), encoding)
        return content

    def encoding(self, value: Json, pointer: str) -> Encoding:
        """An encoding object; its headers, without Content-Type, are read like those of a request."""
        data = object_or_empty(value)
        content_type, style, explode = data.get("contentType"), data.get("style"), data.get("explode")
        return Encoding(
            content_type=content_type if isinstance(content_type, str) else None,
            style=style if isinstance(style, str) else None,
            explode=explode if isinstance(explode, bool) else None,
            allow_reserved=data.get("allowReserved") is True,
            headers=tuple(map(_request_header, self._headers(data, pointer))),
        )

    def _headers(self, response: Mapping[str, Json], holder_pointer: str) -> tuple[Header, ...]:
        """The headers of a response or of a part, without Content-Type, which is described elsewhere."""
        headers: list[Header] = []
        for name, value in object_or_empty(response.get("headers")).items():
            data, pointer = self.resolve(value, f"{holder_pointer}/headers/{pointer_token(name)}")
            if name.lower() == "content-type" or "$ref" in data:
                continue
            described = self._value_description(data, pointer)
            headers.append(
                Header(
                    name=name,
                    required=data.get("required") is True,
                    pointer=pointer,
                    schema=described.schema,
                    examples=described.examples,
                    explode=data.get("explode") is True,
                    content=described.media_type,
                )
            )
        return tuple(headers)

    def _value_description(self, data: Mapping[str, Json], pointer: str) -> _ValueDescription:
        """The schema and examples of a parameter or header object; its own come before those of `content`."""
        media = next(iter(self._content(data, pointer).values()), None)
        examples = self._examples(data, pointer) or (media.examples if media else {})
        return _ValueDescription(
            schema=f"{pointer}/schema" if "schema" in data else media.schema if media else None,
            examples=examples,
            media_type=media.name if media else None,
        )

    def _examples(self, holder: Mapping[str, Json], holder_pointer: str) -> dict[str, Json]:
        """The values of `examples` by name; without one, the value of `example`, by the name `example`."""
        found: dict[str, Json] = {}
        for name, value in object_or_empty(holder.get("examples")).items():
            data, _ = self.resolve(value, f"{holder_pointer}/examples/{pointer_token(name)}")
            if "value" in data:
                found[name] = data["value"]
        if not found and "example" in holder:
            found[UNNAMED] = holder["example"]
        return found

    def _error_codes(self, content: Mapping[str, MediaType]) -> tuple[str, ...]:
        """The error codes that a response's JSON schemas list, without duplicates."""
        schemas = [media.schema for name, media in content.items() if is_json(name) and media.schema]
        return tuple(dict.fromkeys(code for schema in schemas for code in self._codes_of_schema(schema)))

    def _codes_of_schema(self, schema_pointer: str) -> Iterator[str]:
        """The codes of the property `error` in a schema, its references, `oneOf`, `anyOf` and `allOf`."""
        for pointer, schema in schemas_at(self.root, schema_pointer).items():
            error = object_or_empty(schema.get("properties")).get("error")
            yield from self._codes_of_property(error, f"{pointer}/properties/error")

    def _codes_of_property(self, schema: Json, pointer: str) -> Iterator[str]:
        """The strings that the schema of the property `error` lists as `enum` or `const`."""
        error, _ = self.resolve(schema, pointer)
        yield from (code for code in array_or_empty(error.get("enum")) if isinstance(code, str))
        if isinstance(code := error.get("const"), str):
            yield code


def _is_status(key: str) -> bool:
    """Whether a key of `responses` in upper case is `default`, a status code or a range such as `4XX`."""
    if key == "default":
        return True
    digits = key[1:]
    return len(key) == 3 and key[0] in "12345" and (digits == "XX" or digits.isdecimal())


def _request_header(header: Header) -> Parameter:
    """The parameter that a header of a request is read as."""
    return Parameter(
        name=header.name,
        location="header",
        required=header.required,
        pointer=header.pointer,
        schema=header.schema,
        example=next(iter(header.examples.values()), None),
        style="simple",
        explode=header.explode,
        allow_reserved=False,
        allow_empty=False,
        content=header.content,
    )
