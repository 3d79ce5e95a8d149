"""A model for plain resources, which is derived from the contract alone (`--stateful`).

POST on a collection creates an item and GET lists the items; GET, PUT, PATCH, POST and DELETE on an item
read, replace, change and delete it. An item is fitted to its schema when it is stored.
"""

from collections.abc import Container, Iterable, Mapping
from itertools import chain, islice

from msgspec.structs import replace

from mockserver.contract.operation import Contract
from mockserver.contract.schema.keywords.interface import MAX_ERRORS
from mockserver.data.json import Json
from mockserver.data.reading import BadData
from mockserver.model import Absent, Call, Outcome, StateFull, Subject, Unanswered, UnknownSubject
from mockserver.models.resources.changing import changed_item
from mockserver.models.resources.clients import basic_user, takes_user_name
from mockserver.models.resources.collections import Collection, Role
from mockserver.models.resources.creating import created
from mockserver.models.resources.deleting import cleared, deleted
from mockserver.models.resources.discovery import find_roles
from mockserver.models.resources.judging import ItemJudge, completed
from mockserver.models.resources.listing import Listing
from mockserver.models.resources.names import counter_name
from mockserver.models.resources.new_ids import id_text
from mockserver.models.resources.overlay import Overlay
from mockserver.models.resources.singles import handle_single
from mockserver.models.resources.state import Address, Resources
from mockserver.models.resources.state_form import StateForm
from mockserver.models.resources.uniqueness import check_unique

MOST_ITEMS = 100_000  # of a collection in a session
LARGEST_STATE = 256 * 1024 * 1024  # bytes of memory


