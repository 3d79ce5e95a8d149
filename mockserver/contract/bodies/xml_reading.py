"""XML into the value that a schema speaks of, by its `xml` hints.

What no property declares is read by its own name; what cannot be a value, such as text between elements,
is refused. `xsi:nil` is null.
"""

from collections.abc import Sequence

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.xml_hints import Hints, hints, item_hints, property_hints, root_hints
from mockserver.contract.bodies.xml_tree import INSTANCE, Element, parse
from mockserver.contract.decoding import Undecodable, quoted
from mockserver.contract.parameters import Shapes
from mockserver.model import Json


def read_xml(body: bytes, charset: str | None, schema: str | None, shapes: Shapes) -> Json:
    """The value of an XML body by the schema at this pointer (None: as it looks); raises Undecodable."""
    root = parse(body, charset)
    expected = root_hints(shapes.document, schema)
    if expected.named and not expected.names(root.name):
        raise _misnamed(root, expected, "as the root element")
    view = SchemaView.at(shapes.document, schema)
    return _Reader(shapes).value(root, view, expected)


class _Reader:
    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

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
        found = self._shapes.at(*view.pointers).scalar(text.strip())
        return text if isinstance(found, str) else found

    def _items(self, element: Element, view: SchemaView, named: Hints) -> list[Json]:
        expected, items = item_hints(view, named), view.items
        for child in element.children:
            if expected.named and not expected.names(child.name):
                raise _misnamed(child, expected, f"in <{named.name}>")
        return [self.value(child, items, expected) for child in element.children]

    def _object(self, element: Element, view: SchemaView) -> dict[str, Json]:
        if element.text.strip():
            raise Undecodable(
                "xml", f"<{element.name[1]}> holds text beside its elements: {quoted(element.text.strip())}"
            )
        found: dict[str, Json] = {}
        children = list(element.children)
        attributes = {name: text for name, text in element.attributes.items() if name[0] != INSTANCE}
        for name, member in view.members.items():
            named = property_hints(member, name)
            if hints(member, name).is_attribute:
                for each in [each for each in attributes if named.names(each)]:
                    found[name] = self._scalar(attributes.pop(each), member)
                continue
            taken = [child for child in children if named.names(child.name)]
            if taken:
                children = [child for child in children if not named.names(child.name)]
                found[name] = self._member(taken, member, named)
        for (_, local), text in attributes.items():
            found[local] = self._scalar(text, view.member(local))
        return found | self._undeclared(children, view)

    def _undeclared(self, children: Sequence[Element], view: SchemaView) -> dict[str, Json]:
        others: dict[str, list[Element]] = {}
        for child in children:
            others.setdefault(child.name[1], []).append(child)
        return {local: self._member(same, view.member(local), Hints(local)) for local, same in others.items()}

    def _member(self, elements: Sequence[Element], view: SchemaView, named: Hints) -> Json:
        """A property's value: a list's items where it has no wrapper, else one value, or too many."""
        is_bare = "array" in view.types and not hints(view, named.name).is_wrapped
        if is_bare:
            return [self.value(element, view.items, named) for element in elements]
        values = [self.value(element, view, named) for element in elements]
        return values[0] if len(values) == 1 else values


def _misnamed(element: Element, expected: Hints, where: str) -> Undecodable:
    namespace, local = element.name
    if local == expected.name:
        found = f"one of the namespace {quoted(namespace)}" if namespace else "one of no namespace"
        wanted = f"<{expected.name}> of the namespace {quoted(expected.namespace)}"
        return Undecodable("xml", f"expected {wanted} {where}, found {found}")
    return Undecodable("xml", f"expected <{expected.name}> {where}, found <{local[:60]}>")
