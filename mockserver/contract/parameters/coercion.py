"""Texts as the JSON values that a schema speaks of.

A text is a number, true, false or null only where the schema allows that type and JSON's grammar (RFC 8259)
writes it so: `01`, `+1`, `1_0`, `TRUE` and `NaN` stay text, and so does a number beyond a double; the judge
then says what was expected. Where a schema allows texts too, a text stays one unless the schema refuses it.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence

from mockserver.contract.document.references import branches, types_at
from mockserver.contract.parameters.percent import Malformed
from mockserver.contract.parameters.styles import Tree
from mockserver.contract.schema import ecma
from mockserver.contract.schema.judge import Judges
from mockserver.data.decoding import quoted
from mockserver.data.json import Json
from mockserver.data.reading import MISSING, pointer_token

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(_INTEGER.pattern + r"(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS: dict[str, tuple[str, Json]] = {
    "true": ("boolean", True),
    "false": ("boolean", False),
    "null": ("null", None),
}
_COMPOUND = frozenset(("array", "object"))
_DOUBLE_DIGITS = 308  # as many fit a double for certain


class ParameterTypes:
    """The parameter_types of one document's schemas; each is made when it is first asked for."""

    def __init__(self, document: Json, judges: Judges) -> None:
        self.document = document
        self.judges = judges
        self._parameter_types: dict[tuple[str, ...], ValueTypes] = {}

    def value_types(self, *pointers: str) -> "ValueTypes":
        """The shape of the value that the schemas at these pointers speak of; none: of any value."""
        if pointers not in self._parameter_types:
            self._parameter_types[pointers] = ValueTypes(self, pointers)
        return self._parameter_types[pointers]


class ValueTypes:
    """What one value may be by its schemas, and what they make of texts.

    `properties` are the names that they describe; `open`: an object takes others, too.
    """

    def __init__(self, parameter_types: ParameterTypes, pointers: tuple[str, ...]) -> None:
        document = parameter_types.document
        self._parameter_types = parameter_types
        self._pointers = pointers
        self._branches = {at: each for start in pointers for at, each in branches(document, start).items()}
        self.types = frozenset(name for start in pointers for name in types_at(document, start))
        self.takes_scalar = not self.types or bool(self.types - _COMPOUND)
        self.properties = frozenset(
            name for each in self._branches.values() for name in _mapping(each, "properties")
        )
        self.open = _is_open(self._branches.values(), self.properties)
        self._keeps_text = self.types <= _COMPOUND | {"string"}
        self._takes_text = "string" in self.types
        self._takes_number = bool(self.types & {"integer", "number"})

    def accepts(self, value: Json) -> bool:
        """Whether any of the schemas accepts the value."""
        judges = self._parameter_types.judges
        return not self._pointers or any(judges.judge(each).accepts(value) for each in self._pointers)

    def scalar(self, text: str) -> Json:
        if self._keeps_text:
            return text
        literal = self._literal(text)
        if literal is MISSING or (self._takes_text and self.accepts(text)):
            return text
        return literal  # type: ignore[return-value]  # MISSING was ruled out

    def items(self, texts: Sequence[str]) -> list[Json]:
        """A list, from the texts of its items."""
        return [self._item(index).scalar(text) for index, text in enumerate(texts)]

    def members(self, members: Mapping[str, Tree]) -> dict[str, Json]:
        """An object, from what was given for its members; raises Malformed."""
        return {name: self._member(name)._value(tree, name) for name, tree in members.items()}

    def _value(self, tree: Tree, name: str) -> Json:
        if isinstance(tree, dict):
            return self.members(tree)
        if "array" in self.types and (len(tree) > 1 or not self.takes_scalar):
            return self.items(tree)
        if len(tree) > 1:
            raise Malformed("style", f"holds {quoted(name)} {len(tree)} times")
        return self.scalar(tree[0])

    def _literal(self, text: str) -> object:
        """The text as a number or a word of JSON, MISSING where it is none that the schemas allow."""
        if self._takes_number and _NUMBER.fullmatch(text):
            return _number(text)
        name, value = _WORDS.get(text, ("", None))
        return value if name in self.types else MISSING

    def _item(self, index: int) -> "ValueTypes":
        found = []
        for place, schema in self._branches.items():
            prefix = schema.get("prefixItems")
            if isinstance(prefix, list) and index < len(prefix):
                found.append(f"{place}/prefixItems/{index}")
            elif "items" in schema:
                found.append(f"{place}/items")
        return self._parameter_types.value_types(*found)

    def _member(self, name: str) -> "ValueTypes":
        found = []
        for place, schema in self._branches.items():
            known = [f"properties/{pointer_token(name)}"] if name in _mapping(schema, "properties") else []
            known += [
                f"patternProperties/{pointer_token(pattern)}"
                for pattern in _mapping(schema, "patternProperties")
                if ecma.matches(pattern, name)
            ]
            if not known and "additionalProperties" in schema:
                known = ["additionalProperties"]
            found += [f"{place}/{each}" for each in known]
        return self._parameter_types.value_types(*found)


def _is_open(schemas: Collection[dict[str, Json]], properties: frozenset[str]) -> bool:
    """Whether the schemas say that they take other properties, or describe none at all.

    JSON Schema takes them wherever they are not forbidden; by that, an exploded object would swallow every
    other member of a query.
    """
    more = [schema.get("additionalProperties") for schema in schemas]
    return (
        any(each not in (None, False) for each in more)
        or any("patternProperties" in schema for schema in schemas)
        or not (properties or False in more)
    )


def _mapping(schema: dict[str, Json], keyword: str) -> dict[str, Json]:
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}


def _number(text: str) -> object:
    """The number as a JSON body would hold it; MISSING where a double could not (RFC 8259, section 6)."""
    is_integer = _INTEGER.fullmatch(text) is not None
    if is_integer and len(text) <= _DOUBLE_DIGITS:
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        return MISSING
    return int(text) if is_integer else number
