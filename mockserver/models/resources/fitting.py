"""Fits a value to a schema: what is invalid is replaced by the value of a valid base, or is left out."""

from collections.abc import Callable
from functools import partial

from mockserver.contract.document.references import value_at
from mockserver.contract.schema.judge import Judge, SchemaViolation
from mockserver.data.json import Json, array_or_empty
from mockserver.data.pointer import pointer_keys
from mockserver.data.reading import MISSING

_ROUNDS = 6  # in which violations are mended
_MAX_MEMBERS = 200  # of an object that is fitted member by member, because each is validated separately


def fitted(value: Json, base: Json, judge: Judge, document: Json) -> Json:
    """The value with as few changes as possible that make it valid; `base` is a valid value.

    Invalid members are left out, and required ones that are missing are those of the base. `document` has the
    schema of the judge.
    """
    for _ in range(_ROUNDS):
        violations = judge.violations(value)
        if not violations:
            return value
        changed: object = value
        for violation in violations:
            changed = _mended(changed, pointer_keys(violation.pointer), base, violation, document)
        if changed is MISSING or changed == value:
            break
        value = changed  # type: ignore[assignment]  # it is a JSON value, since it is not MISSING
    return overlaid(base, value, judge.accepts)


def _mended(
    value: object, keys: list[str], base: object, violation: SchemaViolation, document: Json
) -> object:
    """The value without the violation at these keys; MISSING for a value that has to be left out."""
    if not keys:
        if isinstance(value, dict) and isinstance(base, dict) and violation.keyword == "required":
            names = array_or_empty(value_at(document, violation.schema_pointer))
            return {**value, **{each: base[each] for each in names if each in base and each not in value}}
        return MISSING
    if isinstance(value, dict) and keys[0] in value:
        inner = base.get(keys[0], MISSING) if isinstance(base, dict) else MISSING
        member = _mended(value[keys[0]], keys[1:], inner, violation, document)
        return _with_member(value, keys[0], member)
    if isinstance(value, list) and keys[0].isdecimal() and int(keys[0]) < len(value):
        index = int(keys[0])
        inner = base[0] if isinstance(base, list) and base else MISSING
        mended = _mended(value[index], keys[1:], inner, violation, document)
        return [*value[:index], *([] if mended is MISSING else [mended]), *value[index + 1 :]]
    return value


def _with_member(members: dict[str, object], name: str, value: object) -> dict[str, object]:
    changed: dict[str, object] = {**members, name: value}
    if value is MISSING:
        del changed[name]
    return changed


def overlaid(base: Json, value: Json, accepts: Callable[[Json], bool]) -> Json:
    """The accepted value `base`, overlaid with as much of `value` as is accepted."""
    if accepts(value):
        return value
    if not isinstance(base, dict) or not isinstance(value, dict) or len(value) > _MAX_MEMBERS:
        return base
    result = dict(base)
    for name, member in value.items():
        accepts_member = partial(_accepts_member, accepts, result, name)
        if name in result:
            result[name] = overlaid(result[name], member, accepts_member)
        elif accepts_member(member):
            result[name] = member
    unchanged = [name for name, member in base.items() if name not in value and result[name] is member]
    return _without_optional(result, unchanged, accepts)


def _accepts_member(
    accepts: Callable[[Json], bool], members: dict[str, Json], name: str, value: Json
) -> bool:
    return accepts({**members, name: value})


def _without_optional(
    members: dict[str, Json], names: list[str], accepts: Callable[[Json], bool]
) -> dict[str, Json]:
    """The members without those of these names that are not required."""
    for name in names:
        rest = {key: value for key, value in members.items() if key != name}
        if accepts(rest):
            members = rest
    return members
