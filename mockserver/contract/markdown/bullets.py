"""Reads a parameter's bullets (`**Type:** ...`, `**Constraints:** ...`) as an OpenAPI 3.0 schema."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path

from msgspec import Struct, field

from mockserver.contract.markdown.outline import Prose, Span
from mockserver.data.json import Json
from mockserver.data.source import CannotRead, parse
from mockserver.data.suggest import did_you_mean

_TYPES = ("string", "integer", "number", "boolean", "array", "object")
_SPELLINGS = {
    "pattern": ("pattern", "regex", "matches"),
    "minimum": ("minimum", "min", ">=", "≥"),
    "maximum": ("maximum", "max", "<=", "≤"),
    "exclusiveMinimum": ("exclusiveminimum", "exclusivemin", ">"),
    "exclusiveMaximum": ("exclusivemaximum", "exclusivemax", "<"),
    "minLength": ("minlength", "minimumlength"),
    "maxLength": ("maxlength", "maximumlength"),
    "minItems": ("minitems", "minimumitems"),
    "maxItems": ("maxitems", "maximumitems"),
    "uniqueItems": ("uniqueitems", "unique"),
    "multipleOf": ("multipleof",),
    "enum": ("enum", "oneof", "allowedvalues", "values"),
    "format": ("format",),
    "default": ("default",),
    "nullable": ("nullable",),
}
_KEYWORDS = {spelling: keyword for keyword, spellings in _SPELLINGS.items() for spelling in spellings}
_FLAGS = ("exclusiveMinimum", "exclusiveMaximum", "uniqueItems", "nullable")
_ANY_VALUE = ("pattern", "format", "enum", "default")  # keywords whose values are not restricted
_ARRAY_KEYWORDS = ("minItems", "maxItems", "uniqueItems", "default", "nullable")


class Bullets(Struct, frozen=True):
    """The schema of the bullets, their examples (at most one), and the lines that are other prose."""

    schema: dict[str, Json] = field(default_factory=dict)
    examples: list[Json] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)


def read_bullets(lines: Iterable[Prose], path: Path) -> Bullets:
    """Read the lines of a parameter's description; raises CannotRead.

    The type is read first, wherever it is, because it determines how values are read.
    """
    found = Bullets()
    for line in sorted(lines, key=lambda line: line.label.lower() != "type"):
        match "".join(line.label.lower().split()):
            case "type":
                found.schema.update(_type(line, path))
            case "example" | "examples":
                found.examples.append(_typed_value(_first_value(line), found.schema))
            case "constraints":
                _Constraints(found.schema, line, path).read(_words(line.value))
            case label if label in _KEYWORDS:
                _Constraints(found.schema, line, path).read([(label, False), *_words(line.value)])
            case _:
                found.prose.append(line)
    return found


def _type(line: Prose, path: Path) -> dict[str, Json]:
    """The schema of a type such as `string (uuid)`, `array of string`, `string[]` or `string | null`."""
    all_words = _type_words(line)
    words = [word for word in all_words if word not in ("null", "nullable")]
    if not words:
        raise CannotRead(path, line.line, f"the type is empty; expected one of {', '.join(_TYPES)}")
    nullable: dict[str, Json] = {"nullable": True} if len(words) < len(all_words) else {}
    if "[]" in words:
        words = ["array", *(word for word in words if word != "[]")]
    depth = len(list(takewhile(lambda word: _singular(word) == "array", words)))
    return _arrays(depth, _type_and_format(words[depth:], line, path)) | nullable


def _type_words(line: Prose) -> list[str]:
    """The words of a type in lower case, and `[]`, without words that have no meaning of their own."""
    text = "".join(span.text for span in line.value).lower()
    words = re.findall(r"[a-z][\w-]*|\[\]", text)
    return [word for word in words if word not in ("of", "or", "format", "enum")]


def _type_and_format(words: list[str], line: Prose, path: Path) -> dict[str, Json]:
    """The schema of a type that is not an array, followed by its format; without words, any value."""
    if not words:
        return {}
    name = _singular(words[0])
    if name not in _TYPES:
        raise CannotRead(path, line.line, f"unknown type {words[0]!r}{did_you_mean(name, _TYPES)}")
    return {"type": name, "format": words[1]} if words[1:] else {"type": name}


def _singular(word: str) -> str:
    """A type's name for its plural, as in `array of strings`."""
    return word if word in _TYPES else word.removesuffix("s")


def _arrays(depth: int, items: dict[str, Json]) -> dict[str, Json]:
    """The schema of arrays, nested to a depth, of items."""
    for _ in range(depth):
        items = {"type": "array", "items": items}
    return items


def _words(spans: Iterable[Span]) -> Iterator[tuple[str, bool]]:
    """The words, each with whether it is a code span; a code span is one word."""
    for span in spans:
        if span.style == "code":
            yield span.text, True
        else:
            yield from ((word, False) for word in re.split(r"[\s,;:]+", span.text) if word)


