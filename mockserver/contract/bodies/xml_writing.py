"""Values as XML, by the `xml` hints of their schemas; what is written is read back before it is sent."""

from mockserver.contract.bodies.charsets import Unencodable, bytes_of
from mockserver.contract.bodies.scalars import scalar_text
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.xml_hints import Hints, hints, item_hints, property_hints, root_hints
from mockserver.contract.bodies.xml_tree import INSTANCE, escaped, is_name, markup, parse
from mockserver.data.decoding import Undecodable, quoted
from mockserver.data.json import Json

_NIL = {"xmlns:xsi": INSTANCE, "xsi:nil": "true"}


def write_xml(value: Json, schema: str | None, document: Json) -> bytes:
    """The value as an XML document in UTF-8; raises Unencodable."""
    view = SchemaView.at(document, schema)
    body = bytes_of(
        '<?xml version="1.0" encoding="UTF-8"?>' + _element(value, view, root_hints(document, schema)), None
    )
    try:
        parse(body)
    except Undecodable as error:
        raise Unencodable(f"the value cannot be written as XML: {error}") from None
    return body


def _element(value: Json, view: SchemaView, named: Hints) -> str:
    attributes = named.declaration()
    match value:
        case None:
            return _markup(named, attributes | _NIL, "")
        case dict():
            return _object(value, view, named, attributes)
        case list():
            items = item_hints(view, named)
            return _markup(named, attributes, "".join(_element(item, view.items, items) for item in value))
    return _markup(named, attributes, escaped(scalar_text(value)))


def _object(value: dict[str, Json], view: SchemaView, named: Hints, attributes: dict[str, str]) -> str:
    written = []
    for name, member in value.items():
        part, of_part = view.member(name), property_hints(view.member(name), name)
        own = hints(part, name)
        if own.is_attribute:
            if member is not None:
                attributes |= own.declaration() | {_checked(own): scalar_text(member)}
        elif isinstance(member, list) and not own.is_wrapped:
            written += [_element(item, part.items, of_part) for item in member]
        else:
            written.append(_element(member, part, of_part))
    return _markup(named, attributes, "".join(written))


def _markup(named: Hints, attributes: dict[str, str], inner: str) -> str:
    return markup(_checked(named), attributes, inner)


def _checked(named: Hints) -> str:
    if not is_name(named.name):
        raise Unencodable(f"{quoted(named.name)} is no name that an XML element can have")
    return named.tag
