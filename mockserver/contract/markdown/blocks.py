"""Reads a page's JSON blocks as schemas, components and examples by media type, and records their lines."""

import re
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from msgspec import Struct, field

from mockserver.contract.markdown.outline import Block, Prose, slug
from mockserver.data.json import Json, type_phrase
from mockserver.data.pointer import pointer_token
from mockserver.data.source import CannotRead, Document, parse

_REF = re.compile(r"#/components/schemas/([A-Za-z0-9._-]+)")
_MEDIA_TYPE = re.compile(
    r"(?:application|audio|font|image|message|model|multipart|text|video|\*)/[\w!#$&^.+*-]+(?:\s*;.*)?",
    re.ASCII,
)
_EXAMPLE = re.compile(r"(?:an |request |response )?examples?\b[\s:]*", re.IGNORECASE)


class LineMap(Struct, frozen=True):
    """Maps JSON Pointers of the OpenAPI document to lines of the page."""

    lines: dict[str, tuple[int, Document | None]] = field(default_factory=dict)

    def put(self, pointer: str, line: int, block: Document | None = None) -> None:
        """Set the line of a pointer; `block` is the parsed JSON block that starts there."""
        self.lines[pointer] = (line, block)

    def __call__(self, pointer: str) -> int | None:
        """The line of a pointer or of its nearest ancestor; None if no ancestor has one."""
        known = pointer
        while known and known not in self.lines:
            known = known.rpartition("/")[0]
        if known not in self.lines:
            return None
        line, block = self.lines[known]
        return line + ((block.line(pointer[len(known) :]) or 1) - 1 if block else 0)


class SchemaAndExamples(Struct, frozen=True):
    """The schema and examples of a media type or a parameter."""

    schema: dict[str, Json] | None
    examples: dict[str, Json]  # {}, {"example": ...} or {"examples": {name: {"value": ...}}}

    def as_members(self) -> dict[str, Json]:
        """The members of the media type object."""
        return ({} if self.schema is None else {"schema": self.schema}) | self.examples


class BlockReader:
    """Reads the JSON blocks of one page and collects components and lines.

    Methods that take a `pointer` read an object that has this pointer in the OpenAPI document.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = LineMap()
        self.schemas: dict[str, Json] = {}
        self.schemes: dict[str, Json] = {}

    def error(self, line: int, message: str) -> CannotRead:
        """An error about a line of the page."""
        return CannotRead(self.path, line, message)

    def parse_json(self, block: Block) -> Document:
        """Parse a block; raises CannotRead with the line of the page."""
        try:
            return parse(block.text, Path("block.json"))
        except CannotRead as error:
            finding = error.findings[0]
            raise self.error(block.line - 1 + (finding.line or 1), finding.message) from None

    def content(self, parts: Iterable[Prose | Block], pointer: str) -> dict[str, Json]:
        """The `content` object of parts in which each media type precedes its schema and examples."""
        groups: list[tuple[str, int, list[Prose | Block]]] = []
        for part in parts:
            if isinstance(part, Prose) and (name := media_type(part)):
                if name in (known for known, _, _ in groups):
                    raise self.error(part.line, f"the media type {name} is described twice; expected it once")
                groups.append((name, part.line, []))
            elif groups:
                groups[-1][2].append(part)
            elif isinstance(part, Block) and part.is_json:
                message = "a JSON block without a media type; expected '**application/json**' above it"
                raise self.error(part.line - 1, message)
        content: dict[str, Json] = {}
        for name, line, described_by in groups:
            media_pointer = f"{pointer}/{pointer_token(name)}"
            self.lines.put(media_pointer, line)
            content[name] = self.schema_and_examples(described_by, media_pointer).as_members()
        return content

    def schema_and_examples(self, parts: Iterable[Prose | Block], pointer: str) -> SchemaAndExamples:
        """The schema and examples among the parts.

        The first JSON block is the schema, and blocks after a line that starts with "Example" are examples.
        Other blocks are ignored.
        """
        schema: Block | None = None
        reference: Prose | None = None
        examples: list[tuple[str, Block]] = []
        example_name: str | None = None  # of the next block; None: it is not an example
        for part in parts:
            if isinstance(part, Prose) and part.label.lower() == "schema ref":
                reference, example_name = part, None
            elif isinstance(part, Prose):
                example_name = _example_name(part, example_name)
            elif part.is_json and example_name is not None:
                examples.append((example_name, part))
            elif part.is_json and schema is None:
                schema = part
        return SchemaAndExamples(
            self._schema(schema, reference, f"{pointer}/schema"), self._examples(examples, pointer)
        )

    def _schema(self, block: Block | None, reference: Prose | None, pointer: str) -> dict[str, Json] | None:
        document = self.parse_json(block) if block else None
        if document and block and not isinstance(document.data, dict):
            raise self.error(
                block.line, f"expected an object as the schema, found {type_phrase(document.data)}"
            )
        schema = document.data if document and isinstance(document.data, dict) else None
        if reference is None:
            if block:
                self.lines.put(pointer, block.line, document)
            return schema
        self.lines.put(pointer, reference.line)
        match = _REF.fullmatch(reference.codes[0]) if reference.codes else None
        if match is None:
            message = f"invalid schema reference {reference.text!r}; expected `#/components/schemas/NAME`"
            raise self.error(reference.line, message)
        if block and document and schema is not None:
            self._component(match[1], schema, block, document)
        return {"$ref": match[0]}

    def _component(self, name: str, schema: dict[str, Json], block: Block, document: Document) -> None:
        pointer = f"/components/schemas/{name}"
        if name in self.schemas and self.schemas[name] != schema:
            raise self.error(
                block.line, f"the schema {name} differs from the one on line {self.lines(pointer)}"
            )
        if name not in self.schemas:
            self.schemas[name] = schema
            self.lines.put(pointer, block.line, document)

    def _examples(self, blocks: list[tuple[str, Block]], pointer: str) -> dict[str, Json]:
        """The member `example` for one block without a name, otherwise `examples`."""
        if [name for name, _ in blocks] == [""]:
            document = self.parse_json(blocks[0][1])
            self.lines.put(f"{pointer}/example", blocks[0][1].line, document)
            return {"example": document.data}
        named: dict[str, Json] = {}
        for number, (name, block) in enumerate(blocks, start=1):
            key = name if name and name not in named else f"{name or 'example'}-{number}"
            document = self.parse_json(block)
            named[key] = {"value": document.data}
            self.lines.put(f"{pointer}/examples/{key}/value", block.line, document)
        return {"examples": named} if named else {}


def media_type(line: Prose) -> str:
    """The media type that a line consists of, or that follows its label; otherwise ""."""
    text = "".join(span.text for span in line.value) if line.label else line.alone
    match = _MEDIA_TYPE.fullmatch(text.strip())
    return match[0] if match else ""


def introduction(parts: Iterable[Prose | Block]) -> list[Prose]:
    """The prose before the first media type, which becomes a description."""
    before = takewhile(lambda part: isinstance(part, Block) or not media_type(part), parts)
    return [part for part in before if isinstance(part, Prose)]


def _example_name(line: Prose, current: str | None) -> str | None:
    """The name of the example that a line announces, "" if it has none; otherwise `current`.

    Between examples, a line that is only bold text or a code span names the next one.
    """
    announced = _EXAMPLE.match(line.text)
    if announced and (
        line.spans[0].style != "text" or line.text.endswith(":") or announced.end() == len(line.text)
    ):
        return slug(line.text[announced.end() :])
    return slug(line.alone) if current is not None and line.alone else current