def _first_value(line: Prose) -> str:
    """The first code span after the label, or all of its text if there are no code spans."""
    return line.codes[0] if line.codes else "".join(span.text for span in line.value).strip()


def _json_or_text(text: str) -> Json:
    """The text parsed as JSON, or the text itself if it is not JSON."""
    try:
        return parse(text, Path("value.json")).data
    except CannotRead:
        return text


def _typed_value(text: str, schema: dict[str, Json]) -> Json:
    """A value of the schema's type; `42` without quotes is a string if the type is `string`."""
    value = _json_or_text(text)
    return value if schema.get("type") != "string" or isinstance(value, str) else text


class _Constraints:
    """Reads constraints such as "pattern `^a`, minimum 1" word by word into a schema.

    A keyword's value is a code span or a word. It is stored in the schema of the items if the parameter is an
    array and the keyword does not apply to arrays.
    """

    def __init__(self, schema: dict[str, Json], line: Prose, path: Path) -> None:
        items = schema.get("items")
        self._schema = schema
        self._item_schema = items if isinstance(items, dict) else schema
        self._line = line
        self._path = path
        self._keyword: str | None = None  # the keyword whose value is expected
        self._words: list[str] = []  # words since the last value

    def read(self, words: Iterable[tuple[str, bool]]) -> None:
        """Read words, each with whether it is a code span."""
        for word, is_code in words:
            if is_code:
                self._read_code(word)
            else:
                self._read_word(word)
        self._end_keyword()

    def _read_code(self, text: str) -> None:
        first, *rest = re.split(r"[\s:=]+", text.strip(), maxsplit=1)
        if self._keyword:
            self._set_value(text)
        elif first.lower() in _KEYWORDS:  # the code span has the keyword, too: `minLength: 3`
            self._read_word(first)
            for value in rest:
                self._set_value(value)
            self._end_keyword()
        else:
            name = " ".join(self._words) or text
            raise self._error(f"unknown constraint {name!r}{did_you_mean(name, _SPELLINGS)}")

    def _read_word(self, word: str) -> None:
        self._words.append(word.lower())
        for count in (2, 1):  # two words first: "min length"
            keyword = _KEYWORDS.get("".join(self._words[-count:]))
            if keyword:
                if count == 1:
                    self._end_keyword()
                self._keyword = keyword
                return
        if word == "(exclusive)":
            self._make_last_bound_exclusive()
        elif self._keyword and self._is_value(word):
            self._set_value(word)

    def _is_value(self, word: str) -> bool:
        """Whether a word outside code spans is a value.

        Numbers and flags are; any other word is one only if the line has no code spans.
        """
        return (
            not self._line.codes if self._keyword in _ANY_VALUE else not isinstance(_json_or_text(word), str)
        )

    def _set_value(self, text: str) -> None:
        """Store the value of the current keyword; `enum` accepts further values."""
        keyword = self._keyword or ""
        target = self._schema if keyword in _ARRAY_KEYWORDS else self._item_schema
        value = self._parsed(keyword, text, target)
        if keyword == "enum":
            listed = target.setdefault("enum", [])
            if isinstance(listed, list):
                listed.extend(value if isinstance(value, list) else [value])
            return
        if keyword.startswith("exclusive") and not isinstance(value, bool):  # as in OpenAPI 3.1
            target[keyword.removeprefix("exclusive").lower()] = value
            value = True
        target[keyword] = value
        self._keyword = None
        self._words.clear()

    def _parsed(self, keyword: str, text: str, target: dict[str, Json]) -> Json:
        """The value of a keyword; raises CannotRead if the keyword does not allow it."""
        if keyword in _ANY_VALUE:
            return text if keyword in ("pattern", "format") else _typed_value(text, target)
        value = _json_or_text(text)
        is_flag = isinstance(value, bool)
        is_number = isinstance(value, int | float) and not is_flag
        if is_flag if keyword in _FLAGS else is_number:
            return value
        if is_number and keyword.startswith("exclusive"):
            return value
        expected = "true or false" if keyword in _FLAGS else "a number"
        raise self._error(f"{keyword} is {text!r}; expected {expected}")

    def _end_keyword(self) -> None:
        """End the current keyword; a flag without a value, such as `uniqueItems`, is true."""
        if self._keyword in _FLAGS:
            self._set_value("true")
        self._keyword = None

    def _make_last_bound_exclusive(self) -> None:
        for bound in reversed(self._item_schema):
            if bound in ("minimum", "maximum"):
                self._item_schema[f"exclusive{bound.capitalize()}"] = True
                return

    def _error(self, message: str) -> CannotRead:
        return CannotRead(self._path, self._line.line, message)
