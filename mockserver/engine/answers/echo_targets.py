"""Which members of a documented answer may take values from the request, as the schema of its body tells."""

from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import MediaType
from mockserver.contract.operation import DirectedDocument, Operation
from mockserver.contract.routing.router import PLACEHOLDER
from mockserver.contract.schema.work import WorkBudget
from mockserver.data.json import Json
from mockserver.http.secret_names import SecretNames
from mockserver.models.resources.envelope import ASIDE_NAMES, LIST_NAMES, Envelope, single_envelope
from mockserver.models.resources.identity import has_own_id
from mockserver.models.resources.paths import last_fixed_segment

# The keywords of an object's schema with which the object is valid if it has the required members, and each
# member is valid by its own schema.
_SEPARABLE = frozenset(
    (
        *("$ref", "allOf", "properties", "required", "type"),
        *("$comment", "default", "deprecated", "description", "example", "examples", "externalDocs"),
        *("readOnly", "title", "xml"),
    )
)


class Target(Struct, frozen=True):
    """A member of an answer that may be echoed: the pointers of its schemas, and who sets it.

    If it `is_separable`, the answer stays valid with any value that is valid by all of these schemas.
    """

    directed: DirectedDocument
    schemas: tuple[str, ...]
    is_read_only: bool  # only the server sets it
    is_separable: bool

    def accepts(self, value: Json, work: WorkBudget) -> bool:
        """Whether the schemas accept the value: all if it is separable, otherwise one (or none exists).

        What `work` does not suffice for is accepted, and listed there. The schemas are not compiled, because
        that takes much longer than a single judgement.
        """
        judges = self.directed.judges
        found = (not judges.judge(each).evaluated_violations(value, work) for each in self.schemas)
        return all(found) if self.is_separable else not self.schemas or any(found)

    def converted(self, text: str) -> Json:
        """The number, boolean or null that a text is, if the schemas allow that; otherwise the text."""
        return self.directed.types.value_types(*self.schemas).scalar(text)


class EchoedObject(Struct, frozen=True, dict=True):
    """An object in the answers of a media type; its members may be echoed.

    `keys` lead to it from the whole body.
    """

    keys: tuple[str, ...]
    directed: DirectedDocument
    view: SchemaView
    is_separable: bool  # whether its declared members can be judged each by itself
    rows: str | None = None  # the member with the array of items, which is not echoed

    def targets(self, plain: dict[str, Json], sent: dict[str, Json]) -> Iterator[tuple[str, Target]]:
        """The members that are in a request, and declared or in the plain answer, in the document's order."""
        for name, target in self.declared.items():
            if name in sent:
                yield name, target
        for name in plain:
            if name in sent and name not in self.view.members:
                undeclared = self._target(name)
                if undeclared is not None:
                    yield name, undeclared

    def target(self, name: str, plain: dict[str, Json]) -> Target | None:
        """The member of this name; None if the object has none, or it may not be echoed."""
        if name in self.view.members or name not in plain:
            return self.declared.get(name)
        return self._target(name)

    @cached_property
    def declared(self) -> dict[str, Target]:
        """The declared members that may be echoed."""
        found = ((name, self._target(name)) for name in self.view.members)
        return {name: target for name, target in found if target is not None}

    def has(self, name: str, plain: dict[str, Json]) -> bool:
        """Whether a member is declared, or in the plain answer."""
        return name in plain or name in self.view.members

    def _target(self, name: str) -> Target | None:
        if name == self.rows:
            return None
        view = self.view.member(name)
        schemas = view.schemas.values()
        if any(each.get("writeOnly") is True or each.get("format") == "password" for each in schemas):
            return None
        is_read_only = any(each.get("readOnly") is True for each in schemas)
        is_separable = self.is_separable and name in self.view.members
        return Target(self.directed, view.pointers, is_read_only, is_separable)


Objects: TypeAlias = list[tuple[EchoedObject, dict[str, Json]]]  # with their values in an answer


class EchoTargets(Struct, frozen=True):
    """What the answers of an operation in one media type may take from a request."""

    secrets: SecretNames
    path: tuple[str, ...]  # the names of the path parameters
    ends_with_parameter: bool  # whether the last one names the resource itself
    top: EchoedObject
    inner: EchoedObject | None  # the object below a documented envelope

    def objects(self, body: dict[str, Json]) -> Objects:
        """The objects of an answer's body that are echoed; the one below an envelope comes first."""
        found = [(self.top, body)]
        inside = body.get(self.inner.keys[0]) if self.inner is not None else None
        if self.inner is not None and isinstance(inside, dict):
            found.insert(0, (self.inner, inside))
        return found


def echo_targets(operation: Operation, media: MediaType, secrets: SecretNames) -> EchoTargets:
    """What the answers of an operation in a media type may take from a request."""
    directed, path = operation.answers, operation.path
    view = SchemaView.for_schema(directed.document, media.schema)
    parameters = tuple(PLACEHOLDER.findall(path))
    envelope = _envelope(view, last_fixed_segment(path), parameters[-1] if parameters else "id")
    key = envelope.path[0] if envelope.path else None
    inner = None
    top = EchoedObject((), directed, view, _is_separable(view), rows=key if envelope.holds_array else None)
    if key is not None and not envelope.holds_array:
        member = view.member(key)
        inner = EchoedObject((key,), directed, member, top.is_separable and _is_separable(member))
    return EchoTargets(
        secrets,
        path=parameters,
        ends_with_parameter=path.rpartition("/")[2].startswith("{"),
        top=top,
        inner=inner,
    )


def _is_separable(view: SchemaView) -> bool:
    """Whether an object of these schemas stays valid if a declared member gets another valid value."""
    schemas = view.schemas.values()
    others = {key for each in schemas for key in each if key not in _SEPARABLE and not key.startswith("x-")}
    closes = [each for each in schemas if not each.keys().isdisjoint(("properties", "additionalProperties"))]
    return not others or (others == {"additionalProperties"} and len(closes) == 1)


def _envelope(view: SchemaView, collection: str, parameter: str) -> Envelope:
    """The envelope of the resource, or of the resources, in an answer; empty if there is none.

    Besides members with telling names it is any object or array of objects that is the only member beside
    links and metadata, also an object that declares no members, and an array of objects with a usual name.
    """
    has_id = has_own_id(view, parameter)
    found = single_envelope(view, collection, set(), has_id=has_id)
    if found.path or has_id or "array" in view.types:
        return found
    own = [name for name in view.members if name not in ASIDE_NAMES]
    for name in own:
        member, is_only = view.member(name), len(own) == 1
        if is_only and (member.members or "object" in member.types):
            return Envelope((name,))
        if member.items.members and (is_only or name.lower() in LIST_NAMES):
            return Envelope((name,), holds_array=True)
    return found
