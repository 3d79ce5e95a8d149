"""Pages that end a list: the last one, which is empty, and an only one, which leads to no other page."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mockserver.contract.sampling.coherence import Meaning, meaning
from mockserver.data.json import Json
from mockserver.data.reading import MISSING

ENVELOPE = 2  # most objects around the array of a list: `{result: {items: […]}}`
DEEPEST = 4  # most objects around what leads to the next page: `{links: {pages: {next: …}}}`
Path: TypeAlias = tuple[str, ...]


def last_page(body: Json, accepts: Callable[[Json], bool]) -> Json:
    """The body as the last page of its list, without items, as far as `accepts` allows.

    The body is not changed itself. If `accepts` refuses the body itself, it is not asked about the changes.
    """
    return _as_page(body, accepts, keeps_items=False)


def only_page(body: Json, accepts: Callable[[Json], bool]) -> Json:
    """The body as the only page of its list, likewise; the body itself if it has no list or leads nowhere."""
    return _as_page(body, accepts, keeps_items=True) if _has_array(body, ENVELOPE) else body


def _as_page(body: Json, accepts: Callable[[Json], bool], *, keeps_items: bool) -> Json:
    changes = list(_changes(body, (), keeps_items))
    if not changes and not isinstance(body, list):
        return body
    may_change = accepts if accepts(body) else _any_value
    if isinstance(body, list):
        return [] if not keeps_items and may_change([]) else body
    for path, candidates in changes:
        changed = (_with_member(body, path, each) for each in candidates)
        body = next(filter(may_change, changed), body)
    return body


def _has_array(value: Json, depth: int) -> bool:
    """Whether the value is an object that has an array, in itself or in an object below."""
    return isinstance(value, dict) and any(
        isinstance(member, list) or (depth > 1 and _has_array(member, depth - 1)) for member in value.values()
    )


def _any_value(_: Json) -> bool:
    return True


def _changes(value: Json, path: Path, keeps_items: bool) -> Iterator[tuple[Path, tuple[object, ...]]]:
    """The members that change at the end of a list, each with what it may become; MISSING removes it."""
    for name, member in value.items() if isinstance(value, dict) else ():
        location = (*path, name)
        told = meaning(name)
        if told is Meaning.NEXT and member not in (None, ""):
            yield location, (None, "", MISSING)
        elif isinstance(member, bool) and told in (Meaning.MORE, Meaning.END):
            if member is not (told is Meaning.END):
                yield location, (not member,)
        elif isinstance(member, list) and member and not keeps_items and len(path) < ENVELOPE:
            yield location, ([],)
        elif len(path) < DEEPEST - 1:
            yield from _changes(member, location, keeps_items)


def _with_member(value: Json, path: Path, member: object) -> Json:
    """A copy of the value in which the member at a path is replaced, or is removed if it is MISSING."""
    if not path or not isinstance(value, dict):
        return member  # type: ignore[return-value]  # MISSING is never returned: it has a path
    name, *rest = path
    if member is MISSING and not rest:
        return {key: each for key, each in value.items() if key != name}
    return {**value, name: _with_member(value[name], tuple(rest), member)}
