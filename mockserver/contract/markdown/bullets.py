"""A parameter's bullets (`**Type:** ...`, `**Constraints:** ...`) as a schema of OpenAPI 3.0."""

import re
from collections.abc import Iterable, Iterator
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
_FREE = ("pattern", "format", "enum", "default")  # whose values may be any text
_OF_THE_LIST = ("minItems", "maxItems", "uniqueItems", "default", "nullable")


class Bullets(Struct, frozen=True):
    """What the bullets say: a schema, examples (none or one), and the prose that is no bullet of ours."""

    schema: dict[str, Json] = field(default_factory=dict)
    examples: list[Json] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)


def read_bullets(lines: Iterable[Prose], path: Path) -> Bullets:
    """Type first, wherever it stands, since values are read by it; raises CannotRead."""
    found = Bullets()
    for line in sorted(lines, key=lambda line: line.label.lower() != "type"):
        match "".join(line.label.lower().split()):
            case "type":
                found.schema.update(_type(line, path))
            case "example" | "examples":
                found.examples.append(_typed(_first_value(line), found.schema))
            case "constraints":
                _Constraints(found.schema, line, path).read(_words(line.value))
            case label if label in _KEYWORDS:
                _Constraints(found.schema, line, path).read([(label, False), *_words(line.value)])
            case _:
                found.prose.append(line)
    return found


def _type(line: Prose, path: Path) -> dict[str, Json]:
    """`integer`, `string (uuid)`, `array of string`, `string[]`, `string | null`."""
    text = "".join(span.text for span in line.value).lower()
    words = [
        word for word in re.findall(r"[a-z][\w-]*|\[\]", text) if word not in ("of", "or", "format", "enum")
    ]
    schema: dict[str, Json] = {}
    if "null" in words or "nullable" in words:
        schema["nullable"] = True
    words = [word for word in words if word not in ("null", "nullable")]
    if "[]" in words:
        words = ["array", *(word for word in words if word != "[]")]
    names = [word if word in _TYPES else word.removesuffix("s") for word in words]
    for depth, name in enumerate(names):
        if name not in _TYPES:
            raise CannotRead(path, line.line, f"unknown type {words[depth]!r}{did_you_mean(name, _TYPES)}")
        if name != "array":
            inner: dict[str, Json] = {"type": name}
            if words[depth + 1 :]:
                inner["format"] = words[depth + 1]
            return _arrays(depth, inner) | schema
    if not names:
        raise CannotRead(path, line.line, f"a type that says nothing; expected one of {', '.join(_TYPES)}")
    return _arrays(len(names), {}) | schema


def _arrays(depth: int, items: dict[str, Json]) -> dict[str, Json]:
    for _ in range(depth):
        items = {"type": "array", "items": items}
    return items


def _words(spans: Iterable[Span]) -> Iterator[tuple[str, bool]]:
    """The words, and whether each is a code span, which counts as one word."""
    for span in spans:
        if span.style == "code":
            yield span.text, True
        else:
            yield from ((word, False) for word in re.split(r"[\s,;:]+", span.text) if word)


def _first_value(line: Prose) -> str:
    return line.codes[0] if line.codes else "".join(span.text for span in line.value).strip()


def _value(text: str) -> Json:
    """JSON where it is JSON, else the text as it stands."""
    try:
        return parse(text, Path("value.json")).data
    except CannotRead:
        return text


def _typed(text: str, schema: dict[str, Json]) -> Json:
    """A value of the schema's type: where that is a string, `42` without quotes is text too."""
    value = _value(text)
    return value if schema.get("type") != "string" or isinstance(value, str) else text


class _Constraints:
    """Reads `pattern ..., minimum ...` word by word into a schema; values may be code spans or bare words."""

    def __init__(self, schema: dict[str, Json], line: Prose, path: Path) -> None:
        items = schema.get("items")
        self._whole = schema
        self._each = (
            items if isinstance(items, dict) else schema
        )  # `pattern` on a list is meant for its items
        self._line = line
        self._path = path
        self._keyword: str | None = None
        self._heard: list[str] = []

    def read(self, words: Iterable[tuple[str, bool]]) -> None:
        for word, is_code in words:
            if is_code:
                self._code(word)
            else:
                self._word(word)
        self._close()

    def _code(self, text: str) -> None:
        first = re.split(r"[\s:=]+", text.strip(), maxsplit=1)
        if self._keyword:
            self._take(text)
        elif first[0].lower() in _KEYWORDS:  # the span holds the keyword too: `minLength: 3`
            self._word(first[0])
            if len(first) > 1:
                self._take(first[1])
            self._close()
        else:
            name = " ".join(self._heard) or text
            raise self._error(f"unknown constraint {name!r}{did_you_mean(name, _SPELLINGS)}")

    def _word(self, word: str) -> None:
        self._heard.append(word.lower())
        for count in (2, 1):  # "min length" before "length"
            keyword = _KEYWORDS.get("".join(self._heard[-count:]))
            if keyword:
                if count == 1:
                    self._close()
                self._keyword = keyword
                return
        if word == "(exclusive)":
            self._exclusive()
        elif self._keyword and self._is_value(word):
            self._take(word)

    def _is_value(self, word: str) -> bool:
        """Bare numbers and flags are plain to see; other bare words count where no code is marked."""
        return not self._line.codes if self._keyword in _FREE else not isinstance(_value(word), str)

    def _take(self, text: str) -> None:
        """The open keyword's value; `enum` stays open for more."""
        keyword = self._keyword or ""
        target = self._whole if keyword in _OF_THE_LIST else self._each
        value = self._checked(keyword, text, target)
        if keyword == "enum":
            listed = target.setdefault("enum", [])
            if isinstance(listed, list):
                listed.extend(value if isinstance(value, list) else [value])
            return
        if keyword.startswith("exclusive") and not isinstance(value, bool):  # written as OpenAPI 3.1 does
            target[keyword.removeprefix("exclusive").lower()] = value
            value = True
        target[keyword] = value
        self._keyword = None
        self._heard.clear()

    def _checked(self, keyword: str, text: str, target: dict[str, Json]) -> Json:
        if keyword in _FREE:
            return text if keyword in ("pattern", "format") else _typed(text, target)
        value = _value(text)
        a_flag, a_number = (
            isinstance(value, bool),
            isinstance(value, int | float) and not isinstance(value, bool),
        )
        if a_flag if keyword in _FLAGS else a_number:
            return value
        if a_number and keyword.startswith("exclusive"):
            return value
        expected = "true or false" if keyword in _FLAGS else "a number"
        raise self._error(f"{keyword} is {text!r}; expected {expected}")

    def _close(self) -> None:
        """A flag may stand without a value: `uniqueItems`."""
        if self._keyword in _FLAGS:
            self._take("true")
        self._keyword = None

    def _exclusive(self) -> None:
        for bound in reversed(self._each):
            if bound in ("minimum", "maximum"):
                self._each[f"exclusive{bound.capitalize()}"] = True
                return

    def _error(self, message: str) -> CannotRead:
        return CannotRead(self._path, self._line.line, message)
