"""Places of a document by JSON Pointer (RFC 6901), and what its local `$ref`s lead to."""

from urllib.parse import unquote

from mockserver.model import Json


def at(document: Json, pointer: str) -> Json:
    """The value at a pointer; None where there is nothing."""
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def target(reference: str) -> str:
    """The pointer that a local reference `#/a/b%20c` holds."""
    return unquote(reference.partition("#")[2])


def types(document: Json, pointer: str) -> frozenset[str]:
    """The names of types that the schema at a pointer allows, through references and branches; none: any."""
    found: set[str] = set()
    waiting, seen = [pointer], set()
    while waiting:
        here = waiting.pop()
        schema = at(document, here)
        if here in seen or not isinstance(schema, dict):
            continue
        seen.add(here)
        named = schema.get("type", [])
        found.update(map(str, named if isinstance(named, list) else [named]))
        if isinstance(schema.get("$ref"), str):
            waiting.append(target(str(schema["$ref"])))
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = schema.get(keyword)
            if isinstance(branches, list):
                waiting += [f"{here}/{keyword}/{index}" for index in range(len(branches))]
    return frozenset(found)
