"""A model for plain resources, by the contract alone (`--stateful`).

POST on a collection creates, GET lists it; GET, PUT, PATCH and DELETE on an item read and change it. A
collection is a path whose items have a path of their own: `/users` and `/users/{id}`. What clients sent is
kept as it is, and fitted to the schema of each answer, so that only what the contract allows is answered.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice
from urllib.parse import quote
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.model import Absent, Call, Outcome, Subject, UnknownSubject
from mockserver.models.resources.answer_shape import AnswerShape

_LAST = re.compile(r"(?P<collection>.*)/\{(?P<name>[^{}/]+)\}(?P<end>/?)")
_ROLES = {"GET": "read", "PUT": "replace", "PATCH": "change", "DELETE": "delete"}
_TRIES = 50  # free ids of one kind, until one is as it should be

Items = Mapping[str, Json]


class Resources(Struct, frozen=True):
    """What was created: collections by their paths (`/users/7/posts`), items by id."""

    collections: Mapping[str, Items] = field(default_factory=dict)
    next_id: int = 1  # never used again once given

    def items(self, collection: str) -> Items:
        return self.collections.get(collection, {})

    def with_item(self, collection: str, item_id: str, item: Json) -> "Resources":
        items = {**self.items(collection), item_id: item}
        return replace(self, collections={**self.collections, collection: items})

    def without(self, collection: str, item_id: str) -> "Resources":
        items = {key: item for key, item in self.items(collection).items() if key != item_id}
        return replace(self, collections={**self.collections, collection: items})


class Role(Struct, frozen=True):
    """What an operation does to a resource; `name` is the item path's parameter, `end` what follows it."""

    does: str
    collection: str
    name: str
    end: str
    operation: Operation
    answer: AnswerShape
    item: AnswerShape  # an item as its own GET shows it
    id_schema: str | None

    def member(self, body: Json) -> str | None:
        """The member that holds an item's id: named as the path's parameter is, else `id`."""
        made = self.item.made
        known = {**(made if isinstance(made, dict) else {}), **(body if isinstance(body, dict) else {})}
        return next((name for name in (self.name, "id") if name in known), None)

    def addresses(self, forms: list[Json]) -> bool:
        """Whether one of these can stand in the item's path."""
        accepts = self.operation.requests.judges.judge(self.id_schema).accepts if self.id_schema else None
        return accepts is None or any(map(accepts, forms))

    def generated_id(self, seed: int) -> Json:
        return self.operation.value(self.id_schema, seed, "request") if self.id_schema else str(seed)

    def shows(self, identity: Json) -> bool:
        """Whether an item may have this id."""
        made, name = self.item.made, self.member(None)
        return not isinstance(made, dict) or name is None or self.item.accepts({**made, name: identity})


class ResourceModel:
    """Answers the operations of every plain resource of a contract."""

    name = "resources"
    initial = Resources()
    events: tuple[str, ...] = ()

    def __init__(self, contract: Contract) -> None:
        self._roles = {role.operation.id: role for role in _roles(contract)}

    def codes(self, operation: str) -> tuple[str, ...]:
        return ()

    def handles(self, operation: str, method: str, path: str) -> bool:
        return operation in self._roles

    def admit(self, state: Resources, credential: str | None) -> None:
        """Everybody who comes with the credentials that the contract asks for."""

    def subject(self, call: Call) -> Subject | None:
        role = self._roles[call.operation]
        return Subject(_path(role, call), _text(call.parameters.get(role.name, "")))

    def handle(self, state: Resources, call: Call) -> Outcome[Resources]:
        """Raises Absent where there is no such item."""
        role = self._roles[call.operation]
        collection = _path(role, call)
        if role.does == "create":
            return _created(role, state, collection, call.body)
        if role.does == "list":
            items = state.items(collection).items()
            return Outcome(state, role.answer.listed([_with_id(role, *each) for each in items]))
        item_id = _text(call.parameters.get(role.name))
        if item_id not in state.items(collection):
            raise Absent(Subject(collection, item_id))
        item = _with_id(role, item_id, state.items(collection)[item_id])
        if role.does == "delete":
            return Outcome(state.without(collection, item_id), role.answer.fitted(item))
        if role.does == "read":
            return Outcome(state, role.answer.fitted(item))
        wanted = call.body if role.does == "replace" else merge_patch(item, call.body)
        if isinstance(item, dict) and not isinstance(call.body, dict):
            wanted = item  # a body that says nothing of its members changes none of them
        name = role.member(item)
        changed = _identified(role, wanted, item.get(name) if isinstance(item, dict) and name else item_id)
        return Outcome(state.with_item(collection, item_id, changed), role.answer.fitted(changed))

    def lay(self, state: Resources, given: Json) -> Resources:
        """`given`: collections by path, items by id; laid over as a merge patch. Raises BadData."""
        return self.load(merge_patch(self.dump(state), {"collections": given}))

    def fire(self, state: Resources, subject: Subject, event: str) -> Resources:
        """Resources know no events; raises UnknownSubject."""
        raise UnknownSubject(subject, ())

    def dump(self, state: Resources) -> Json:
        collections: dict[str, Json] = {path: dict(items) for path, items in state.collections.items()}
        return {"collections": collections, "next_id": state.next_id}

    def load(self, data: Json) -> Resources:
        """Raises BadData for what is no state, and for a collection that the contract has not."""
        root = Cursor(data)
        root.keys(("collections", "next_id"))
        collections: dict[str, Items] = {}
        for path, items in (root / "collections").entries():
            if not self._is_collection(path):
                known = {role.collection for role in self._roles.values()}
                items.error(f"unknown collection {path!r}{did_you_mean(path, known)}")
            collections[path] = {item_id: item.json for item_id, item in items.entries()}
        number = root / "next_id"
        next_id = number.integer(minimum=1, default=1) if number.present else 1
        root.finish()
        return Resources(collections, next_id)

    def _is_collection(self, path: str) -> bool:
        segments = path.split("/")
        templates = [role.collection.split("/") for role in self._roles.values()]
        return any(
            len(segments) == len(known)
            and all("{" in wanted or wanted == given for wanted, given in zip(known, segments, strict=True))
            for known in templates
        )


