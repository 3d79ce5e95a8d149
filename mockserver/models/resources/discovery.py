"""Finds the collections of a contract, and what each operation does to their items.

A collection is a path where something is created (POST), an item one where it is read (GET).
"""

from collections.abc import Container, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json
from mockserver.models.resources.collections import Action, Collection, Role
from mockserver.models.resources.discovered_ids import id_shape
from mockserver.models.resources.elsewhere import parents_of, with_roles_elsewhere
from mockserver.models.resources.envelope import Envelope, list_envelope, request_envelope, single_envelope
from mockserver.models.resources.identity import Identity, has_own_id, identity
from mockserver.models.resources.names import collection_names
from mockserver.models.resources.paths import (
    ItemPath,
    Location,
    Operations,
    anonymous,
    item_paths,
    last_fixed_segment,
    operations_by_path,
)
from mockserver.models.resources.requests import member_keys, request_shape, required_keys, unique_members
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.spelling import spelling_key

_ITEM_ACTIONS: dict[str, Action] = {
    "GET": "read", "PUT": "replace", "PATCH": "change", "POST": "change", "DELETE": "delete",
}  # fmt: skip
_COLLECTION_ACTIONS: dict[str, Action] = {
    "GET": "list", "POST": "create", "PUT": "create", "DELETE": "clear",
}  # fmt: skip
_SINGLE_ACTIONS: dict[str, Action] = {
    "GET": "get", "PUT": "set", "PATCH": "set", "POST": "set", "DELETE": "unset",
}  # fmt: skip


class Found(Struct):
    """A path that may be a collection, with the operations on it and on its items."""

    location: Location
    own: dict[str, Operation]
    items: list[ItemPath]
    item_operations: list[dict[str, Operation]]
    listed: Shape | None = None
    list_envelope: Envelope | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def segment(self) -> str:
        return last_fixed_segment(self.location[1])

    @property
    def creates(self) -> bool:
        """Whether an operation creates items."""
        methods = self.own.keys() & {"POST", "PUT"}
        upserts = any("PUT" in each and "201" in each["PUT"].responses for each in self.item_operations)
        return bool(methods) or upserts

    @property
    def element(self) -> Shape | None:
        """The shape of an item in the list."""
        if self.listed is None or self.list_envelope is None:
            return None
        return self.listed.at(self.list_envelope.path, in_array=True)

    @property
    def main_path(self) -> ItemPath | None:
        return self.items[0] if self.items else None


def find_roles(contract: Contract, without: Container[str] = ()) -> list[Role]:
    """The role of each operation on a collection or a resource that exists once.

    `without` has the names of operations that others answer.
    """
    operations = operations_by_path(each for each in contract.operations if each.id not in without)
    found = [*_collections(operations)]
    singles = [*_singles(operations, {each.location for each in found} | _item_locations(found))]
    names = collection_names("".join(each.location) for each in (*found, *singles))
    kept = {
        (each.location[0], anonymous(item.path)): names["".join(each.location)]
        for each in found
        if each.creates
        for item in each.items
    }
    roles: list[Role] = []
    for each in found:
        roles += _roles_of(each, names["".join(each.location)], kept)
    for single in singles:
        roles += _roles_of_single(single, names["".join(single.location)], kept)
    return with_roles_elsewhere(roles, operations, kept)


def _item_locations(found: list[Found]) -> set[Location]:
    return {(each.location[0], item.path) for each in found for item in each.items}


def _collections(operations: Operations) -> Iterator[Found]:
    """The paths with items of their own, and those where something is created and listed."""
    items = item_paths(operations)
    taken = {(prefix, each.path) for (prefix, _), paths in items.items() for each in paths}
    for location in dict.fromkeys((*items, *(each for each in operations if each not in taken))):
        paths = items.get(location, [])
        found = Found(
            location,
            dict(operations.get(location, {})),
            paths,
            [dict(operations[location[0], each.path]) for each in paths],
        )
        _find_list(found)
        if _is_collection(found, items):
            yield found


def _find_list(found: Found) -> None:
    """Find the array of items in the answer of GET on the collection."""
    if "GET" not in found.own:
        return
    shape = Shape.of_answer(found.own["GET"])
    known = {pointer for operation in _single_answers(found) for pointer in _pointers(operation)}
    envelope = list_envelope(shape.view, found.segment, known)
    if envelope is None and found.items:
        found.remarks.append("GET is not read: its answer has no array of objects")
    found.listed, found.list_envelope = shape, envelope


