"""The schemas of a document and of those that its references lead to, resolved by `referencing`.

Nothing is fetched here; the caller supplies a function that returns other documents. Schemas are prepared for
jsonschema: `false` becomes `FALSE_SCHEMA`, and `$schema`, which would switch the dialect, is removed.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

from msgspec import Struct
from referencing import Registry, Resource
from referencing.exceptions import NoSuchAnchor
from referencing.exceptions import Unresolvable as NotResolved

from mockserver.contract.document import dialect
from mockserver.contract.document.references import reference_to
from mockserver.contract.schema import specification
from mockserver.contract.schema.keywords.interface import FALSE_KEYWORD, FALSE_SCHEMA
from mockserver.contract.schema.specification import OPENAPI
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token

Retrieve: TypeAlias = Callable[[str], Json]

_CONTRACT = "contract:document"  # the URI of a document that has no other


class Unresolvable(LookupError):
    """A reference that leads to nothing; `document` is the URI of the one that nobody has, if that is why."""

    def __init__(self, reference: str, document: str | None = None) -> None:
        super().__init__(reference)
        self.reference = reference
        self.document = document


class Scope:
    """What references are read against: a resource, and for `$dynamicRef` those on the way to it."""

    def __init__(self, library: "SchemaRegistry", resolver: Any, base: str, *, is_embedded: bool) -> None:
        self.base = base  # the resource's URI
        self.is_embedded = is_embedded  # whether an `$id` gave it that URI
        self._library = library
        self._resolver = resolver
        self._places: dict[tuple[str, bool], SchemaLocation] = {}

    def resolve(self, reference: str, *, dynamic: bool = False) -> "SchemaLocation":
        """Where a reference leads, to a schema or not; raises Unresolvable."""
        key = reference, dynamic
        if key not in self._places:
            self._places[key] = self._library.find(self._resolver, self.base, reference, dynamic=dynamic)
        return self._places[key]

    def inside(self, schema: Json) -> "Scope":
        """The scope in a schema that stands here."""
        name = specification.identity(schema)
        if name is None:
            return self
        try:
            return self.resolve(name).scope
        except Unresolvable:  # it stands where no keyword has a schema
            return self


class SchemaLocation(Struct, frozen=True, eq=False):
    """A schema, and where it stands."""

    address: str  # its JSON Pointer; in another document than the contract, behind that one's URI
    schema: Json
    scope: Scope

    def below(self, *tokens: str | int) -> "SchemaLocation":
        """The place of a subschema."""
        schema: Any = self.schema
        for token in tokens:
            schema = schema[token]
        address = self.address + "".join(f"/{pointer_token(token)}" for token in tokens)
        return SchemaLocation(address, schema, self.scope.inside(schema))


class SchemaRegistry:
    """The contract, and the documents that its references lead to.

    References in the contract are read against `uri`; `retrieve` gives the data of another document by its
    URI, or raises LookupError. `older`: a document without a version is OpenAPI 3.0's, as the contract was.
    """

    def __init__(
        self, contract: dict[str, Json], uri: str, retrieve: Retrieve | None, *, older: bool
    ) -> None:
        self._fetch = retrieve
        self._older = older
        self._uri = uri or _CONTRACT
        self._addresses: dict[int, str] = {}  # by the identity of schemas, which live as long as this does
        self._parts: dict[str, Json] = {}  # schemas where no keyword has one, by address
        self._documents: set[str] = set()  # the URIs of whole ones
        self._bases: dict[int, str] = {}  # the URIs of resources, by identity
        self._scopes: dict[tuple[str, ...], Scope] = {}
        prepared = dialect.map_schemas(contract, _prepared)
        self._schemas = dialect.schemas(prepared)
        self._others: Registry[Json] = Registry()
        registry: Registry[Json] = Registry(retrieve=self._other)  # type: ignore[call-arg]  # attrs makes it
        self._contract = self._with(registry, self._uri, prepared)
        self._learn("", prepared, self._schemas)
        self._root = self._scope(self._contract.resolver(self._uri))

    def contract(self) -> Iterator[SchemaLocation]:
        """Every schema that the contract itself holds, in document order."""
        outer = "#"
        for pointer, schema in self._schemas:
            if not pointer.startswith(f"{outer}/"):
                outer = pointer
                yield from _all(SchemaLocation(pointer, schema, self._root.inside(schema)))

    def place(self, document: str, pointer: str) -> SchemaLocation:
        """The place of whatever is at the pointer; raises Unresolvable where there is nothing."""
        return self._root.resolve((document or self._uri) + reference_to(pointer))

    def anchors(self) -> list[str]:
        """The names that can follow the `#` of a reference in the contract."""
        return [name for _, schema in self._schemas for _, name in specification.anchors(schema)]

    def address(self, schema: Json) -> str:
        """Where a schema stands that a place of this library has."""
        return self._addresses[id(schema)]

    def find(self, resolver: Any, base: str, reference: str, *, dynamic: bool) -> SchemaLocation:
        """Where a reference leads; raises Unresolvable."""
        try:
            uri, fragment = urldefrag(base + reference if reference[:1] == "#" else urljoin(base, reference))
        except ValueError:  # no URI at all
            raise Unresolvable(reference, reference) from None
        root = self._holding(uri, reference).contents(uri)
        try:
            if fragment[:1] in ("", "/"):
                resolved = resolver.lookup(reference)
                contents, scope = resolved.contents, self._scope(resolved.resolver)
            else:
                contents, scope = self._anchored(resolver, uri, fragment, dynamic=dynamic)
        except (NotResolved, ValueError, TypeError):  # the latter: a pointer through what is no object
            raise Unresolvable(reference) from None
        if id(contents) in self._addresses:
            return SchemaLocation(self.address(contents), contents, scope)
        address = self.address(root) + unquote(fragment)
        return SchemaLocation(address, self._part(address, contents), scope)

    def _anchored(self, resolver: Any, uri: str, name: str, *, dynamic: bool) -> tuple[Json, Scope]:
        """The schema of this name; referencing would take every reference to it for a `$dynamicRef`."""
        contents = self._anchor(uri, name).contents
        if dynamic:
            contents = resolver.lookup(f"{uri}#{name}").contents
            rivals = [each for each, _ in resolver.dynamic_scope()]
            uri = next((each for each in rivals if self._has(each, name, contents)), uri)
        return contents, self._scope(resolver.lookup(uri).resolver)

    def _has(self, uri: str, name: str, contents: Json) -> bool:
        try:
            return self._anchor(uri, name).contents is contents
        except NoSuchAnchor:
            return False

    def _anchor(self, uri: str, name: str) -> Resource[Json]:
        registry = self._holding(uri, uri)
        anchor: Any = registry.anchor(self._bases[id(registry.contents(uri))], name).value
        resource: Resource[Json] = anchor.resource
        return resource

    def _part(self, address: str, contents: Json) -> Json:
        """A schema that no keyword told of: one in a bag of schemas, for instance."""
        if address not in self._parts and isinstance(contents, dict | bool):
            upgraded = dialect.upgrade_schema(contents) if self._older else contents
            part = dialect.map_schema(upgraded, _prepared)
            self._learn(address, part, dialect.subschemas("", part))
            self._parts[address] = part
        return self._parts.get(address, contents)

    def _holding(self, uri: str, reference: str) -> "Registry[Json]":
        """The registry that has what a URI names; another document is fetched when it is first asked for."""
        if uri in self._contract:
            return self._contract
        if uri not in self._others:
            if self._fetch is None:
                raise Unresolvable(reference, uri)
            try:
                data = self._fetch(uri)
            except LookupError:
                raise Unresolvable(reference, uri) from None
            self._open(uri, data)
        return self._others

    def _other(self, uri: str) -> Resource[Json]:
        return self._others[uri]

    def _open(self, uri: str, data: Json) -> None:
        if isinstance(data, dict) and "openapi" in data:
            data = dialect.map_schemas(dialect.upgrade(data), _prepared)
            schemas = dialect.schemas(data)
        else:
            data = dialect.map_schema(dialect.upgrade_schema(data) if self._older else data, _prepared)
            schemas = dialect.subschemas("", data)
        self._others = self._with(self._others, uri, data)
        self._learn(f"{uri}#", data, schemas)

    def _with(self, registry: "Registry[Json]", uri: str, document: Json) -> "Registry[Json]":
        registry = registry.with_resource(uri, OPENAPI.create_resource(document)).crawl()
        self._documents.add(uri)
        for each in registry:  # what names itself is known by that name
            if each != uri or id(registry.contents(each)) not in self._bases:
                self._bases[id(registry.contents(each))] = each
        return registry

    def _learn(self, address: str, root: Json, schemas: list[tuple[str, Json]]) -> None:
        """Remember where a document or a part, and its schemas, stand."""
        self._addresses[id(root)] = address
        self._addresses.update(
            (id(schema), address + pointer) for pointer, schema in schemas if isinstance(schema, dict)
        )

    def _scope(self, resolver: Any) -> Scope:
        """The one scope of resolvers that lead the same ways."""
        base = self._bases[id(resolver.lookup("#").contents)]
        resolver = resolver.lookup(base).resolver  # the way here is part of the scope now
        way = [uri for uri, _ in resolver.dynamic_scope()]
        key = (*dict.fromkeys(reversed(way)), base)
        if key not in self._scopes:
            self._scopes[key] = Scope(self, resolver, base, is_embedded=base not in self._documents)
        return self._scopes[key]


def _all(place: SchemaLocation) -> Iterator[SchemaLocation]:
    yield place
    for tokens, _ in dialect.children(place.schema):
        yield from _all(place.below(*tokens))


def _prepared(_: str, schema: Json) -> Json:
    """The schema without what makes jsonschema switch drafts, and without an `$id` that names nothing."""
    if schema is False:
        return FALSE_SCHEMA
    if not isinstance(schema, dict):
        return schema
    dropped = {"$schema", FALSE_KEYWORD}
    if isinstance(schema.get("$id"), str) and specification.identity(schema) is None:
        dropped.add("$id")
    return {key: each for key, each in schema.items() if key not in dropped}
