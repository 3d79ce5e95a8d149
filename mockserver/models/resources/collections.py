"""Collections of a contract, and what each operation does to them."""

from functools import cached_property
from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.model import Call
from mockserver.models.resources.envelope import Envelope
from mockserver.models.resources.identity import Identity
from mockserver.models.resources.new_ids import IdShape, id_text
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.state import Address

Action: TypeAlias = Literal[
    "create", "list", "read", "replace", "change", "delete", "clear", "get", "set", "unset"
]


class Parent(Struct, frozen=True):
    """The parent of items: the path parameter with its id, and the member of an item that has this id.

    `collection` is the name of the parents' collection, None if nothing can create a parent.
    """

    parameter: str
    collection: str | None
    member: str | None


class Collection(Struct, frozen=True, eq=False, dict=True):
    """A collection of the contract, and the form of its items and their ids.

    A resource that exists once, such as `/settings`, is a collection of one item whose id is its name.
    """

    name: str
    path: str
    item_path: str | None
    parents: tuple[Parent, ...]
    parameter: str | None  # the path parameter with an item's id
    ending: str  # of the item's path, after the id
    item: Shape
    identity: Identity
    ids: IdShape
    unique: tuple[str, ...] = ()  # members that are documented as unique
    settable: frozenset[str] = frozenset()  # members that some request documents, by their spelling keys
    required: frozenset[str] = frozenset()  # those that a request to create requires
    segment: str = ""  # the last fixed segment of the path
    initial: Json = None  # what a resource that exists once is at first
    is_kept: bool = (
        True  # something can create items; else what the contract says is answered until some exist
    )
    list_envelope: Envelope | None = None
    remarks: tuple[str, ...] = ()  # what could not be read

    def address(self, call: Call) -> Address:
        """The collection and the parents that a call addresses."""
        ids = tuple(id_text(call.parameters.get(parent.parameter)) for parent in self.parents)
        return Address(self.name, ids)

    @property
    def is_single(self) -> bool:
        """Whether it is a resource that exists once."""
        return self.item_path is None and self.list_envelope is None

    def path_of_reference(self, member: str) -> tuple[str, ...] | None:
        """The path of the id in a member that refers to another item: the member, or the id of its object.

        None for a member of another form.
        """
        view = self.item.view.member(member)
        if not view.types or view.types & {"string", "integer", "number"}:
            return (member,)
        inner = next((each for each in ("id", "gid", "sid") if each in view.members), None)
        return (member, inner) if inner is not None else None

    def with_missing_id(self, item: Json, item_id: str) -> Json:
        """The item with its id, which a scenario or a control call may have left out."""
        if not isinstance(item, dict) or not self.identity.path or self.identity.id_of(item) is not None:
            return item
        return self.identity.with_id(item, self.id_in_item(item_id))

    def id_in_item(self, item_id: str) -> Json:
        """An id of a path in the form that an item has it: as a number where the schema wants one."""
        forms: list[Json] = [item_id]
        if item_id.isascii() and item_id.isdecimal() and len(item_id) < 19:
            forms.insert(0, int(item_id))
        return next((each for each in forms if self.ids.accepts(each)), item_id)


class Role(Struct, frozen=True, eq=False, dict=True):
    """What an operation does to the items of a collection, and the forms of its request and its answer."""

    action: Action
    collection: Collection
    operation: Operation
    status: int
    answer: Shape
    envelope: Envelope
    request: Shape
    request_envelope: Envelope = Envelope()
    parameter: str | None = None  # the path parameter with the id
    identity: Identity = Identity()  # of items by this parameter, where it is not the collection's own
    parents: tuple[Parent, ...] = ()  # of the operation's path
    scope: tuple[Parent, ...] = ()  # parents of a path elsewhere, whose ids select items

    @cached_property
    def element(self) -> Shape:
        """The shape of an item in the answer."""
        return self.answer.at(self.envelope.path, in_array=self.envelope.holds_array)

    @cached_property
    def sent(self) -> Shape:
        """The shape of an item in the request."""
        return self.request.at(self.request_envelope.path, in_array=self.request_envelope.holds_array)

    def items_in(self, body: Json) -> list[Json]:
        """The items in a request's body."""
        return self.request_envelope.items(body) or [body]

    def body(self, item: Json) -> Json:
        """The body of the answer with one item, fitted."""
        fitted = self.element.fitted(item)
        if not self.envelope.path and not self.envelope.holds_array:
            return fitted
        whole = self.envelope.around([fitted] if self.envelope.holds_array else fitted, self.frame)
        return whole if self.answer.accepts(whole) else self.answer.fitted(whole)

    @cached_property
    def frame(self) -> Json:
        """The body without its items: the required members, and those with one possible value."""
        return required_part(self.answer, self.envelope.path)


def required_part(shape: Shape, keep: tuple[str, ...] = ()) -> Json:
    """The sample of a shape with its required members, those of one possible value, and those on a path."""
    return _required_part(shape.view, shape.sample, keep)


def _required_part(view: SchemaView, sample: Json, keep: tuple[str, ...]) -> Json:
    if not isinstance(sample, dict) or not view.members:
        return sample
    required = view.required
    return {
        name: _required_part(view.member(name), member, keep[1:] if name in keep[:1] else ())
        for name, member in sample.items()
        if name in required or name in keep[:1] or view.member(name).is_pinned
    }