def _roles(contract: Contract) -> Iterator[Role]:
    """The operations on items, and those on the collections that have items."""
    items = {
        operation.path: match
        for operation in contract.operations
        if (match := _LAST.fullmatch(operation.path))
    }
    collections = {match["collection"]: match for match in items.values()}
    for operation in contract.operations:
        match = items.get(operation.path)
        if match is not None and operation.method in _ROLES:
            yield _role(_ROLES[operation.method], match, operation, contract)
        elif operation.method in ("GET", "POST"):
            match = collections.get(operation.path.rstrip("/"))
            if match is not None:
                yield _role("list" if operation.method == "GET" else "create", match, operation, contract)


def _role(does: str, match: re.Match[str], operation: Operation, contract: Contract) -> Role:
    siblings = [each for each in contract.operations if each.path == match[0]]
    shown = next((each for each in siblings if each.method == "GET"), siblings[0])
    parameter = next((each for each in shown.parameters if each.name == match["name"]), None)
    return Role(
        does=does,
        collection=match["collection"],
        name=match["name"],
        end=match["end"],
        operation=operation,
        answer=AnswerShape.of(operation),
        item=AnswerShape.of(shown),
        id_schema=parameter.schema if parameter is not None else None,
    )


def _path(role: Role, call: Call) -> str:
    """The collection's own path, with the values of the parameters above it."""
    return re.sub(r"\{([^{}]+)\}", lambda found: _text(call.parameters.get(found[1])), role.collection)


def _text(value: Json) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _created(role: Role, state: Resources, collection: str, body: Json) -> Outcome[Resources]:
    """A new item; the client's own id stands where it sends one that is free."""
    if body is None and isinstance(role.answer.made, dict):
        body = {}
    name, taken = role.member(body), state.items(collection)
    sent = body.get(name) if isinstance(body, dict) and name else None
    if _is_id(sent) and _text(sent) not in taken and role.addresses([sent, _text(sent)]) and role.shows(sent):
        number, identity = state.next_id, sent
    else:
        number, identity = _new_id(role, state.next_id, taken)
    item = _identified(role, body, identity)
    changed = replace(state.with_item(collection, _text(identity), item), next_id=number)
    return Outcome(changed, role.answer.fitted(item), created=quote(_text(identity), safe="") + role.end)


def _is_id(value: Json) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _new_id(role: Role, number: int, taken: Items) -> tuple[int, Json]:
    """A free id as the item's path and its schema want it, and the number to go on with.

    That is a number, its text, a UUID, or else what the schema of the path's parameter generates.
    """
    makers: tuple[Callable[[int], Json], ...] = (int, lambda each: str(UUID(int=each)), role.generated_id)
    for make in makers:
        free = ((each, made) for each in count(number) if _text(made := make(each)) not in taken)
        for each, made in islice(free, _TRIES):
            forms = [made, _text(made)]
            shown = next((form for form in forms if role.shows(form)), None)
            if shown is not None and role.addresses(forms):
                return each + 1, shown
    return number + 1, str(number)


def _identified(role: Role, body: Json, identity: Json) -> Json:
    """The body with the item's id, where items of its kind have one."""
    name = role.member(body)
    return {**body, name: identity} if isinstance(body, dict) and name else body


def _with_id(role: Role, item_id: str, item: Json) -> Json:
    """An item that may have been laid without its id."""
    name = role.member(item)
    if not isinstance(item, dict) or name is None or name in item:
        return item
    number = [int(item_id)] if re.fullmatch(r"[0-9]{1,18}", item_id) else []
    return {**item, name: next((form for form in [*number, item_id] if role.shows(form)), item_id)}
