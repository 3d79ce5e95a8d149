"""Writes and splits JSON Pointers (RFC 6901)."""

from collections.abc import Sequence


def pointer_token(key: str | int) -> str:
    """The key or index as a reference token, escaped (RFC 6901, section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def json_pointer(keys: Sequence[str | int]) -> str:
    """The JSON Pointer of these keys and indexes."""
    pointer = ""
    for key in keys:
        is_plain = isinstance(key, int) or ("~" not in key and "/" not in key)
        pointer += f"/{key}" if is_plain else f"/{pointer_token(key)}"
    return pointer


def pointer_keys(pointer: str) -> list[str]:
    """The keys of a JSON Pointer: its reference tokens, unescaped (RFC 6901, section 4)."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
