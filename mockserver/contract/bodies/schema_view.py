"""What the schemas of one value say at first sight: enough to read and write a form or XML, not to judge."""

from functools import cached_property

from msgspec import Struct

from mockserver.contract.document import references
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token

_SCALARS = frozenset(("string", "integer", "number", "boolean"))


class SchemaView(Struct, frozen=True, eq=False, dict=True):
    """The schemas at these pointers, seen through references and branches; none: any value."""

    document: Json
    pointers: tuple[str, ...]

    @classmethod
    def at(cls, document: Json, pointer: str | None) -> "SchemaView":
        """The view of one schema; None: of no schema."""
        return cls(document, () if pointer is None else (pointer,))

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that a value may have; none: any."""
        return frozenset(name for each in self.pointers for name in references.types_at(self.document, each))

    @property
    def is_structured(self) -> bool:
        """Whether a value is a list or an object, and never a single value."""
        return bool(self.types & {"array", "object"}) and self.types.isdisjoint(_SCALARS)

    @property
    def is_binary(self) -> bool:
        """Whether a text stands for bytes: `format: binary` in 3.0, a bare `contentMediaType` in 3.1."""
        media_type = str(self.first("contentMediaType") or "text/plain")
        is_bare = self.first("contentEncoding") is None and not media_type.startswith("text/")
        return self.first("format") == "binary" or is_bare

    @cached_property
    def items(self) -> "SchemaView":
        """The view of a list's items."""
        found = [f"{place}/items" for place, schema in self._schemas.items() if "items" in schema]
        return SchemaView(self.document, tuple(found))

    @cached_property
    def members(self) -> dict[str, "SchemaView"]:
        """The views of the declared properties, by name, in document order."""
        names = [name for schema in self._schemas.values() for name in _properties(schema)]
        return {name: self._member(name) for name in dict.fromkeys(names)}

    def member(self, name: str) -> "SchemaView":
        """The view of one property, declared or additional."""
        return self.members.get(name) or self._member(name)

    def first(self, keyword: str) -> Json:
        """What the outermost schema that has the keyword says; None where none has it."""
        return next((schema[keyword] for schema in self._schemas.values() if keyword in schema), None)

    def _member(self, name: str) -> "SchemaView":
        declared, others = [], []
        for place, schema in self._schemas.items():
            if name in _properties(schema):
                declared.append(f"{place}/properties/{pointer_token(name)}")
            elif "additionalProperties" in schema:
                others.append(f"{place}/additionalProperties")
        return SchemaView(self.document, tuple(declared or others))

    @cached_property
    def _schemas(self) -> dict[str, dict[str, Json]]:
        found: dict[str, dict[str, Json]] = {}
        for pointer in self.pointers:
            found |= references.branches(self.document, pointer)
        return found


def _properties(schema: dict[str, Json]) -> dict[str, Json]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}
