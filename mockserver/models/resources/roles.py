"""Finds the collections of a contract, and what each operation does to them.

A collection is a path whose items have paths of their own: `/users` and `/users/{id}`.
"""

import re
from collections.abc import Container, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.contract.operation import Contract, Operation
from mockserver.contract.routing.router import PLACEHOLDER
from mockserver.data.json import Json
from mockserver.model import Call
from mockserver.models.resources.answer_shape import AnswerShape
from mockserver.models.resources.names import collection_names
from mockserver.models.resources.state import Address

Action: TypeAlias = Literal["create", "list", "read", "replace", "change", "delete"]

_ITEM_PATH = re.compile(r"(?P<collection>.*)/\{(?P<parameter>[^{}/]+)\}(?P<slash>/?)")
_ITEM_ACTIONS: dict[str, Action] = {"GET": "read", "PUT": "replace", "PATCH": "change", "DELETE": "delete"}
_COLLECTION_ACTIONS: dict[str, Action] = {"GET": "list", "POST": "create"}


class Collection(Struct, frozen=True):
    """A collection of the contract, and the form of its items and their ids."""

    name: str
    parents: tuple[str, ...]  # the path parameters with the ids of an item's parents
    parameter: str  # the path parameter with an item's id
    slash: str  # "/" if the item path ends with one, otherwise empty
    item: AnswerShape  # an item as its own GET answers it
    id_schema: str | None  # the schema of the path parameter, as a pointer

    def address(self, call: Call) -> Address:
        """The collection and the parents that a call addresses."""
        return Address(self.name, tuple(id_text(call.parameters.get(parent)) for parent in self.parents))

    def id_member(self, item: Json) -> str | None:
        """The member with an item's id: named like the path parameter, otherwise `id`; None if absent."""
        sample = self.item.sample
        known = {**(sample if isinstance(sample, dict) else {}), **(item if isinstance(item, dict) else {})}
        return next((name for name in (self.parameter, "id") if name in known), None)

    def with_id(self, item: Json, item_id: Json) -> Json:
        """The item with this id, if items of the collection have one."""
        name = self.id_member(item)
        return {**item, name: item_id} if isinstance(item, dict) and name else item

    def with_missing_id(self, item: Json, item_id: str) -> Json:
        """The item with its id, which a scenario or a control call may have left out."""
        name = self.id_member(item)
        if not isinstance(item, dict) or name is None or name in item:
            return item
        number = [int(item_id)] if re.fullmatch(r"[0-9]{1,18}", item_id) else []
        return {**item, name: next((form for form in [*number, item_id] if self.allows_id(form)), item_id)}

    def allows_id(self, item_id: Json) -> bool:
        """Whether the schema of the items allows this id."""
        sample, name = self.item.sample, self.id_member(None)
        return not isinstance(sample, dict) or name is None or self.item.accepts({**sample, name: item_id})

    def allows_in_path(self, forms: list[Json]) -> bool:
        """Whether the schema of the path parameter allows one of the forms of an id."""
        if self.id_schema is None:
            return True
        accepts = self.item.operation.requests.judges.judge(self.id_schema).accepts
        return any(map(accepts, forms))

    def generated_id(self, seed: int) -> Json:
        """An id that is generated from the schema of the path parameter."""
        return self.item.operation.value(self.id_schema, seed, "request") if self.id_schema else str(seed)


class Role(Struct, frozen=True):
    """What an operation does to the items of a collection, and what it answers."""

    action: Action
    collection: Collection
    operation: Operation
    answer: AnswerShape


def id_text(item_id: Json) -> str:
    """An id as a string, as it is in a path: `7` for 7 and for 7.0."""
    return str(int(item_id)) if isinstance(item_id, float) and item_id.is_integer() else str(item_id)


def roles(contract: Contract, without: Container[str] = ()) -> list[Role]:
    """The role of each operation on a collection that has items, or on one of its items.

    `without` has the names of operations that others answer.
    """
    actions = [each for each in _actions(contract) if each[0].id not in without]
    names = collection_names(item_path["collection"] for _, _, item_path in actions)
    collections = {
        item_path: _collection(names[item_path["collection"]], item_path, contract)
        for item_path in dict.fromkeys(item_path for _, _, item_path in actions)
    }
    return [
        Role(action, collections[item_path], operation, AnswerShape.of_success(operation))
        for operation, action, item_path in actions
    ]


def _actions(contract: Contract) -> Iterator[tuple[Operation, Action, re.Match[str]]]:
    """The operations on collections and their items: what each does, and the path of the items."""
    paths = dict.fromkeys(operation.path for operation in contract.operations)
    by_item_path = {path: match for path in paths if (match := _ITEM_PATH.fullmatch(path))}
    by_path = {item_path["collection"]: item_path for item_path in by_item_path.values()}
    for operation in contract.operations:
        item_path, actions = by_item_path.get(operation.path), _ITEM_ACTIONS
        if item_path is None or operation.method not in actions:
            item_path, actions = by_path.get(operation.path.rstrip("/")), _COLLECTION_ACTIONS
        if item_path is not None and operation.method in actions:
            yield operation, actions[operation.method], item_path


def _collection(name: str, item_path: re.Match[str], contract: Contract) -> Collection:
    siblings = [each for each in contract.operations if each.path == item_path[0]]
    shown = next((each for each in siblings if each.method == "GET"), siblings[0])
    parameter = next((each for each in shown.parameters if each.name == item_path["parameter"]), None)
    return Collection(
        name=name,
        parents=tuple(PLACEHOLDER.findall(item_path["collection"])),
        parameter=item_path["parameter"],
        slash=item_path["slash"],
        item=AnswerShape.of_success(shown),
        id_schema=parameter.schema if parameter is not None else None,
    )
