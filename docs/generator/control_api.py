"""The page of the control API, from its OpenAPI document."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import yaml

from generator.markdown import anchor, code, fenced, table
from generator.markdown import page as markdown_page
from generator.schema import HEAD, Describer, Schema
from mockserver.http.problem_types import URN

METHODS = ("get", "put", "post", "patch", "delete")
SHARED = ("BadRequest", "TokenNeeded", "Forbidden", "TooLarge", "BadData")  # described once, for all calls
INTRODUCTION = """
The control API drives a running server; [The control API](../control-api.md) shows how to use it. A running
server has this reference as an OpenAPI document, too: `GET /__mock/openapi.json`. The option
`--control-prefix` changes the prefix `/__mock`.
"""
SHARED_ANSWERS = """
## Answers that many calls share

Any call can be answered with 401 or 403, except `GET /__mock/health`. Calls that concern a session or have
a body can be answered with 400, those with a body also with 413, and those with a body or parameters with
422. The calls below do not repeat these answers.
"""


def page() -> str:
    text = files("mockserver.control").joinpath("openapi.yaml").read_text(encoding="utf-8")
    writer = Writer(yaml.safe_load(text))
    return markdown_page(
        "Control API calls",
        INTRODUCTION,
        writer.document["info"]["description"],
        "## All calls",
        writer.overview(),
        SHARED_ANSWERS,
        writer.shared_answers(),
        *writer.calls(),
        "## Objects",
        *writer.objects(),
    )


class Call:
    """One operation of the document."""

    def __init__(self, path: str, method: str, item: Schema) -> None:
        self.target = f"{method.upper()} /__mock{path}"
        self.operation: Schema = item[method]
        self.parameters: list[Schema] = [*item.get("parameters", ()), *self.operation.get("parameters", ())]


class Writer:
    """Writes the parts of the page."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self._components: Schema = document["components"]
        objects = {
            name: schema
            for name, schema in sorted(self._components["schemas"].items())
            if schema.get("properties") or "oneOf" in schema or "allOf" in schema
            if not is_problem(name, schema)
        }
        self._wholes = {part: name for name, schema in objects.items() for part in parts_of(schema)}
        self._objects = {name: schema for name, schema in objects.items() if name not in self._wholes}
        self._describer = Describer(document, self._link)
        self._calls = [
            Call(path, method, item)
            for path, item in document["paths"].items()
            for method in METHODS
            if method in item
        ]

    def _link(self, name: str) -> str | None:
        name = self._wholes.get(name, name)
        return f"[{name}](#{name.lower()})" if name in self._objects else None

    def overview(self) -> str:
        rows = (
            (f"[`{call.target}`](#{anchor(call.target)})", sentence(call.operation["summary"]))
            for call in self._calls
        )
        return table(("Call", "Purpose"), rows)

    def shared_answers(self) -> str:
        rows = []
        for name in SHARED:
            response = self._components["responses"][name]
            [example] = (media["example"] for media in response["content"].values())
            rows.append((str(example["status"]), response["description"], self._body_type(response)))
        return table(("Status", "Meaning", "Body"), rows)

    def calls(self) -> Iterator[str]:
        for tag in self.document["tags"]:
            yield f"## Calls: {tag['name']}"
            yield tag["description"]
            for call in self._calls:
                if tag["name"] in call.operation["tags"]:
                    yield from self._call(call)

    def _call(self, call: Call) -> Iterator[str]:
        yield f"### `{call.target}`"
        yield sentence(call.operation["summary"])
        yield call.operation.get("description", "")
        yield table(("Parameter", "In", "Type", "Description"), self._parameters(call))
        yield from self._request_body(call)
        rows = (
            (status, self._describer.resolved(response)["description"], self._body_type(response))
            for status, response in call.operation["responses"].items()
            if response.get("$ref", "").rpartition("/")[2] not in (*SHARED, "NoSessionKey")
        )
        yield table(("Status", "Meaning", "Body"), rows)
        yield from self._answer_example(call)

    def _parameters(self, call: Call) -> Iterator[tuple[str, ...]]:
        for parameter in map(self._describer.resolved, call.parameters):
            if parameter["name"] == "X-Mock-Session":
                continue  # of nearly all calls; the introduction explains it
            schema = parameter["schema"]
            mark = ", required" if parameter.get("required") else ""
            default = f" Default: {code(json.dumps(schema['default']))}." if "default" in schema else ""
            yield (
                code(parameter["name"]),
                parameter["in"],
                self._describer.type_of(schema) + mark,
                parameter.get("description", "") + default,
            )

    def _request_body(self, call: Call) -> Iterator[str]:
        for media_type, media in call.operation.get("requestBody", {"content": {}})["content"].items():
            schema = media["schema"]
            yield f"Request body ({code(media_type)}): {self._describer.type_of(schema)}."
            if "$ref" not in schema:
                yield table(HEAD, self._describer.rows(schema))
            example = self._example(media)
            if example is not None:
                yield json_block(example)

    def _example(self, media: Schema) -> Any:
        if "example" in media:
            return media["example"]
        named = [self._describer.resolved(each)["value"] for each in media.get("examples", {}).values()]
        return named[0] if named else None

    def _answer_example(self, call: Call) -> Iterator[str]:
        contents = self._describer.resolved(call.operation["responses"].get("200", {})).get("content", {})
        for media in contents.values():
            example = self._example(media)
            if example is not None:
                yield "Example of an answer:"
                yield json_block(example)

    def _body_type(self, response: Schema) -> str:
        """The type of an answer's body, or the names of its problems."""
        contents = self._describer.resolved(response).get("content", {})
        return " or ".join(
            " or ".join(f"[`{name}`](problems.md)" for name in self._problems(media["schema"]))
            or self._value_type(media["schema"])
            for media in contents.values()
        )

    def _value_type(self, schema: Schema) -> str:
        """The type of an answer: of an object without a section of its own, with its members."""
        is_closed = schema.get("additionalProperties") is False
        members = schema.get("properties", {}) if is_closed else {}
        types = (f"{code(name)} ({self._describer.type_of(member)})" for name, member in members.items())
        return f"object with {', '.join(types)}" if members else self._describer.type_of(schema)

    def _problems(self, schema: Schema) -> Iterator[str]:
        whole = self._describer.resolved(schema)
        for part in (*whole.get("anyOf", ()), *whole.get("oneOf", ())):
            yield from self._problems(part)
        kind: Schema = whole.get("properties", {}).get("type", {})
        for value in [kind["const"]] if "const" in kind else kind.get("enum", ()):
            if value.startswith(URN):
                yield value.removeprefix(URN)

    def objects(self) -> Iterator[str]:
        for name, schema in self._objects.items():
            yield f"### {name}"
            yield schema.get("description", "")
            yield table(HEAD, self._describer.rows(schema))


def is_problem(name: str, schema: Schema) -> bool:
    return name == "Problem" or "Problem" in parts_of(schema)


def parts_of(schema: Schema) -> list[str]:
    """The names of the schemas that this one combines."""
    return [part["$ref"].rpartition("/")[2] for part in schema.get("allOf", ()) if "$ref" in part]


def json_block(value: object) -> str:
    """A fenced block of JSON, on one line if it is short."""
    line = json.dumps(value, ensure_ascii=False)
    return fenced("json", line if len(line) <= 100 else json.dumps(value, ensure_ascii=False, indent=2))


def sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."
