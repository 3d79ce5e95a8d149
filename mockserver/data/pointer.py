"""Writes and splits JSON Pointers (RFC 6901)."""


def pointer_token(key: str | int) -> str:
    """The key or index as a reference token, escaped (RFC 6901, section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def pointer_keys(pointer: str) -> list[str]:
    """The keys of a JSON Pointer: its reference tokens, unescaped (RFC 6901, section 4)."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
