"""Parses a Markdown page into an outline: its headings with the prose and code blocks below them.

`mockserver.contract.markdown.page` interprets the outline.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct, field

from mockserver.data.source import CannotRead


class Span(Struct, frozen=True):
    """A run of text in one style: "text", "strong", "em" or "code"."""

    style: str
    text: str


class Prose(Struct, frozen=True):
    """A heading, a paragraph or a bullet; `line` counts from 1, `markdown` is the source text."""

    line: int
    markdown: str
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The text without markup, on one line."""
        return " ".join("".join(span.text for span in self.spans).split())

    @property
    def label(self) -> str:
        """`Type` in `**Type:** string` or `**Type**: string`; "" without such emphasis at the start."""
        if not self.spans or self.spans[0].style not in ("strong", "em"):
            return ""
        head, rest = self.spans[0].text.rstrip(), "".join(span.text for span in self.spans[1:])
        return head.removesuffix(":").strip() if head.endswith(":") or rest.startswith(":") else ""

    @property
    def value(self) -> tuple[Span, ...]:
        """The spans after the label and its colon; all spans if there is no label."""
        if not self.label or self.spans[0].text.rstrip().endswith(":"):
            return self.spans[1:] if self.label else self.spans
        return (Span("text", self.spans[1].text.removeprefix(":")), *self.spans[2:])

    @property
    def codes(self) -> list[str]:
        """The texts of the code spans."""
        return [span.text for span in self.spans if span.style == "code"]

    @property
    def alone(self) -> str:
        """The text of a line that consists of bold text only, or of one code span; otherwise ""."""
        marked = [span for span in self.spans if span.text.strip()]
        return marked[0].text.strip() if len(marked) == 1 and marked[0].style in ("strong", "code") else ""


class Block(Struct, frozen=True):
    """A fenced code block; `line` is the number of its first line of code."""

    line: int
    language: str
    text: str

    @property
    def is_json(self) -> bool:
        return self.language == "json" or (not self.language and self.text.lstrip()[:1] in ("{", "["))


class Section(Struct, frozen=True):
    """A heading with the prose, blocks and subsections below it."""

    title: Prose
    parts: list[Prose | Block] = field(default_factory=list)  # before the first subsection
    sections: list["Section"] = field(default_factory=list)

    def all_parts(self) -> Iterator[Prose | Block]:
        """Its parts and those of its subsections, whose headings count as prose."""
        yield from self.parts
        for section in self.sections:
            yield section.title
            yield from section.all_parts()


def outline(text: str, path: Path) -> Section:
    """The section of the page's title (`# ...`); raises CannotRead unless the page has exactly one title."""
    open_sections: list[tuple[int, Section]] = []
    for level, part in _parts(MarkdownIt("commonmark").parse(text)):
        if isinstance(part, Prose) and level == 1 and open_sections:
            first = open_sections[0][1].title
            message = f"the page has a second title {part.text!r}, after {first.text!r} on line {first.line}"
            raise CannotRead(path, part.line, f"{message}; expected one operation per page")
        if isinstance(part, Prose) and level and (open_sections or level == 1):
            while open_sections and open_sections[-1][0] >= level:
                open_sections.pop()
            section = Section(part)
            if open_sections:
                open_sections[-1][1].sections.append(section)
            open_sections.append((level, section))
        elif open_sections:
            open_sections[-1][1].parts.append(part)
    if not open_sections or not open_sections[0][1].title.text:
        raise CannotRead(path, 1, "the page has no title; expected a line such as '# Update a cart'")
    return open_sections[0][1]


def slug(text: str) -> str:
    """The text in lower-case ASCII letters, digits and hyphens: `update-a-cart` for `Update a cart`."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def _parts(tokens: list[Token]) -> Iterator[tuple[int, Prose | Block]]:
    """Headings with their level, other prose and code blocks with the level 0."""
    level = 0
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "inline":
            yield level, Prose(line, token.content, tuple(_spans(token, "strong" if level else "text")))
            level = 0
        elif token.type == "fence":
            yield 0, Block(line + 1, (token.info.split() or [""])[0].lower(), token.content)


def _spans(inline: Token, base: str) -> Iterator[Span]:
    """The runs of text in one style; `base` is the style of text without markup."""
    styles, run = [base], ""
    for token in inline.children or []:
        if token.type in ("strong_open", "em_open", "strong_close", "em_close", "code_inline"):
            if run:
                yield Span(styles[-1], run)
            run = ""
        if token.type == "code_inline":
            yield Span("code", token.content)
        elif token.type in ("strong_open", "em_open"):
            styles.append(token.type.removesuffix("_open"))
        elif token.type in ("strong_close", "em_close"):
            styles.pop()
        elif token.type in ("softbreak", "hardbreak"):
            run += " "
        else:
            run += token.content
    if run:
        yield Span(styles[-1], run)
