"""What the members of a form hold: single values, JSON, and lists that repeat their member.

The default is OpenAPI 3.1.1's (section 4.8.15.1): an object is JSON, a list is written item by item.
"""

from collections.abc import Sequence

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.parameters import ParameterTypes
from mockserver.data.decoding import Undecodable, decode, quoted
from mockserver.data.json import Json
from mockserver.http.media_types import parse_content_type


def text_value(
    text: str, content_type: str | None, view: SchemaView, parameter_types: ParameterTypes
) -> Json:
    """The value of one text; without a content type, JSON where only a list or an object can be meant."""
    is_json = view.is_structured and text.lstrip()[:1] in ("{", "[")
    if content_type is not None:
        kind = parse_content_type(content_type)
        is_json = kind is not None and kind.is_json
    return decode(text.encode()) if is_json else parameter_types.value_types(*view.pointers).scalar(text)


def item_view(view: SchemaView, count: int) -> SchemaView:
    """What each of so many texts of one member is read by: the list's items, or the value itself."""
    return view.items if _is_list(view, count) else view


def collected(values: Sequence[Json], view: SchemaView) -> Json:
    """The value of a member from its texts' values; too many of them are a list, for the judge to refuse."""
    if len(values) > 1:
        return list(values)
    if not _is_list(view, 1) or (isinstance(values[0], list) and "array" not in view.items.types):
        return values[0]  # a list may also come whole, as JSON
    return list(values)


def of_field(name: str, error: Undecodable) -> Undecodable:
    """The error with the name of the field that it was found in."""
    return Undecodable(
        error.keyword, f"the field {quoted(name)}: {str(error).replace('the body', 'its value')}"
    )


def _is_list(view: SchemaView, count: int) -> bool:
    return "array" in view.types and (count > 1 or view.is_structured)
