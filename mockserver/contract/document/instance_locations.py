"""Lists the instance locations that a schema describes, such as `/data/devices/*/name`."""

from collections.abc import Iterator

from mockserver.contract.document.references import schemas_at
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token


def instance_locations(
    document: Json, schema: str, location: str = "", ancestors: frozenset[str] = frozenset()
) -> Iterator[tuple[str, list[dict[str, Json]]]]:
    """The instance locations below the schema at a pointer, each with the schemas that apply to it.

    Locations are JSON Pointers in which `*` means each item of an array; the first one is `location` itself.
    A recursive schema is not followed into itself. `ancestors` are the pointers of the schemas above.
    """
    found = schemas_at(document, schema)
    inner = ancestors.union(found)
    schemas = {pointer: data for pointer, data in found.items() if pointer not in ancestors}
    yield location, list(schemas.values())
    for pointer, data in schemas.items():
        properties = data.get("properties")
        for name in properties if isinstance(properties, dict) else ():
            token = pointer_token(name)
            yield from instance_locations(
                document, f"{pointer}/properties/{token}", f"{location}/{token}", inner
            )
        if isinstance(data.get("items"), dict):
            yield from instance_locations(document, f"{pointer}/items", f"{location}/*", inner)
