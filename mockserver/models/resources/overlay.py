"""Overlays a state with a scenario's `given`: a merge patch (RFC 7396) by collection and key."""

from collections.abc import Container, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData, Cursor
from mockserver.models.resources.judging import ItemJudge, completed
from mockserver.models.resources.state import Address, Resources
from mockserver.models.resources.state_form import StateForm


class Overlay(Struct, frozen=True):
    """Applies merge patches to states; `children` has the collections below the items of each collection."""

    judge: ItemJudge
    form: StateForm
    children: Mapping[str, Container[str]]

    def applied(self, state: Resources, given: Json) -> Resources:
        """The state with the changes of `given`; the items that it changes are judged.

        Null removes an item with what is below it, or all items of a collection. Raises BadData, with
        pointers into `given`.
        """
        root = Cursor(given)
        changed: dict[tuple[Address, str], None] = {}
        for name, members in root.entries():
            if not self.form.is_known(name, members):
                continue
            if name == self.form.counter:
                state = replace(state, next_id=self.form.next_id(members))
            elif members.value is None:
                state = self._without_collection(state, name)
            else:
                state = self._with_members(state, name, members, changed)
        root.finish()
        rows = [(address, item_id) for address, item_id in changed if item_id in state.items(address)]
        orphans = self.judge.orphan_errors(state.stored, dict.fromkeys(address for address, _ in rows))
        if errors := [*orphans, *self.judge.row_errors(state.stored, rows)]:
            raise BadData(errors)
        return state

    def _with_members(
        self, state: Resources, name: str, members: Cursor, changed: dict[tuple[Address, str], None]
    ) -> Resources:
        """The state with each member merged into the item with its key; adds these items to `changed`."""
        for address, item_id, fields in self.form.items(name, members):
            items = state.items(address)
            if fields is not None:
                merged = merge_patch(items.get(item_id), fields)
                item = completed(self.judge.collections[name], address, item_id, merged)
                state = state.with_item(address, item_id, item)
                changed[address, item_id] = None
            elif item_id in items:
                state = self._without_children(state.without(address, item_id), address, item_id)
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
