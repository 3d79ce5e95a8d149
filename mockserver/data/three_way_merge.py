"""Three-way merges of JSON values, as version control makes them of texts.

Objects are merged member by member; any other value changes as a whole.
"""

from mockserver.data.equality import equal
from mockserver.data.json import Json

_ABSENT: Json = {}  # compared by identity: stands for the value of a member that an object does not have


def three_way_merge(base: Json, ours: Json, theirs: Json) -> Json:
    """`ours` with the changes that lead from `base` to `theirs`; where both changed a value, ours remains."""
    if _same(ours, base):
        return theirs
    if _same(theirs, base):
        return ours
    if not (isinstance(base, dict) and isinstance(ours, dict) and isinstance(theirs, dict)):
        return ours
    merged: dict[str, Json] = {}
    for name in {**ours, **theirs}:
        sides = [side.get(name, _ABSENT) for side in (base, ours, theirs)]
        value = _merged_member(*sides)
        if value is not _ABSENT:
            merged[name] = value
    return merged


def differing_members(one: Json, other: Json) -> tuple[Json, Json]:
    """The two values without the members that are equal in both."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return one, other
    first: dict[str, Json] = {}
    second: dict[str, Json] = {}
    for name in {**one, **other}:
        if name in one and name in other:
            if not equal(one[name], other[name]):
                first[name], second[name] = differing_members(one[name], other[name])
        elif name in one:
            first[name] = one[name]
        else:
            second[name] = other[name]
    return first, second


def _merged_member(base: Json, ours: Json, theirs: Json) -> Json:
    """The merge of the values of a member, any of which may be _ABSENT."""
    if any(each is _ABSENT for each in (base, ours, theirs)):
        return theirs if _same(ours, base) else ours
    return three_way_merge(base, ours, theirs)


def _same(one: Json, other: Json) -> bool:
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return equal(one, other)
