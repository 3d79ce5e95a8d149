"""Convert strings to the JSON types that a schema allows.

A string becomes a number, a boolean or null only where the schema allows that type and the string follows
JSON's grammar (RFC 8259): `01`, `+1`, `1_0`, `TRUE` and `NaN` stay strings, as does a number that exceeds a
double; validation then reports the type that was expected. Where the schema also allows strings, a string
stays a string unless the schema rejects it.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence

from mockserver.contract.document.references import schemas_at, types_at
from mockserver.contract.parameters.percent import Malformed
from mockserver.contract.parameters.styles import StringTree
from mockserver.contract.schema.judge import Judges
from mockserver.contract.schema.pattern_matching import matches
from mockserver.data.json import Json, object_or_empty
from mockserver.data.limits import DOUBLE_DIGITS
from mockserver.data.pointer import pointer_token
from mockserver.data.quoting import quoted
from mockserver.data.reading import MISSING

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(_INTEGER.pattern + r"(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LITERALS: dict[str, tuple[str, Json]] = {
    "true": ("boolean", True),
    "false": ("boolean", False),
    "null": ("null", None),
}
_COMPOUND = frozenset(("array", "object"))


class ParameterTypes:
    """The types that the schemas of one document allow, computed on first use."""

    def __init__(self, document: Json, judges: Judges) -> None:
        self.document = document
        self.judges = judges
        self._value_types: dict[tuple[str, ...], ValueTypes] = {}

    def value_types(self, *pointers: str) -> "ValueTypes":
        """The types that the schemas at these pointers allow; without pointers, all types."""
        if pointers not in self._value_types:
            self._value_types[pointers] = ValueTypes(self, pointers)
        return self._value_types[pointers]


class ValueTypes:
    """The types that the schemas of one value allow, and the conversion of strings to them.

    `types` is empty where any type is allowed, `properties` has the names of the declared properties, and
    `is_open` says whether an object may have others.
    """

    def __init__(self, parameter_types: ParameterTypes, pointers: tuple[str, ...]) -> None:
        document = parameter_types.document
        self._parameter_types = parameter_types
        self._pointers = pointers
        self._branches = {
            pointer: schema for start in pointers for pointer, schema in schemas_at(document, start).items()
        }
        self.types = frozenset(name for start in pointers for name in types_at(document, start))
        self.allows_scalar = not self.types or bool(self.types - _COMPOUND)
        self.properties = frozenset(
            name for each in self._branches.values() for name in object_or_empty(each.get("properties"))
        )
        self.is_open = _is_open(self._branches.values(), self.properties)
        self._allows_only_strings = self.types <= _COMPOUND | {"string"}
        self._allows_string = "string" in self.types
        self._allows_number = bool(self.types & {"integer", "number"})

    def accepts(self, value: Json) -> bool:
        """Whether the value is valid against at least one of the schemas."""
        judges = self._parameter_types.judges
        return not self._pointers or any(judges.judge(each).accepts(value) for each in self._pointers)

    def scalar(self, string: str) -> Json:
        """Convert a string to a number, a boolean or null, or return it unchanged."""
        if self._allows_only_strings:
            return string
        literal = self._literal(string)
        if literal is MISSING or (self._allows_string and self.accepts(string)):
            return string
        return literal  # type: ignore[return-value]  # MISSING was ruled out

    def items(self, strings: Sequence[str]) -> list[Json]:
        """Convert the strings of an array's items."""
        return [self.item(index).scalar(string) for index, string in enumerate(strings)]

    def members(self, members: Mapping[str, StringTree]) -> dict[str, Json]:
        """Convert the strings of an object's members; raises Malformed."""
        return {name: self.member(name)._value(tree, name) for name, tree in members.items()}

    def _value(self, tree: StringTree, name: str) -> Json:
        if isinstance(tree, dict):
            return self.members(tree)
        if "array" in self.types and (len(tree) > 1 or not self.allows_scalar):
            return self.items(tree)
        if len(tree) > 1:
            raise Malformed("style", f"expected one value of the member {quoted(name)}, found {len(tree)}")
        return self.scalar(tree[0])

    def _literal(self, string: str) -> object:
        """The JSON number, boolean or null that the string is, if the schemas allow it; otherwise MISSING."""
        if self._allows_number and _NUMBER.fullmatch(string):
            return _number(string)
        type_, value = _LITERALS.get(string, ("", None))
        return value if type_ in self.types else MISSING

    def item(self, index: int) -> "ValueTypes":
        """The types of the array item at an index."""
        found = []
        for pointer, schema in self._branches.items():
            prefix = schema.get("prefixItems")
            if isinstance(prefix, list) and index < len(prefix):
                found.append(f"{pointer}/prefixItems/{index}")
            elif "items" in schema:
                found.append(f"{pointer}/items")
        return self._parameter_types.value_types(*found)

    def member(self, name: str) -> "ValueTypes":
        """The types of an object's member."""
        found = []
        for pointer, schema in self._branches.items():
            known = (
                [f"properties/{pointer_token(name)}"]
                if name in object_or_empty(schema.get("properties"))
                else []
            )
            known += [
                f"patternProperties/{pointer_token(pattern)}"
                for pattern in object_or_empty(schema.get("patternProperties"))
                if matches(pattern, name)
            ]
            if not known and "additionalProperties" in schema:
                known = ["additionalProperties"]
            found += [f"{pointer}/{each}" for each in known]
        return self._parameter_types.value_types(*found)


def _is_open(schemas: Collection[dict[str, Json]], properties: frozenset[str]) -> bool:
    """Whether the schemas explicitly allow additional properties, or declare no properties at all.

    Stricter than JSON Schema, which allows additional properties by default: an exploded object would then
    take every other member of a query.
    """
    additional = [schema.get("additionalProperties") for schema in schemas]
    return (
        any(each not in (None, False) for each in additional)
        or any("patternProperties" in schema for schema in schemas)
        or not (properties or False in additional)
    )


def _number(string: str) -> object:
    """The number as a JSON body would hold it; MISSING if it exceeds a double (RFC 8259, section 6)."""
    is_integer = _INTEGER.fullmatch(string) is not None
    if is_integer and len(string) <= DOUBLE_DIGITS:
        return int(string)
    number = float(string)
    if not math.isfinite(number):
        return MISSING
    return int(string) if is_integer else number
