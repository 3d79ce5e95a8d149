"""Creates items: with an id of the client's or a new one, and once for each idempotency key."""

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from mockserver.contract.routing.router import PLACEHOLDER
from mockserver.data.json import Json, object_or_empty
from mockserver.model import Absent, Call, Conflict, Outcome, Subject
from mockserver.models.resources.changing import changed_item
from mockserver.models.resources.clients import idempotency_key
from mockserver.models.resources.collections import Collection, Role
from mockserver.models.resources.filling import new_item
from mockserver.models.resources.new_ids import id_text, like_example, new_id
from mockserver.models.resources.own_urls import item_path, origin_of, own_links
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.spelling import spelled_like
from mockserver.models.resources.state import Address, Creation, Items, Resources
from mockserver.models.resources.uniqueness import check_unique

_ID_NAMES = ("id", "uuid", "guid", "sid", "gid")


def created(
    role: Role, state: Resources, address: Address, call: Call, item_id: str | None = None
) -> Outcome[Resources]:
    """The outcome of a call that creates items; `item_id` is the id in the path of a PUT.

    A second call with an idempotency key has the outcome of the first. Raises Conflict for an id or a unique
    member that is taken, and for a key with another body.
    """
    key = idempotency_key(call) if item_id is None else None
    if key is None:
        return _created(role, state, address, call, item_id)
    known_as = f"{role.operation.id} {key}"
    digest = sha256(msgspec.json.encode([call.body, address.parents])).hexdigest()[:32]
    earlier = state.creations.get(known_as)
    if earlier is not None:
        if earlier.digest != digest:
            raise Conflict(f"the idempotency key {key!r} was used with another body", (422, 409, 400))
        return Outcome(state, earlier.body, created=earlier.created, status=role.status)
    outcome = _created(role, state, address, call, None)
    creation = Creation(digest, outcome.body, outcome.created)
    return replace(outcome, state=outcome.state.with_creation(known_as, creation))


def _created(
    role: Role, state: Resources, address: Address, call: Call, item_id: str | None
) -> Outcome[Resources]:
    made: list[Json] = []
    last_id = ""
    bodies = role.items_in(call.body)
    for body in bodies:
        state, last_id, item = _stored(role, state, address, call, body, item_id)
        made.append(item)
    shown = [role.element.fitted(each) for each in made]
    if role.envelope.holds_array and shown:
        answer = role.envelope.around(list(shown), role.frame)
        whole = answer if role.answer.accepts(answer) else role.answer.fitted(answer)
    else:
        whole = role.body(made[-1]) if made else role.answer.sample
    collection = role.collection
    location = quote(last_id, safe="", errors="surrogatepass") + collection.ending
    is_new = item_id is None and made
    status = 201 if item_id is not None else role.status
    headers = _location(role, call, last_id) if is_new and _ends_otherwise(role) else {}
    return Outcome(state, whole, created=location if is_new else None, status=status, headers=headers)


def _ends_otherwise(role: Role) -> bool:
    """Whether the path of an item does not continue the path of the operation."""
    template = role.collection.item_path
    return template is not None and not template.startswith(role.operation.path.rstrip("/") + "/")


def _location(role: Role, call: Call, item_id: str) -> Mapping[str, str]:
    """The header Location of an item whose path does not begin with that of its collection, if documented."""
    operation, response = role.operation, role.operation.response(role.status)
    headers = response.headers if response is not None else ()
    header = next((each for each in headers if each.name.lower() == "location"), None)
    path = _item_path(role, call, item_id)
    if header is None or path is None:
        return {}
    shape = Shape(operation.answers, header.schema)
    candidates = (path, origin_of(operation, call) + path)
    location = next((each for each in candidates if shape.accepts(each)), None)
    return {"location": location} if location is not None else {}


def _item_path(role: Role, call: Call, item_id: str) -> str | None:
    """The path of an item; None if it has none, or if the request does not say which its parents are."""
    template, parameter = role.collection.item_path, role.collection.parameter
    if template is None or parameter is None:
        return None
    parameters = {**call.parameters, parameter: item_id}
    known = all(name in parameters for name in PLACEHOLDER.findall(template))
    return item_path(role.operation, template, parameters) if known else None


