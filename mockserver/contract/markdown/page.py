"""Converts a Markdown page, which a vendor generated from an OpenAPI document, back into OpenAPI.

A page describes one operation: a title, a line with method and path, and the sections `Parameters`,
`Request body`, `Responses` and `Security`. Other prose becomes descriptions where OpenAPI has them.
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
from mockserver.data.pointer import pointer_token
from mockserver.data.reading import BadData
from mockserver.data.source import Document
from mockserver.data.suggest import did_you_mean

_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|XX)|default")
_PATH_TEMPLATE = re.compile(r"/(?:[^{}]|\{[^{}/]+\})*")


def read_page(text: str, path: Path) -> Document:
    """Convert a page into an OpenAPI 3.0.3 document with one operation, which knows the page's lines.

    References are not resolved, because another page may describe their targets. Raises CannotRead with the
    page's line, what was found and what was expected.
    """
    page, reader = outline(text, path), BlockReader(path)
    target, sections = _target(page, reader), _sections(page, reader)
    reader.lines.put("", page.title.line)
    reader.lines.put("/paths", target.line)
    operation: dict[str, Json] = {
        "operationId": slug(page.title.text) or slug(f"{target.method} {target.template}"),
        "summary": page.title.text,
        **_description(part for part in page.parts if part.line != target.line),
        **_parameters(sections.get("parameters"), target, reader),
        **_request_body(sections.get("request body"), f"{target.pointer}/requestBody", reader),
        "responses": _responses(page, sections.get("responses"), f"{target.pointer}/responses", reader),
        **_security(sections.get("security"), f"{target.pointer}/security", reader),
    }
    components: dict[str, Json] = {"schemas": reader.schemas, "securitySchemes": reader.schemes}
    data: dict[str, Json] = {
        "openapi": "3.0.3",
        "info": {"title": page.title.text, "version": "0"},  # OpenAPI requires a version, and a page has none
        "paths": {target.template: {target.method: operation}},
        "components": {kind: members for kind, members in components.items() if members},
    }
    return Document(path, data, reader.lines)


class _Target(Struct, frozen=True):
    """The method and path template of a line such as `**PATCH** `/carts/{order_id}``."""

    line: int
    method: str
    template: str

    @property
    def pointer(self) -> str:
        return f"/paths/{pointer_token(self.template)}/{self.method}"


def _target(page: Section, reader: BlockReader) -> _Target:
    """The method and path of the first line under the title that has both; raises CannotRead."""
    for line in page.parts:
        if not isinstance(line, Prose) or _has_plain_text(line):
            continue
        words = line.text.split()
        if len(words) != 2 or not (words[0].isupper() or words[1].startswith("/")):
            continue
        method, template = words[0].lower(), words[1]
        if method not in METHODS:
            raise reader.error(line.line, f"unknown method {words[0]!r}{did_you_mean(method, METHODS)}")
        if not template.startswith("/"):
            raise reader.error(line.line, f"the path is {template!r}; expected {'/' + template!r}")
        if not _PATH_TEMPLATE.fullmatch(template):
            message = f"the path {template!r} has an unmatched brace or an empty parameter name"
            raise reader.error(line.line, message)
        return _Target(line.line, method, template)
    message = (
        "no line with method and path under the title; expected '**PATCH** `/carts/{order_id}`' or similar"
    )
    raise reader.error(page.title.line, message)


def _has_plain_text(line: Prose) -> bool:
    return any(span.text.strip() for span in line.spans if span.style == "text")


def _sections(page: Section, reader: BlockReader) -> dict[str, Section]:
    """The page's sections by the first words of their titles, such as `request body`."""
    sections: dict[str, Section] = {}
    for section in page.sections:
        name = re.split(r"[^a-z ]", section.title.text.lower(), maxsplit=1)[0].strip()
        if name in sections:
            first = sections[name].title.line
            message = f"the section {section.title.text!r} occurs twice, first on line {first}"
            raise reader.error(section.title.line, message)
        sections[name] = section
    return sections


def _parameters(section: Section | None, target: _Target, reader: BlockReader) -> dict[str, Json]:
    found: dict[tuple[str, str], dict[str, Json]] = {}
    templated = re.findall(r"\{([^{}]+)\}", target.template)
    for subsection in section.sections if section else ():
        line = subsection.title.line
        pointer = f"{target.pointer}/parameters/{len(found)}"
        reader.lines.put(pointer, line)
        name, location, parameter = _parameter(subsection, pointer, reader)
        if (location, name) in found:
            raise reader.error(line, f"the {location} parameter {name!r} is described twice")
        if location == "path" and name not in templated:
            message = f"the path {target.template!r} has no {{{name}}}{did_you_mean(name, templated)}"
            raise reader.error(line, message)
        found[location, name] = parameter
    for name in templated:
        if ("path", name) not in found:
            message = f"the path parameter {name!r} is not described"
            expected = f"expected '### `{name}` (_path_, required)' under '## Parameters'"
            raise reader.error(target.line, f"{message}; {expected}")
    return {"parameters": list(found.values())} if found else {}


