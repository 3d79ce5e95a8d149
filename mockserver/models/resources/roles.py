"""Finds the collections of a contract, and what each operation does to them.

A collection is a path whose items have paths of their own: `/users` and `/users/{id}`.
"""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json
from mockserver.model import Call
from mockserver.models.resources.answer_shape import AnswerShape

Action: TypeAlias = Literal["create", "list", "read", "replace", "change", "delete"]

_ITEM_PATH = re.compile(r"(?P<collection>.*)/\{(?P<parameter>[^{}/]+)\}(?P<slash>/?)")
_ITEM_ACTIONS: dict[str, Action] = {"GET": "read", "PUT": "replace", "PATCH": "change", "DELETE": "delete"}
_COLLECTION_ACTIONS: dict[str, Action] = {"GET": "list", "POST": "create"}


class Collection(Struct, frozen=True):
    """A collection of the contract, and the form of its items and their ids."""

    path: str  # a template, such as `/users/{user}/posts`
    parameter: str  # the path parameter with an item's id
    slash: str  # "/" if the item path ends with one, otherwise empty
    item: AnswerShape  # an item as its own GET answers it
    id_schema: str | None  # the schema of the path parameter, as a pointer

    def path_of(self, call: Call) -> str:
        """The path of the collection that a call addresses, such as `/users/7/posts`."""
        return re.sub(r"\{([^{}]+)\}", lambda found: id_text(call.parameters.get(found[1])), self.path)

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


def roles(contract: Contract) -> Iterator[Role]:
    """The role of each operation on a collection that has items, or on one of its items."""
    paths = dict.fromkeys(operation.path for operation in contract.operations)
    by_item_path = {
        path: _collection(found, contract) for path in paths if (found := _ITEM_PATH.fullmatch(path))
    }
    by_path = {collection.path: collection for collection in by_item_path.values()}
    for operation in contract.operations:
        collection, actions = by_item_path.get(operation.path), _ITEM_ACTIONS
        if collection is None or operation.method not in actions:
            collection, actions = by_path.get(operation.path.rstrip("/")), _COLLECTION_ACTIONS
        if collection is not None and operation.method in actions:
            answer = AnswerShape.of_success(operation)
            yield Role(actions[operation.method], collection, operation, answer)


def _collection(item_path: re.Match[str], contract: Contract) -> Collection:
    siblings = [each for each in contract.operations if each.path == item_path[0]]
    shown = next((each for each in siblings if each.method == "GET"), siblings[0])
    parameter = next((each for each in shown.parameters if each.name == item_path["parameter"]), None)
    return Collection(
        path=item_path["collection"],
        parameter=item_path["parameter"],
        slash=item_path["slash"],
        item=AnswerShape.of_success(shown),
        id_schema=parameter.schema if parameter is not None else None,
    )
