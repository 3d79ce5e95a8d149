"""README.md and docs/ as data: pages, their fenced blocks, sections and tables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from tests.support.paths import ROOT

PAGES = ("README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")))
OUTPUTS = ("text", "json")  # such a block after a block of `sh` is what that one prints
_MARK = re.compile(r"<!-- ([a-z ]+)(?:: (.+?))? -->")
_NAMED = re.compile(r"(?:#|//) ([\w./-]+\.(?:yaml|toml|py|ts))\b")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `marks` are those of the HTML comments right before it, `section` its `##` heading."""

    page: str
    section: str
    number: int  # in its page, from 1
    language: str
    text: str
    marks: Mapping[str, str] = field(hash=False, compare=False)
    source: "Block | None" = None  # the block of `sh` whose output this one shows

    @property
    def id(self) -> str:
        return f"{Path(self.page).stem}-{self.number}-{self.language}"

    @property
    def file(self) -> str | None:
        """The name that the block's first line gives it as a comment: `# openapi.yaml`."""
        named = _NAMED.match(self.text)
        return named[1] if named else None


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """The text below a `##` heading of a page."""
    return read(page).split(f"\n## {heading}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of each row of a Markdown table, without its head."""
    lines = [line.strip().strip("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)] for line in lines[2:]]


@cache
def blocks(page: str) -> tuple[Block, ...]:
    """Every fenced block of a page, in order."""
    return tuple(_blocks(page))


def _blocks(page: str) -> Iterator[Block]:
    heading, marks, number = "", dict[str, str](), 0
    before: Block | None = None  # the block right before, with nothing in between
    tokens = MarkdownIt("commonmark").parse(read(page))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and token.tag == "h2" and following is not None:
            heading = following.content
        if token.type == "html_block":
            marks |= dict(_MARK.findall(token.content))
            continue
        if token.type == "fence":
            number += 1
            shows = before is not None and before.language == "sh" and token.info in OUTPUTS and not marks
            source = before if shows else None
            before = Block(page, heading, number, token.info, token.content.rstrip("\n"), marks, source)
            yield before
        else:
            before = None
        marks = {}


def borrowed(page: str) -> str | None:
    """The page whose files the commands of this page use, by its comment `files:`."""
    found = re.search(r"<!-- files: (\S+) -->", read(page))
    return found[1] if found else None
