"""Values as text: what `mockserver.contract.parameters` reads back."""

import json

from mockserver.data.json import Json


def json_text(value: Json) -> str:
    """The value as JSON, without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def scalar_text(value: Json) -> str:
    """A text as it is; anything else as JSON writes it, a list or an object too."""
    return value if isinstance(value, str) else json_text(value)
