"""multipart/form-data bodies (RFC 7578): each part by its own type, or by that of its `encoding`."""

from mockserver.contract.bodies.charsets import OPAQUE, Unencodable, bytes_of, opaque_bytes, text_of
from mockserver.contract.bodies.fields import collected, item_view, of_field, text_value
from mockserver.contract.bodies.parts import Part, read_parts, write_parts
from mockserver.contract.bodies.scalars import json_text, scalar_text
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import MediaType
from mockserver.contract.document.references import pointer_of, value_at
from mockserver.contract.parameters import ParameterTypes
from mockserver.data.decoding import Undecodable, quoted
from mockserver.data.json import Json
from mockserver.http.media_types import concrete, entry, parse_content_type

_OCTETS = "application/octet-stream"


def read_multipart(
    media: MediaType, body: bytes, boundary: str | None, parameter_types: ParameterTypes
) -> dict[str, Json]:
    """The object that the parts make; raises Undecodable.

    A file that is no text becomes a text with one character for each byte.
    """
    view = SchemaView.at(parameter_types.document, media.schema)
    parts: dict[str, list[Part]] = {}
    for part in read_parts(body, boundary):
        parts.setdefault(part.name, []).append(part)
    found: dict[str, Json] = {}
    for name, same in parts.items():
        member = view.member(name)
        items = item_view(member, len(same))
        try:
            values = [_value(part, media, items, parameter_types) for part in same]
        except Undecodable as error:
            raise of_field(name, error) from None
        found[name] = collected(values, member)
    return found


def _value(part: Part, media: MediaType, view: SchemaView, parameter_types: ParameterTypes) -> Json:
    _check_headers(part, media, parameter_types.document)
    content_type = _content_type(part, media)
    kind = parse_content_type(content_type or "text/plain")
    if kind is None:
        raise Undecodable("contentType", f"{quoted(content_type or '')} is no media type")
    if view.is_binary or not (kind.type == "text" or kind.is_json):
        return part.body.decode(OPAQUE)
    text = text_of(part.body, kind.parameters.get("charset"))
    return text_value(text, content_type if kind.is_json else None, view, parameter_types)


def _content_type(part: Part, media: MediaType) -> str | None:
    """The type that a part says it has, else the one that the contract gives it."""
    allowed = _allowed(media, part.name)
    given = part.headers.get("content-type")
    if given is None:
        return concrete(allowed[0]) if allowed else None
    if allowed and entry(dict.fromkeys(allowed, True), given) is None:
        raise Undecodable("contentType", f"expected a part of {' or '.join(allowed)}, found {quoted(given)}")
    return given


def _allowed(media: MediaType, name: str) -> list[str]:
    encoding = media.encoding.get(name)
    listed = (encoding.content_type or "").split(",") if encoding is not None else []
    return [each.strip() for each in listed if each.strip()]


def _check_headers(part: Part, media: MediaType, document: Json) -> None:
    """Refuse a part without a header that its encoding requires (OpenAPI 3.1, section 4.8.15.1)."""
    encoding = value_at(document, f"{media.pointer}/encoding")
    of_part = encoding.get(part.name) if isinstance(encoding, dict) else None
    headers = of_part.get("headers") if isinstance(of_part, dict) else None
    for name, header in headers.items() if isinstance(headers, dict) else ():
        if isinstance(header, dict) and isinstance(reference := header.get("$ref"), str):
            header = value_at(document, pointer_of(reference))
        is_required = isinstance(header, dict) and header.get("required") is True
        if is_required and name.lower() not in part.headers and name.lower() != "content-type":
            raise Undecodable("required", f"the part's header {name!r} is missing")


def write_multipart(media: MediaType, value: Json, document: Json) -> tuple[str, bytes]:
    """The boundary, and the object as parts; raises Unencodable."""
    if not isinstance(value, dict):
        raise Unencodable("a multipart body holds an object")
    view = SchemaView.at(document, media.schema)
    return write_parts(
        [
            _part(name, item, media, item_view(view.member(name), 2))
            for name, member in value.items()
            for item in (member if isinstance(member, list) else [member])
        ]
    )


def _part(name: str, value: Json, media: MediaType, view: SchemaView) -> Part:
    allowed = _allowed(media, name)
    content_type = concrete(allowed[0]) if allowed else _default(value, view)
    kind = parse_content_type(content_type)
    if kind is None:
        raise Unencodable(f"{quoted(content_type)} is no media type")
    headers = {"content-type": content_type}
    if kind.is_json:
        return Part(name, headers, bytes_of(json_text(value), None))
    if kind.type == "text" and not view.is_binary:
        return Part(name, headers, bytes_of(scalar_text(value), kind.parameters.get("charset")))
    return Part(name, headers, opaque_bytes(scalar_text(value)), is_file=True)


def _default(value: Json, view: SchemaView) -> str:
    if isinstance(value, dict | list):
        return "application/json"
    return _OCTETS if view.is_binary else "text/plain"
