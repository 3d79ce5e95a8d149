"""Values as strings in a body; `mockserver.contract.parameters` converts them back."""

import json

from mockserver.data.json import Json


def compact_json(value: Json) -> str:
    """The value as JSON, without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def scalar_string(value: Json) -> str:
    """A string unchanged; any other value, including an array or an object, as JSON."""
    return value if isinstance(value, str) else compact_json(value)
