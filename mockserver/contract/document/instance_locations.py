"""The places that a schema names, such as `/data/devices/*/name`; `*` stands for each item of a list."""

from collections.abc import Iterator

from mockserver.contract.document.references import branches
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token


def instance_locations(
    document: Json, schema: str, place: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, list[dict[str, Json]]]]:
    """Every place below the schema at a pointer, itself first, each with the schemas that speak of it.

    A schema within itself ends the walk.
    """
    found = branches(document, schema)
    inner = above.union(found)
    fresh = {pointer: data for pointer, data in found.items() if pointer not in above}
    yield place, list(fresh.values())
    for pointer, data in fresh.items():
        properties = data.get("properties")
        for name in properties if isinstance(properties, dict) else ():
            token = pointer_token(name)
            yield from instance_locations(
                document, f"{pointer}/properties/{token}", f"{place}/{token}", inner
            )
        if isinstance(data.get("items"), dict):
            yield from instance_locations(document, f"{pointer}/items", f"{place}/*", inner)