def _own_links(role: Role, call: Call, item_id: str) -> dict[tuple[str, ...], Json]:
    """The members of a new item that have its own URL."""
    path, item = _item_path(role, call, item_id), role.collection.item
    if path is None:
        return {}
    origin = origin_of(role.operation, call)
    return dict(own_links(item.sample, item.view, role.collection.item_path or "", origin, path))


def _stored(
    role: Role, state: Resources, address: Address, call: Call, body: Json, item_id: str | None
) -> tuple[Resources, str, Json]:
    """The state with an item for a body, the item's id, and the item."""
    collection, items = role.collection, state.items(address)
    number, new = state.next_id, _sent_id(role, body, items)
    is_update = new is not None and id_text(new) in items and role.operation.method == "PUT"
    if is_update and item_id is None:
        known = id_text(new)
        changed = changed_item(role, items[known], replace(call, body=body))
        return state.with_item(address, known, changed), known, changed
    only_updates = role.operation.method == "PUT" and "404" in role.operation.responses
    if item_id is None and new is not None and only_updates:
        raise Absent(Subject(address.collection, address.key(id_text(new))))
    if item_id is not None:
        new = collection.id_in_item(item_id)
    if new is None:
        number, new = _free_id(collection, number, items)
    made: dict[tuple[str, ...], Json] = dict(_parent_members(role, call, body))
    made |= _further_ids(collection, number)
    made |= _own_links(role, call, id_text(new))
    if collection.identity.path:
        made[collection.identity.path] = new
    item = new_item(collection.item, body, made, call.now)
    if collection.identity.path and collection.identity.id_of(item) is not None:
        new = collection.identity.id_of(item)
    if id_text(new) in items:
        raise Conflict(f"{collection.name} has an item with the id {new!r} already")
    check_unique(collection, items, item, body)
    state = replace(state.with_item(address, id_text(new), item), next_id=number)
    return state, id_text(new), item


def _free_id(collection: Collection, number: int, items: Items) -> tuple[int, Json]:
    """The next number and a new id; raises Conflict if items have all valid ids that can be made."""
    following, made = new_id(collection.ids, number, items.__contains__)
    if not collection.ids.accepts(made) and items:
        _, first = new_id(collection.ids, 1, lambda item_id: False)
        if collection.ids.accepts(first):
            raise Conflict(f"the items of {collection.name} have all valid ids that can be made")
    return following, made


def _sent_id(role: Role, body: Json, items: Items) -> Json:
    """The id that the client sent, if an item may have it; raises Conflict if a documented one is taken.

    An id that the contract does not document for the request, and that is taken, is ignored.
    """
    collection = role.collection
    sent = collection.identity.id_of(body)
    is_usable = isinstance(sent, int | float | str) and not isinstance(sent, bool)
    if not is_usable or not collection.ids.accepts(sent):
        return None
    if id_text(sent) not in items or role.operation.method == "PUT":
        return sent
    view = role.sent.view
    for name in collection.identity.path:
        known = spelled_like(name, view.members)
        if known is None:
            return None
        view = view.members[known]
    if view.first("readOnly") is True:
        return None
    raise Conflict(f"{collection.name} has an item with the id {sent!r} already")


def _parent_members(role: Role, call: Call, body: Json) -> list[tuple[tuple[str, ...], Json]]:
    """The members with the ids of the parents, unless they were sent."""
    sent, collection = object_or_empty(body), role.collection
    found: list[tuple[tuple[str, ...], Json]] = []
    for parent in role.parents:
        if parent.member is not None and spelled_like(parent.member, sent) is None:
            path = collection.path_of_reference(parent.member)
            if path is not None and path != collection.identity.path:
                found.append((path, call.parameters.get(parent.parameter)))
    return found


def _further_ids(collection: Collection, number: int) -> dict[tuple[str, ...], Json]:
    """New values for the members that identify an item besides its id, such as `id` beside `username`."""
    sample = object_or_empty(collection.item.sample)
    found: dict[tuple[str, ...], Json] = {}
    for name in (*collection.identity.further, *(each for each in _ID_NAMES if each in sample)):
        value = sample.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            found[name,] = number
        elif isinstance(value, str) and (made := like_example(value, number)) is not None:
            found[name,] = made
    return {path: value for path, value in found.items() if path != collection.identity.path}
