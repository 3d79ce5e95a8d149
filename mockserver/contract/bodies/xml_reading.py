"""XML into the value that a schema speaks of, by its `xml` hints.

What no property declares is read by its own name; what cannot be a value, such as text between elements,
is refused. `xsi:nil` is null.
"""

from collections.abc import Sequence

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.xml_hints import (
    Hints,
    described,
    hints,
    item_hints,
    property_hints,
    root_hints,
)
from mockserver.contract.bodies.xml_tree import INSTANCE, Element, parse
from mockserver.contract.parameters import ParameterTypes
from mockserver.data.decoding import Undecodable, quoted
from mockserver.data.json import Json


def read_xml(body: bytes, charset: str | None, schema: str | None, parameter_types: ParameterTypes) -> Json:
    """The value of an XML body by the schema at this pointer (None: as it looks); raises Undecodable."""
    root = parse(body, charset)
    expected = root_hints(parameter_types.document, schema)
    if expected.named and not expected.names(root.name):
        raise _misnamed(root, expected, "as the root element")
    view = SchemaView.at(parameter_types.document, schema)
    return _Reader(parameter_types).value(root, view, expected)


class _Reader:
    def __init__(self, parameter_types: ParameterTypes) -> None:
        self._parameter_types = parameter_types
        self._plans: dict[SchemaView, list[tuple[str, SchemaView, Hints]]] = {}

    def value(self, element: Element, view: SchemaView, named: Hints) -> Json:
        if element.is_nil:
            return None
        types, text = view.types, element.text
        is_blank = not text.strip()
        if "array" in types and is_blank and not element.attributes:
            return self._items(element, view, named)
        is_object = "object" in types and ("string" not in types or bool(element.attributes))
        is_object = is_object or (not types and bool(element.attributes))
        if element.children or (is_object and is_blank):
            return self._object(element, view)
        return self._scalar(text, view)

    def _scalar(self, text: str, view: SchemaView) -> Json:
        """A text keeps its spaces; other values may stand among some."""
        found = self._parameter_types.value_types(*view.pointers).scalar(text.strip())
        return text if isinstance(found, str) else found

    def _items(self, element: Element, view: SchemaView, named: Hints) -> list[Json]:
        expected, items = item_hints(view, named), view.items
        for child in element.children:
            if expected.named and not expected.names(child.name):
                raise _misnamed(child, expected, f"in <{named.name}>")
        return [self.value(child, items, expected) for child in element.children]

    def _object(self, element: Element, view: SchemaView) -> dict[str, Json]:
        if stray := element.text.strip():
            raise Undecodable("xml", f"{described(element.name)} holds text beside elements: {quoted(stray)}")
        attributes = {name: text for name, text in element.attributes.items() if name[0] != INSTANCE}
        children: dict[str, list[Element]] = {}
        for child in element.children:
            children.setdefault(child.name[1], []).append(child)
        found: dict[str, Json] = {}
        for name, member, named in self._plan(view):
            if named.is_attribute:
                for each in [each for each in attributes if named.names(each)]:
                    found[name] = self._scalar(attributes.pop(each), member)
            elif taken := [child for child in children.get(named.name, ()) if named.names(child.name)]:
                found[name] = self._member(taken, member, named)
                children[named.name] = [
                    child for child in children[named.name] if not named.names(child.name)
                ]
        for (_, local), text in attributes.items():
            found[local] = self._scalar(text, self._undeclared(local, view, f"the attribute {local!r}"))
        for local, same in children.items():
            if same:
                member = self._undeclared(local, view, described(same[0].name))
                found[local] = self._member(same, member, Hints(local))
        return found

    def _plan(self, view: SchemaView) -> list[tuple[str, SchemaView, Hints]]:
        """The declared properties with their names in XML; worked out once for each object of a list."""
        if view not in self._plans:
            self._plans[view] = [
                (name, member, property_hints(member, name)) for name, member in view.members.items()
            ]
        return self._plans[view]

    def _undeclared(self, local: str, view: SchemaView, found: str) -> SchemaView:
        """The view of a member by its own name, which is no property's under another name."""
        if local in view.members:
            expected = property_hints(view.members[local], local)
            raise Undecodable("xml", f"expected the property {local!r} as {expected}, found {found}")
        return view.member(local)

    def _member(self, elements: Sequence[Element], view: SchemaView, named: Hints) -> Json:
        """A property's value: a list's items where it has no wrapper, else one value, or too many."""
        is_bare = "array" in view.types and not hints(view, named.name).is_wrapped
        if is_bare:
            return [self.value(element, view.items, named) for element in elements]
        values = [self.value(element, view, named) for element in elements]
        return values[0] if len(values) == 1 else values


def _misnamed(element: Element, expected: Hints, where: str) -> Undecodable:
    return Undecodable("xml", f"expected {expected} {where}, found {described(element.name)}")
