"""The Markdown pages that vendors publish from their OpenAPI documents, read back into OpenAPI.

A page is one operation: a title, a line with method and path, then the sections `Parameters`, `Request body`,
`Responses` and `Security`. Prose in between becomes descriptions where OpenAPI has a place for them.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from mockserver.contract.description import LOCATIONS
from mockserver.contract.document.structure import METHODS
from mockserver.contract.markdown.blocks import BlockReader, introduction
from mockserver.contract.markdown.bullets import read_bullets
from mockserver.contract.markdown.outline import Block, Prose, Section, outline, slug
from mockserver.contract.markdown.schemes import requirements, scheme
from mockserver.data.json import Json
from mockserver.data.reading import BadData, pointer_token
from mockserver.data.source import Document
from mockserver.data.suggest import did_you_mean

_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|XX)|default")
_TEMPLATE = re.compile(r"/(?:[^{}]|\{[^{}]+\})*")


def read_page(text: str, path: Path) -> Document:
    """A page as an OpenAPI 3.0.3 document with one operation, and the page's line of each pointer.

    Nothing is resolved: a `$ref` may lead to a component that another page describes. Raises CannotRead with
    the page's line, what was found and what was expected.
    """
    page, reader = outline(text, path), BlockReader(path)
    target, chapters = _target(page, reader), _chapters(page, reader)
    reader.places.put("", page.title.line)
    reader.places.put("/paths", target.line)
    operation: dict[str, Json] = {
        "operationId": slug(page.title.text) or slug(f"{target.method} {target.template}"),
        "summary": page.title.text,
        **_described(part for part in page.parts if part.line != target.line),
        **_parameters(chapters.get("parameters"), target, reader),
        **_request_body(chapters.get("request body"), f"{target.pointer}/requestBody", reader),
        "responses": _responses(page, chapters.get("responses"), f"{target.pointer}/responses", reader),
        **_security(chapters.get("security"), f"{target.pointer}/security", reader),
    }
    components: dict[str, Json] = {"schemas": reader.schemas, "securitySchemes": reader.schemes}
    data: dict[str, Json] = {
        "openapi": "3.0.3",
        "info": {"title": page.title.text, "version": "0"},  # required, but a page names no version
        "paths": {target.template: {target.method: operation}},
        "components": {kind: members for kind, members in components.items() if members},
    }
    return Document(path, data, reader.places)


class _Target(Struct, frozen=True):
    """What the line `**PATCH** `/carts/{order_id}`` says."""

    line: int
    method: str
    template: str

    @property
    def pointer(self) -> str:
        return f"/paths/{pointer_token(self.template)}/{self.method}"


def _target(page: Section, reader: BlockReader) -> _Target:
    for line in page.parts:
        if not isinstance(line, Prose) or any(
            span.text.strip() for span in line.spans if span.style == "text"
        ):
            continue
        words = line.text.split()
        if len(words) != 2 or not (words[0].isupper() or words[1].startswith("/")):
            continue
        method, template = words[0].lower(), words[1]
        if method not in METHODS:
            raise reader.error(line.line, f"unknown method {words[0]!r}{did_you_mean(method, METHODS)}")
        if not template.startswith("/"):
            raise reader.error(line.line, f"the path is {template!r}; expected {'/' + template!r}")
        if not _TEMPLATE.fullmatch(template):
            raise reader.error(
                line.line, f"the path {template!r} has a brace without its pair, or an empty name"
            )
        return _Target(line.line, method, template)
    message = (
        "no line with method and path under the title; expected one such as '**PATCH** `/carts/{order_id}`'"
    )
    raise reader.error(page.title.line, message)


def _chapters(page: Section, reader: BlockReader) -> dict[str, Section]:
    """The sections by the start of their titles, so that "Request body (optional)" is one too."""
    chapters: dict[str, Section] = {}
    for section in page.sections:
        name = re.split(r"[^a-z ]", section.title.text.lower(), maxsplit=1)[0].strip()
        if name in chapters:
            first = chapters[name].title.line
            raise reader.error(
                section.title.line, f"{section.title.text!r} a second time, after line {first}"
            )
        chapters[name] = section
    return chapters


def _parameters(chapter: Section | None, target: _Target, reader: BlockReader) -> dict[str, Json]:
    found: dict[tuple[str, str], dict[str, Json]] = {}
    templated = re.findall(r"\{([^{}]+)\}", target.template)
    for section in chapter.sections if chapter else ():
        at = f"{target.pointer}/parameters/{len(found)}"
        reader.places.put(at, section.title.line)
        name, location, parameter = _parameter(section, at, reader)
        if (location, name) in found:
            raise reader.error(section.title.line, f"the {location} parameter {name!r} a second time")
        if location == "path" and name not in templated:
            message = f"the path {target.template!r} has no {{{name}}}{did_you_mean(name, templated)}"
            raise reader.error(section.title.line, message)
        found[location, name] = parameter
    for name in templated:
        if ("path", name) not in found:
            message = (
                f"the path parameter {name!r} is not described; expected '### `{name}` (_path_, required)'"
            )
            raise reader.error(target.line, f"{message} under '## Parameters'")
    return {"parameters": list(found.values())} if found else {}


def _parameter(section: Section, at: str, reader: BlockReader) -> tuple[str, str, dict[str, Json]]:
    """Name, location and the whole of a parameter such as '### `order_id` (_path_, required)'."""
    title, parts = section.title, list(section.all_parts())
    name = title.codes[0].strip() if title.codes else title.text.partition(" (")[0]
    words = re.findall(r"[\w-]+", title.text.replace(name, "", 1).lower())
    if not name or not words:
        message = f"a parameter {title.text!r}; expected such as '`order_id` (_path_, required)'"
        raise reader.error(title.line, message)
    if words[0] not in LOCATIONS:
        message = (
            f"unknown location {words[0]!r} of the parameter {name!r}{did_you_mean(words[0], LOCATIONS)}"
        )
        raise reader.error(title.line, message)
    bullets = read_bullets((part for part in parts if isinstance(part, Prose)), reader.path)
    shape = reader.shape(parts, at)
    parameter: dict[str, Json] = {"name": name, "in": words[0], **_described(bullets.prose)}
    if words[0] == "path" or ("required" in words and "not" not in words):
        parameter["required"] = True
    if "deprecated" in words:
        parameter["deprecated"] = True
    schema = shape.schema or {}
    parameter["schema"] = schema if "$ref" in schema else bullets.schema | schema
    examples = shape.examples or ({"example": bullets.examples[0]} if bullets.examples else {})
    return name, words[0], parameter | examples


def _request_body(chapter: Section | None, at: str, reader: BlockReader) -> dict[str, Json]:
    if chapter is None:
        return {}
    reader.places.put(at, chapter.title.line)
    parts = list(chapter.all_parts())
    content = reader.content(parts, f"{at}/content")
    if not content:  # "None."
        return {}
    intro = introduction(parts)
    required = not any(map(_says_optional, [chapter.title, *intro]))
    return {"requestBody": {**_described(intro), "required": required, "content": content}}


def _says_optional(line: Prose) -> bool:
    """`Request body (optional)`, `_Optional._`, `The body is optional.`, `**Required:** no`."""
    words = re.findall(r"[a-z]+", line.text.lower())
    if words[:1] == ["required"]:
        return words[1:2] in (["no"], ["false"])
    return words[:1] == ["optional"] or words[-2:] in (
        ["is", "optional"],
        ["body", "optional"],
        ["not", "required"],
    )


def _responses(page: Section, chapter: Section | None, at: str, reader: BlockReader) -> dict[str, Json]:
    if chapter is None or not chapter.sections:
        titles = ", ".join(section.title.text for section in page.sections) or "none"
        message = f"the page describes no responses (its sections: {titles})"
        line = chapter.title.line if chapter else page.title.line
        raise reader.error(line, f"{message}; expected '## Responses' and a status such as '### 200' beneath")
    reader.places.put(at, chapter.title.line)
    responses: dict[str, Json] = {}
    for section in chapter.sections:
        status = _status(section.title, reader)
        if status in responses:
            raise reader.error(section.title.line, f"the status {status} a second time; expected each once")
        reader.places.put(f"{at}/{status}", section.title.line)
        parts = list(section.all_parts())
        content = reader.content(parts, f"{at}/{status}/content")
        described = _described(introduction(parts)) or {"description": ""}  # OpenAPI requires one
        responses[status] = {**described, **({"content": content} if content else {})}
    return responses


def _status(title: Prose, reader: BlockReader) -> str:
    word = title.text.partition(" ")[0]
    status = word.lower() if word.lower() == "default" else word.upper()
    if not _STATUS.fullmatch(status):
        raise reader.error(title.line, f"{word!r} is no status; expected one such as 200, 4XX or default")
    return status


def _security(chapter: Section | None, at: str, reader: BlockReader) -> dict[str, Json]:
    """The operation's `security`; the schemes that it names go to the reader."""
    if chapter is None:
        return {}
    parts = list(chapter.all_parts())
    lines = [part for part in parts if isinstance(part, Prose)]
    block = next((part for part in parts if isinstance(part, Block) and part.is_json), None)
    if block:
        security, names = _requirements(block, at, reader)
    else:
        names = [line.label for line in lines if line.label]
        security = [{name: []} for name in names]
    for name in names:
        line = next((line for line in lines if line.label == name), None)
        reader.schemes[name] = scheme(name, line)
        reader.places.put(f"/components/securitySchemes/{pointer_token(name)}", (line or chapter.title).line)
    return {"security": security} if block or names else {}


def _requirements(block: Block, at: str, reader: BlockReader) -> tuple[Json, list[str]]:
    document = reader.json(block)
    reader.places.put(at, block.line, document)
    try:
        return document.data, requirements(document.data)
    except BadData as bad:
        fault = bad.errors[0]
        raise reader.error(reader.places(at + fault.pointer) or block.line, f"security: {fault}") from None


def _described(parts: Iterable[Prose | Block]) -> dict[str, Json]:
    prose = "\n\n".join(part.markdown for part in parts if isinstance(part, Prose))
    return {"description": prose} if prose else {}
