"""A schema as a compiled validator takes it: one value by itself, that says only what both judges read alike.

References are followed here, so `$id`s, anchors and other documents are gone; what says nothing is left out.
Where the compiled validator might see a value otherwise than ours, it asks our own keyword (`PYTHON_CHECK`).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from jsonschema import FormatChecker
from msgspec import Struct

from mockserver.contract.document.dialect import SUBSCHEMAS
from mockserver.contract.schema.direction import FLAGS, REFUSED
from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.contract.schema.keywords.assertions import ASSERTIONS
from mockserver.contract.schema.keywords.interface import FALSE_KEYWORD
from mockserver.contract.schema.registry import SchemaLocation, Scope
from mockserver.contract.schema.validator import KEYWORDS, SchemaValidator
from mockserver.data.json import Json

PythonCheck: TypeAlias = Callable[[Json], bool]

PYTHON_CHECK = "x-python-check"  # the indexes of questions; a value must have yes for an answer to each
MOST_SCHEMAS = 1_000  # of a larger graph the compiling would be felt
_EXACT = 2**53  # beyond it a double is no longer every whole number
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_COMPARING = frozenset(("enum", "const", "uniqueItems"))  # our keywords follow a value to its bottom
_LEFT = frozenset(("$dynamicRef", "patternProperties", "unevaluatedItems", "unevaluatedProperties"))
_BESIDE: Mapping[str, tuple[str, ...]] = {"if": ("then", "else"), "contains": ("minContains", "maxContains")}
# Patterns that every engine reads alike: plain characters, classes and digits, each perhaps repeated.
_ALIKE_PATTERN = re.compile(
    r"\^?(?:(?:[A-Za-z0-9_/:@ ,-]|\\[d.+*?/-]|\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_])+-?\])"
    r"(?:[*+?]|\{[0-9]{1,2}(?:,(?:[0-9]{1,2})?)?\})?)*\$?"
)
_ASKER = SchemaValidator({}, format_checker=FormatChecker(()))


class NotCompilable(Exception):
    """The schema says what is left to jsonschema; the text is the keyword, or what else it is."""


class PlainSchema(Struct, frozen=True):
    """The definitions by name, the schema itself as `0`.

    `compares`: a question follows a value to its bottom.
    """

    definitions: dict[str, Json]
    questions: tuple[PythonCheck, ...]
    compares: bool

    @property
    def root(self) -> dict[str, Json]:
        return {"$ref": "#/$defs/0", "$defs": self.definitions}


def plain_schema(place: SchemaLocation, *, formats: bool) -> PlainSchema:
    """The schema at a place that is well formed; raises NotCompilable. `formats`: `format` is a rule."""
    translation = _Translation(formats=formats)
    translation.reference(place)
    return translation.finished()


class _Translation:
    def __init__(self, *, formats: bool) -> None:
        self._formats = formats
        self._names: dict[tuple[str, Scope], str] = {}
        self._waiting: list[tuple[str, SchemaLocation]] = []
        self._questions: list[PythonCheck] = []
        self._compares = False
        self._left = MOST_SCHEMAS

    def finished(self) -> PlainSchema:
        definitions: dict[str, Json] = {}
        while self._waiting:
            name, place = self._waiting.pop()
            definitions[name] = self._schema(place)
        return PlainSchema(definitions, tuple(self._questions), self._compares)

    def reference(self, place: SchemaLocation) -> str:
        """The reference to what stands there, which is translated in its turn."""
        key = place.address, place.scope
        if key not in self._names:
            self._names[key] = str(len(self._names))
            self._waiting.append((self._names[key], place))
        return f"#/$defs/{self._names[key]}"

    def _schema(self, place: SchemaLocation) -> Json:
        schema = place.schema
        self._left -= 1
        if not self._left:
            raise NotCompilable("large")
        if not isinstance(schema, dict):
            return schema
        if FALSE_KEYWORD in schema or (REFUSED in schema and any(flag in schema for flag in FLAGS.values())):
            return False
        plain: dict[str, Json] = {}
        asked: list[Json] = []
        for keyword in filter(KEYWORDS.__contains__, schema):
            for each in (keyword, *_BESIDE.get(keyword, ())):
                if each in schema:
                    self._say(place, schema, each, plain, asked)
        return plain | {PYTHON_CHECK: asked} if asked else plain

    def _say(
        self,
        place: SchemaLocation,
        schema: dict[str, Json],
        keyword: str,
        plain: dict[str, Json],
        asked: list[Json],
    ) -> None:
        """One keyword into the plain schema, or among the questions."""
        value: Any = schema[keyword]
        if keyword in _LEFT or (keyword == "discriminator" and ("oneOf" in schema or "anyOf" in schema)):
            raise NotCompilable(keyword)
        if keyword == "$ref":
            plain[keyword] = self.reference(place.scope.resolve(value))
        elif keyword in SUBSCHEMAS:
            plain[keyword] = self._subschemas(place, keyword, value)
        elif keyword in ASSERTIONS or keyword in ("minContains", "maxContains"):
            if _is_alike(keyword, value):
                plain[keyword] = _metaschema_form(keyword, value)
            elif keyword != "format" or (self._formats and value in FORMATS):
                asked.append(len(self._questions))
                self._questions.append(_question(keyword, value))
                self._compares |= keyword in _COMPARING

    def _subschemas(self, place: SchemaLocation, keyword: str, value: Any) -> Json:
        match SUBSCHEMAS[keyword]:
            case "[Schema]":
                return [self._schema(place.below(keyword, index)) for index in range(len(value))]
            case "{Schema}":
                return {_text(name): self._schema(place.below(keyword, name)) for name in value}
        return self._schema(place.below(keyword))


def _is_alike(keyword: str, value: Any) -> bool:
    """Whether the compiled validator reads this assertion as ours does, whatever the value."""
    match keyword:
        case "enum":
            return all(map(_is_plain, value))
        case "const":
            return _is_plain(value)
        case "pattern":
            return _ALIKE_PATTERN.fullmatch(value) is not None
        case "format" | "multipleOf" | "uniqueItems":
            return False
    return keyword not in _BOUNDS or abs(value) <= _EXACT


def _is_plain(value: Json) -> bool:
    """Whether a value is equal to the same values for everybody."""
    match value:
        case str():
            return _is_text(value)
        case bool() | None:
            return True
        case int() | float():
            return abs(value) <= _EXACT
    return False


def _metaschema_form(keyword: str, value: Any) -> Json:
    """The value in the form that the metaschema of 2020-12 requires."""
    match keyword:
        case "required":
            return _names(value)
        case "dependentRequired":
            return {_text(name): _names(needed) for name, needed in value.items()}
    plain: Json = value
    return plain


def _names(names: Iterable[str]) -> list[Json]:
    return [_text(name) for name in dict.fromkeys(names)]


def _text(text: str) -> str:
    if not _is_text(text):
        raise NotCompilable("half a surrogate pair")
    return text


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _question(keyword: str, limit: Json) -> PythonCheck:
    rule = ASSERTIONS[keyword]

    def holds(value: Json) -> bool:
        return next(iter(rule(_ASKER, limit, value, {})), None) is None

    return holds
