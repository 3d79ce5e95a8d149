"""A model for plain resources, by the contract alone (`--stateful`).

POST on a collection creates, GET lists it; GET, PUT, PATCH and DELETE on an item read and change it. A
collection is a path whose items have a path of their own: `/users` and `/users/{id}`. What is kept is made to
fit the schemas of the answers, so that it only ever answers what the contract allows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from mockserver.contract.operation import Contract, Operation, is_json
from mockserver.contract.references import at
from mockserver.merge_patch import merge_patch
from mockserver.model import Absent, Call, Json, Outcome, Subject, UnknownSubject
from mockserver.reading import Cursor

_LAST = re.compile(r"(?P<collection>.*)/\{(?P<name>[^{}/]+)\}")
_ROLES = {"GET": "read", "PUT": "replace", "PATCH": "change", "DELETE": "delete"}

Items = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Resources:
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


@dataclass(frozen=True, slots=True)
class Role:
    """What an operation does to a resource; `name` is the item path's parameter."""

    does: str
    collection: str
    name: str
    operation: Operation
    item_schema: str | None  # the pointer of what an item is, as answers show it
    id_schema: str | None


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
        return Subject(_path(role, call), _text(call.parameters.get(role.name)))

    def handle(self, state: Resources, call: Call) -> Outcome[Resources]:
        """Raises Absent where there is no such item."""
        role = self._roles[call.operation]
        collection = _path(role, call)
        if role.does == "create":
            return _created(role, state, collection, call.body)
        if role.does == "list":
            return Outcome(state, _listed(role, list(state.items(collection).values())))
        item_id = _text(call.parameters.get(role.name))
        if item_id not in state.items(collection):
            raise Absent(Subject(collection, item_id))
        if role.does == "delete":
            return Outcome(state.without(collection, item_id), None)
        item = state.items(collection)[item_id]
        if role.does == "read":
            return Outcome(state, item)
        wanted = call.body if role.does == "replace" else merge_patch(item, call.body)
        changed = _fitted(role, wanted, _identity(item, role))
        return Outcome(state.with_item(collection, item_id, changed), changed)

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
        root = Cursor(data)
        root.keys(("collections", "next_id"))
        collections: dict[str, Items] = {
            path: {item_id: item.json for item_id, item in items.entries()}
            for path, items in (root / "collections").entries()
        }
        number = root / "next_id"
        next_id = number.integer(minimum=1, default=1) if number.present else 1
        root.finish()
        return Resources(collections, next_id)


def _roles(contract: Contract) -> Iterator[Role]:
    """The operations on items, and those on the collections that have items."""
    items = {
        operation.path: match
        for operation in contract.operations
        if (match := _LAST.fullmatch(operation.path))
    }
    for operation in contract.operations:
        match = items.get(operation.path)
        if match is not None and operation.method in _ROLES:
            yield _role(_ROLES[operation.method], match, operation, contract)
        elif operation.method in ("GET", "POST"):
            match = next((each for each in items.values() if each["collection"] == operation.path), None)
            if match is not None:
                yield _role("list" if operation.method == "GET" else "create", match, operation, contract)


def _role(does: str, match: re.Match[str], operation: Operation, contract: Contract) -> Role:
    siblings = [each for each in contract.operations if each.path == match[0]]
    shown = next((each for each in siblings if each.method == "GET"), siblings[0])
    parameter = next((each for each in shown.parameters if each.name == match["name"]), None)
    id_schema = parameter.schema if parameter is not None else None
    return Role(does, match["collection"], match["name"], operation, _answer_schema(operation), id_schema)


def _answer_schema(operation: Operation) -> str | None:
    response = operation.response(operation.success)
    media = response.media if response is not None else None
    return media.schema if media is not None and is_json(media.name) else None


def _path(role: Role, call: Call) -> str:
    """The collection's own path, with the values of the parameters above it."""
    return re.sub(r"\{([^{}]+)\}", lambda found: _text(call.parameters.get(found[1])), role.collection)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else str(int(value)) if isinstance(value, float) else str(value)


def _created(role: Role, state: Resources, collection: str, body: Json) -> Outcome[Resources]:
    """A new item; the client's own id stands where it sends one that is free."""
    members = body if isinstance(body, dict) else {}
    given = next(
        (members[name] for name in (role.name, "id") if isinstance(members.get(name), int | str)), None
    )
    identity = (
        given if given is not None and _text(given) not in state.items(collection) else _new_id(role, state)
    )
    item = _fitted(role, body, identity)
    shown = _identity(item, role)
    changed = state.with_item(collection, _text(identity if shown is None else shown), item)
    return Outcome(replace(changed, next_id=state.next_id + 1), item)


def _new_id(role: Role, state: Resources) -> Json:
    """The next id, as the item path's parameter has it: a number, a UUID, or text."""
    schema = at(role.operation.document.data, role.id_schema) if role.id_schema else None
    declared = schema if isinstance(schema, dict) else {}
    if declared.get("type") in ("integer", "number"):
        return state.next_id
    return str(UUID(int=state.next_id)) if declared.get("format") == "uuid" else str(state.next_id)


def _identity(item: Json, role: Role) -> Json:
    members = item if isinstance(item, dict) else {}
    return next((members[name] for name in (role.name, "id") if name in members), None)


def _fitted(role: Role, body: Json, identity: Json) -> Json:
    """The body as an item of the answer's schema: what is missing is made, what does not fit left out."""
    if role.item_schema is None:
        return body
    accepts = role.operation.answers.judges.at(role.item_schema).accepts
    made = role.operation.value(role.item_schema)
    if not isinstance(made, dict) or not isinstance(body, dict):
        return body if accepts(body) else made
    item, known = dict(made), {**made, **body}
    wanted = {
        **body,
        **{name: identity for name in (role.name, "id") if name in known and identity is not None},
    }
    for name, value in wanted.items():
        if accepts({**item, name: value}):
            item[name] = value
    for name in made.keys() - wanted.keys():
        rest = {key: value for key, value in item.items() if key != name}
        if accepts(rest):
            item = rest
    return item


def _listed(role: Role, items: list[Json]) -> Json:
    """The items as the collection's answer shows them: a list, or the one list of an object."""
    if role.item_schema is None:
        return items
    accepts = role.operation.answers.judges.at(role.item_schema).accepts
    made = role.operation.value(role.item_schema)
    if isinstance(made, dict):
        holders = [name for name, value in made.items() if isinstance(value, list)]
        listed = {**made, **dict.fromkeys(holders[:1], items)}
        return listed if accepts(listed) else made
    return items if accepts(items) else made
