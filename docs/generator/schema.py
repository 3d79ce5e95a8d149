"""JSON Schemas as tables of members."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generator.markdown import code

Schema = Mapping[str, Any]
HEAD = ("Member", "Type", "Description")


class Describer:
    """Describes the schemas of one document.

    `link` makes the text for a named schema, or returns None where the schema itself is to be described.
    """

    def __init__(self, document: Schema, link: Callable[[str], str | None]) -> None:
        self._document = document
        self._link = link

    def resolved(self, schema: Schema) -> Schema:
        """The schema, with the one that its `$ref` names beneath its own keywords."""
        if "$ref" not in schema:
            return schema
        target: Any = self._document
        for token in schema["$ref"].removeprefix("#/").split("/"):
            target = target[token]
        own = {key: value for key, value in schema.items() if key != "$ref"}
        return {**self.resolved(target), **own}

    def rows(self, schema: Schema, prefix: str = "") -> Iterator[tuple[str, str, str]]:
        """A row for each member, and for each member of it that has no section of its own."""
        whole = self.merged(schema)
        required = whole.get("required", ())
        for name, member in whole.get("properties", {}).items():
            path = prefix + name
            mark = ", required" if name in required else ""
            yield code(path), self.type_of(member) + mark, self.description(member)
            yield from self._inner_rows(member, path)

    def _inner_rows(self, member: Schema, path: str) -> Iterator[tuple[str, str, str]]:
        if self._named(member) is not None:
            return
        inner = self.resolved(member)
        if "properties" in inner:
            yield from self.rows(inner, f"{path}.")
        elif "items" in inner and isinstance(inner["items"], Mapping):
            yield from self._inner_rows(inner["items"], f"{path}[]")

    def merged(self, schema: Schema) -> Schema:
        """The schema with the members of its parts (`allOf`) and of its alternatives (`oneOf`)."""
        whole = self.resolved(schema)
        properties: dict[str, Any] = {}
        required: list[str] = []
        for part in (whole, *map(self.merged, whole.get("allOf", ()))):
            properties = {**properties, **part.get("properties", {}), **properties}
            required += part.get("required", ())
        for alternative in whole.get("oneOf", ()):
            properties |= alternative.get("properties", {})
        return {**whole, "properties": properties, "required": required}

    def type_of(self, schema: Schema) -> str:
        """The type of a value in a few words."""
        named = self._named(schema)
        if named is not None:
            return named
        whole = self.resolved(schema)
        if "const" in whole:
            return code(json.dumps(whole["const"]).strip('"'))
        if "enum" in whole:
            return "one of " + ", ".join(code(str(each)) for each in whole["enum"])
        for keyword in ("oneOf", "anyOf"):
            if "type" not in whole and keyword in whole:
                return " or ".join(dict.fromkeys(self.type_of(each) for each in whole[keyword]))
        if "type" not in whole and "allOf" in whole:
            return self.type_of(whole["allOf"][0])
        types = whole.get("type", "any JSON value")
        names = [types] if isinstance(types, str) else types
        return " or ".join(self._type_name(name, whole) for name in names)

    def _type_name(self, name: str, schema: Schema) -> str:
        low, high = schema.get("minimum"), schema.get("maximum")
        if name == "array" and isinstance(schema.get("items"), Mapping):
            return f"array of {self.type_of(schema['items'])}"
        if name not in ("integer", "number") or low is None:
            return name
        return f"{name} from {low}" if high is None else f"{name} from {low} to {high}"

    def description(self, schema: Schema) -> str:
        whole = self.resolved(schema)
        text = str(whole.get("description", ""))
        if "default" in whole:
            text += f" Default: {code(json.dumps(whole['default']))}."
        return text.strip()

    def _named(self, schema: Schema) -> str | None:
        return self._link(schema["$ref"].rpartition("/")[2]) if "$ref" in schema else None
