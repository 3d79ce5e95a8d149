"""What a page's blocks of JSON say: schemas, components and examples, by media type; and where they stand."""

import re
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from msgspec import Struct, field

from mockserver.contract.markdown.outline import Block, Prose, slug
from mockserver.data.json import Json, type_phrase
from mockserver.data.reading import pointer_token
from mockserver.data.source import CannotRead, Document, parse

_REF = re.compile(r"#/components/schemas/([A-Za-z0-9._-]+)")
_MEDIA_TYPE = re.compile(
    r"(?:application|audio|font|image|message|model|multipart|text|video|\*)/[\w!#$&^.+*-]+(?:\s*;.*)?",
    re.ASCII,
)
_EXAMPLE = re.compile(r"(?:an |request |response )?examples?\b[\s:]*", re.IGNORECASE)


class LineMap(Struct, frozen=True):
    """The line of a pointer, or of its nearest ancestor; inside a block its own finder goes on."""

    lines: dict[str, tuple[int, Document | None]] = field(default_factory=dict)

    def put(self, pointer: str, line: int, block: Document | None = None) -> None:
        self.lines[pointer] = (line, block)

    def __call__(self, pointer: str) -> int | None:
        known = pointer
        while known and known not in self.lines:
            known = known.rpartition("/")[0]
        if known not in self.lines:
            return None
        line, block = self.lines[known]
        return line + ((block.line(pointer[len(known) :]) or 1) - 1 if block else 0)


class SchemaAndExamples(Struct, frozen=True):
    """A schema and its examples, ready for a media type or a parameter."""

    schema: dict[str, Json] | None
    examples: dict[str, Json]  # {}, {"example": ...} or {"examples": {name: {"value": ...}}}

    def as_members(self) -> dict[str, Json]:
        return ({} if self.schema is None else {"schema": self.schema}) | self.examples


class BlockReader:
    """Reads one page's blocks, and keeps the components and lines that it meets."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.places = LineMap()
        self.schemas: dict[str, Json] = {}
        self.schemes: dict[str, Json] = {}

    def error(self, line: int, message: str) -> CannotRead:
        return CannotRead(self.path, line, message)

    def json(self, block: Block) -> Document:
        """The block's data and lines; raises CannotRead with the page's line."""
        try:
            return parse(block.text, Path("block.json"))
        except CannotRead as error:
            finding = error.findings[0]
            raise self.error(block.line - 1 + (finding.line or 1), finding.message) from None

    def content(self, parts: Iterable[Prose | Block], at: str) -> dict[str, Json]:
        """The media types that the parts name, each with what stands beneath it; `at` is their pointer."""
        groups: list[tuple[str, int, list[Prose | Block]]] = []
        for part in parts:
            if isinstance(part, Prose) and (name := media_type(part)):
                if name in (known for known, _, _ in groups):
                    raise self.error(part.line, f"{name} a second time; expected each media type once")
                groups.append((name, part.line, []))
            elif groups:
                groups[-1][2].append(part)
            elif isinstance(part, Block) and part.is_json:
                message = "a block of JSON without a media type; expected '**application/json**' above it"
                raise self.error(part.line - 1, message)
        content: dict[str, Json] = {}
        for name, line, beneath in groups:
            pointer = f"{at}/{pointer_token(name)}"
            self.places.put(pointer, line)
            content[name] = self.shape(beneath, pointer).as_members()
        return content

    def shape(self, parts: Iterable[Prose | Block], at: str) -> SchemaAndExamples:
        """The first block of JSON is the schema; those after a line that says "Example" are examples.

        Further blocks that nothing announces illustrate the page, and are left to it.
        """
        schema: Block | None = None
        reference: Prose | None = None
        examples: list[tuple[str, Block]] = []
        caption: str | None = None
        for part in parts:
            if isinstance(part, Prose) and part.label.lower() == "schema ref":
                reference, caption = part, None
            elif isinstance(part, Prose):
                caption = _caption(part, caption)
            elif part.is_json and caption is not None:
                examples.append((caption, part))
            elif part.is_json and schema is None:
                schema = part
        return SchemaAndExamples(
            self._schema(schema, reference, f"{at}/schema"), self._examples(examples, at)
        )

    def _schema(self, block: Block | None, reference: Prose | None, at: str) -> dict[str, Json] | None:
        document = self.json(block) if block else None
        if document and block and not isinstance(document.data, dict):
            raise self.error(block.line, f"a schema is an object, found {type_phrase(document.data)}")
        schema = document.data if document and isinstance(document.data, dict) else None
        if reference is None:
            if block:
                self.places.put(at, block.line, document)
            return schema
        self.places.put(at, reference.line)
        match = _REF.fullmatch(reference.codes[0]) if reference.codes else None
        if match is None:
            message = f"a schema reference {reference.text!r}; expected `#/components/schemas/NAME`"
            raise self.error(reference.line, message)
        if block and document and schema is not None:
            self._component(match[1], schema, block, document)
        return {"$ref": match[0]}

    def _component(self, name: str, schema: dict[str, Json], block: Block, document: Document) -> None:
        at = f"/components/schemas/{name}"
        if name in self.schemas and self.schemas[name] != schema:
            raise self.error(block.line, f"another schema {name} than on line {self.places(at)}")
        if name not in self.schemas:
            self.schemas[name] = schema
            self.places.put(at, block.line, document)

    def _examples(self, blocks: list[tuple[str, Block]], at: str) -> dict[str, Json]:
        """One without a name is the `example`; named ones, or several, are `examples`."""
        if [name for name, _ in blocks] == [""]:
            document = self.json(blocks[0][1])
            self.places.put(f"{at}/example", blocks[0][1].line, document)
            return {"example": document.data}
        named: dict[str, Json] = {}
        for number, (name, block) in enumerate(blocks, start=1):
            key = name if name and name not in named else f"{name or 'example'}-{number}"
            document = self.json(block)
            named[key] = {"value": document.data}
            self.places.put(f"{at}/examples/{key}/value", block.line, document)
        return {"examples": named} if named else {}


def media_type(line: Prose) -> str:
    """`application/json` of a line that is nothing else, or that labels it; else nothing."""
    text = "".join(span.text for span in line.value) if line.label else line.alone
    match = _MEDIA_TYPE.fullmatch(text.strip())
    return match[0] if match else ""


def introduction(parts: Iterable[Prose | Block]) -> list[Prose]:
    """The prose before the first media type."""
    before = takewhile(lambda part: isinstance(part, Block) or not media_type(part), parts)
    return [part for part in before if isinstance(part, Prose)]


def _caption(line: Prose, current: str | None) -> str | None:
    """The example's name ("" for none) where the line says so; a title among examples names the next."""
    announced = _EXAMPLE.match(line.text)
    if announced and (
        line.spans[0].style != "text" or line.text.endswith(":") or announced.end() == len(line.text)
    ):
        return slug(line.text[announced.end() :])
    return slug(line.alone) if current is not None and line.alone else current
