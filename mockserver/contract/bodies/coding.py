"""Decode and encode a body by its media type.

The modules of formats other than JSON are imported when the first body in that format arrives.
"""

from msgspec import Struct

from mockserver.contract.bodies.charsets import BINARY, decode_string, encode_binary, encode_string
from mockserver.contract.bodies.scalars import compact_json, scalar_string
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import MediaType
from mockserver.contract.parameters import Leniency, ParameterTypes
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.quoting import quoted
from mockserver.http.media_types import ContentType, concrete_type, parse_content_type

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


class Decoded(Struct, frozen=True):
    """The value of a body, and whether it can be validated: not if its format is unknown."""

    value: Json
    can_validate: bool


class Encoded(Struct, frozen=True):
    """An encoded body and its Content-Type, which is never a media type range."""

    content_type: str
    body: bytes


def decode_body(media: MediaType, content_type: str, body: bytes, parameter_types: ParameterTypes) -> Decoded:
    """Decode a body sent as `content_type`, which the contract describes by `media`; raises Undecodable.

    Binary data becomes a string with one character for each byte; it can be validated only against a schema
    of type string.
    """
    sent = parse_content_type(content_type)
    if sent is None:
        raise Undecodable("contentType", f"{quoted(content_type)} is not a valid media type")
    has_schema = media.schema is not None
    if sent.is_json:
        return Decoded(decode(body), has_schema)
    charset = sent.parameters.get("charset")
    if sent.is_xml:
        from mockserver.contract.bodies.xml_reading import read_xml

        return Decoded(read_xml(body, charset, media.schema, parameter_types), has_schema)
    if sent.essence == _FORM:
        from mockserver.contract.bodies.forms import read_form

        return Decoded(read_form(media, body, charset, parameter_types), has_schema)
    if sent.essence == _MULTIPART:
        from mockserver.contract.bodies.multipart import read_multipart

        boundary = sent.parameters.get("boundary")
        return Decoded(read_multipart(media, body, boundary, parameter_types), has_schema)
    if sent.is_yaml:
        from mockserver.contract.bodies.yaml_reading import is_yaml_text, read_yaml_body

        if not is_yaml_text(SchemaView.for_schema(parameter_types.document, media.schema)):
            return Decoded(read_yaml_body(body, charset), has_schema)
    return _decode_other(media, sent, body, parameter_types)


def decode_leniently(
    media: MediaType, content_type: str, body: bytes, parameter_types: ParameterTypes
) -> tuple[Json, list[Leniency]] | None:
    """Decode a form or multipart body, whose strict reading is not valid, as clients spell it.

    Returns its value and what was read leniently; None for other media types. Raises Undecodable.
    """
    sent = parse_content_type(content_type)
    if sent is None or sent.essence not in (_FORM, _MULTIPART):
        return None
    if sent.essence == _FORM:
        from mockserver.contract.bodies.forms import read_form_leniently

        found = read_form_leniently(media, body, sent.parameters.get("charset"), parameter_types)
    else:
        from mockserver.contract.bodies.multipart import read_multipart_leniently

        found = read_multipart_leniently(media, body, sent.parameters.get("boundary"), parameter_types)
    return found.values, found.leniencies


def _decode_other(
    media: MediaType, sent: ContentType, body: bytes, parameter_types: ParameterTypes
) -> Decoded:
    view = SchemaView.for_schema(parameter_types.document, media.schema)
    if sent.type != "text":
        return Decoded(body.decode(BINARY), view.types == {"string"})
    string = decode_string(body, sent.parameters.get("charset"))
    can_validate = media.schema is not None and not view.is_structured
    return Decoded(parameter_types.value_types(*view.pointers).scalar(string), can_validate)


def encode_body(media: MediaType, value: Json, document: Json) -> Encoded:
    """Encode a value as a body of the media type; raises Unencodable.

    For XML and forms a string is the body itself, because examples are often given that way.
    """
    name = concrete_type(media.name)
    kind = parse_content_type(name) or ContentType("application", "octet-stream", {})
    charset = kind.parameters.get("charset")
    if kind.is_json:
        return Encoded(name, encode_string(compact_json(value), None))
    if kind.is_xml:
        from mockserver.contract.bodies.xml_writing import write_xml

        if isinstance(value, str) and value.lstrip().startswith("<"):
            return Encoded(name, encode_string(value, charset))
        return Encoded(name, write_xml(value, media.schema, document))
    if kind.essence == _FORM:
        from mockserver.contract.bodies.forms import write_form

        return Encoded(name, write_form(media, value, document))
    if kind.essence == _MULTIPART:
        from mockserver.contract.bodies.multipart import write_multipart

        boundary, body = write_multipart(media, value, document)
        return Encoded(f'{_MULTIPART}; boundary="{boundary}"', body)
    string = scalar_string(value)
    return Encoded(name, encode_string(string, charset) if kind.type == "text" else encode_binary(string))
