"""The names that a schema's `xml` hints give to elements and attributes (OpenAPI 3.1, section 4.8.26)."""

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.bodies.xml_tree import Name
from mockserver.contract.document.references import value_at
from mockserver.data.decoding import quoted
from mockserver.data.json import Json

_SHOWN = 60  # characters of a name in a message


class Hints(Struct, frozen=True):
    """How one value is written; `named` is whether the contract gives the name itself."""

    name: str
    named: bool = False
    namespace: str = ""
    prefix: str = ""
    is_attribute: bool = False
    is_wrapped: bool = False

    @property
    def tag(self) -> str:
        """The name as it is written; a prefix without a namespace would be bound to nothing."""
        return f"{self.prefix}:{self.name}" if self.prefix and self.namespace else self.name

    def __str__(self) -> str:
        if self.is_attribute:
            return f"the attribute {self.name!r}"
        return described((self.namespace, self.name))

    def names(self, found: Name) -> bool:
        """Whether an element or attribute of this name is meant; without a namespace, one of any."""
        return found[1] == self.name and self.namespace in ("", found[0])

    def declaration(self) -> dict[str, str]:
        """The attribute that binds the namespace; an attribute without a prefix is in none."""
        if not self.namespace or (self.is_attribute and not self.prefix):
            return {}
        return {f"xmlns:{self.prefix}" if self.prefix else "xmlns": self.namespace}


def hints(view: SchemaView, default: str) -> Hints:
    """The hints of a value; `default` is its name where they give none."""
    found = view.first("xml")
    data = found if isinstance(found, dict) else {}
    return Hints(
        name=_text(data.get("name")) or default,
        named=bool(_text(data.get("name"))),
        namespace=_text(data.get("namespace")),
        prefix=_text(data.get("prefix")),
        is_attribute=data.get("attribute") is True,
        is_wrapped=data.get("wrapped") is True,
    )


def property_hints(view: SchemaView, name: str) -> Hints:
    """The hints of a property's element: of each item's, where a list goes without a wrapper."""
    own = hints(view, name)
    if "array" not in view.types or own.is_wrapped or own.is_attribute:
        return own
    return hints(view.items, name)


def item_hints(view: SchemaView, around: Hints) -> Hints:
    """The hints of the elements in a list's own element, which lend them its name."""
    return hints(view.items, around.name)


def root_hints(document: Json, schema: str | None) -> Hints:
    """The hints of the root element, which else is called as the component is, or `root`."""
    if schema is None:
        return Hints("root")
    data = value_at(document, schema)
    reference = data.get("$ref") if isinstance(data, dict) else None
    component = str(reference or schema)
    is_component = "/components/schemas/" in component
    return hints(SchemaView(document, (schema,)), component.rpartition("/")[2] if is_component else "root")


def described(name: Name) -> str:
    """An element's name as a message shows it."""
    shown = f"<{name[1][:_SHOWN]}>"
    return f"{shown} of the namespace {quoted(name[0])}" if name[0] else shown


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
