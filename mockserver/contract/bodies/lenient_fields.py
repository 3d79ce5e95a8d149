"""Second readings of the fields of forms and multipart bodies: as clients spell arrays, objects and booleans.

The strict readings are in `forms` and `multipart`; these functions are called where those are not valid. A
field that is valid when it is read strictly keeps that value.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from msgspec import Struct

from mockserver.contract.bodies.fields import field_error
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.parameters import Leniency, ParameterTypes
from mockserver.contract.parameters.lenient_reader import LenientReader
from mockserver.contract.parameters.percent import as_sent
from mockserver.contract.parameters.second_readings import MOST_ITEMS, Spelling, is_index
from mockserver.contract.parameters.styles import is_deep_object_member
from mockserver.data.decoding import Undecodable
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.quoting import quoted
from mockserver.data.reading import MISSING

# The value of a field from the strings of its keys; raises Undecodable.
ReadStrictly: TypeAlias = Callable[[str, Mapping[str, Sequence[str]]], Json]


class LenientFields(Struct, frozen=True):
    """The values of fields by name, and what was read leniently in them."""

    values: dict[str, Json]
    leniencies: list[Leniency]

    def add(self, name: str, value: Json, spellings: Iterable[Spelling] = ()) -> None:
        """Add the value of one field, and what was read leniently in it."""
        self.values[name] = value
        pointer = f"/{pointer_token(name)}"
        self.leniencies.extend(
            Leniency("body", pointer + each.pointer, each.kind, each.message) for each in spellings
        )


def check_brackets(names: Mapping[str, object], view: SchemaView) -> None:
    """Raise Undecodable for a field such as `name[0]` that is not declared, but a part of one that is."""
    for key in names:
        if "[" in key and (name := declared_name(key, view)) != key:
            message = f"its style has no keys such as {quoted(key)}"
            raise field_error(name, Undecodable("style", message))


def declared_name(key: str, view: SchemaView) -> str:
    """The declared array or object that a key such as `name[0]` is a part of, else the key itself."""
    name = key.partition("[")[0]
    if name == key or key in view.members or name not in view.members:
        return key
    types = view.members[name].types
    is_part = not types.isdisjoint(("array", "object")) and is_deep_object_member(name, key)
    return name if is_part and not view.has_schema(key) else key


def read_fields(
    strings: Mapping[str, Sequence[str]],
    view: SchemaView,
    parameter_types: ParameterTypes,
    read_strictly: ReadStrictly,
) -> LenientFields:
    """Read decoded strings by field, where keys with brackets belong to the field before them.

    Raises Undecodable for a field that has neither a strict nor a lenient reading.
    """
    by_name: dict[str, dict[str, Sequence[str]]] = {}
    for key, values in strings.items():
        by_name.setdefault(declared_name(key, view), {})[key] = values
    found = LenientFields({}, [])
    for name, own in by_name.items():
        types = parameter_types.value_types(*view.member(name).pointers)
        try:
            strict: object = read_strictly(name, own)
        except Undecodable as undecodable:
            error, strict = undecodable, MISSING
        if strict is not MISSING and types.accepts(cast("Json", strict)):
            found.add(name, cast("Json", strict), _brackets(name, own))
            continue
        second = LenientReader(name, None, types, as_sent, is_field=True, has_brackets=True).read(own)
        if second is not None and (second.is_valid or strict is MISSING):
            found.add(name, second.reading.value, second.reading.spellings if second.is_valid else ())
        elif strict is not MISSING:
            found.add(name, cast("Json", strict))
        else:
            raise error
    return found


def array_keys(name: str, keys: Collection[str]) -> list[str] | None:
    """The keys `name[]` or `name[0]`, … in the order of their items; None if there are other keys."""
    indices = {key: key[len(name) + 1 : -1] for key in keys if is_deep_object_member(name, key)}
    if len(indices) < len(keys) or not all(is_index(each) or not each for each in indices.values()):
        return None
    return sorted(indices, key=lambda key: int(indices[key] or MOST_ITEMS))


def _brackets(name: str, strings: Mapping[str, object]) -> Sequence[Spelling]:
    """The leniency of keys with brackets, if these are the keys of a field."""
    key = next(iter(strings))
    return (
        []
        if key == name
        else [Spelling("brackets", f"the key {quoted(key)} was read as a part of the value")]
    )