def _single_answers(found: Found) -> Iterator[Operation]:
    """The operations that answer with one item, the ones that describe it best first."""
    for method in ("GET", "PUT", "PATCH", "POST"):
        yield from (each[method] for each in found.item_operations if method in each)
    yield from (found.own[method] for method in ("POST", "PUT") if method in found.own)


def _pointers(operation: Operation) -> set[str]:
    """The pointers of the schemas of an answer and of its members."""
    view = Shape.of_answer(operation).view
    inner = [each for member in view.members.values() for each in (member, member.items)]
    return {pointer for each in (view, *inner) for pointer in each.schemas}


def _is_collection(found: Found, items: Mapping[Location, list[ItemPath]]) -> bool:
    """Whether items are created here, unless they have a path elsewhere, as tasks of a project may have."""
    if found.items:
        return True
    element, create = found.element, found.own.get("POST")
    prefix, segment = found.location[0], found.segment
    has_own_path = any(
        prefix == other and last_fixed_segment(path) == segment and "{" not in path for other, path in items
    )
    if element is None or create is None or (has_own_path and "{" in found.location[1]):
        return False
    return not _pointers(create).isdisjoint(element.view.schemas)


def _roles_of(found: Found, name: str, kept: dict[Location, str]) -> list[Role]:
    """The roles of the operations on a collection and its items."""
    collection = _collection(found, name, kept)
    roles = []
    for method, operation in found.own.items():
        action = _COLLECTION_ACTIONS.get(method)
        if action is not None and not (action == "list" and found.list_envelope is None):
            roles.append(_role(action, collection, operation, found, None))
    for item_path, operations in zip(found.items, found.item_operations, strict=True):
        for method, operation in operations.items():
            if method in _ITEM_ACTIONS:
                roles.append(_role(_ITEM_ACTIONS[method], collection, operation, found, item_path))
    return roles


def _collection(found: Found, name: str, kept: dict[Location, str]) -> Collection:
    item = _item_shape(found)
    path, main = found.location[1], found.main_path
    parameter = main.parameter if main is not None else None
    own = _identity_of(item, found, main)
    requests = [*_requests(found)]
    created = [each for each in requests if each is found.own.get("POST") or each is found.own.get("PUT")]
    members = set(item.view.members)
    return Collection(
        name=name,
        path=path,
        item_path=main.path if main is not None else None,
        parents=tuple(parents_of(found.location, item.view, kept)),
        parameter=parameter,
        ending=main.ending if main is not None else "",
        item=item,
        identity=own,
        ids=id_shape(own, item, _media_answers(found), parameter, _main_operation(found)),
        unique=tuple(dict.fromkeys(each for op in created for each in unique_members(op, members))),
        settable=frozenset(key for each in requests for key in member_keys(each, found.segment)),
        required=frozenset(key for each in created for key in required_keys(each, found.segment)),
        segment=found.segment,
        is_kept=found.creates,
        list_envelope=found.list_envelope,
        remarks=tuple(found.remarks),
    )


def _media_answers(found: Found) -> list[tuple[Shape, Envelope, Operation]]:
    """The answers whose examples show items, with their envelopes."""
    answers = [(Shape.of_answer(each), *_single(each, found)) for each in _single_answers(found)]
    if found.listed is not None and found.list_envelope is not None:
        answers.append((found.listed, found.list_envelope, found.own["GET"]))
    return answers


def _single(operation: Operation, found: Found) -> tuple[Envelope, Operation]:
    return _envelope_of(Shape.of_answer(operation), found, found.main_path), operation


def _main_operation(found: Found) -> Operation | None:
    """An operation that has the path parameter with an item's id."""
    operations = found.item_operations[0] if found.item_operations else {}
    return operations.get("GET") or next(iter(operations.values()), None)


def _item_shape(found: Found) -> Shape:
    """The shape of an item: as its own GET answers it, else as another operation does."""
    for operation in _single_answers(found):
        shape = Shape.of_answer(operation)
        envelope = _envelope_of(shape, found, found.main_path)
        item = shape.at(envelope.path, in_array=envelope.holds_array)
        if item.schema is not None and (operation.method == "GET" or "object" in item.view.types):
            return item
    if found.element is not None:
        return found.element
    found.remarks.append("its items are not described")
    operations = [*found.own.values(), *(each for many in found.item_operations for each in many.values())]
    return Shape(operations[0].answers, None)


