"""Changes of an item: replaced by PUT, merged by PATCH and POST, or patched by operations (RFC 6902)."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import cast

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.data.json import Json, object_or_empty
from mockserver.data.merge_patch import merge_patch
from mockserver.data.quoting import quoted
from mockserver.model import Call, Conflict
from mockserver.models.resources.collections import Collection, Role
from mockserver.models.resources.filling import converted, touched, with_sent
from mockserver.models.resources.requests import is_partial, member_keys
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.spelling import spelled_like, spelling_key

_MERGE = "application/merge-patch+json"


def changed_item(role: Role, item: Json, call: Call) -> Json:
    """The item after a call; raises Conflict for a patch that cannot be applied."""
    media_type = str(call.headers.get("content-type", "")).partition(";")[0].strip().lower()
    collection, shape = role.collection, role.collection.item
    if media_type.endswith("json-patch+json"):
        changed = json_patched(item, call.body)
        _check(changed, shape)
        sent: Mapping[str, Json] = {}
    else:
        body = role.items_in(call.body)[0]
        if not isinstance(body, dict) or not isinstance(item, dict):
            return shape.fitted(item if isinstance(item, dict) or role.operation.method != "PUT" else body)
        sent = body
        changed = _with_members(role, item, body, media_type)
    if collection.identity.path:
        changed = collection.identity.with_id(changed, collection.identity.id_of(item))
    changed = touched(changed, shape.view, sent, call.now)
    return shape.fitted(changed, item if shape.accepts(item) else None)


def _with_members(role: Role, item: dict[str, Json], body: dict[str, Json], media_type: str) -> Json:
    view = role.collection.item.view
    if role.operation.method == "PUT" and not _is_partial(role):
        return with_sent(kept_by_put(role.collection, item, view), body, view)
    spelled: dict[str, Json] = {}
    for name, value in body.items():
        known = spelled_like(name, {**view.members, **item}) or name
        spelled[known] = converted(value, item.get(known), view.member(known))
    if media_type == _MERGE:
        return merge_patch(item, spelled)
    return merged(item, spelled, view)


def _is_partial(role: Role) -> bool:
    """Whether a PUT changes only what is sent: the contract says so, or it cannot send a whole item."""
    missing = role.collection.required - member_keys(role.operation, role.collection.segment)
    return bool(missing) or is_partial(role.operation)


def kept_by_put(collection: Collection, item: dict[str, Json], view: SchemaView) -> dict[str, Json]:
    """The members that stay when an item is replaced: those that only the server sets."""
    own = {collection.identity.path[0]} if collection.identity.path else set()
    return {
        name: value
        for name, value in item.items()
        if name in own or (name in view.members and spelling_key(name) not in collection.settable)
    }


def merged(item: Json, body: Mapping[str, Json], view: SchemaView) -> Json:
    """The item with these members; a null is kept where the schema allows it, and else removes the member."""
    result = dict(item) if isinstance(item, dict) else {}
    for name, value in body.items():
        member = view.member(name)
        if value is None and not (member.pointers and "null" in member.types):
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value, member)
        else:
            result[name] = value
    return result


def json_patched(item: Json, patch: Json) -> Json:
    """The item after the operations of a JSON Patch (RFC 6902); raises Conflict if one of them fails."""
    from jsonpatch import InvalidJsonPatch, JsonPatch, JsonPatchException, JsonPatchTestFailed
    from jsonpointer import JsonPointerException

    patched = deepcopy(item)
    for index, operation in enumerate(patch if isinstance(patch, list) else [patch]):
        where = f"the operation at /{index} of the JSON Patch"
        try:
            patched = JsonPatch([cast("dict[str, Json]", operation)]).apply(patched, in_place=True)
        except JsonPatchTestFailed:
            raise Conflict(f"{where} fails: {_failed_test(operation)}", (409, 422, 400)) from None
        except InvalidJsonPatch as invalid:
            raise Conflict(f"{where} is not valid: {invalid}", (400, 422, 409)) from None
        except (JsonPatchException, JsonPointerException, TypeError, KeyError) as error:
            raise Conflict(f"{where} cannot be applied: {error}", (422, 409, 400)) from None
    return patched


def _failed_test(operation: Json) -> str:
    """What an operation `test` expects, and does not find."""
    members = object_or_empty(operation)
    expected = quoted(json.dumps(members.get("value"), ensure_ascii=False))
    return f"the value at {members.get('path')} is not {expected}"


def _check(patched: Json, shape: Shape) -> None:
    """Raise Conflict if a patched item is not valid any more."""
    if shape.schema is None:
        return
    violations = shape.directed.judges.judge(shape.schema).violations(patched)
    if violations:
        first = violations[0]
        sentence = f"after the JSON Patch, {first.pointer or 'the item'} is not valid: {first.message}"
        raise Conflict(sentence, (422, 400, 409))
