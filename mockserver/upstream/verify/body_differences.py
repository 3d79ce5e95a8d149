"""How the body of the provider's answer differs from that of the mock's."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mockserver.data.json import Json, json_type, type_phrase
from mockserver.data.pointer import pointer_token
from mockserver.upstream.verify.made_values import MadeValues
from mockserver.upstream.verify.pointers import matches

BodyDifference: TypeAlias = tuple[str, str, bool]  # pointer, sentence, whether it is of a made value
IsKnown: TypeAlias = Callable[[str, Json], bool]
LONGEST = 60  # characters of a value that a sentence shows


def value_differences(
    own: Json, provider: Json, made: tuple[str, ...], values: MadeValues
) -> Iterator[BodyDifference]:
    """The differences of two values in document order; `made` are patterns of what each side makes."""
    yield from _differences("", own, provider, made, values)


def _differences(
    pointer: str, own: Json, provider: Json, made: tuple[str, ...], values: MadeValues
) -> Iterator[BodyDifference]:
    pattern = next((each for each in made if matches(pointer, each)), None)
    if pattern is not None:
        sentence = values.difference(pattern, own, provider)
        if sentence is not None:
            yield pointer, sentence, True
    elif isinstance(own, dict) and isinstance(provider, dict):
        for name in dict.fromkeys((*own, *provider)):
            inner = f"{pointer}/{pointer_token(name)}"
            if name not in provider:
                yield inner, "the member is missing", False
            elif name not in own:
                yield inner, "the mock's answer has no such member", False
            else:
                yield from _differences(inner, own[name], provider[name], made, values)
    elif isinstance(own, list) and isinstance(provider, list):
        if len(own) != len(provider):
            yield pointer, f"expected {_items(own)}, found {_items(provider)}", False
        for index, (one, other) in enumerate(zip(own, provider, strict=False)):
            yield from _differences(f"{pointer}/{index}", one, other, made, values)
    elif own != provider or isinstance(own, bool) != isinstance(provider, bool):
        yield pointer, f"expected {_value(own)}, found {_value(provider)}", False


def shape_differences(own: Json, provider: Json, pointer: str = "") -> Iterator[BodyDifference]:
    """Where a value has another type than the mock's, or lacks a member of it."""
    if json_type(own) != json_type(provider):
        yield pointer, f"expected {type_phrase(own)}, found {type_phrase(provider)}", False
    elif isinstance(own, dict) and isinstance(provider, dict):
        for name, value in own.items():
            inner = f"{pointer}/{pointer_token(name)}"
            if name in provider:
                yield from shape_differences(value, provider[name], inner)
            else:
                yield inner, "the member is missing", False


def known_differences(
    own: Json, provider: Json, is_known: IsKnown, pointer: str = ""
) -> Iterator[BodyDifference]:
    """The differences of those scalars of the mock's that are known; of others only the contract can tell."""
    if isinstance(own, dict) and isinstance(provider, dict):
        for name, value in own.items():
            inner = f"{pointer}/{pointer_token(name)}"
            if name in provider:
                yield from known_differences(value, provider[name], is_known, inner)
            elif not isinstance(value, dict | list) and is_known(inner, value):
                yield inner, "the member is missing", False
    elif isinstance(own, dict | list):
        return
    elif is_known(pointer, own) and (own != provider or isinstance(own, bool) != isinstance(provider, bool)):
        yield pointer, f"expected {_value(own)}, found {_value(provider)}", False


def _items(value: list[Json]) -> str:
    return f"{len(value)} item{'' if len(value) == 1 else 's'}"


def _value(value: Json) -> str:
    if isinstance(value, dict | list):
        return type_phrase(value)
    text = (
        {None: "null", True: "true", False: "false"}[value]
        if value is None or isinstance(value, bool)
        else repr(value)
    )
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
