"""Finds `$ref`s at positions where OpenAPI has none, whether or not their targets are read."""

import re
from collections.abc import Iterator

from mockserver.contract.document.structure import KINDS, SECTIONS, member_kind
from mockserver.data.json import Json, type_phrase
from mockserver.data.pointer import pointer_token
from mockserver.data.source import Document, Finding

# Members whose values are plain data, which may look like anything. The kind is that of their object.
_DATA = {
    "Schema": ("example", "examples", "default", "const", "enum"),
    "Example": ("value", "dataValue"),
    "Parameter": ("example",),
    "Header": ("example",),
    "MediaType": ("example",),
    "Link": ("parameters", "requestBody"),
}
_COMPONENT = re.compile(r"/components/[^/]+/[^/]+")
_DATA_REASON = "this is data, so the reference in it is not followed"
_POSITION_REASON = "OpenAPI allows no reference at this position, so it has no effect"
_READ_REASON = (
    "OpenAPI allows no reference at this position; its target is read, but other tools may not read it"
)


def reference_findings(document: Document) -> Iterator[Finding]:
    """A finding for each `$ref` of a bundled document where OpenAPI allows none."""
    for pointer in document.origins:  # of copied components, and of targets that replaced a reference
        if not _COMPONENT.fullmatch(pointer):
            holder, _, token = pointer.rpartition("/")
            file, holder = document.origin(holder)
            original = f"{holder}/{token}"
            yield Finding(file.path, file.line(original), original, _READ_REASON)
    for pointer, message in _in_object(document.data, "OpenAPI", ""):
        yield document.finding(pointer, message)


def _in_object(value: Json, kind: str, pointer: str) -> Iterator[tuple[str, str]]:
    """The pointers of the misplaced references in an object of a kind, with the reasons."""
    if isinstance(value, list):
        for index, item in enumerate(value if kind[0] == "[" else ()):
            yield from _in_object(item, kind[1:-1], f"{pointer}/{index}")
        return
    for key, member in value.items() if isinstance(value, dict) else ():
        below = f"{pointer}/{pointer_token(key)}"
        if key == "$ref" and not isinstance(member, str) and kind in SECTIONS and kind != "Schema":
            yield below, f"expected a string, found {type_phrase(member)}"
        elif (inner := member_kind(kind, key)) is not None:
            yield from _in_object(member, inner, below)
        elif key in _DATA.get(kind, ()):
            yield from _in_data(member, below)
        elif not key.startswith("x-") and kind in KINDS:
            yield from _in_other(member, below)


def _in_data(value: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """The references that a value, or an item of it, consists of."""
    items = enumerate(value) if isinstance(value, list) else ()
    for place, each in ((pointer, value), *((f"{pointer}/{index}", item) for index, item in items)):
        if isinstance(each, dict) and each.keys() == {"$ref"} and isinstance(each["$ref"], str):
            yield place, f"{each['$ref']!r}: {_DATA_REASON}"


def _in_other(value: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """The references in a member that contains no objects of a known kind, such as `servers` and `tags`."""
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield f"{pointer}/$ref", f"{reference!r}: {_POSITION_REASON}"
        for key, member in value.items():
            yield from _in_other(member, f"{pointer}/{pointer_token(key)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _in_other(item, f"{pointer}/{index}")
