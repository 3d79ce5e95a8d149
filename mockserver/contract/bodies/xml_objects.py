"""The XML Objects of schemas: the names of elements and attributes (OpenAPI 3.1.1, section 4.8.26)."""

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.xml_tree import Name
from mockserver.contract.document.references import value_at
from mockserver.data.json import Json
from mockserver.data.quoting import quoted

_LONGEST_SHOWN = 60  # characters of a name in a message


class XmlObject(Struct, frozen=True):
    """How one value appears in XML; `is_named` says whether the contract itself gives the name."""

    name: str
    is_named: bool = False
    namespace: str = ""
    prefix: str = ""
    is_attribute: bool = False
    is_wrapped: bool = False

    @property
    def tag(self) -> str:
        """The qualified name; a prefix without a namespace is left out, because nothing would declare it."""
        return f"{self.prefix}:{self.name}" if self.prefix and self.namespace else self.name

    def __str__(self) -> str:
        if self.is_attribute:
            return f"the attribute {self.name!r}"
        return element_label((self.namespace, self.name))

    def matches(self, found: Name) -> bool:
        """Whether an element or attribute has this name; without a namespace here, in any namespace."""
        return found[1] == self.name and self.namespace in ("", found[0])

    def namespace_declaration(self) -> dict[str, str]:
        """The `xmlns` attribute for the namespace; an attribute without a prefix has no namespace."""
        if not self.namespace or (self.is_attribute and not self.prefix):
            return {}
        return {f"xmlns:{self.prefix}" if self.prefix else "xmlns": self.namespace}


def xml_object(view: SchemaView, default: str) -> XmlObject:
    """The XML Object of a value; `default` is its name where the contract gives none."""
    found = view.first("xml")
    data = found if isinstance(found, dict) else {}
    return XmlObject(
        name=_string(data.get("name")) or default,
        is_named=bool(_string(data.get("name"))),
        namespace=_string(data.get("namespace")),
        prefix=_string(data.get("prefix")),
        is_attribute=data.get("attribute") is True,
        is_wrapped=data.get("wrapped") is True,
    )


def property_xml_object(view: SchemaView, name: str) -> XmlObject:
    """The XML Object of a property's element, or of each item's element if it is an unwrapped array."""
    own = xml_object(view, name)
    if "array" not in view.types or own.is_wrapped or own.is_attribute:
        return own
    return xml_object(view.items, name)


def item_xml_object(view: SchemaView, wrapper: XmlObject) -> XmlObject:
    """The XML Object of the items in a wrapper element, whose name they have by default."""
    return xml_object(view.items, wrapper.name)


def root_xml_object(document: Json, schema: str | None) -> XmlObject:
    """The XML Object of the root element, named by default after the schema's component, or `root`."""
    if schema is None:
        return XmlObject("root")
    data = value_at(document, schema)
    reference = data.get("$ref") if isinstance(data, dict) else None
    component = str(reference or schema)
    is_component = "/components/schemas/" in component
    default = component.rpartition("/")[2] if is_component else "root"
    return xml_object(SchemaView(document, (schema,)), default)


def element_label(name: Name) -> str:
    """An element's name for a message."""
    label = f"<{name[1][:_LONGEST_SHOWN]}>"
    return f"{label} of the namespace {quoted(name[0])}" if name[0] else label


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""
