"""Encode values as XML, by the XML Objects of their schemas; the result is parsed once to validate it."""

from mockserver.contract.bodies.charsets import Unencodable, encode_string
from mockserver.contract.bodies.scalars import scalar_string
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.xml_objects import (
    XmlObject,
    item_xml_object,
    property_xml_object,
    root_xml_object,
    xml_object,
)
from mockserver.contract.bodies.xml_tree import INSTANCE, escaped, is_name, markup, parse
from mockserver.data.decoding import Undecodable
from mockserver.data.json import Json
from mockserver.data.quoting import quoted

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_NIL = {"xmlns:xsi": INSTANCE, "xsi:nil": "true"}


def write_xml(value: Json, schema: str | None, document: Json) -> bytes:
    """Encode the value as an XML document in UTF-8; raises Unencodable."""
    view = SchemaView.for_schema(document, schema)
    body = encode_string(_DECLARATION + _element(value, view, root_xml_object(document, schema)), None)
    try:
        parse(body)
    except Undecodable as error:
        raise Unencodable(f"the value cannot be encoded as XML: {error}") from None
    return body


def _element(value: Json, view: SchemaView, xml: XmlObject) -> str:
    attributes = xml.namespace_declaration()
    match value:
        case None:
            return _markup(xml, attributes | _NIL, "")
        case dict():
            return _object(value, view, xml, attributes)
        case list():
            item_xml = item_xml_object(view, xml)
            items = (_element(item, view.items, item_xml) for item in value)
            return _markup(xml, attributes, "".join(items))
    return _markup(xml, attributes, escaped(scalar_string(value)))


def _object(value: dict[str, Json], view: SchemaView, xml: XmlObject, attributes: dict[str, str]) -> str:
    children = []
    for name, member in value.items():
        member_view = view.member(name)
        own, child_xml = xml_object(member_view, name), property_xml_object(member_view, name)
        if own.is_attribute:
            if member is not None:
                attributes |= own.namespace_declaration() | {_tag(own): scalar_string(member)}
        elif isinstance(member, list) and not own.is_wrapped:
            children += [_element(item, member_view.items, child_xml) for item in member]
        else:
            children.append(_element(member, member_view, child_xml))
    return _markup(xml, attributes, "".join(children))


def _markup(xml: XmlObject, attributes: dict[str, str], inner: str) -> str:
    return markup(_tag(xml), attributes, inner)


def _tag(xml: XmlObject) -> str:
    if not is_name(xml.name):
        raise Unencodable(f"{quoted(xml.name)} is not a valid XML name")
    return xml.tag
