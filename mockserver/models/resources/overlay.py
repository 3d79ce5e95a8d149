"""Overlays a state with a scenario's `given`: a merge patch (RFC 7396) by collection and key."""

from collections.abc import Container, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.pointer import json_pointer
from mockserver.data.reading import BadData, Cursor, DataError
from mockserver.models.resources.judging import ItemJudge, completed
from mockserver.models.resources.state import Address, Resources
from mockserver.models.resources.state_form import StateForm

EVERY_ITEM = "*"
Changed: TypeAlias = dict[tuple[Address, str], str]  # the keys in `given` of the items that it changes


class Overlay(Struct, frozen=True):
    """Applies merge patches to states; `children` has the collections below the items of each collection."""

    judge: ItemJudge
    form: StateForm
    children: Mapping[str, Container[str]]

    def applied(self, state: Resources, given: Json) -> Resources:
        """The state with the changes of `given`; the items that it changes are judged.

        The key `*` stands for every item of a collection, and is merged first. Null removes an item with what
        is below it, or all items of a collection. Raises BadData, with pointers into `given`.
        """
        root = Cursor(given)
        changed: Changed = {}
        for name, members in root.entries():
            if not self.form.is_known(name, members):
                continue
            if name == self.form.counter:
                state = replace(state, next_id=self.form.next_id(members))
                continue
            every = members if members.value is None else members / EVERY_ITEM
            if every.present:
                state = self._with_every(state, name, every, changed)
            state = self._with_members(state, name, members, changed)
        root.finish()
        if errors := dict.fromkeys(self._errors(state, changed)):
            raise BadData(errors)
        return state

    def _errors(self, state: Resources, changed: Changed) -> Iterator[DataError]:
        """What is wrong with the changed items, with pointers into `given`."""
        kept = {row: key for row, key in changed.items() if row[1] in state.items(row[0])}
        yield from self.judge.orphan_errors(state.stored, dict.fromkeys(address for address, _ in kept))
        for (address, item_id), key in kept.items():
            for error in self.judge.item_errors(address, item_id, state.items(address)[item_id]):
                yield DataError(json_pointer([address.collection, key]) + error.pointer, error.message)

    def _with_members(self, state: Resources, name: str, members: Cursor, changed: Changed) -> Resources:
        """The state with each member merged into the item with its key; adds these items to `changed`."""
        for address, item_id, fields in self.form.items(name, _without_every(members)):
            items = state.items(address)
            if fields is not None:
                merged = merge_patch(items.get(item_id), fields)
                item = completed(self.judge.collections[name], address, item_id, merged)
                state = state.with_item(address, item_id, item)
                changed[address, item_id] = address.key(item_id)
            elif item_id in items:
                state = self._without_children(state.without(address, item_id), address, item_id)
        return state

    def _with_every(self, state: Resources, name: str, fields: Cursor, changed: Changed) -> Resources:
        """The state with the fields merged into every item of a collection; null removes all items."""
        if fields.value is None:
            return self._without_collection(state, name)
        for address, items in state.stored.items():
            if address.collection == name:
                merged = {item_id: merge_patch(item, fields.json) for item_id, item in items.items()}
                state = state.with_items(address, merged)
                changed |= dict.fromkeys(((address, item_id) for item_id in items), EVERY_ITEM)
        return state

    def _without_collection(self, state: Resources, name: str) -> Resources:
        for address, items in state.stored.items():
            if address.collection == name:
                state = state.without_all(address)
                for item_id in items if self.children[name] else ():
                    state = self._without_children(state, address, item_id)
        return state

    def _without_children(self, state: Resources, address: Address, item_id: str) -> Resources:
        return state.without_children(address, item_id, self.children[address.collection])


def _without_every(members: Cursor) -> Cursor:
    """The members of a collection in `given` that have the key of an item."""
    if not isinstance(members.value, dict):
        return members if members.value is not None else Cursor({}, members.pointer, members.errors)
    named = {key: fields for key, fields in members.value.items() if key != EVERY_ITEM}
    return Cursor(named, members.pointer, members.errors)
