"""Schemas by reference: pointers, `$id`, `$anchor`, `$dynamicAnchor`, and other documents.

JSON Schema 2020-12 core, sections 8.2 and 9; OpenAPI 3.1, section 4.6. Nothing is fetched here:
whoever makes a library hands it a function that has the other documents.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

from mockserver.contract.dialect import schemas, subschemas, upgrade, upgrade_schema
from mockserver.contract.references import at
from mockserver.model import Json
from mockserver.reading import pointer_token

Retrieve: TypeAlias = Callable[[str], Json]

CONTRACT = ""  # what the document is called that a library is made for; others are called by their URI
_NAMES = frozenset(("$id", "$anchor", "$dynamicAnchor"))


class Unresolvable(LookupError):
    """A reference that leads to nothing; `document` is the URI of the one that nobody has, if that is why."""

    def __init__(self, reference: str, document: str | None = None) -> None:
        super().__init__(reference)
        self.reference = reference
        self.document = document


@dataclass(frozen=True, slots=True)
class Place:
    """A schema, where it stands, and what its references are read against."""

    document: str
    pointer: str
    base: str  # the URI of the resource around: the nearest `$id`, else the document
    schema: Json = field(compare=False, repr=False)
    entered: tuple[str, ...]  # the resources on the way here, the outermost first: the dynamic scope

    @property
    def address(self) -> str:
        """Its pointer; in another document than the contract, behind that document's URI."""
        return self.pointer if self.document == CONTRACT else f"{self.document}#{self.pointer}"

    def below(self, *tokens: str | int) -> "Place":
        """The place of a subschema."""
        schema = self.schema
        for token in tokens:
            schema = schema[token]  # type: ignore[index]  # asked only of what is there
        pointer = self.pointer + "".join(f"/{pointer_token(token)}" for token in tokens)
        return self.to(Place(self.document, pointer, _base(schema, self.base), schema, ()))

    def to(self, other: "Place") -> "Place":
        """The other place, entered from here."""
        entered = self.entered if other.base in self.entered else (*self.entered, other.base)
        return Place(other.document, other.pointer, other.base, other.schema, entered)


def _base(schema: Json, around: str) -> str:
    """The base URI in a schema inside a resource; a mere fragment is no `$id`."""
    identity = schema.get("$id") if isinstance(schema, dict) else None
    if not isinstance(identity, str) or identity.startswith("#"):
        return around
    try:
        return urldefrag(urljoin(around, identity)).url
    except ValueError:  # no URI at all: it names nothing
        return around


