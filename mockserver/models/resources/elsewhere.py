"""Operations on a collection under another path: `/projects/{id}/tasks` or `/tasks/search` for `/tasks`.

Such a path lists or creates items of a collection that has its own path for items.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.operation import Operation
from mockserver.models.resources.collections import Collection, Parent, Role
from mockserver.models.resources.envelope import list_envelope, request_envelope, single_envelope
from mockserver.models.resources.identity import has_own_id, parent_member
from mockserver.models.resources.paths import Location, Operations, anonymous, last_fixed_segment, parents
from mockserver.models.resources.query_parameters import query_parameters
from mockserver.models.resources.requests import request_shape
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.spelling import singular


def parents_of(location: Location, item: SchemaView, kept: Mapping[Location, str]) -> Iterator[Parent]:
    """The parents of a path; a parent must exist where something creates it."""
    for parameter, path in parents(location[1]):
        member = parent_member(item, parameter, singular(last_fixed_segment(path)))
        yield Parent(parameter, kept.get((location[0], anonymous(path))), member)


def with_roles_elsewhere(
    roles: list[Role], operations: Operations, kept: Mapping[Location, str]
) -> list[Role]:
    """The roles, and those of operations on their collections under other paths."""
    taken = {role.operation.id for role in roles}
    targets: dict[str, tuple[str, Collection]] = {}
    for role in roles:
        if role.action == "read" and not role.collection.parents:
            targets.setdefault(role.collection.name, (role.operation.prefix, role.collection))
    found = [
        role
        for location, own in operations.items()
        for method, operation in own.items()
        if operation.id not in taken and method in ("GET", "POST")
        for prefix, target in targets.values()
        if prefix == location[0]
        for role in _role(operation, target, tuple(parents_of(location, target.item.view, kept)))
    ]
    first = {role.operation.id: role for role in reversed(found)}
    created = {role.collection.name for role in first.values() if role.action == "create"}
    filled = {
        name: replace(target, is_kept=True)
        for name, (_, target) in targets.items()
        if name in created and not target.is_kept
    }
    return [
        replace(role, collection=filled.get(role.collection.name, role.collection))
        for role in (*roles, *first.values())
    ]


def _role(operation: Operation, target: Collection, above: tuple[Parent, ...]) -> Iterator[Role]:
    """What an operation does to the items of another path's collection; nothing for another resource."""
    path = operation.path.rstrip("/")
    is_below = path.startswith(f"{target.path}/") and "{" not in path[len(target.path) :]
    is_namesake = bool(above) and path.endswith(f"/{target.segment}{_ending(target.path)}")
    scope = tuple(each for each in above if each.member is not None)
    if operation.method == "GET" and (is_below or (is_namesake and len(scope) == len(above))):
        yield from _list(operation, target, above, scope)
    if operation.method == "POST" and is_namesake:
        yield from _create(operation, target, above, scope)


def _ending(path: str) -> str:
    last = path.rsplit("/", 1)[-1]
    return last[last.index(".") :] if "." in last else ""


def _list(
    operation: Operation, target: Collection, above: tuple[Parent, ...], scope: tuple[Parent, ...]
) -> Iterator[Role]:
    answer = Shape.of_answer(operation)
    known = set(target.item.view.schemas)
    envelope = list_envelope(answer.view, target.segment, known)
    if envelope is None:
        return
    element = answer.at(envelope.path, in_array=True).view
    parameters = query_parameters(operation, target.item.view)
    selects = scope or parameters.filters or parameters.named("search")
    if selects and not known.isdisjoint(element.schemas):
        yield Role(
            "list", target, operation, operation.success, answer, envelope, Shape(operation.requests, None),
            parents=above, scope=scope,
        )  # fmt: skip


def _create(
    operation: Operation, target: Collection, above: tuple[Parent, ...], scope: tuple[Parent, ...]
) -> Iterator[Role]:
    status = 201 if "201" in operation.responses else operation.success
    answer, request = Shape.of_answer(operation, status), request_shape(operation)
    known = set(target.item.view.schemas)
    has_id = has_own_id(answer.view, target.parameter or "id")
    envelope = single_envelope(answer.view, target.segment, known, has_id=has_id)
    element = answer.at(envelope.path, in_array=envelope.holds_array).view
    if not known.isdisjoint(element.schemas):
        sent = request_envelope(request.view, envelope, target.segment, set(target.item.view.members))
        yield Role(
            "create", target, operation, status, answer, envelope, request, sent, parents=above, scope=scope
        )
