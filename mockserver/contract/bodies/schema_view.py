"""What the schemas of one value state directly: enough to decode and encode forms and XML."""

from functools import cached_property

from msgspec import Struct

from mockserver.contract.document import references
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.pointer import pointer_token

_SCALARS = frozenset(("string", "integer", "number", "boolean"))


class SchemaView(Struct, frozen=True, eq=False, dict=True):
    """The schemas at these pointers, with references and branches followed; without pointers, no schema."""

    document: Json
    pointers: tuple[str, ...]

    @classmethod
    def for_schema(cls, document: Json, pointer: str | None) -> "SchemaView":
        """The view of the schema at a pointer; None means that there is no schema."""
        return cls(document, () if pointer is None else (pointer,))

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that the schemas allow; empty if they allow all."""
        return frozenset(name for each in self.pointers for name in references.types_at(self.document, each))

    @property
    def is_structured(self) -> bool:
        """Whether the schemas allow arrays or objects, and no scalars."""
        return bool(self.types & {"array", "object"}) and self.types.isdisjoint(_SCALARS)

    @property
    def is_binary(self) -> bool:
        """Whether a string represents binary data.

        OpenAPI 3.0 says so by `format: binary`, 3.1 by `contentMediaType` without `contentEncoding`.
        """
        media_type = str(self.first("contentMediaType") or "text/plain")
        is_unencoded = self.first("contentEncoding") is None and not media_type.startswith("text/")
        return self.first("format") == "binary" or is_unencoded

    @cached_property
    def items(self) -> "SchemaView":
        """The view of an array's items."""
        found = [f"{pointer}/items" for pointer, schema in self.schemas.items() if "items" in schema]
        return SchemaView(self.document, tuple(found))

    @cached_property
    def members(self) -> dict[str, "SchemaView"]:
        """The views of the declared properties, by name, in document order."""
        names = [
            name for schema in self.schemas.values() for name in object_or_empty(schema.get("properties"))
        ]
        return {name: self._member(name) for name in dict.fromkeys(names)}

    def member(self, name: str) -> "SchemaView":
        """The view of one property, declared or additional."""
        return self.members.get(name) or self._member(name)

    def has_schema(self, name: str) -> bool:
        """Whether the schemas say anything about the property of this name, declared or additional."""
        return any(references.value_at(self.document, each) not in (None, True, False, {})
                   for each in self.member(name).pointers)  # fmt: skip

    def first(self, keyword: str) -> Json:
        """The keyword's value in the outermost schema that has it; None if no schema has it."""
        return next((schema[keyword] for schema in self.schemas.values() if keyword in schema), None)

    @cached_property
    def required(self) -> frozenset[str]:
        """The names of the members that one of the schemas requires."""
        return frozenset(
            str(name) for schema in self.schemas.values() for name in array_or_empty(schema.get("required"))
        )

    @property
    def is_pinned(self) -> bool:
        """Whether the schemas allow one value only."""
        return self.first("const") is not None or len(array_or_empty(self.first("enum"))) == 1

    def _member(self, name: str) -> "SchemaView":
        declared, additional = [], []
        for pointer, schema in self.schemas.items():
            if name in object_or_empty(schema.get("properties")):
                declared.append(f"{pointer}/properties/{pointer_token(name)}")
            elif "additionalProperties" in schema:
                additional.append(f"{pointer}/additionalProperties")
        return SchemaView(self.document, tuple(declared or additional))

    @cached_property
    def schemas(self) -> dict[str, dict[str, Json]]:
        """The schemas that apply, by their pointers, outer ones first; without boolean ones."""
        found: dict[str, dict[str, Json]] = {}
        for pointer in self.pointers:
            found |= references.schemas_at(self.document, pointer)
        return found
