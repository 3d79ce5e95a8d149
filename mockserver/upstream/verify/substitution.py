"""The ids that both sides made for the same item: requests to the provider name the provider's."""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from mockserver.data.json import Json


class Substitution:
    """The provider's ids by the mock's, both as strings."""

    def __init__(self) -> None:
        self._ids: dict[str, Json] = {}

    def add(self, own: str, provider: Json) -> None:
        """From now on the provider's id stands for the mock's."""
        if str(provider) != own:
            self._ids[own] = provider

    def of_value(self, value: Json) -> Json:
        """The provider's value for the mock's: its id, or the same value if it is not an id."""
        if isinstance(value, bool | float) or value is None:
            return value
        return self._ids.get(str(value), value) if isinstance(value, str | int) else value

    def in_target(self, target: str) -> str:
        """A path and query, percent-encoded, with the provider's ids."""
        if not self._ids:
            return target
        return re.sub(r"[^/?&=,]+", lambda found: self._of_raw(found[0]), target)

    def _of_raw(self, raw: str) -> str:
        value = unquote(raw)
        return quote(str(self._ids[value]), safe="") if value in self._ids else raw

    def in_body(self, body: bytes) -> bytes:
        """A JSON body with the provider's ids; any other body as it is."""
        if not self._ids or not body:
            return body
        try:
            value: Json = json.loads(body)
        except ValueError:
            return body
        changed = self._in_value(value)
        return body if changed == value else json.dumps(changed).encode()

    def _in_value(self, value: Json) -> Json:
        if isinstance(value, list):
            return [self._in_value(each) for each in value]
        if isinstance(value, dict):
            return {name: self._in_value(each) for name, each in value.items()}
        return self.of_value(value)


def made_ids(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """The ids of the items that a state has, and the one before did not; without those of parents."""
    found = []
    for collection, items in after.items():
        known = before.get(collection)
        if isinstance(items, dict):
            new = items.keys() - (known.keys() if isinstance(known, dict) else ())
            found += [unquote(key.rpartition("/")[2]) for key in items if key in new]
    return found
