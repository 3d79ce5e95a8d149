"""Decode and encode application/x-www-form-urlencoded bodies (WHATWG URL, section 5).

A property whose `encoding` has `style`, `explode` or `allowReserved` is serialized like a query parameter of
that style, any other property by its content type.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from msgspec import Struct

from mockserver.contract.bodies.charsets import Unencodable, decode_string, encode_string
from mockserver.contract.bodies.fields import field_error, field_value, field_view, member_value
from mockserver.contract.bodies.lenient_fields import LenientFields, check_brackets, read_fields
from mockserver.contract.bodies.scalars import compact_json, scalar_string
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.styled_fields import Pairs, read_styled, styled_parameter, styled_parameters
from mockserver.contract.description import MediaType
from mockserver.contract.parameters import ParameterTypes, serialize
from mockserver.contract.parameters.percent import Malformed, form_decoded
from mockserver.data.decoding import Undecodable
from mockserver.data.json import Json, type_phrase
from mockserver.data.limits import MAX_FORM_FIELDS
from mockserver.data.quoting import quoted
from mockserver.http.media_types import parse_content_type


def read_form(
    media: MediaType, body: bytes, charset: str | None, parameter_types: ParameterTypes
) -> dict[str, Json]:
    """Decode a form to an object; raises Undecodable. Undeclared fields come last."""
    form = _Form.from_body(media, body, charset, parameter_types)
    found, strings = form.split(lenient=False)
    check_brackets(strings, form.view)
    return found.values | {name: form.unstyled_value(name, each) for name, each in strings.items()}


def read_form_leniently(
    media: MediaType, body: bytes, charset: str | None, parameter_types: ParameterTypes
) -> LenientFields:
    """Decode a form whose strict reading is not valid, as clients spell it; raises Undecodable."""
    form = _Form.from_body(media, body, charset, parameter_types)
    found, strings = form.split(lenient=True)
    rest = read_fields(strings, form.view, parameter_types, form.strict_value)
    return LenientFields(found.values | rest.values, found.leniencies + rest.leniencies)


class _Form(Struct, frozen=True):
    """The fields of a form: decoded names with values as sent."""

    media: MediaType
    pairs: Pairs
    view: SchemaView
    parameter_types: ParameterTypes

    @classmethod
    def from_body(
        cls, media: MediaType, body: bytes, charset: str | None, parameter_types: ParameterTypes
    ) -> "_Form":
        if charset is not None and charset.lower() not in ("utf-8", "utf8"):
            raise Undecodable("charset", f"expected a form in the charset utf-8, found {quoted(charset)}")
        view = SchemaView.for_schema(parameter_types.document, media.schema)
        return cls(media, _pairs(decode_string(body, None)), view, parameter_types)

    def split(self, *, lenient: bool) -> tuple[LenientFields, dict[str, list[str]]]:
        """The values of the properties with a style, and the decoded strings of the other fields."""
        styled = styled_parameters(self.media, self.view)
        found, taken = read_styled(styled, self.pairs, self.view, self.parameter_types, lenient=lenient)
        rest: dict[str, list[str]] = {}
        for name, raw in self.pairs:
            if name not in taken:
                rest.setdefault(name, []).append(_decoded(name, raw))
        return found, rest

    def strict_value(self, name: str, strings: Mapping[str, Sequence[str]]) -> Json:
        """The value of a field without brackets; raises Undecodable."""
        check_brackets(strings, self.view)
        return self.unstyled_value(name, strings[name])

    def unstyled_value(self, name: str, strings: Sequence[str]) -> Json:
        """The value of a field without a style; raises Undecodable."""
        encoding, view = self.media.encoding.get(name), self.view.member(name)
        content_type = encoding.content_type if encoding is not None else None
        each_view = field_view(view, len(strings))
        try:
            values = [field_value(each, content_type, each_view, self.parameter_types) for each in strings]
        except Undecodable as error:
            raise field_error(name, error) from None
        return member_value(values, view)


def _pairs(text: str) -> Pairs:
    if text.count("&") >= MAX_FORM_FIELDS:
        raise Undecodable("form", f"the form has more than {MAX_FORM_FIELDS:,} fields")
    pairs = (member.partition("=") for member in text.split("&") if member)
    return [(_decoded(name, name), raw) for name, _, raw in pairs]


def _decoded(name: str, raw: str) -> str:
    try:
        return form_decoded(raw)
    except Malformed as error:
        raise field_error(name, Undecodable(error.keyword, str(error))) from None


def write_form(media: MediaType, value: Json, document: Json) -> bytes:
    """Encode an object as a form; a string is already encoded. Raises Unencodable."""
    if isinstance(value, str):
        return encode_string(value, None)
    if not isinstance(value, dict):
        raise Unencodable(f"expected an object to encode as a form, found {type_phrase(value)}")
    view = SchemaView.for_schema(document, media.schema)
    pairs = _encoded_pairs(media, value, view)
    return encode_string("&".join(f"{name}={string}" for name, string in pairs), None)


def _encoded_pairs(
    media: MediaType, value: Mapping[str, Json], view: SchemaView
) -> Iterator[tuple[str, str]]:
    for name, member in value.items():
        if (styled := styled_parameter(media, name, view.member(name))) is not None:
            yield from serialize(styled, member)
            continue
        encoding = media.encoding.get(name)
        kind = parse_content_type(encoding.content_type or "") if encoding is not None else None
        string_of = compact_json if kind is not None and kind.is_json else scalar_string
        for item in member if isinstance(member, list) else [member]:
            yield _percent_encoded(name), _percent_encoded(string_of(item))


def _percent_encoded(string: str) -> str:
    return quote(encode_string(string, None), safe="")