class ResourceModel:
    """Answers the operations on all plain resources of a contract."""

    name = "resources"
    events: tuple[str, ...] = ()

    def __init__(
        self, contract: Contract, without: Container[str] = (), largest: int = LARGEST_STATE
    ) -> None:
        """`without` has the names of operations that other models answer.

        `largest` is the number of bytes of memory that a session's items may take.
        """
        self.initial = Resources()
        self._largest = largest
        self.roles = find_roles(contract, without)
        self._roles = {role.operation.id: role for role in self.roles}
        self._handled = {
            (each.operation_id, each.method, each.path) for each in (role.operation for role in self.roles)
        }
        self.collections = {role.collection.name: role.collection for role in self.roles}
        self.listings = {
            role.operation.id: Listing(role) for role in self.roles if role.action in ("list", "clear")
        }
        self._children = _children(self.collections)
        self._form = StateForm(
            {name: len(each.parents) for name, each in self.collections.items()},
            counter_name(self.collections),
            MOST_ITEMS,
        )
        with_users = {role.collection.name for role in self.roles if takes_user_name(role.operation)}
        self.judge = ItemJudge(self.collections, with_users)
        self._overlay = Overlay(self.judge, self._form, self._children)

    def codes(self, operation: str) -> tuple[str, ...]:
        """None: the model rejects no calls."""
        return ()

    def handles(self, operation: str, method: str, path: str) -> bool:
        return (operation, method, path) in self._handled

    def admit(self, state: Resources, credential: str | None) -> None:
        """Accept every client with the credentials that the contract requires."""

    def subject(self, call: Call) -> Subject | None:
        role = self._role(call)
        address = role.collection.address(call)
        parameter = role.parameter or role.collection.parameter or ""
        return Subject(address.collection, address.key(id_text(call.parameters.get(parameter, ""))))

    def handle(self, state: Resources, call: Call) -> Outcome[Resources]:
        """Answer a call.

        Raises Absent if the item or a parent of it does not exist, Conflict for what contradicts the state,
        StateFull for an item too many or too large, and Unanswered for a collection that nothing can fill and
        that has no items.
        """
        outcome = self._outcome(state, call)
        own_size = self.state_size(outcome.state)
        if state.size < outcome.state.size and own_size > self._largest:
            raise StateFull(
                f"the items of the session would take about {own_size:,} bytes of memory,"
                f" but at most {self._largest:,} are kept, a quarter of --memory-limit"
            )
        return outcome

    def state_size(self, state: Resources) -> int:
        """About how many bytes of memory the state takes that the initial one does not have."""
        return max(0, state.size - self.initial.size)

    def _outcome(self, state: Resources, call: Call) -> Outcome[Resources]:
        role = self._role(call)
        collection, address = role.collection, role.collection.address(call)
        if not collection.is_kept and not state.count(collection.name):
            raise Unanswered
        self._check_parents(state, role, call)
        if role.action == "create":
            if state.count(address.collection) >= MOST_ITEMS:
                raise StateFull(f"{address.collection} has {MOST_ITEMS:,} items, and no more are kept")
            return created(role, state, address, call)
        if role.action == "list":
            body, headers = self.listings[role.operation.id].answer(state.items(address), call)
            return Outcome(state, body, headers=headers)
        if role.action == "clear":
            listing = self.listings[role.operation.id]
            return cleared(listing, state, address, call, self._children[collection.name])
        if role.action in ("get", "set", "unset"):
            return handle_single(role, state, address, call)
        return self._handle_item(role, state, address, call)

    def _handle_item(self, role: Role, state: Resources, address: Address, call: Call) -> Outcome[Resources]:
        """Read, replace, change or delete an item; a PUT may create one where 201 is documented."""
        collection, items = role.collection, state.items(address)
        item_id = _found_id(role, items, id_text(call.parameters.get(role.parameter or "")))
        if item_id not in items:
            if role.action == "replace" and "201" in role.operation.responses:
                return created(role, state, address, call, item_id)
            raise Absent(Subject(address.collection, address.key(item_id)))
        item = collection.with_missing_id(items[item_id], item_id)
        if role.action == "delete":
            return deleted(role, state, address, item_id, item, self._children[collection.name])
        if role.action == "read":
            return Outcome(state, role.body(item), status=role.status)
        changed = changed_item(role, item, call)
        check_unique(collection, items, changed, call.body, item_id)
        return Outcome(state.with_item(address, item_id, changed), role.body(changed), status=role.status)

    def _check_parents(self, state: Resources, role: Role, call: Call) -> None:
        """Raise Absent for a parent that does not exist; the client itself exists, by its user name."""
        ids: tuple[str, ...] = ()
        for parent in role.parents:
            item_id = id_text(call.parameters.get(parent.parameter))
            if parent.collection is not None:
                address = Address(parent.collection, ids)
                is_client = role.collection.name in self.judge.open_collections and item_id == basic_user(
                    call
                )
                if not is_client and not self.judge.is_item(address, state.items(address), item_id):
                    raise Absent(Subject(parent.collection, address.key(item_id)))
            ids = (*ids, item_id)

    def _role(self, call: Call) -> Role:
        return self._roles[call.full_name or call.operation]

    def lay(self, state: Resources, given: Json) -> Resources:
        """Overlay the state with `given`, a merge patch of what `dump` shows; judges what it changes.

        Raises BadData.
        """
        return self._overlay.applied(state, given)

    def fire(self, state: Resources, subject: Subject, event: str) -> Resources:
        """Always raises UnknownSubject, because plain resources have no events."""
        raise UnknownSubject(subject, ())

    def dump(self, state: Resources) -> Json:
        return self._form.dump(state)

    def load(self, data: Json) -> Resources:
        """Raises BadData, also for a collection that the contract does not have."""
        return self._form.load(data)

    def check_loaded(self, state: Resources, before: Resources) -> Resources:
        """A state that a client sets instead of another, with the ids that its keys state.

        Judges the items that `before` does not have; raises BadData, with pointers into what `dump` shows.
        """
        rows = [
            (address, item_id)
            for address, items in state.stored.items()
            for item_id, item in items.items()
            if before.items(address).get(item_id) is not item
        ]
        state = self._completed(state, rows)
        orphans = self.judge.orphan_errors(state.stored, state.stored)
        if errors := [*islice(chain(orphans, self.judge.row_errors(state.stored, rows)), MAX_ERRORS)]:
            raise BadData(errors)
        return state

    def _completed(self, state: Resources, rows: Iterable[tuple[Address, str]]) -> Resources:
        """The state in which these items have the ids that their keys state."""
        changed: dict[Address, dict[str, Json]] = {}
        for address, item_id in rows:
            item = state.stored[address][item_id]
            whole = completed(self.collections[address.collection], address, item_id, item)
            if whole is not item:
                changed.setdefault(address, {})[item_id] = whole
        if not changed:
            return state
        stored = {each: {**items, **changed.get(each, {})} for each, items in state.stored.items()}
        return replace(Resources.of_items(stored, state.next_id), creations=state.creations)


def _found_id(role: Role, items: Mapping[str, Json], given: str) -> str:
    """The id of the item that a path means: `given`, or the one with a member that has this value."""
    if given in items and not role.identity.path:
        return given
    paths = (
        [role.identity.path] if role.identity.path else [(name,) for name in role.collection.identity.further]
    )
    for path in paths:
        finder = replace(role.identity, path=path)
        for item_id, item in items.items():
            if id_text(finder.id_of(item)) == given:
                return item_id
    return given


def _children(collections: Mapping[str, Collection]) -> dict[str, frozenset[str]]:
    """The names of the collections below the items of each collection."""
    return {
        name: frozenset(
            child.name
            for child in collections.values()
            if name in {each.collection for each in child.parents}
        )
        for name in collections
    }
