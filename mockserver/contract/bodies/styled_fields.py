"""Properties of forms and multipart bodies with a style in `encoding` (OpenAPI 3.1.1, section 4.8.15.1.2).

They are serialized like query parameters of that style.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from mockserver.contract.bodies.lenient_fields import LenientFields
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import MediaType, Parameter
from mockserver.contract.parameters import ParameterReaders, ParameterTypes
from mockserver.data.decoding import Undecodable

Pairs: TypeAlias = list[tuple[str, str]]  # decoded names, and values as sent


def styled_parameters(media: MediaType, view: SchemaView) -> list[Parameter]:
    """The query parameters that the declared properties with a style are read as."""
    found = (styled_parameter(media, name, member) for name, member in view.members.items())
    return [each for each in found if each is not None]


def styled_parameter(media: MediaType, name: str, view: SchemaView) -> Parameter | None:
    """The query parameter that a property is read and serialized as; None if it has no style."""
    encoding = media.encoding.get(name)
    if encoding is None or (
        encoding.style is None and encoding.explode is None and not encoding.allow_reserved
    ):
        return None
    style = encoding.style or "form"
    return Parameter(
        name=name,
        location="query",
        required=False,
        pointer="",
        schema=view.pointers[0] if view.pointers else None,
        example=None,
        style=style,
        explode=style == "form" if encoding.explode is None else encoding.explode,
        allow_reserved=encoding.allow_reserved,
        allow_empty=False,
        content=None,
    )


def read_styled(
    styled: Sequence[Parameter],
    pairs: Pairs,
    view: SchemaView,
    parameter_types: ParameterTypes,
    *,
    lenient: bool,
) -> tuple[LenientFields, frozenset[str]]:
    """The values of the properties with a style, and the names of the fields that belong to them.

    `view` is that of the whole body. Raises Undecodable.
    """
    if not styled:
        return LenientFields({}, []), frozenset()
    parameters = {each.name: each for each in styled}
    others = [name for name in view.members if name not in parameters]
    readers = ParameterReaders(parameters.values(), parameter_types, others, are_fields=True)
    parsed = readers.read({}, pairs, (), (), lenient=lenient)
    values = parsed.values["query"]
    for violation in parsed.violations:
        if violation.parameter.name not in values:  # one with a value is validated with the whole body
            raise Undecodable(violation.keyword, f"the field {violation.message}")
    owned = _exploded_names(parameters.values(), view).difference(others)
    taken = (name for name, _ in pairs if name in owned or name.partition("[")[0] in parameters)
    return LenientFields(values, parsed.leniencies), frozenset(taken)


def _exploded_names(parameters: Iterable[Parameter], view: SchemaView) -> set[str]:
    """The names of the properties of exploded objects, which are fields of their own."""
    return {
        inner
        for each in parameters
        if each.style == "form" and each.explode
        for inner in view.members[each.name].members
    }
