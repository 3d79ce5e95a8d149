"""The schemas of a document by location; `referencing` resolves their references.

Schemas are prepared for the evaluator: `false` becomes `FALSE_SCHEMA`, and `$schema`, which would switch the
dialect, is removed.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from msgspec import Struct
from referencing import Registry, Resource
from referencing.exceptions import NoSuchAnchor
from referencing.exceptions import Unresolvable as CannotResolve

from mockserver.contract.document import dialect
from mockserver.contract.document.references import reference_to
from mockserver.contract.schema import specification
from mockserver.contract.schema.keywords.interface import FALSE_KEYWORD, FALSE_SCHEMA, Rule
from mockserver.contract.schema.pinned_values import PinnedValues, Pins
from mockserver.contract.schema.specification import OPENAPI
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token

_URI = "contract:document"  # of the document itself
_NAMES = frozenset(("$id", "$anchor", "$dynamicAnchor"))  # by which references can find a schema


class Unresolvable(LookupError):
    """A reference resolves to nothing; `resource` is the URI that nothing has, if that is the reason."""

    def __init__(self, reference: str, resource: str | None = None) -> None:
        super().__init__(reference)
        self.resource = resource


class Scope:
    """What references are relative to: a schema resource, and the dynamic scope in which it was entered.

    JSON Schema 2020-12 core, section 7.1.
    """

    def __init__(self, registry: "SchemaRegistry", resolver: Any, base: str) -> None:
        self.base = base  # the URI of the resource
        self.is_embedded = base != _URI  # whether an `$id` gives this URI
        self.rules = registry.rules
        self._registry = registry
        self._resolver = resolver
        self._resolved: dict[tuple[str, bool], SchemaLocation] = {}

    def resolve(self, reference: str, *, dynamic: bool = False) -> "SchemaLocation":
        """The location that a reference identifies, of a schema or not; raises Unresolvable."""
        key = reference, dynamic
        if key not in self._resolved:
            self._resolved[key] = self._registry.find(self._resolver, self.base, reference, dynamic=dynamic)
        return self._resolved[key]

    def pins(self, schema: Json) -> Pins:
        """The values that a subschema of this scope pins for its properties."""
        return self._registry.pinned_values.of_properties(schema, self)

    def inside(self, schema: Json) -> "Scope":
        """The scope within a subschema of this scope."""
        name = specification.identity(schema)
        if name is None:
            return self
        try:
            return self.resolve(name).scope
        except Unresolvable:  # no keyword holds it, so its `$id` is not known
            return self


class SchemaLocation(Struct, frozen=True, eq=False):
    """A schema with its JSON Pointer in the document (`address`) and its scope."""

    address: str
    schema: Json
    scope: Scope

    def below(self, *tokens: str | int) -> "SchemaLocation":
        """The location of a subschema."""
        schema: Any = self.schema
        for token in tokens:
            schema = schema[token]
        address = self.address + "".join(f"/{pointer_token(token)}" for token in tokens)
        return SchemaLocation(address, schema, self.scope.inside(schema))


class SchemaRegistry:
    """The schemas of an OpenAPI 3.1 document, and whatever else its references identify in it."""

    def __init__(self, document: dict[str, Json]) -> None:
        self._addresses: dict[int, str] = {}  # by id() of schemas, which live as long as the registry
        self._parts: dict[str, Json] = {}  # by address, schemas that no keyword holds
        self._bases: dict[int, str] = {}  # the URIs of resources, by id()
        self._scopes: dict[tuple[str, ...], Scope] = {}
        # of the schemas evaluated so far, by id() and the Python type of the value
        self.rules: dict[tuple[int, type], tuple[Rule, ...]] = {}
        self.pinned_values = PinnedValues[Scope](_follow)
        self._schemas: dialect.Found = []
        prepared = dialect.map_schemas(document, _prepared, self._schemas)
        self._has_names = any(
            isinstance(schema, dict) and not _NAMES.isdisjoint(schema)
            for schema in (prepared, *(each for _, each in self._schemas))
        )
        self._registry: Registry[Json] = Registry()
        self._registry = self._registry.with_resource(_URI, OPENAPI.create_resource(prepared))
        if self._has_names:  # it takes as long as all else, and finds nothing in other documents
            self._registry = self._registry.crawl()
        for uri in self._registry:  # a resource with an `$id` is known by that URI
            if uri != _URI or id(self._registry.contents(uri)) not in self._bases:
                self._bases[id(self._registry.contents(uri))] = uri
        self._add_addresses("", prepared, self._schemas)
        self._root = self._scope(self._registry.resolver(_URI))

    def locations(self) -> Iterator[SchemaLocation]:
        """The locations of all schemas, in document order."""
        outer = "#"
        for pointer, schema in self._schemas:
            if not pointer.startswith(f"{outer}/"):
                outer = pointer
                yield from _with_subschemas(SchemaLocation(pointer, schema, self._root.inside(schema)))

    def location(self, pointer: str) -> SchemaLocation:
        """The location of whatever is at the pointer; raises Unresolvable if there is nothing."""
        return self._root.resolve(_URI + reference_to(pointer))

    def anchors(self) -> list[str]:
        """The names of all `$anchor`s and `$dynamicAnchor`s."""
        return [name for _, schema in self._schemas for _, name in specification.anchors(schema)]

    def address(self, schema: Json) -> str:
        """The JSON Pointer of a schema object that this registry returned."""
        return self._addresses[id(schema)]

    def find(self, resolver: Any, base: str, reference: str, *, dynamic: bool) -> SchemaLocation:
        """The location that a reference identifies, relative to `base`; raises Unresolvable."""
        try:
            uri, fragment = urldefrag(base + reference if reference[:1] == "#" else urljoin(base, reference))
        except ValueError:  # not a URI
            raise Unresolvable(reference, reference) from None
        if uri not in self._registry:
            raise Unresolvable(reference, uri)
        try:
            if fragment[:1] in ("", "/"):
                resolved = resolver.lookup(reference)
                contents, scope = resolved.contents, self._scope(resolved.resolver)
            else:
                contents, scope = self._find_anchor(resolver, uri, fragment, dynamic=dynamic)
        except (CannotResolve, ValueError, TypeError):  # TypeError: a pointer through a scalar
            raise Unresolvable(reference) from None
        if id(contents) in self._addresses:
            return SchemaLocation(self.address(contents), contents, scope)
        address = self.address(self._registry.contents(uri)) + unquote(fragment)
        return SchemaLocation(address, self._part(address, contents), scope)

    def _find_anchor(self, resolver: Any, uri: str, name: str, *, dynamic: bool) -> tuple[Json, Scope]:
        """The schema with this anchor; `referencing` would resolve each such reference dynamically."""
        if not self._has_names:
            raise CannotResolve(ref=f"{uri}#{name}")
        contents = self._anchored(uri, name).contents
        if dynamic:
            contents = resolver.lookup(f"{uri}#{name}").contents
            candidates = [each for each, _ in resolver.dynamic_scope()]
            uri = next((each for each in candidates if self._has_anchor(each, name, contents)), uri)
        return contents, self._scope(resolver.lookup(uri).resolver)

    def _has_anchor(self, uri: str, name: str, contents: Json) -> bool:
        try:
            return self._anchored(uri, name).contents is contents
        except NoSuchAnchor:
            return False

    def _anchored(self, uri: str, name: str) -> Resource[Json]:
        anchor: Any = self._registry.anchor(self._bases[id(self._registry.contents(uri))], name).value
        resource: Resource[Json] = anchor.resource
        return resource

    def _part(self, address: str, contents: Json) -> Json:
        """A schema that no keyword holds, such as one under `x-parts`; other data as it is."""
        if address not in self._parts and isinstance(contents, dict | bool):
            part = dialect.map_schema(contents, _prepared)
            self._add_addresses(address, part, dialect.subschemas("", part))
            self._parts[address] = part
        return self._parts.get(address, contents)

    def _add_addresses(self, address: str, root: Json, schemas: list[tuple[str, Json]]) -> None:
        self._addresses[id(root)] = address
        self._addresses.update(
            (id(schema), address + pointer) for pointer, schema in schemas if isinstance(schema, dict)
        )

    def _scope(self, resolver: Any) -> Scope:
        """The scope of a resolver; the same one for resolvers that resolve alike."""
        base = self._bases[id(resolver.lookup("#").contents)]
        resolver = resolver.lookup(base).resolver  # its dynamic scope now has all resources entered
        entered = [uri for uri, _ in resolver.dynamic_scope()]
        key = (*dict.fromkeys(reversed(entered)), base)
        if key not in self._scopes:
            self._scopes[key] = Scope(self, resolver, base)
        return self._scopes[key]


def _follow(reference: str, scope: Scope) -> tuple[Json, Scope]:
    """The schema that a reference identifies, and its scope; raises Unresolvable."""
    location = scope.resolve(reference)
    return location.schema, location.scope


def _with_subschemas(location: SchemaLocation) -> Iterator[SchemaLocation]:
    yield location
    for tokens, _ in dialect.children(location.schema):
        yield from _with_subschemas(location.below(*tokens))


def _prepared(_: str, schema: Json) -> Json:
    """The schema without what makes jsonschema switch drafts, and without an `$id` that is not a URI."""
    if schema is False:
        return FALSE_SCHEMA
    if not isinstance(schema, dict):
        return schema
    dropped = {"$schema", FALSE_KEYWORD}
    if isinstance(schema.get("$id"), str) and specification.identity(schema) is None:
        dropped.add("$id")
    return {key: each for key, each in schema.items() if key not in dropped}
