"""How many values a JSON value has, and how deeply they are nested, found level by level."""

from typing import TypeAlias

from mockserver.data.json import Json

Container: TypeAlias = list[Json] | dict[str, Json]

_CONTAINERS = (list, dict)  # a constant, because `list | dict` would be built in each call
_CONTAINER_TYPES = frozenset(_CONTAINERS)
_LONG = 100  # items or members whose types are looked at first, because that is quicker


def count_values(value: Json, most: int) -> int:
    """The values in a JSON value, itself included; more than `most` are counted as one more."""
    count = 1
    level = [value] if isinstance(value, _CONTAINERS) else []
    while level:
        count += sum(map(len, level))
        if count > most:
            return most + 1
        level = _inner_containers(level)
    return count


def is_deeper(value: Json, levels: int) -> bool:
    """Whether arrays and objects are nested more than this many levels deep."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    while level and levels:
        level = _inner_containers(level)
        levels -= 1
    return bool(level)


def _inner_containers(containers: list[Container]) -> list[Container]:
    """The arrays and objects that are items and members of these."""
    return [
        part
        for each in containers
        if len(each) < _LONG or not _has_scalars_only(each)
        for part in (each.values() if type(each) is dict else each)
        if isinstance(part, _CONTAINERS)
    ]


def _has_scalars_only(container: Container) -> bool:
    parts = container.values() if isinstance(container, dict) else container
    return _CONTAINER_TYPES.isdisjoint(map(type, parts))
