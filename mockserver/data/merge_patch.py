"""JSON merge patches (RFC 7396)."""

from mockserver.data.json import Json


def merge_patch(target: Json, patch: Json) -> Json:
    """The target with the patch applied: null removes a member, an object is merged, other values replace."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result
