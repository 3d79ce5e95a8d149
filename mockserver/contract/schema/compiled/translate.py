"""Translates a schema into a self-contained one that jsonschema-rs and our keywords read alike.

References are resolved, so `$id`, anchors and other parts of the document are gone; keywords without effect
are dropped. An assertion that jsonschema-rs might decide differently becomes a check in Python: the keyword
PYTHON_CHECK names it, and jsonschema-rs calls it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from mockserver.contract.document.dialect import SUBSCHEMAS
from mockserver.contract.schema.direction import FLAGS, REFUSED
from mockserver.contract.schema.evaluator import ScopedEvaluator
from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.contract.schema.keywords.assertions import ASSERTIONS, LONG_ENUM
from mockserver.contract.schema.keywords.errors import NotJudgedError
from mockserver.contract.schema.keywords.interface import FALSE_KEYWORD, Evaluator
from mockserver.contract.schema.pattern_matching import is_light
from mockserver.contract.schema.registry import SchemaLocation, Scope
from mockserver.contract.schema.vocabulary import KEYWORDS
from mockserver.contract.schema.work import WorkBudget
from mockserver.data.json import Json

PythonCheck: TypeAlias = Callable[[Json], bool]

PYTHON_CHECK = "x-python-check"  # a list of indexes into `TranslatedSchema.checks`; all must hold
MAX_SCHEMAS = 1_000  # more would take noticeable time to compile
_EXACT = 2**53  # up to here each integer is a double
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_COMPARE_VALUES = frozenset(("enum", "const", "uniqueItems"))  # our keywords walk the whole value
_NOT_COMPILED = frozenset(("$dynamicRef", "patternProperties", "unevaluatedItems", "unevaluatedProperties"))
_COMPANIONS: Mapping[str, tuple[str, ...]] = {
    "if": ("then", "else"),
    "contains": ("minContains", "maxContains"),
}
# Patterns that all engines read alike: plain characters, classes and digits, each with a quantifier or not.
_PORTABLE_PATTERN = re.compile(
    r"\^?(?:(?:[A-Za-z0-9_/:@ ,-]|\\[d.+*?/-]|\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_])+-?\])"
    r"(?:[*+?]|\{[0-9]{1,2}(?:,(?:[0-9]{1,2})?)?\})?)*\$?"
)


class NotCompilable(Exception):
    """The schema is left to the evaluator; the text is the keyword that is the reason, or another reason."""


class TranslatedSchema(Struct, frozen=True):
    """The translation: definitions by name, of which `0` is the schema itself, and the checks in Python.

    `compares_values` is whether a check walks the whole value, however deeply it is nested.
    """

    definitions: dict[str, Json]
    checks: tuple[PythonCheck, ...]
    compares_values: bool
    work: WorkBudget  # that the checks of one value share

    @property
    def root(self) -> dict[str, Json]:
        return {"$ref": "#/$defs/0", "$defs": self.definitions}


def translate(location: SchemaLocation, *, formats: bool) -> TranslatedSchema:
    """The translation of a well-formed schema; raises NotCompilable.

    `formats` is whether `format` is asserted.
    """
    translation = _Translation(location.scope, formats=formats)
    translation.reference_to(location)
    return translation.finish()


class _Translation:
    def __init__(self, scope: Scope, *, formats: bool) -> None:
        self._formats = formats
        self._names: dict[tuple[str, Scope], str] = {}
        self._waiting: list[tuple[str, SchemaLocation]] = []
        self._checks: list[PythonCheck] = []
        self._compares_values = False
        self._schemas_left = MAX_SCHEMAS
        self._work = WorkBudget()
        self._evaluator = ScopedEvaluator(scope, self._work, formats=True)

    def finish(self) -> TranslatedSchema:
        definitions: dict[str, Json] = {}
        while self._waiting:
            name, location = self._waiting.pop()
            definitions[name] = self._schema(location)
        return TranslatedSchema(definitions, tuple(self._checks), self._compares_values, self._work)

    def reference_to(self, location: SchemaLocation) -> str:
        """The reference to the definition of a schema, which `finish` translates."""
        key = location.address, location.scope
        if key not in self._names:
            self._names[key] = str(len(self._names))
            self._waiting.append((self._names[key], location))
        return f"#/$defs/{self._names[key]}"

    def _schema(self, location: SchemaLocation) -> Json:
        schema = location.schema
        self._schemas_left -= 1
        if not self._schemas_left:
            raise NotCompilable("large")
        if not isinstance(schema, dict):
            return schema
        if FALSE_KEYWORD in schema or (REFUSED in schema and any(flag in schema for flag in FLAGS.values())):
            return False
        translated: dict[str, Json] = {}
        checks: list[Json] = []
        for keyword in filter(KEYWORDS.__contains__, schema):
            for each in (keyword, *_COMPANIONS.get(keyword, ())):
                if each in schema:
                    self._add(location, schema, each, translated, checks)
        if _is_integer_format(schema, self._formats):
            parts: Any = translated.get("allOf", [])
            translated["allOf"] = [*parts, self._integer_format(schema["format"])]
        return translated | {PYTHON_CHECK: checks} if checks else translated

    def _integer_format(self, name: Json) -> Json:
        """The format of an integer as bounds; our keyword decides where they are not exact."""
        if name == "int32":
            return {"minimum": -(2**31), "maximum": 2**31 - 1}
        check: Json = {PYTHON_CHECK: [self._check("format", name)]}
        return {"anyOf": [{"minimum": -_EXACT, "maximum": _EXACT}, check]}

    def _check(self, keyword: str, value: Json) -> int:
        """The index of a new check in Python."""
        self._checks.append(_python_check(self._evaluator, keyword, value))
        return len(self._checks) - 1

    def _add(
        self,
        location: SchemaLocation,
        schema: dict[str, Json],
        keyword: str,
        translated: dict[str, Json],
        checks: list[Json],
    ) -> None:
        """Add one keyword of the schema to its translation, or to its checks."""
        value: Any = schema[keyword]
        if keyword in _NOT_COMPILED:
            raise NotCompilable(keyword)
        if keyword == "$ref":
            translated[keyword] = self.reference_to(location.scope.resolve(value))
        elif keyword in SUBSCHEMAS:
            translated[keyword] = self._subschemas(location, keyword, value)
        elif keyword in ASSERTIONS or keyword in ("minContains", "maxContains"):
            if _is_read_alike(keyword, value):
                translated[keyword] = _metaschema_form(keyword, value)
            elif keyword != "format" or (
                self._formats and value in FORMATS and not _is_integer_format(schema, self._formats)
            ):
                checks.append(self._check(keyword, value))
                self._compares_values |= keyword in _COMPARE_VALUES

    def _subschemas(self, location: SchemaLocation, keyword: str, value: Any) -> Json:
        match SUBSCHEMAS[keyword]:
            case "[Schema]":
                return [self._schema(location.below(keyword, index)) for index in range(len(value))]
            case "{Schema}":
                return {_unicode(name): self._schema(location.below(keyword, name)) for name in value}
        return self._schema(location.below(keyword))


def _is_integer_format(schema: Mapping[str, Json], formats: bool) -> bool:
    """Whether the schema has a format of integers, and allows no other numbers and no strings."""
    return formats and schema.get("format") in ("int32", "int64") and schema.get("type") == "integer"


def _is_read_alike(keyword: str, value: Any) -> bool:
    """Whether jsonschema-rs decides this assertion as our keyword does, for every value."""
    match keyword:
        case "enum":
            return len(value) <= LONG_ENUM and all(map(_is_simple, value))  # our keyword looks a member up
        case "const":
            return _is_simple(value)
        case "pattern":
            return _PORTABLE_PATTERN.fullmatch(value) is not None and is_light(value)
        case "format" | "multipleOf" | "uniqueItems":
            return False
    return keyword not in _BOUNDS or abs(value) <= _EXACT


def _is_simple(value: Json) -> bool:
    """Whether jsonschema-rs and our keywords agree on which values equal this one."""
    match value:
        case str():
            return _is_unicode(value)
        case bool() | None:
            return True
        case int() | float():
            return abs(value) <= _EXACT
    return False


def _metaschema_form(keyword: str, value: Any) -> Json:
    """The value in the form that the metaschema of 2020-12 requires, which jsonschema-rs enforces."""
    match keyword:
        case "required":
            return _unique_names(value)
        case "dependentRequired":
            return {_unicode(name): _unique_names(required) for name, required in value.items()}
    unchanged: Json = value
    return unchanged


def _unique_names(names: Iterable[str]) -> list[Json]:
    return [_unicode(name) for name in dict.fromkeys(names)]


def _unicode(text: str) -> str:
    if not _is_unicode(text):
        raise NotCompilable("unpaired surrogate")
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _python_check(evaluator: Evaluator, keyword: str, limit: Json) -> PythonCheck:
    rule = ASSERTIONS[keyword]

    def holds(value: Json) -> bool:
        error = next(iter(rule(evaluator, limit, value, {})), None)
        if isinstance(error, NotJudgedError):
            evaluator.work.is_short = True
        return error is None

    return holds
