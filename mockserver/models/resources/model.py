"""A model for plain resources, which is derived from the contract alone (`--stateful`).

POST on a collection creates an item and GET lists the items; GET, PUT, PATCH and DELETE on an item read,
replace, change and delete it. Items are stored as they were sent, and fitted to the schema of each answer.
"""

from collections.abc import Callable
from itertools import count, islice
from urllib.parse import quote
from uuid import UUID

from msgspec.structs import replace

from mockserver.contract.operation import Contract
from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.model import Absent, Call, Outcome, Subject, UnknownSubject
from mockserver.models.resources.roles import Collection, Role, id_text, roles
from mockserver.models.resources.state import Items, Resources

_TRIES = 50  # generated ids of one kind that are tried


class ResourceModel:
    """Answers the operations on all plain resources of a contract."""

    name = "resources"
    initial = Resources()
    events: tuple[str, ...] = ()

    def __init__(self, contract: Contract) -> None:
        self._roles = {role.operation.id: role for role in roles(contract)}

    def codes(self, operation: str) -> tuple[str, ...]:
        """None: the model rejects no calls."""
        return ()

    def handles(self, operation: str, method: str, path: str) -> bool:
        return operation in self._roles

    def admit(self, state: Resources, credential: str | None) -> None:
        """Accept every client with the credentials that the contract requires."""

    def subject(self, call: Call) -> Subject | None:
        collection = self._roles[call.operation].collection
        return Subject(collection.path_of(call), id_text(call.parameters.get(collection.parameter, "")))

    def handle(self, state: Resources, call: Call) -> Outcome[Resources]:
        """Raises Absent if the item does not exist."""
        role = self._roles[call.operation]
        path = role.collection.path_of(call)
        if role.action == "create":
            return _create(role, state, path, call.body)
        if role.action == "list":
            items = state.items(path).items()
            shown = [role.collection.with_missing_id(item, item_id) for item_id, item in items]
            return Outcome(state, role.answer.listed(shown))
        subject = Subject(path, id_text(call.parameters.get(role.collection.parameter)))
        if subject.id not in state.items(path):
            raise Absent(subject)
        return _handle_item(role, state, subject, call.body)

    def lay(self, state: Resources, given: Json) -> Resources:
        """Overlay the state with `given`, a merge patch: collections by path, items by id. Raises BadData."""
        return self.load(merge_patch(self.dump(state), {"collections": given}))

    def fire(self, state: Resources, subject: Subject, event: str) -> Resources:
        """Always raises UnknownSubject, because plain resources have no events."""
        raise UnknownSubject(subject, ())

    def dump(self, state: Resources) -> Json:
        collections: dict[str, Json] = {path: dict(items) for path, items in state.collections.items()}
        return {"collections": collections, "next_id": state.next_id}

    def load(self, data: Json) -> Resources:
        """Raises BadData, also for a collection that the contract does not have."""
        root = Cursor(data)
        root.keys(("collections", "next_id"))
        collections: dict[str, Items] = {}
        for path, items in (root / "collections").entries():
            if not self._is_collection(path):
                known = {role.collection.path for role in self._roles.values()}
                items.error(f"unknown collection {path!r}{did_you_mean(path, known)}")
            collections[path] = {item_id: item.json for item_id, item in items.entries()}
        number = root / "next_id"
        next_id = number.integer(minimum=1, default=1) if number.present else 1
        root.finish()
        return Resources(collections, next_id)

    def _is_collection(self, path: str) -> bool:
        """Whether a path matches the path template of a collection."""
        segments = path.split("/")
        templates = [role.collection.path.split("/") for role in self._roles.values()]
        return any(
            len(segments) == len(template)
            and all("{" in known or known == given for known, given in zip(template, segments, strict=True))
            for template in templates
        )


def _create(role: Role, state: Resources, path: str, body: Json) -> Outcome[Resources]:
    """A new item, with the id that the client sent if that is valid and free."""
    if body is None and isinstance(role.answer.sample, dict):
        body = {}
    collection, taken = role.collection, state.items(path)
    name = collection.id_member(body)
    sent = body.get(name) if isinstance(body, dict) and name else None
    if _is_usable_id(sent, collection, taken):
        next_id, item_id = state.next_id, sent
    else:
        next_id, item_id = _new_id(collection, state.next_id, taken)
    item = collection.with_id(body, item_id)
    changed = replace(state.with_item(path, id_text(item_id), item), next_id=next_id)
    created = quote(id_text(item_id), safe="") + collection.slash
    return Outcome(changed, role.answer.fitted(item), created=created)


def _handle_item(role: Role, state: Resources, subject: Subject, body: Json) -> Outcome[Resources]:
    """Read, replace, change or delete an existing item."""
    stored = state.items(subject.collection)[subject.id]
    item = role.collection.with_missing_id(stored, subject.id)
    if role.action == "delete":
        return Outcome(state.without(subject.collection, subject.id), role.answer.fitted(item))
    if role.action == "read":
        return Outcome(state, role.answer.fitted(item))
    changed = _changed_item(role, item, subject.id, body)
    return Outcome(state.with_item(subject.collection, subject.id, changed), role.answer.fitted(changed))


def _changed_item(role: Role, item: Json, item_id: str, body: Json) -> Json:
    """The item after a PUT or a PATCH; its id stays."""
    changed = body if role.action == "replace" else merge_patch(item, body)
    if not isinstance(item, dict):
        return role.collection.with_id(changed, item_id)
    if not isinstance(body, dict):
        changed = item  # only an object can change the members of an object
    name = role.collection.id_member(item)
    return role.collection.with_id(changed, item.get(name) if name else item_id)


def _is_usable_id(sent: Json, collection: Collection, taken: Items) -> bool:
    """Whether a new item may have the id that the client sent."""
    return (
        isinstance(sent, int | float | str)
        and not isinstance(sent, bool)
        and id_text(sent) not in taken
        and collection.allows_in_path([sent, id_text(sent)])
        and collection.allows_id(sent)
    )


def _new_id(collection: Collection, number: int, taken: Items) -> tuple[int, Json]:
    """The state's next `next_id`, and a free id that the item's path and its schema allow.

    The id is a number or its string, a UUID, or a value generated from the schema of the path parameter.
    """
    makers: tuple[Callable[[int], Json], ...] = (
        int, lambda each: str(UUID(int=each)), collection.generated_id,
    )  # fmt: skip
    for make in makers:
        free = ((each, made) for each in count(number) if id_text(made := make(each)) not in taken)
        for each, made in islice(free, _TRIES):
            forms = [made, id_text(made)]
            allowed = next((form for form in forms if collection.allows_id(form)), None)
            if allowed is not None and collection.allows_in_path(forms):
                return each + 1, allowed
    return number + 1, str(number)
