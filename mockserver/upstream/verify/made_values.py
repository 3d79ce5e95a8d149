"""Values that each side makes by itself, such as ids and instants: they correspond one to one."""

from datetime import datetime

from mockserver.data.json import Json, json_type, type_phrase


class MadeValues:
    """The values of both sides that correspond, for each pattern of pointers."""

    def __init__(self) -> None:
        self._provider: dict[tuple[str, str], Json] = {}  # by the pattern and the mock's value
        self._own: dict[tuple[str, str], Json] = {}  # by the pattern and the provider's value

    def difference(self, pattern: str, own: Json, provider: Json) -> str | None:
        """Why two values cannot correspond, as a sentence; None if they can, which is remembered."""
        if json_type(own) != json_type(provider):
            return f"expected {type_phrase(own)}, found {type_phrase(provider)}"
        if isinstance(own, str) and isinstance(provider, str) and _is_instant(own):
            return None if _is_instant(provider) else "expected an instant (RFC 3339), found another string"
        if isinstance(own, dict | list) or own is None:
            return None
        earlier = self._provider.setdefault((pattern, repr(own)), provider)
        if earlier != provider:
            return f"the value was {earlier!r} before, and is {provider!r} now; the mock's is the same"
        other = self._own.setdefault((pattern, repr(provider)), own)
        if other != own:
            return f"the value {provider!r} was used before for another item"
        return None


def _is_instant(text: str) -> bool:
    """Whether a string is a date with a time."""
    if len(text) < 16 or text[4:5] != "-":
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
