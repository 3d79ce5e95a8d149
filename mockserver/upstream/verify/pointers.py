"""JSON Pointers whose tokens can be `*`, for any index or name."""

from collections.abc import Iterable, Iterator

from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token


def matches(pointer: str, pattern: str) -> bool:
    """Whether a pointer is the one of a pattern, in which `*` stands for any token."""
    tokens, wanted = pointer.split("/"), pattern.split("/")
    return len(tokens) == len(wanted) and all(
        each in ("*", token) for token, each in zip(tokens, wanted, strict=True)
    )


def is_ignored(pointer: str, patterns: Iterable[str]) -> bool:
    """Whether a pointer, or one of what contains its value, is among the patterns."""
    parts = pointer.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(matches(each, pattern) for pattern in patterns for each in above)


def generalized(pointer: str) -> str:
    """The pointer with `*` for each index, so that the items of an array are alike."""
    return "/".join("*" if each.isdigit() else each for each in pointer.split("/"))


def leaves(value: Json, pointer: str = "") -> Iterator[tuple[str, Json]]:
    """The scalars in a value, with their pointers."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, f"{pointer}/{pointer_token(name)}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, f"{pointer}/{index}")
    else:
        yield pointer, value