def _envelope_of(shape: Shape, found: Found, path: ItemPath | None) -> Envelope:
    known = set(found.element.view.schemas) if found.element is not None else set[str]()
    parameter = path.parameter if path is not None else "id"
    return single_envelope(shape.view, found.segment, known, has_id=has_own_id(shape.view, parameter))


def _identity_of(item: Shape, found: Found, path: ItemPath | None) -> Identity:
    if path is None:
        return identity(item.view, "id", Shape(item.directed, None).view)
    operation = next(iter(found.item_operations[found.items.index(path)].values()))
    declared = next((each for each in operation.parameters if each.name == path.parameter), None)
    schema = declared.schema if declared is not None else None
    return identity(item.view, path.parameter, Shape(operation.answers, schema).view)


def _requests(found: Found) -> Iterator[Operation]:
    """The operations whose requests can set members of an item."""
    for operations in (found.own, *found.item_operations):
        yield from (each for method, each in operations.items() if method in ("POST", "PUT", "PATCH"))


def _role(
    action: Action, collection: Collection, operation: Operation, found: Found, path: ItemPath | None
) -> Role:
    status = 201 if action == "create" and "201" in operation.responses else operation.success
    answer, request = Shape.of_answer(operation, status), request_shape(operation)
    envelope = _envelope_of(answer, found, path or found.main_path)
    if action in ("list", "clear"):
        envelope = (found.list_envelope if action == "list" else None) or Envelope()
    members = set(collection.item.view.members)
    is_main = path is None or path is found.main_path
    return Role(
        action=action,
        collection=collection,
        operation=operation,
        status=status,
        answer=answer,
        envelope=envelope,
        request=request,
        request_envelope=request_envelope(request.view, envelope, found.segment, members),
        parameter=path.parameter if path is not None else None,
        identity=Identity() if is_main else _identity_of(collection.item, found, path),
        parents=collection.parents,
    )


# Resources that exist once


def _singles(operations: Operations, taken: Container[Location]) -> Iterator[Found]:
    """The paths that are read and changed, and that are no collections."""
    for location, own in operations.items():
        if location not in taken and _is_single(own, last_fixed_segment(location[1])):
            yield Found(location, dict(own), [], [])


def _is_single(own: Mapping[str, Operation], segment: str) -> bool:
    """Whether GET answers with an object that another operation changes."""
    changing = [own[method] for method in ("PUT", "PATCH", "POST") if method in own]
    if "GET" not in own or not changing or not segment:
        return False
    shape = Shape.of_answer(own["GET"])
    envelope = single_envelope(shape.view, segment, set(), has_id=has_own_id(shape.view, "id"))
    names = {spelling_key(each) for each in shape.at(envelope.path).view.members}
    if not names or envelope.holds_array or not any(names & member_keys(each, segment) for each in changing):
        return False
    return bool(own.keys() & {"PUT", "PATCH"}) or not _pointers(own["POST"]).isdisjoint(shape.view.schemas)


def _roles_of_single(found: Found, name: str, kept: dict[Location, str]) -> list[Role]:
    """The roles of the operations on a resource that exists once."""
    collection = replace(_collection(found, name, kept), path=found.location[1], is_kept=True)
    item = Shape.of_answer(found.own["GET"])
    envelope = _envelope_of(item, found, None)
    item = item.at(envelope.path)
    collection = replace(
        collection, item=item, identity=Identity(), unique=(), initial=_initial(found, item, envelope)
    )
    return [
        replace(_role("get", collection, operation, found, None), action=_SINGLE_ACTIONS[method])
        for method, operation in found.own.items()
        if method in _SINGLE_ACTIONS
    ]


def _initial(found: Found, item: Shape, envelope: Envelope) -> Json:
    """What the resource is at first: the first valid example, else a generated one.

    Nothing where it can be deleted and the contract documents a 404 for it.
    """
    read = found.own["GET"]
    if "DELETE" in found.own and "404" in read.responses:
        return None
    response = read.response(read.success)
    media = response.media if response is not None else None
    examples = [each for body in (media.examples.values() if media else ()) for each in envelope.items(body)]
    return next((each for each in examples if item.accepts(each)), item.sample)
