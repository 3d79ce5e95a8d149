"""The last page of a list: a body whose arrays are empty and which leads to no other page."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mockserver.contract.sampling.coherence import Meaning, meaning
from mockserver.data.json import Json
from mockserver.data.reading import MISSING

ENVELOPE = 2  # objects around the array of a list: `{result: {items: […]}}`
Path: TypeAlias = tuple[str, ...]


def last_page(body: Json, accepts: Callable[[Json], bool]) -> Json:
    """The body as the last page of its list, as far as `accepts` allows; it is not changed itself.

    If `accepts` refuses the body itself, it is not asked about the changes.
    """
    may_change = accepts if accepts(body) else _any_value
    if isinstance(body, list):
        return [] if may_change([]) else body
    for path, candidates in list(_changes(body, ())):
        changed = (_with_member(body, path, each) for each in candidates)
        body = next(filter(may_change, changed), body)
    return body


def _any_value(_: Json) -> bool:
    return True


def _changes(value: Json, path: Path) -> Iterator[tuple[Path, tuple[object, ...]]]:
    """The members that tell whether a list goes on, each with what it may become; MISSING removes it."""
    for name, member in value.items() if isinstance(value, dict) else ():
        location = (*path, name)
        told = meaning(name)
        if told is Meaning.NEXT and member not in (None, ""):
            yield location, (None, "", MISSING)
        elif isinstance(member, bool) and told in (Meaning.MORE, Meaning.END):
            yield location, (told is Meaning.END,)
        elif isinstance(member, list) and member:
            yield location, ([],)
        elif len(path) < ENVELOPE - 1:
            yield from _changes(member, location)


def _with_member(value: Json, path: Path, member: object) -> Json:
    """A copy of the value in which the member at a path is replaced, or is removed if it is MISSING."""
    if not path or not isinstance(value, dict):
        return member  # type: ignore[return-value]  # MISSING is never returned: it has a path
    name, *rest = path
    if member is MISSING and not rest:
        return {key: each for key, each in value.items() if key != name}
    return {**value, name: _with_member(value[name], tuple(rest), member)}
