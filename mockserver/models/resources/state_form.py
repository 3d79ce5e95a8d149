"""The state of the resource model as JSON: `{collection: {id: item}}`, and the next id."""

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json, object_or_empty
from mockserver.data.reading import Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.models.resources.state import Address, Creation, Items, Resources, address_and_id

_KEYS = "idempotency-keys"


class StateForm(Struct, frozen=True):
    """Writes and reads states; `depths` has the number of parents of each collection.

    `counter` is the collection with the next id, and `most` how many items a collection may have.
    """

    depths: Mapping[str, int]
    counter: str
    most: int

    def dump(self, state: Resources) -> Json:
        """The state as JSON; the idempotency keys are only there if there are any."""
        kept: dict[str, Json] = {"ids": {"next": state.next_id}}
        if state.creations:
            kept[_KEYS] = {
                key: {"digest": each.digest, "body": each.body, "created": each.created}
                for key, each in state.creations.items()
            }
        return {**state.dump(self.depths), self.counter: kept}

    def load(self, data: Json) -> Resources:
        """Raises BadData, also for a collection that the contract does not have."""
        root = Cursor(data)
        stored: dict[Address, dict[str, Json]] = {}
        for name, items in root.entries():
            if self.is_known(name, items) and name != self.counter:
                for address, item_id, item in self.items(name, items):
                    stored.setdefault(address, {})[item_id] = item
        next_id = self.next_id(root / self.counter)
        root.finish()
        self._check(stored, root)
        state = Resources.of_items(stored, next_id)
        creations = dict(_creations(object_or_empty(object_or_empty(data).get(self.counter)).get(_KEYS)))
        return replace(state, creations=creations) if creations else state

    def is_known(self, name: str, items: Cursor) -> bool:
        """Whether there is a collection of this name; otherwise an error goes to the cursor."""
        known = name in self.depths or name == self.counter
        if not known:
            items.error(f"unknown collection {name!r}{did_you_mean(name, (*self.depths, self.counter))}")
        return known

    def _check(self, stored: Mapping[Address, Items], root: Cursor) -> None:
        """Raise BadData if a collection has too many items."""
        counts = Counter[str]()
        for address, items in stored.items():
            counts[address.collection] += len(items)
        for name, number in counts.items():
            if number > self.most:
                (root / name).error(f"expected at most {self.most:,} items, found {number:,}")
        root.finish()

    def items(self, collection: str, items: Cursor) -> Iterator[tuple[Address, str, Json]]:
        """The items of a collection with their addresses and ids; errors go to the cursor."""
        depth = self.depths[collection]
        for key, item in items.entries():
            found = address_and_id(collection, depth, key)
            if found is None:
                item.error(f"expected {depth + 1} ids, percent-encoded and joined by '/', found {key!r}")
            else:
                yield *found, item.json

    def next_id(self, counter: Cursor) -> int:
        """The next generated id; 1 if there is none."""
        if counter.present and counter.keys(("ids", _KEYS)) and (counter / "ids").present:
            (counter / "ids").keys(("next",))
        number = counter / "ids" / "next"
        return number.integer(minimum=1, default=1) if number.present else 1


def _creations(data: Json) -> Iterator[tuple[str, Creation]]:
    """What idempotency keys have created; what has another form is left out."""
    for key, value in object_or_empty(data).items():
        each = object_or_empty(value)
        digest, location = each.get("digest"), each.get("created")
        if isinstance(digest, str) and (location is None or isinstance(location, str)):
            yield key, Creation(digest, each.get("body"), location)