class Library:
    """The contract, and the documents that its references lead to.

    References in the contract are read against `uri`; `retrieve` gives the data of another document by its
    URI, or raises LookupError. `older`: a document without a version is OpenAPI 3.0's, as the contract was.
    """

    def __init__(
        self,
        contract: dict[str, Json],
        uri: str = "",
        retrieve: Retrieve | None = None,
        *,
        older: bool = False,
    ) -> None:
        self._uri = uri
        self._retrieve = retrieve
        self._older = older
        self._documents: dict[str, Json] = {}
        self._schemas: dict[tuple[str, str], Json] = {}  # by document and pointer
        self._resources: dict[str, tuple[str, str]] = {}  # document and pointer by URI
        self._bases: dict[tuple[str, str], str] = {}  # the URIs of the schemas that have an `$id`
        self._anchors: dict[tuple[str, str], tuple[str, str]] = {}  # document and pointer by URI and name
        self._dynamic: set[tuple[str, str]] = set()  # the anchors that are dynamic
        self._add(CONTRACT, contract, schemas(contract))

    def contract(self) -> list[Place]:
        """Every schema that the contract itself holds, in document order."""
        return [self.place(*key) for key in self._schemas if key[0] == CONTRACT]

    def place(self, document: str, pointer: str) -> Place:
        """The place of whatever is at the pointer; raises Unresolvable where there is nothing."""
        if document not in self._documents:
            self._open(document, document)
        if (document, pointer) not in self._schemas:
            found = at(self._documents[document], pointer)
            if found is None:
                raise Unresolvable(f"{document}#{pointer}")
            self._learn(document, subschemas(pointer, upgrade_schema(found) if self._older else found))
        base = self._base(document, pointer)
        return Place(document, pointer, base, self._schemas[document, pointer], (base,))

    def uri(self, document: str) -> str:
        return self._uri if document == CONTRACT else document

    def anchors(self, resource: str) -> list[str]:
        """The names that can follow the `#` of a reference to a resource, by its URI."""
        return [name for uri, name in self._anchors if uri == resource]

    def follow(self, place: Place, reference: str) -> Place:
        """What a `$ref` at this place leads to, a schema or not; raises Unresolvable."""
        return place.to(self._target(place.base, reference))

    def follow_dynamic(self, place: Place, reference: str) -> Place:
        """What a `$dynamicRef` leads to: its rival of the outermost resource; raises Unresolvable."""
        rivals = {rival.base: rival for rival in self.rivals(place, reference)}
        outermost = next((rivals[each] for each in place.entered if each in rivals), None)
        return place.to(outermost or self._target(place.base, reference))

    def rivals(self, place: Place, reference: str) -> list[Place]:
        """All that a `$dynamicRef` may lead to, from wherever it is entered; raises Unresolvable."""
        target = self._target(place.base, reference)
        name = reference.partition("#")[2]
        if (target.base, name) not in self._dynamic:
            return [target]
        return [self.place(*self._anchors[each]) for each in sorted(self._dynamic) if each[1] == name]

    def _target(self, base: str, reference: str) -> Place:
        try:
            uri, fragment = urldefrag(reference)
            uri = urljoin(base, uri)
        except ValueError:
            raise Unresolvable(reference) from None
        if uri not in self._resources:
            self._open(uri, reference)
        document, root = self._resources[uri]
        name = unquote(fragment)
        if not name or name.startswith("/"):
            return self.place(document, root + name)
        resource = self._base(document, root)
        if (resource, name) not in self._anchors:
            raise Unresolvable(reference)
        return self.place(*self._anchors[resource, name])

    def _open(self, uri: str, reference: str) -> None:
        """Add another document; raises Unresolvable where nobody has it."""
        if self._retrieve is None:
            raise Unresolvable(reference, uri)
        try:
            data = self._retrieve(uri)
        except LookupError:
            raise Unresolvable(reference, uri) from None
        if isinstance(data, dict) and "openapi" in data:
            data = upgrade(data)
            self._add(uri, data, schemas(data))
        else:
            self._add(uri, data, subschemas("", upgrade_schema(data) if self._older else data))

    def _add(self, document: str, data: Json, found: Iterable[tuple[str, Json]]) -> None:
        self._documents[document] = data
        self._resources[self.uri(document)] = document, ""
        self._learn(document, found)

    def _learn(self, document: str, found: Iterable[tuple[str, Json]]) -> None:
        """Take in schemas with their pointers, outer ones first."""
        for pointer, schema in found:
            self._schemas[document, pointer] = schema
            if isinstance(schema, dict) and not _NAMES.isdisjoint(schema):
                self._name(document, pointer, schema)

    def _name(self, document: str, pointer: str, schema: dict[str, Json]) -> None:
        around = self._base(document, pointer)
        base = _base(schema, around)
        if base != around:
            self._bases[document, pointer] = base
            self._resources.setdefault(base, (document, pointer))
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := schema.get(keyword), str):
                self._anchors[base, name] = document, pointer
                if keyword == "$dynamicAnchor":
                    self._dynamic.add((base, name))

    def _base(self, document: str, pointer: str) -> str:
        """The URI of the resource that a pointer leads into."""
        while self._bases:
            if (document, pointer) in self._bases:
                return self._bases[document, pointer]
            if not pointer:
                break
            pointer = pointer.rpartition("/")[0]
        return self.uri(document)
