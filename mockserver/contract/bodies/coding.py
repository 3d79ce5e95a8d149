"""A body by its media type: bytes into the value that the schema speaks of, and a value into bytes.

The module of a format other than JSON is loaded with the first body in it.
"""

from msgspec import Struct

from mockserver.contract.bodies.charsets import OPAQUE, bytes_of, opaque_bytes, text_of
from mockserver.contract.bodies.scalars import json_text, scalar_text
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import MediaType
from mockserver.contract.parameters import ParameterTypes
from mockserver.data.decoding import Undecodable, decode, quoted
from mockserver.data.json import Json
from mockserver.http.media_types import ContentType, concrete, parse_content_type

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


class Decoded(Struct, frozen=True):
    """A body's value, and whether its schema can judge it: not where the format is unknown."""

    value: Json
    judged: bool


class Encoded(Struct, frozen=True):
    """A body with the Content-Type to send it as: a range has become a type, a multipart has its boundary."""

    content_type: str
    body: bytes


def decode_body(media: MediaType, content_type: str, body: bytes, parameter_types: ParameterTypes) -> Decoded:
    """The value of a body that came as `content_type` and that `media` speaks of; raises Undecodable.

    An opaque body becomes a text with one character for each byte, judged where the schema wants a text.
    """
    given = parse_content_type(content_type)
    if given is None:
        raise Undecodable("contentType", f"{quoted(content_type)} is no media type")
    has_schema = media.schema is not None
    if given.is_json:
        return Decoded(decode(body), has_schema)
    if given.is_xml:
        from mockserver.contract.bodies.xml_reading import read_xml

        return Decoded(
            read_xml(body, given.parameters.get("charset"), media.schema, parameter_types), has_schema
        )
    if given.essence == _FORM:
        from mockserver.contract.bodies.forms import read_form

        return Decoded(read_form(media, body, given.parameters.get("charset"), parameter_types), has_schema)
    if given.essence == _MULTIPART:
        from mockserver.contract.bodies.multipart import read_multipart

        return Decoded(
            read_multipart(media, body, given.parameters.get("boundary"), parameter_types), has_schema
        )
    return _read_text(media, given, body, parameter_types)


def _read_text(media: MediaType, given: ContentType, body: bytes, parameter_types: ParameterTypes) -> Decoded:
    view = SchemaView.at(parameter_types.document, media.schema)
    if given.type != "text":
        return Decoded(body.decode(OPAQUE), view.types == {"string"})
    text = text_of(body, given.parameters.get("charset"))
    is_judged = media.schema is not None and not view.is_structured
    return Decoded(parameter_types.value_types(*view.pointers).scalar(text), is_judged)


def encode_body(media: MediaType, value: Json, document: Json) -> Encoded:
    """The value as a body of the media type; raises Unencodable.

    A text for XML or a form is taken for the body itself, as examples often give it.
    """
    name = concrete(media.name)
    kind = parse_content_type(name) or ContentType("application", "octet-stream", {})
    charset = kind.parameters.get("charset")
    if kind.is_json:
        return Encoded(name, bytes_of(json_text(value), None))
    if kind.is_xml:
        from mockserver.contract.bodies.xml_writing import write_xml

        is_markup = isinstance(value, str) and value.lstrip().startswith("<")
        return Encoded(
            name, bytes_of(str(value), charset) if is_markup else write_xml(value, media.schema, document)
        )
    if kind.essence == _FORM:
        from mockserver.contract.bodies.forms import write_form

        return Encoded(name, write_form(media, value, document))
    if kind.essence == _MULTIPART:
        from mockserver.contract.bodies.multipart import write_multipart

        boundary, body = write_multipart(media, value, document)
        return Encoded(f'{_MULTIPART}; boundary="{boundary}"', body)
    text = scalar_text(value)
    return Encoded(name, bytes_of(text, charset) if kind.type == "text" else opaque_bytes(text))
