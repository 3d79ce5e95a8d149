"""Which member of an item is its id: by the name of the path parameter, by usual names, and by its type."""

from collections.abc import Iterator

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.sampling.plausible_values import words
from mockserver.data.json import Json
from mockserver.models.resources.spelling import spelled_like, spelling_key

# names of ids, the most usual first
_NAMES = (
    "id", "_id", "sid", "gid", "uuid", "guid", "uid", "key", "slug", "name", "code", "number",
    "username", "login", "handle", "identifier", "reference", "token", "email",
)  # fmt: skip
_SCALARS = frozenset(("string", "integer", "number"))


class Identity(Struct, frozen=True):
    """Where an item has its id: the path of the member, empty if items have none.

    `further` are the names of other members that identify an item in its path, too.
    """

    path: tuple[str, ...] = ()
    further: tuple[str, ...] = ()

    def id_of(self, item: Json) -> Json:
        """The id in an item; None if it has none."""
        for name in self.path:
            item = item.get(name) if isinstance(item, dict) else None
        return item if self.path else None

    def with_id(self, item: Json, item_id: Json) -> Json:
        """The item with this id, if items of the collection have one."""
        return with_value(item, self.path, item_id) if self.path and isinstance(item, dict) else item

    def __str__(self) -> str:
        return ".".join(self.path) or "none in the items"


def with_value(value: Json, path: tuple[str, ...], member: Json) -> Json:
    """The value with a member at a path; objects that are missing on the path are made."""
    if not path:
        return member
    members = value if isinstance(value, dict) else {}
    return {**members, path[0]: with_value(members.get(path[0]), path[1:], member)}


def has_own_id(view: SchemaView, parameter: str) -> bool:
    """Whether the object itself has a member that is certainly an id: named like the parameter, or `id`."""
    named = _named_like(view, parameter, ("id", "_id", "sid", "gid", "uuid"))
    return any(_is_scalar(view.member(name)) for name in named)


def identity(view: SchemaView, parameter: str, schema: SchemaView) -> Identity:
    """Where an item has its id.

    `view` is an item's schema, `parameter` the path parameter with an id, and `schema` that parameter's.
    """
    named = [*_named_like(view, parameter, _NAMES)]
    fitting = [name for name in named if _is_scalar(view.member(name)) and _fits(view.member(name), schema)]
    scalars = [name for name in named if _is_scalar(view.member(name))]
    name = next(iter(fitting or scalars), None)
    if name is None:
        return Identity(_deeper(view, parameter, schema))
    has_alternatives = any(each.keys() & {"anyOf", "oneOf"} for each in schema.schemas.values())
    own = {key for key in schema.schemas if key not in schema.pointers} if has_alternatives else set()
    further = [
        each for each, member in view.members.items() if each != name and not own.isdisjoint(member.schemas)
    ]
    return Identity((name,), tuple(further))


def _named_like(view: SchemaView, parameter: str, usual: tuple[str, ...]) -> Iterator[str]:
    """The members whose name is the parameter's, its last words, or a usual one; the best first."""
    parts = words(parameter) or (parameter,)
    wanted = [parameter, *("_".join(parts[start:]) for start in range(1, len(parts))), *usual]
    seen = set()
    for name in wanted:
        found = spelled_like(name, {**view.members, **dict.fromkeys(sorted(view.required))})
        if found is not None and found not in seen:
            seen.add(found)
            yield found


def _deeper(view: SchemaView, parameter: str, schema: SchemaView) -> tuple[str, ...]:
    """The path of an id in a member that is an object, such as `metadata.name`; empty if there is none."""
    for usual in ((), _NAMES[:6]):
        for outer, member in view.members.items():
            for name in _named_like(member, parameter, usual):
                if _is_scalar(member.member(name)) and _fits(member.member(name), schema):
                    return outer, name
    return ()


def _is_scalar(view: SchemaView) -> bool:
    return not view.types or bool(view.types & _SCALARS)


def _fits(member: SchemaView, parameter: SchemaView) -> bool:
    """Whether a member can have the values of a parameter, by their types and formats."""
    shared = {"integer", "number"} if member.types & {"integer", "number"} else set()
    known = member.types & parameter.types or shared & parameter.types
    if member.types and parameter.types and not known and "string" not in parameter.types:
        return False
    formats = {member.first("format"), parameter.first("format")} & {"uuid"}
    if formats and "string" in parameter.types and "integer" in member.types:
        return False
    patterns = {each.first("pattern") for each in (member, parameter)} - {None}
    return len(patterns) < 2


def parent_member(view: SchemaView, parameter: str, segment: str) -> str | None:
    """The member of an item with its parent's id; `segment` is what a parent is called."""
    wanted = [parameter, f"{segment}_{parameter}", f"{segment}_id", segment]
    generic = spelling_key(parameter) in {spelling_key(each) for each in _NAMES}
    for name in wanted[1:] if generic else wanted:
        found = spelled_like(name, view.members)
        if found is not None:
            return found
    return None
