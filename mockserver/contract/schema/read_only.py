"""Drops from a request's value the members that only the server sets (`readOnly`)."""

from collections.abc import Iterator
from operator import itemgetter
from typing import TypeAlias

from mockserver.contract.document.references import pointer_of, value_at
from mockserver.contract.schema.direction import REFUSED
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token

Schema: TypeAlias = dict[str, Json]
_ALTERNATIVES = ("anyOf", "oneOf")


class ReadOnlyMembers:
    """Drops read-only members from values; `document` is the document for requests, which marks them.

    Of the branches of `anyOf` and `oneOf` the first applies that accepts the value without its read-only
    members; if none does, the one with the fewest violations. Each schema is applied to each part of a value
    once, however many ways lead there.
    """

    def __init__(self, document: Json, judges: Judges) -> None:
        self._document = document
        self._judges = judges
        self._results: dict[tuple[str, int], Json] = {}
        self._kept: list[Json] = []  # so that no other value gets the id of one

    def dropped_from(self, value: Json, pointer: str) -> Json:
        """The value without the members that the schema at the pointer declares read-only.

        It is the same object if it has none.
        """
        if not isinstance(value, dict | list):
            return value
        key = pointer, id(value)
        if key not in self._results:
            self._kept.append(value)
            self._results[key] = value  # for a reference to itself
            self._results[key] = self._applied(value, pointer)
        return self._results[key]

    def _applied(self, value: Json, pointer: str) -> Json:
        schema = value_at(self._document, pointer)
        if not isinstance(schema, dict):
            return value
        for part in _in_place(schema, pointer):
            value = self.dropped_from(value, part)
        for keyword in _ALTERNATIVES:
            value = self._from_alternatives(value, schema, f"{pointer}/{keyword}", keyword)
        if isinstance(value, dict):
            return self._from_members(value, schema, pointer)
        return self._from_items(value, schema, pointer) if isinstance(value, list) else value

    def _from_alternatives(self, value: Json, schema: Schema, pointer: str, keyword: str) -> Json:
        branches = schema.get(keyword)
        candidates: list[tuple[int, Json]] = []
        for index in range(len(branches) if isinstance(branches, list) else 0):
            changed = self.dropped_from(value, f"{pointer}/{index}")
            judge = self._judges.judge(f"{pointer}/{index}")
            if judge.accepts(changed):
                return changed
            if changed is not value:
                candidates.append((len(judge.violations(changed)), changed))
        return min(candidates, key=itemgetter(0), default=(0, value))[1]

    def _from_members(self, value: Schema, schema: Schema, pointer: str) -> Json:
        properties = schema.get("properties")
        declared = properties if isinstance(properties, dict) else {}
        has_others = isinstance(schema.get("additionalProperties"), dict)
        changed: Schema = {}
        for name, member in value.items():
            described = declared.get(name)
            if isinstance(described, dict) and REFUSED in described:
                continue
            if name in declared:
                member = self.dropped_from(member, f"{pointer}/properties/{pointer_token(name)}")
            elif has_others:
                member = self.dropped_from(member, f"{pointer}/additionalProperties")
            changed[name] = member
        return changed if _differ(changed, value) else value

    def _from_items(self, value: list[Json], schema: Schema, pointer: str) -> Json:
        prefix = schema.get("prefixItems")
        listed = len(prefix) if isinstance(prefix, list) else 0
        changed = [
            self.dropped_from(
                item, f"{pointer}/prefixItems/{index}" if index < listed else f"{pointer}/items"
            )
            for index, item in enumerate(value)
        ]
        return changed if any(new is not old for new, old in zip(changed, value, strict=True)) else value


def dropped_pointers(value: Json, changed: Json, pointer: str = "") -> Iterator[str]:
    """The JSON Pointers of the members that `changed` lacks; it is `value` without some members."""
    if changed is value:
        return
    if isinstance(value, dict) and isinstance(changed, dict):
        for name, member in value.items():
            location = f"{pointer}/{pointer_token(name)}"
            if name not in changed:
                yield location
            else:
                yield from dropped_pointers(member, changed[name], location)
    elif isinstance(value, list) and isinstance(changed, list):
        for index, (item, new) in enumerate(zip(value, changed, strict=True)):
            yield from dropped_pointers(item, new, f"{pointer}/{index}")


def _in_place(schema: Schema, pointer: str) -> Iterator[str]:
    """The pointers of the schemas that apply to the same value in any case: `$ref` and `allOf`."""
    reference, parts = schema.get("$ref"), schema.get("allOf")
    if isinstance(reference, str):
        yield pointer_of(reference)
    yield from (f"{pointer}/allOf/{index}" for index in range(len(parts) if isinstance(parts, list) else 0))


def _differ(changed: Schema, value: Schema) -> bool:
    return len(changed) != len(value) or any(changed[name] is not value[name] for name in changed)
