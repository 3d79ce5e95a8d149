"""The names by which a `discriminator` selects a branch of `oneOf` or `anyOf`.

OpenAPI 3.1.0, section 4.8.25.
"""

from collections.abc import Sequence

from mockserver.data.json import Json

_COMPONENTS = "#/components/schemas/"


def branch_names(mapping: Json, branches: Sequence[Json]) -> dict[str, int]:
    """The indexes of the branches that are references, by every name that selects them.

    These are the last segment of the reference, and the names that `mapping` gives to the reference or to the
    component.
    """
    indexes: dict[str, int] = {}
    for index, each in enumerate(branches):
        reference = each.get("$ref") if isinstance(each, dict) else None
        if isinstance(reference, str):
            indexes[reference] = index
    names = {reference.rpartition("/")[2]: index for reference, index in indexes.items()}
    for name, target in mapping.items() if isinstance(mapping, dict) else ():
        found = indexes.get(str(target), indexes.get(f"{_COMPONENTS}{target}"))
        if found is not None:
            names[name] = found
    return names
