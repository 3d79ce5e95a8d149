"""Deletes items: one, or those of a collection that a request selects; what is below them goes, too."""

from collections.abc import Container, Iterable

from mockserver.data.json import Json
from mockserver.model import Call, Outcome
from mockserver.models.resources.collections import Role
from mockserver.models.resources.identity import identity
from mockserver.models.resources.listing import Listing
from mockserver.models.resources.new_ids import id_text
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.spelling import spelling_key
from mockserver.models.resources.state import Address, Resources

_IDS = frozenset(("ids", "id", "keys", "names", "items", "uuids", "gids", "sids"))
_NUMBERS = frozenset(("count", "deleted", "deletedcount", "numdeleted", "total", "removed", "affected"))


def deleted(
    role: Role, state: Resources, address: Address, item_id: str, item: Json, children: Container[str]
) -> Outcome[Resources]:
    """The outcome of a DELETE on an item: what the contract documents, with the item's own members."""
    after = state.without(address, item_id).without_children(address, item_id, children)
    return Outcome(after, _deletion_body(role, item), status=role.status)


def _deletion_body(role: Role, item: Json) -> Json:
    """The body of an answer to DELETE: the item where the schema is an item's, else with its id alone."""
    element, collection = role.element, role.collection
    is_item = not set(element.view.schemas).isdisjoint(collection.item.view.schemas)
    if element.schema is None or is_item or not isinstance(element.sample, dict):
        return role.body(item)
    shared = element.view.members.keys() & (item.keys() if isinstance(item, dict) else set())
    has_flag = "boolean" in element.view.member("deleted").types
    if len(shared) > 3 and not has_flag:
        return role.body(item)
    own = identity(element.view, collection.parameter or "id", Shape(element.directed, None).view)
    return role.body(own.with_id(element.sample, collection.identity.id_of(item)))


def cleared(
    listing: Listing, state: Resources, address: Address, call: Call, children: Container[str]
) -> Outcome[Resources]:
    """The outcome of a DELETE on a collection: of the items with the ids that were sent, or that match."""
    rows = listing.matching(state.items(address), call)
    ids = _sent_ids(call)
    if ids is not None:
        rows = [row for row in rows if row[0] in ids]
    for item_id, _ in rows:
        state = state.without(address, item_id).without_children(address, item_id, children)
    role = listing.role
    body = role.answer.sample
    if isinstance(body, dict):
        counts = {
            name: len(rows)
            for name, value in body.items()
            if spelling_key(name) in _NUMBERS and isinstance(value, int) and not isinstance(value, bool)
        }
        body = role.answer.fitted({**body, **counts})
    elif isinstance(body, list):
        body = role.answer.fitted([item for _, item in rows])
    return Outcome(state, body, status=role.status)


def _sent_ids(call: Call) -> frozenset[str] | None:
    """The ids that the query or the body names; None if neither names any."""
    sent: list[Json] = [value for name, value in call.query.items() if spelling_key(name) in _IDS]
    if isinstance(call.body, list):
        sent.append(call.body)
    elif isinstance(call.body, dict):
        sent += [value for name, value in call.body.items() if spelling_key(name) in _IDS]
    return frozenset(_texts(sent)) if sent else None


def _texts(values: Iterable[Json]) -> Iterable[str]:
    for value in values:
        for each in value if isinstance(value, list) else str(value).split(","):
            yield id_text(each.get("id") if isinstance(each, dict) else each)
