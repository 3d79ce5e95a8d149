"""Resources that exist once, such as `/settings`: they begin as the contract's example."""

from mockserver.data.json import Json
from mockserver.model import Absent, Call, Outcome, Subject
from mockserver.models.resources.changing import changed_item
from mockserver.models.resources.collections import Role
from mockserver.models.resources.state import Address, Resources


def handle_single(role: Role, state: Resources, address: Address, call: Call) -> Outcome[Resources]:
    """Read, change or delete the one item; raises Absent if it has been deleted, or is not there at first."""
    key = role.collection.segment
    stored = state.items(address).get(key)
    item = stored if stored is not None else role.collection.initial
    if role.action == "unset":
        if item is None:
            raise Absent(Subject(address.collection, address.key(key)))
        after = state.without(address, key) if stored is not None else state
        return Outcome(after, role.body(item), status=role.status)
    if role.action == "get":
        if item is None:
            raise Absent(Subject(address.collection, address.key(key)))
        return Outcome(state, role.body(item), status=role.status)
    base: Json = item if item is not None else role.collection.item.sample
    changed = changed_item(role, base, call)
    return Outcome(state.with_item(address, key, changed), role.body(changed), status=role.status)
