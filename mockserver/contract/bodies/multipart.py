"""Decode and encode multipart/form-data bodies (RFC 7578).

Each part has its own content type, or that of the property's `encoding`.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.bodies.charsets import (
    BINARY,
    Unencodable,
    decode_string,
    encode_binary,
    encode_string,
)
from mockserver.contract.bodies.fields import field_error, field_value, field_view, member_value
from mockserver.contract.bodies.lenient_fields import LenientFields, array_keys, check_brackets, read_fields
from mockserver.contract.bodies.part_headers import check_part_headers
from mockserver.contract.bodies.parts import Part, read_parts, write_parts
from mockserver.contract.bodies.scalars import compact_json, scalar_string
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.styled_fields import read_styled, styled_parameter, styled_parameters
from mockserver.contract.description import MediaType
from mockserver.contract.parameters import ParameterTypes, serialize
from mockserver.data.decoding import Undecodable
from mockserver.data.json import Json, type_phrase
from mockserver.data.quoting import quoted
from mockserver.http.media_types import concrete_type, matching_entry, parse_content_type

_DELIMITERS = ",|;=. "
_OCTETS = "application/octet-stream"


def read_multipart(
    media: MediaType, body: bytes, boundary: str | None, parameter_types: ParameterTypes
) -> dict[str, Json]:
    """Decode the parts to an object; raises Undecodable.

    A binary part becomes a string with one character for each byte.
    """
    parts = _Parts.from_body(media, body, boundary, parameter_types, lenient=False)
    check_brackets(parts.by_name, parts.view)
    rest = {name: parts.value(name, same_name) for name, same_name in parts.by_name.items()}
    return parts.styled.values | rest


def read_multipart_leniently(
    media: MediaType, body: bytes, boundary: str | None, parameter_types: ParameterTypes
) -> LenientFields:
    """Decode a body whose strict reading is not valid, as clients spell it; raises Undecodable."""
    parts = _Parts.from_body(media, body, boundary, parameter_types, lenient=True)
    strings = {name: [_string(each) for each in same_name] for name, same_name in parts.by_name.items()}
    rest = read_fields(strings, parts.view, parameter_types, parts.strict_value)
    return LenientFields(parts.styled.values | rest.values, parts.styled.leniencies + rest.leniencies)


class _Parts(Struct, frozen=True):
    """The parts of a body: those of properties with a style, which are read, and all others by name."""

    media: MediaType
    styled: LenientFields
    by_name: Mapping[str, list[Part]]
    view: SchemaView
    parameter_types: ParameterTypes

    @classmethod
    def from_body(
        cls,
        media: MediaType,
        body: bytes,
        boundary: str | None,
        parameter_types: ParameterTypes,
        *,
        lenient: bool,
    ) -> "_Parts":
        view = SchemaView.for_schema(parameter_types.document, media.schema)
        parts = read_parts(body, boundary)
        plain = [part for part in parts if part.headers.get("content-type", "text/").startswith("text/")]
        # a percent sign in a part is not an escape, but the delimiters of styles apply
        pairs = [(part.name, quote(_string(part), safe=_DELIMITERS)) for part in plain]
        styled = [
            each
            for each in styled_parameters(media, view)
            if not (view.member(each.name).is_binary or view.member(each.name).items.is_binary)
        ]
        found, taken = read_styled(styled, pairs, view, parameter_types, lenient=lenient)
        by_name: dict[str, list[Part]] = {}
        for part in parts:
            if part.name in taken and part in plain:
                _check_headers(part, media, parameter_types)
            else:
                by_name.setdefault(part.name, []).append(part)
        return cls(media, found, by_name, view, parameter_types)

    def value(self, name: str, parts: Sequence[Part]) -> Json:
        """The value of the parts of one name; raises Undecodable."""
        view = self.view.member(name)
        part_view = field_view(view, len(parts))
        try:
            values = [_value(part, self.media, part_view, self.parameter_types) for part in parts]
        except Undecodable as error:
            raise field_error(name, error) from None
        return member_value(values, view)

    def strict_value(self, name: str, strings: Mapping[str, object]) -> Json:
        """The value of the parts of these names, which may have the brackets of an array; raises Undecodable.

        So an array's items can be files, too.
        """
        keys = array_keys(name, strings) if "array" in self.view.member(name).types else None
        if keys is None:
            check_brackets(strings, self.view)
        return self.value(
            name, [replace(part, name=name) for key in keys or [name] for part in self.by_name[key]]
        )


def _string(part: Part) -> str:
    """The text of a part; one character for each byte if it is not UTF-8."""
    try:
        return part.body.decode()
    except UnicodeDecodeError:
        return part.body.decode(BINARY)


def _value(part: Part, media: MediaType, view: SchemaView, parameter_types: ParameterTypes) -> Json:
    _check_headers(part, media, parameter_types)
    content_type = _content_type(part, media)
    kind = parse_content_type(content_type or "text/plain")
    if kind is None:
        raise Undecodable("contentType", f"{quoted(content_type or '')} is not a valid media type")
    charset = kind.parameters.get("charset")
    if view.is_structured and kind.is_xml:
        from mockserver.contract.bodies.xml_reading import read_xml

        return read_xml(part.body, charset, next(iter(view.pointers), None), parameter_types)
    if view.is_structured and kind.is_yaml:
        from mockserver.contract.bodies.yaml_reading import read_yaml_body

        return read_yaml_body(part.body, charset)
    if view.is_binary or not (kind.type == "text" or kind.is_json):
        return part.body.decode(BINARY)
    string = decode_string(part.body, charset)
    return field_value(string, content_type if kind.is_json else None, view, parameter_types)


def _check_headers(part: Part, media: MediaType, parameter_types: ParameterTypes) -> None:
    encoding = media.encoding.get(part.name)
    if encoding is not None and encoding.headers:
        check_part_headers(part, encoding.headers, parameter_types)


def _content_type(part: Part, media: MediaType) -> str | None:
    """The Content-Type of a part, else the first one that the contract allows; raises Undecodable."""
    allowed = _allowed_types(media, part.name)
    sent = part.headers.get("content-type")
    if sent is None:
        return concrete_type(allowed[0]) if allowed else None
    if allowed and matching_entry(dict.fromkeys(allowed, True), sent) is None:
        message = f"expected the part as {' or '.join(allowed)}, found {quoted(sent)}"
        raise Undecodable("contentType", message)
    return sent


def _allowed_types(media: MediaType, name: str) -> list[str]:
    encoding = media.encoding.get(name)
    listed = (encoding.content_type or "").split(",") if encoding is not None else []
    return [each.strip() for each in listed if each.strip()]


def write_multipart(media: MediaType, value: Json, document: Json) -> tuple[str, bytes]:
    """Encode an object; returns the boundary and the body. Raises Unencodable."""
    if not isinstance(value, dict):
        raise Unencodable(f"expected an object to encode as a multipart body, found {type_phrase(value)}")
    view = SchemaView.for_schema(document, media.schema)
    return write_parts(
        part for name, member in value.items() for part in _parts(name, member, media, view.member(name))
    )


def _parts(name: str, member: Json, media: MediaType, view: SchemaView) -> Iterator[Part]:
    """The parts of one property; raises Unencodable."""
    styled = styled_parameter(media, name, view)
    if styled is not None and not (view.is_binary or view.items.is_binary):
        for key, string in serialize(styled, member):
            yield Part(unquote(key), {}, unquote(string).encode())
        return
    for item in member if isinstance(member, list) else [member]:
        yield _part(name, item, media, field_view(view, 2))


def _part(name: str, value: Json, media: MediaType, view: SchemaView) -> Part:
    allowed = _allowed_types(media, name)
    content_type = concrete_type(allowed[0]) if allowed else _default_type(value, view)
    kind = parse_content_type(content_type)
    if kind is None:
        raise Unencodable(f"{quoted(content_type)} is not a valid media type")
    headers = {"content-type": content_type}
    if kind.is_json:
        return Part(name, headers, encode_string(compact_json(value), None))
    if kind.type == "text" and not view.is_binary:
        return Part(name, headers, encode_string(scalar_string(value), kind.parameters.get("charset")))
    return Part(name, headers, encode_binary(scalar_string(value)), is_file=True)


def _default_type(value: Json, view: SchemaView) -> str:
    if isinstance(value, dict | list):
        return "application/json"
    return _OCTETS if view.is_binary else "text/plain"
