"""A model for plain resources, which is derived from the contract alone (`--stateful`).

POST on a collection creates an item and GET lists the items; GET, PUT, PATCH and DELETE on an item read,
replace, change and delete it. Items are stored as they were sent, and fitted to the schema of each answer.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from itertools import count, islice
from urllib.parse import quote
from uuid import UUID

from msgspec.structs import replace

from mockserver.contract.operation import Contract
from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.model import Absent, Call, Outcome, StateFull, Subject, UnknownSubject
from mockserver.models.resources.names import counter_name
from mockserver.models.resources.roles import Collection, Role, id_text, roles
from mockserver.models.resources.state import Address, Items, Resources, address_and_id

MOST_ITEMS = 10_000  # of a collection in a session
LARGEST_STATE = 256 * 1024 * 1024  # bytes of memory
_TRIES = 50  # generated ids of one kind that are tried


class ResourceModel:
    """Answers the operations on all plain resources of a contract."""

    name = "resources"
    initial = Resources()
    events: tuple[str, ...] = ()

    def __init__(
        self, contract: Contract, without: Container[str] = (), largest: int = LARGEST_STATE
    ) -> None:
        """`without` has the names of operations that other models answer.

        `largest` is the number of bytes of memory that a session's items may take.
        """
        self._largest = largest
        self._roles = {role.operation.id: role for role in roles(contract, without)}
        operations = [role.operation for role in self._roles.values()]
        self._handled = {(each.operation_id, each.method, each.path) for each in operations}
        collections = [role.collection for role in self._roles.values()]
        self._depths = {collection.name: len(collection.parents) for collection in collections}
        self._counter = counter_name(self._depths)

    def codes(self, operation: str) -> tuple[str, ...]:
        """None: the model rejects no calls."""
        return ()

    def handles(self, operation: str, method: str, path: str) -> bool:
        return (operation, method, path) in self._handled

    def admit(self, state: Resources, credential: str | None) -> None:
        """Accept every client with the credentials that the contract requires."""

    def subject(self, call: Call) -> Subject | None:
        collection = self._role(call).collection
        address = collection.address(call)
        item_id = id_text(call.parameters.get(collection.parameter, ""))
        return Subject(address.collection, address.key(item_id))

    def handle(self, state: Resources, call: Call) -> Outcome[Resources]:
        """Raises Absent if the item does not exist, StateFull for an item too many or too large."""
        outcome = self._outcome(state, call)
        if state.size < outcome.state.size > self._largest:
            raise StateFull(
                f"the items of the session would take about {outcome.state.size:,} bytes of memory,"
                f" but at most {self._largest:,} are kept, a quarter of --memory-limit"
            )
        return outcome

    def state_size(self, state: Resources) -> int:
        """About how many bytes of memory the state takes."""
        return state.size

    def _outcome(self, state: Resources, call: Call) -> Outcome[Resources]:
        role = self._role(call)
        address = role.collection.address(call)
        if role.action == "create":
            if state.count(address.collection) >= MOST_ITEMS:
                raise StateFull(f"{address.collection} has {MOST_ITEMS:,} items, and no more are kept")
            return _create(role, state, address, call.body)
        if role.action == "list":
            items = state.items(address).items()
            shown = [role.collection.with_missing_id(item, item_id) for item_id, item in items]
            return Outcome(state, role.answer.listed(shown))
        item_id = id_text(call.parameters.get(role.collection.parameter))
        if item_id not in state.items(address):
            raise Absent(Subject(address.collection, address.key(item_id)))
        return _handle_item(role, state, address, item_id, call.body)

    def _role(self, call: Call) -> Role:
        return self._roles[call.full_name or call.operation]

    def lay(self, state: Resources, given: Json) -> Resources:
        """Overlay the state with `given`, a merge patch of what `dump` shows. Raises BadData."""
        return self.load(merge_patch(self.dump(state), given))

    def fire(self, state: Resources, subject: Subject, event: str) -> Resources:
        """Always raises UnknownSubject, because plain resources have no events."""
        raise UnknownSubject(subject, ())

    def dump(self, state: Resources) -> Json:
        return {**state.dump(self._depths), self._counter: {"ids": {"next": state.next_id}}}

    def load(self, data: Json) -> Resources:
        """Raises BadData, also for a collection that the contract does not have."""
        root = Cursor(data)
        stored: dict[Address, dict[str, Json]] = {}
        for name, items in root.entries():
            if name in self._depths:
                for address, item_id, item in self._items(name, items):
                    stored.setdefault(address, {})[item_id] = item
            elif name != self._counter:
                known = (*self._depths, self._counter)
                items.error(f"unknown collection {name!r}{did_you_mean(name, known)}")
        next_id = self._next_id(root / self._counter)
        root.finish()
        self._check(stored, root)
        return Resources.of_items(stored, next_id)

    def _check(self, stored: Mapping[Address, Items], root: Cursor) -> None:
        """Raise BadData if a collection has too many items."""
        counts = Counter[str]()
        for address, items in stored.items():
            counts[address.collection] += len(items)
        for name, number in counts.items():
            if number > MOST_ITEMS:
                (root / name).error(f"expected at most {MOST_ITEMS:,} items, found {number:,}")
        root.finish()

    def _items(self, collection: str, items: Cursor) -> Iterator[tuple[Address, str, Json]]:
        """The items of a collection with their addresses and ids; errors go to the cursor."""
        depth = self._depths[collection]
        for key, item in items.entries():
            found = address_and_id(collection, depth, key)
            if found is None:
                item.error(f"expected {depth + 1} ids, percent-encoded and joined by '/', found {key!r}")
            else:
                yield *found, item.json

    def _next_id(self, counter: Cursor) -> int:
        """The next generated id; 1 if there is none."""
        if counter.present and counter.keys(("ids",)) and (counter / "ids").present:
            (counter / "ids").keys(("next",))
        number = counter / "ids" / "next"
        return number.integer(minimum=1, default=1) if number.present else 1


def _create(role: Role, state: Resources, address: Address, body: Json) -> Outcome[Resources]:
    """A new item, with the id that the client sent if that is valid and free."""
    if body is None and isinstance(role.answer.sample, dict):
        body = {}
    collection, taken = role.collection, state.items(address)
    name = collection.id_member(body)
    sent = body.get(name) if isinstance(body, dict) and name else None
    if _is_usable_id(sent, collection, taken):
        next_id, item_id = state.next_id, sent
    else:
        next_id, item_id = _new_id(collection, state.next_id, taken)
    item = collection.with_id(body, item_id)
    changed = replace(state.with_item(address, id_text(item_id), item), next_id=next_id)
    created = quote(id_text(item_id), safe="") + collection.slash
    return Outcome(changed, role.answer.fitted(item), created=created)


def _handle_item(
    role: Role, state: Resources, address: Address, item_id: str, body: Json
) -> Outcome[Resources]:
    """Read, replace, change or delete an existing item."""
    item = role.collection.with_missing_id(state.items(address)[item_id], item_id)
    if role.action == "delete":
        return Outcome(state.without(address, item_id), role.answer.fitted(item))
    if role.action == "read":
        return Outcome(state, role.answer.fitted(item))
    changed = _changed_item(role, item, item_id, body)
    return Outcome(state.with_item(address, item_id, changed), role.answer.fitted(changed))


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
