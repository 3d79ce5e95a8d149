"""The names by which a `discriminator` selects a branch of `oneOf` or `anyOf`.

OpenAPI 3.1.0, section 4.8.25.
"""

import re
from collections.abc import Container, Sequence

from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token

_COMPONENTS = "#/components/schemas/"


def branch_names(mapping: Json, branches: Sequence[Json]) -> dict[str, int]:
    """The indexes of the branches that are references, by every name that selects them.

    These are the last segment of the reference, then the names that `mapping` gives to it.
    """
    indexes: dict[str, int] = {}
    for index, each in enumerate(branches):
        reference = each.get("$ref") if isinstance(each, dict) else None
        if isinstance(reference, str):
            indexes[reference] = index
    names = {reference.rpartition("/")[2]: index for reference, index in indexes.items()}
    for name, target in mapping.items() if isinstance(mapping, dict) else ():
        reference = str(target) if str(target) in indexes else _component_reference(str(target))
        if reference in indexes:
            names[name] = indexes[reference]
    return names


def mapping_reference(target: str, schema_names: Container[str]) -> str:
    """The reference that a value of `mapping` stands for; it may be the name of a component instead."""
    is_name = target in schema_names or not re.search(r"[/#.]", target)
    return _component_reference(target) if is_name else target


def _component_reference(schema_name: str) -> str:
    return f"{_COMPONENTS}{pointer_token(schema_name)}"