def _parameter(section: Section, pointer: str, reader: BlockReader) -> tuple[str, str, dict[str, Json]]:
    """The name, location and parameter object of a section '### `order_id` (_path_, required)'."""
    title, parts = section.title, list(section.all_parts())
    name = title.codes[0].strip() if title.codes else title.text.partition(" (")[0]
    words = re.findall(r"[\w-]+", title.text.replace(name, "", 1).lower())
    if not name or not words:
        message = f"the parameter {title.text!r} has no name or no location"
        raise reader.error(title.line, f"{message}; expected '`order_id` (_path_, required)' or similar")
    if words[0] not in LOCATIONS:
        hint = did_you_mean(words[0], LOCATIONS)
        raise reader.error(title.line, f"unknown location {words[0]!r} of the parameter {name!r}{hint}")
    bullets = read_bullets((part for part in parts if isinstance(part, Prose)), reader.path)
    described = reader.schema_and_examples(parts, pointer)
    parameter: dict[str, Json] = {"name": name, "in": words[0], **_description(bullets.prose)}
    if words[0] == "path" or ("required" in words and "not" not in words):
        parameter["required"] = True
    if "deprecated" in words:
        parameter["deprecated"] = True
    schema = described.schema or {}
    parameter["schema"] = schema if "$ref" in schema else bullets.schema | schema
    examples = described.examples or ({"example": bullets.examples[0]} if bullets.examples else {})
    return name, words[0], parameter | examples


def _request_body(section: Section | None, pointer: str, reader: BlockReader) -> dict[str, Json]:
    if section is None:
        return {}
    reader.lines.put(pointer, section.title.line)
    parts = list(section.all_parts())
    content = reader.content(parts, f"{pointer}/content")
    if not content:  # for example the sentence "None."
        return {}
    intro = introduction(parts)
    required = not any(map(_says_optional, [section.title, *intro]))
    return {"requestBody": {**_description(intro), "required": required, "content": content}}


def _says_optional(line: Prose) -> bool:
    """Whether a line says that the body is optional.

    Examples: `Request body (optional)`, `_Optional._`, `The body is optional.`, `**Required:** no`.
    """
    words = re.findall(r"[a-z]+", line.text.lower())
    if words[:1] == ["required"]:
        return words[1:2] in (["no"], ["false"])
    return words[:1] == ["optional"] or words[-2:] in (
        ["is", "optional"],
        ["body", "optional"],
        ["not", "required"],
    )


def _responses(page: Section, section: Section | None, pointer: str, reader: BlockReader) -> dict[str, Json]:
    if section is None or not section.sections:
        titles = ", ".join(each.title.text for each in page.sections) or "none"
        message = f"the page describes no responses (its sections: {titles})"
        line = section.title.line if section else page.title.line
        raise reader.error(line, f"{message}; expected '## Responses' with subsections such as '### 200'")
    reader.lines.put(pointer, section.title.line)
    responses: dict[str, Json] = {}
    for subsection in section.sections:
        status = _status(subsection.title, reader)
        if status in responses:
            raise reader.error(
                subsection.title.line, f"the status {status} is described twice; expected it once"
            )
        reader.lines.put(f"{pointer}/{status}", subsection.title.line)
        parts = list(subsection.all_parts())
        content = reader.content(parts, f"{pointer}/{status}/content")
        described = _description(introduction(parts)) or {"description": ""}  # required by OpenAPI
        responses[status] = {**described, **({"content": content} if content else {})}
    return responses


def _status(title: Prose, reader: BlockReader) -> str:
    word = title.text.partition(" ")[0]
    status = word.lower() if word.lower() == "default" else word.upper()
    if not _STATUS.fullmatch(status):
        raise reader.error(
            title.line, f"{word!r} is not a valid status; expected one such as 200, 4XX or default"
        )
    return status


def _security(section: Section | None, pointer: str, reader: BlockReader) -> dict[str, Json]:
    """The operation's `security`; the security schemes that it names are added to the reader."""
    if section is None:
        return {}
    parts = list(section.all_parts())
    lines = [part for part in parts if isinstance(part, Prose)]
    block = next((part for part in parts if isinstance(part, Block) and part.is_json), None)
    if block:
        security, names = _requirements(block, pointer, reader)
    else:
        names = [line.label for line in lines if line.label]
        security = [{name: []} for name in names]
    _add_schemes(names, lines, section.title, reader)
    return {"security": security} if block or names else {}


def _add_schemes(names: list[str], lines: list[Prose], title: Prose, reader: BlockReader) -> None:
    """Add the security schemes to the reader; the line with a scheme's name as its label describes it."""
    labelled = {line.label: line for line in reversed(lines)}
    for name in names:
        line = labelled.get(name)
        reader.schemes[name] = scheme(name, line)
        reader.lines.put(f"/components/securitySchemes/{pointer_token(name)}", (line or title).line)


def _requirements(block: Block, pointer: str, reader: BlockReader) -> tuple[Json, list[str]]:
    """The security requirements in a JSON block, and the names of their schemes."""
    document = reader.parse_json(block)
    reader.lines.put(pointer, block.line, document)
    try:
        return document.data, requirements(document.data)
    except BadData as bad:
        error = bad.errors[0]
        raise reader.error(
            reader.lines(pointer + error.pointer) or block.line, f"security: {error}"
        ) from None


def _description(parts: Iterable[Prose | Block]) -> dict[str, Json]:
    """The member `description` with the prose among the parts; no member if there is no prose."""
    prose = "\n\n".join(part.markdown for part in parts if isinstance(part, Prose))
    return {"description": prose} if prose else {}
