"""Decode XML to the value that a schema describes, by the XML Objects of the schemas.

Elements and attributes that no property declares become members under their own names. What cannot be part
of a value, such as text between elements, is rejected. `xsi:nil` means null.
"""

from collections.abc import Sequence

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.xml_objects import (
    XmlObject,
    element_label,
    item_xml_object,
    property_xml_object,
    root_xml_object,
    xml_object,
)
from mockserver.contract.bodies.xml_tree import INSTANCE, Element, Name, parse
from mockserver.contract.parameters import ParameterTypes
from mockserver.data.decoding import Undecodable
from mockserver.data.json import Json
from mockserver.data.quoting import quoted


def read_xml(body: bytes, charset: str | None, schema: str | None, parameter_types: ParameterTypes) -> Json:
    """Decode an XML body by the schema at a pointer, or by its structure alone; raises Undecodable."""
    root = parse(body, charset)
    expected = root_xml_object(parameter_types.document, schema)
    if expected.is_named and not expected.matches(root.name):
        raise _unexpected(root, expected, "as the root element")
    view = SchemaView.for_schema(parameter_types.document, schema)
    return _XmlReader(parameter_types).value(root, view, expected)


class _XmlReader:
    """Decodes the elements of one body."""

    def __init__(self, parameter_types: ParameterTypes) -> None:
        self._parameter_types = parameter_types
        self._properties: dict[SchemaView, list[tuple[str, SchemaView, XmlObject]]] = {}

    def value(self, element: Element, view: SchemaView, xml: XmlObject) -> Json:
        """The value of an element; `xml` is the XML Object that it was found by."""
        if element.is_nil:
            return None
        types, text = view.types, element.text
        is_blank = not text.strip()
        if "array" in types and is_blank and not element.attributes:
            return self._items(element, view, xml)
        is_object = "object" in types and ("string" not in types or bool(element.attributes))
        is_object = is_object or (not types and bool(element.attributes))
        if element.children or (is_object and is_blank):
            return self._object(element, view)
        return self._scalar(text, view)

    def _scalar(self, text: str, view: SchemaView) -> Json:
        """Convert text; spaces around it are kept in a string and ignored in other types."""
        value = self._parameter_types.value_types(*view.pointers).scalar(text.strip())
        return text if isinstance(value, str) else value

    def _items(self, element: Element, view: SchemaView, xml: XmlObject) -> list[Json]:
        expected, items = item_xml_object(view, xml), view.items
        for child in element.children:
            if expected.is_named and not expected.matches(child.name):
                raise _unexpected(child, expected, f"in <{xml.name}>")
        return [self.value(child, items, expected) for child in element.children]

    def _object(self, element: Element, view: SchemaView) -> dict[str, Json]:
        if text := element.text.strip():
            label = element_label(element.name)
            raise Undecodable("xml", f"{label} has both child elements and text ({quoted(text)})")
        attributes = {name: text for name, text in element.attributes.items() if name[0] != INSTANCE}
        children: dict[str, list[Element]] = {}
        for child in element.children:
            children.setdefault(child.name[1], []).append(child)
        found = self._declared(view, attributes, children)
        return found | self._undeclared(view, attributes, children)

    def _declared(
        self, view: SchemaView, attributes: dict[Name, str], children: dict[str, list[Element]]
    ) -> dict[str, Json]:
        """The members that the schema declares; removes their attributes and elements from the arguments."""
        found: dict[str, Json] = {}
        for name, member_view, xml in self._properties_of(view) if attributes or children else ():
            if xml.is_attribute:
                for attribute in [each for each in attributes if xml.matches(each)]:
                    found[name] = self._scalar(attributes.pop(attribute), member_view)
            elif xml.name in children:
                candidates = children[xml.name]
                if matching := [child for child in candidates if xml.matches(child.name)]:
                    found[name] = self._member(matching, member_view, xml)
                    children[xml.name] = [child for child in candidates if not xml.matches(child.name)]
        return found

    def _undeclared(
        self, view: SchemaView, attributes: dict[Name, str], children: dict[str, list[Element]]
    ) -> dict[str, Json]:
        """The members that no property declares, under their local names."""
        found: dict[str, Json] = {}
        for (_, local), text in attributes.items():
            found[local] = self._scalar(text, self._undeclared_view(local, view, f"the attribute {local!r}"))
        for local, elements in children.items():
            if elements:
                member_view = self._undeclared_view(local, view, element_label(elements[0].name))
                found[local] = self._member(elements, member_view, XmlObject(local))
        return found

    def _properties_of(self, view: SchemaView) -> list[tuple[str, SchemaView, XmlObject]]:
        """The declared properties with their views and XML Objects; cached for the objects of an array."""
        if view not in self._properties:
            self._properties[view] = [
                (name, member, property_xml_object(member, name)) for name, member in view.members.items()
            ]
        return self._properties[view]

    def _undeclared_view(self, local: str, view: SchemaView, label: str) -> SchemaView:
        """The view of an undeclared member; Undecodable if a property of this name has another XML name."""
        if local in view.members:
            expected = property_xml_object(view.members[local], local)
            raise Undecodable("xml", f"expected the property {local!r} as {expected}, found {label}")
        return view.member(local)

    def _member(self, elements: Sequence[Element], view: SchemaView, xml: XmlObject) -> Json:
        """The value of a property: an array if it is unwrapped or if several elements were sent."""
        if "array" in view.types and not xml_object(view, xml.name).is_wrapped:
            return [self.value(element, view.items, xml) for element in elements]
        values = [self.value(element, view, xml) for element in elements]
        return values[0] if len(values) == 1 else values


def _unexpected(element: Element, expected: XmlObject, where: str) -> Undecodable:
    return Undecodable("xml", f"expected {expected} {where}, found {element_label(element.name)}")
