"""The fields of a form or of a multipart body: scalars, JSON, and arrays whose items repeat the field.

By default an object is sent as JSON, and an array as one field for each item (OpenAPI 3.1.1, section
4.8.15.1).
"""

from collections.abc import Sequence

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.parameters import ParameterTypes
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.quoting import quoted
from mockserver.http.media_types import parse_content_type


def field_value(
    string: str, content_type: str | None, view: SchemaView, parameter_types: ParameterTypes
) -> Json:
    """Convert the string of one field; raises Undecodable.

    Without a content type it is JSON only where the schema allows no scalar and it starts with a bracket.
    """
    is_json = view.is_structured and string.lstrip()[:1] in ("{", "[")
    if content_type is not None:
        kind = parse_content_type(content_type)
        is_json = kind is not None and kind.is_json
    return decode(string.encode()) if is_json else parameter_types.value_types(*view.pointers).scalar(string)


def field_view(view: SchemaView, count: int) -> SchemaView:
    """The view of each of `count` fields of one name: that of the array's items, or of the value itself."""
    return view.items if _is_array(view, count) else view


def member_value(values: Sequence[Json], view: SchemaView) -> Json:
    """The value of a member from its fields; several become an array, which validation may reject."""
    if len(values) > 1:
        return list(values)
    if not _is_array(view, 1) or (isinstance(values[0], list) and "array" not in view.items.types):
        return values[0]  # also a whole array that was sent as JSON
    return list(values)


def field_error(name: str, error: Undecodable) -> Undecodable:
    """The error with the name of its field."""
    message = str(error).replace("the body", "the value")
    return Undecodable(error.keyword, f"the field {quoted(name)}: {message}")


def _is_array(view: SchemaView, count: int) -> bool:
    return "array" in view.types and (count > 1 or view.is_structured)
