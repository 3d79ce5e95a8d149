"""application/x-www-form-urlencoded bodies (WHATWG URL, section 5), property by property.

A property whose `encoding` names a style, `explode` or `allowReserved` is written as a query parameter of
that style is; any other by its content type.
"""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from mockserver.contract.bodies.charsets import Unencodable, bytes_of, text_of
from mockserver.contract.bodies.fields import collected, item_view, of_field, text_value
from mockserver.contract.bodies.scalars import json_text, scalar_text
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import Encoding, MediaType, Parameter
from mockserver.contract.parameters import ParameterReaders, ParameterTypes, serialize
from mockserver.contract.parameters.percent import Malformed, form_decoded
from mockserver.data.decoding import Undecodable
from mockserver.data.json import Json
from mockserver.http.media_types import parse_content_type

Pairs = list[tuple[str, str]]  # names decoded, values as they were sent


def read_form(
    media: MediaType, body: bytes, charset: str | None, parameter_types: ParameterTypes
) -> dict[str, Json]:
    """The object that a form holds; raises Undecodable. Fields that no property declares come last."""
    if charset is not None and charset.lower() not in ("utf-8", "utf8"):
        raise Undecodable("charset", f"a form is sent as UTF-8, not as {charset}")
    view = SchemaView.at(parameter_types.document, media.schema)
    pairs = _pairs(text_of(body, None))
    styled = [
        _parameter(name, member, encoding)
        for name, member in view.members.items()
        if (encoding := _styled(media, name)) is not None
    ]
    found, taken = _read_styled(styled, pairs, view, parameter_types) if styled else ({}, frozenset())
    rest: dict[str, list[str]] = {}
    for name, raw in pairs:
        if name not in taken:
            rest.setdefault(name, []).append(_text(name, raw))
    return found | {
        name: _plain(texts, name, media.encoding.get(name), view.member(name), parameter_types)
        for name, texts in rest.items()
    }


def _pairs(text: str) -> Pairs:
    pairs = (member.partition("=") for member in text.split("&") if member)
    return [(_text(name, name), raw) for name, _, raw in pairs]


def _text(name: str, raw: str) -> str:
    try:
        return form_decoded(raw)
    except Malformed as error:
        raise of_field(name, Undecodable(error.keyword, str(error))) from None


def _plain(
    texts: list[str], name: str, encoding: Encoding | None, view: SchemaView, parameter_types: ParameterTypes
) -> Json:
    content_type = encoding.content_type if encoding is not None else None
    items = item_view(view, len(texts))
    try:
        return collected([text_value(text, content_type, items, parameter_types) for text in texts], view)
    except Undecodable as error:
        raise of_field(name, error) from None


def _read_styled(
    styled: Iterable[Parameter], pairs: Pairs, view: SchemaView, parameter_types: ParameterTypes
) -> tuple[dict[str, Json], frozenset[str]]:
    """The values of the properties with a style, and the names of the fields that belong to them."""
    parameters = {each.name: each for each in styled}
    others = [name for name in view.members if name not in parameters]
    findings = ParameterReaders(parameters.values(), parameter_types, others).read({}, pairs, (), ())
    values = findings.values["query"]
    for violation in findings.violations:
        if violation.parameter.name not in values:  # what has a value is judged with the whole body
            raise Undecodable(violation.keyword, f"the field {violation.message}")
    spread = {
        inner
        for name, each in parameters.items()
        if each.style == "form" and each.explode
        for inner in view.members[name].members
    }
    owned = spread.difference(others)
    return values, frozenset(
        name for name, _ in pairs if name in owned or name.partition("[")[0] in parameters
    )


def _styled(media: MediaType, name: str) -> Encoding | None:
    """The encoding of a property that is written by style (OpenAPI 3.1.1, section 4.8.15.1.2)."""
    encoding = media.encoding.get(name)
    if encoding is None or (
        encoding.style is None and encoding.explode is None and not encoding.allow_reserved
    ):
        return None
    return encoding


def _parameter(name: str, view: SchemaView, encoding: Encoding) -> Parameter:
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


def write_form(media: MediaType, value: Json, document: Json) -> bytes:
    """The object as a form, a text as it is; raises Unencodable."""
    if isinstance(value, str):
        return bytes_of(value, None)
    if not isinstance(value, dict):
        raise Unencodable("a form holds an object")
    view = SchemaView.at(document, media.schema)
    return bytes_of("&".join(f"{name}={text}" for name, text in _written(media, value, view)), None)


def _written(media: MediaType, value: Mapping[str, Json], view: SchemaView) -> Iterator[tuple[str, str]]:
    for name, member in value.items():
        if (styled := _styled(media, name)) is not None:
            yield from serialize(_parameter(name, view.member(name), styled), member)
            continue
        encoding = media.encoding.get(name)
        kind = parse_content_type(encoding.content_type or "") if encoding is not None else None
        text = json_text if kind is not None and kind.is_json else scalar_text
        for item in member if isinstance(member, list) else [member]:
            yield _quoted(name), _quoted(text(item))


def _quoted(text: str) -> str:
    return quote(bytes_of(text, None), safe="")
