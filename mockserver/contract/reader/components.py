"""The parts that operations are made of, as values: parameters, bodies, responses, headers, examples."""

from collections.abc import Iterator, Mapping

from mockserver.contract.description import (
    LOCATIONS,
    Encoding,
    Header,
    MediaType,
    Parameter,
    RequestBody,
    Response,
    is_json,
)
from mockserver.contract.document.references import pointer_of, value_at
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token
from mockserver.data.source import Document, Finding

STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


class ComponentReader:
    """Reads the parts of one document whose references are local; `findings` has what is wrong."""

    def __init__(self, document: Document) -> None:
        self.root = mapping(document.data)
        self._document = document
        self._faults: dict[tuple[str, str], None] = {}  # each once: several operations may share a part

    def fault(self, pointer: str, message: str) -> None:
        self._faults[pointer, message] = None

    def findings(self) -> list[Finding]:
        return [self._document.finding(pointer, message) for pointer, message in self._faults]

    def followed(self, value: Json, pointer: str) -> tuple[Mapping[str, Json], str]:
        """An object and its pointer, after following its `$ref`s; one that leads nowhere stays as it is."""
        seen = {pointer}
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            goal = pointer_of(str(value["$ref"]))
            if goal in seen:
                self.fault(pointer, f"the reference {value['$ref']!r} leads nowhere: it goes in a circle")
                return {"$ref": value["$ref"]}, pointer
            seen.add(goal)
            found = value_at(self.root, goal) if str(value["$ref"]).startswith("#") else None
            if found is None:  # the bundle has named it
                return value, pointer
            value, pointer = found, goal
        return mapping(value), pointer

    def parameters(self, value: Json, above: str) -> dict[tuple[str, str], Parameter]:
        """The parameters of one list, by location and name."""
        found: dict[tuple[str, str], Parameter] = {}
        for index, each in enumerate(sequence(value)):
            parameter = self._parameter(each, f"{above}/parameters/{index}")
            if parameter is None:
                continue
            key = parameter.location, parameter.name
            if key in found:
                self.fault(parameter.pointer, f"the {key[0]} parameter {key[1]!r} is there already")
            found.setdefault(key, parameter)
        return found

    def _parameter(self, value: Json, pointer: str) -> Parameter | None:
        data, pointer = self.followed(value, pointer)
        name, location = data.get("name"), data.get("in")
        if "$ref" in data:
            return None
        if not isinstance(name, str) or location not in LOCATIONS:
            self.fault(pointer, f"a parameter has a name, and 'in' is one of {', '.join(LOCATIONS)}")
            return None
        examples = self._examples(data, pointer)
        content = next(iter(self.content(data, pointer).values()), None)
        style = str(data.get("style", STYLES[location]))
        return Parameter(
            name=name,
            location=location,
            required=location == "path" or data.get("required") is True,
            pointer=pointer,
            schema=f"{pointer}/schema" if "schema" in data else content.schema if content else None,
            example=next(iter((examples or (content.examples if content else {})).values()), None),
            style=style,
            explode=data.get("explode", style in ("form", "cookie")) is True,
            allow_reserved=data.get("allowReserved") is True,
            allow_empty=data.get("allowEmptyValue") is True,
            content=content.name if content else None,
        )

    def body(self, data: Mapping[str, Json], above: str) -> RequestBody | None:
        if "requestBody" not in data:
            return None
        body, pointer = self.followed(data["requestBody"], f"{above}/requestBody")
        return RequestBody(body.get("required") is True, self.content(body, pointer), pointer)

    def responses(self, data: Mapping[str, Json], above: str) -> dict[str, Response]:
        responses: dict[str, Response] = {}
        for status, value in mapping(data.get("responses")).items():
            if status.startswith("x-"):
                continue
            written = status.upper() if status != "default" else status
            response, pointer = self.followed(value, f"{above}/responses/{pointer_token(status)}")
            if not _is_status(written):
                self.fault(pointer, f"a status is 100 to 599, 1XX to 5XX or default, found {status!r}")
                continue
            content = self.content(response, pointer)
            codes = dict.fromkeys(
                code
                for name, media in content.items()
                if is_json(name) and media.schema
                for code in self._codes(media.schema)
            )
            headers = self._headers(response, pointer)
            responses[written] = Response(written, content, headers, pointer, tuple(codes))
        return responses

    def content(self, holder: Mapping[str, Json], above: str) -> dict[str, MediaType]:
        content: dict[str, MediaType] = {}
        for name, value in mapping(holder.get("content")).items():
            data, pointer = self.followed(value, f"{above}/content/{pointer_token(name)}")
            schema = f"{pointer}/schema" if "schema" in data else None
            encoding = {key: _encoding(mapping(each)) for key, each in mapping(data.get("encoding")).items()}
            examples = self._examples(data, pointer)
            content[name.lower()] = MediaType(name.lower(), pointer, schema, examples, encoding)
        return content

    def _headers(self, holder: Mapping[str, Json], above: str) -> tuple[Header, ...]:
        """The documented headers of a response; its content type has a place of its own."""
        headers: list[Header] = []
        for name, value in mapping(holder.get("headers")).items():
            data, pointer = self.followed(value, f"{above}/headers/{pointer_token(name)}")
            if name.lower() == "content-type" or "$ref" in data:
                continue
            examples = self._examples(data, pointer)
            content = next(iter(self.content(data, pointer).values()), None)
            headers.append(
                Header(
                    name=name,
                    required=data.get("required") is True,
                    pointer=pointer,
                    schema=f"{pointer}/schema" if "schema" in data else content.schema if content else None,
                    example=next(iter((examples or (content.examples if content else {})).values()), None),
                    explode=data.get("explode") is True,
                    content=content.name if content else None,
                )
            )
        return tuple(headers)

    def _examples(self, holder: Mapping[str, Json], above: str) -> dict[str, Json]:
        """Named examples, else the one of `example` under the name `example`."""
        found: dict[str, Json] = {}
        for name, value in mapping(holder.get("examples")).items():
            data, _ = self.followed(value, f"{above}/examples/{pointer_token(name)}")
            if "value" in data:
                found[name] = data["value"]
        if not found and "example" in holder:
            found["example"] = holder["example"]
        return found

    def _codes(self, schema: str) -> Iterator[str]:
        """The members of the `error` property's enum, wherever the schema's branches name it."""
        waiting, seen = [schema], set()
        while waiting:
            here = waiting.pop()
            data = mapping(value_at(self.root, here))
            if here in seen or not data:
                continue
            seen.add(here)
            if isinstance(reference := data.get("$ref"), str):
                waiting.append(pointer_of(reference))
            yield from self._codes_of(mapping(data.get("properties")).get("error"), here)
            for keyword in ("oneOf", "anyOf", "allOf"):
                count = len(sequence(data.get(keyword)))
                waiting += [f"{here}/{keyword}/{index}" for index in reversed(range(count))]

    def _codes_of(self, schema: Json, above: str) -> Iterator[str]:
        error, _ = self.followed(schema, f"{above}/properties/error")
        yield from (code for code in sequence(error.get("enum")) if isinstance(code, str))
        if isinstance(code := error.get("const"), str):
            yield code


def _is_status(written: str) -> bool:
    if written == "default":
        return True
    digits = written[1:]
    return len(written) == 3 and written[0] in "12345" and (digits == "XX" or digits.isdecimal())


def _encoding(data: Mapping[str, Json]) -> Encoding:
    content_type, style, explode = data.get("contentType"), data.get("style"), data.get("explode")
    return Encoding(
        content_type=content_type if isinstance(content_type, str) else None,
        style=style if isinstance(style, str) else None,
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=data.get("allowReserved") is True,
    )


def mapping(value: Json) -> dict[str, Json]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Json) -> list[Json]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
