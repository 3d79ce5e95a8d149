"""Families of schemas: a parent with a `discriminator`, and the children that extend it by `allOf`.

OpenAPI 3.1.1, section 4.8.25: the discriminating property of a value names the child that describes it.
"""

from mockserver.contract.document.discriminators import mapping_reference
from mockserver.contract.document.references import reference_to, referenced_value
from mockserver.contract.sampling.context import PREFERRED, Keywords
from mockserver.contract.sampling.merging import mapping
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.pointer import pointer_token

_SCHEMAS = "/components/schemas"


class Families:
    """The families among the named schemas of one document, whose objects must not change."""

    def __init__(self, document: Json) -> None:
        components = object_or_empty(object_or_empty(document).get("components"))
        self._schemas = {
            reference_to(f"{_SCHEMAS}/{pointer_token(name)}"): schema
            for name, schema in object_or_empty(components.get("schemas")).items()
            if isinstance(schema, dict)
        }
        self._document = document
        self._extensions: dict[str, list[str]] = {}  # the schemas that extend a schema, by references
        for reference, schema in self._schemas.items():
            for part in array_or_empty(schema.get("allOf")):
                if isinstance(base := object_or_empty(part).get("$ref"), str):
                    self._extensions.setdefault(base, []).append(reference)
        self._children: dict[int, list[Json]] = {}  # by id() of the parent: references to its children
        self._tags: dict[int, Keywords] = {}  # by id() of each member: the property with its tags
        self._child_ids: set[int] = set()
        for reference, schema in self._schemas.items():
            if "discriminator" in schema and "oneOf" not in schema and "anyOf" not in schema:
                self._add_family(reference, schema)

    def children(self, schema: Json) -> list[Json]:
        """References to the children of a parent; empty for other schemas."""
        return self._children.get(id(schema), [])

    def is_child(self, schema: Json) -> bool:
        """Whether the schema extends a parent with a discriminator."""
        return id(schema) in self._child_ids

    def tags(self, schema: Json) -> Keywords | None:
        """The keyword `properties` that makes the discriminating property name a member of the family."""
        return self._tags.get(id(schema))

    def _add_family(self, parent: str, schema: Keywords) -> None:
        discriminator = mapping(schema, "discriminator")
        name = discriminator.get("propertyName")
        if not isinstance(name, str):
            return
        names = self._mapped_names(mapping(discriminator, "mapping"))
        children = list(dict.fromkeys((*self._descendants(parent), *names)))
        children = [each for each in children if each != parent and self._schema(each) is not None]
        if not children:
            return
        self._children[id(schema)] = [{"$ref": each} for each in children]
        self._tags[id(schema)] = _tagged(name, children, names)
        for each in children:
            child = self._schema(each)
            self._child_ids.add(id(child))
            self._tags[id(child)] = _tagged(name, [each, *self._descendants(each)], names)

    def _schema(self, reference: str) -> Json:
        return self._schemas.get(reference) or referenced_value(self._document, reference)

    def _descendants(self, reference: str) -> list[str]:
        found = list(dict.fromkeys(self._extensions.get(reference, [])))
        for each in found:
            found += [child for child in self._extensions.get(each, []) if child not in found]
        return [each for each in found if each != reference]

    def _mapped_names(self, names: Keywords) -> dict[str, list[Json]]:
        """The names that `mapping` gives, by the reference of the schema."""
        known = {reference.rpartition("/")[2] for reference in self._schemas}
        found: dict[str, list[Json]] = {}
        for name, target in names.items():
            found.setdefault(mapping_reference(str(target), known), []).append(name)
        return found


def _tagged(name: str, references: list[str], names: dict[str, list[Json]]) -> Keywords:
    """The property `name`, preferably with the tag of one of these schemas: a mapped name, or their own."""
    tags = [tag for each in references for tag in names.get(each, [each.rpartition("/")[2]])]
    return {"properties": {name: {PREFERRED: tags}}}


NO_FAMILIES = Families(None)
