"""Makes the item that a request creates: what was sent, and the other members as the schema wants them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.sampling.plausible_values import words
from mockserver.data.json import Json
from mockserver.models.resources.identity import with_value
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.spelling import spelled_like

_MADE = frozenset(("created", "creation", "inserted", "added", "registered"))
_CHANGED = frozenset(("updated", "update", "modified", "modification", "changed"))
_ENDED = frozenset(
    ("archived", "cancelled", "canceled", "closed", "completed", "deleted", "deletion", "disabled", "ended",
     "expired", "failed", "finished", "paid", "refunded", "removed", "resolved", "revoked", "voided")
)  # fmt: skip
_MILLISECONDS = 10_000_000_000  # an instant above is not in seconds
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def new_item(shape: Shape, sent: Json, made: Mapping[tuple[str, ...], Json], now: datetime) -> Json:
    """The item for what was sent, with its optional members filled.

    `made` are values that only the server sets, such as the id, by their paths. What is invalid is replaced.
    """
    if sent is None and shape.schema is not None and isinstance(shape.sample, dict):
        sent = {}
    if not isinstance(sent, dict):
        return shape.fitted(sent)
    first: Json = None
    for index, sample in enumerate(shape.samples):
        base = _prepared(sample, shape.view, now)
        item = _with_made(with_sent(base, sent, shape.view), made)
        if shape.accepts(item):
            return item
        first = first if index else item
    base = _with_made(_prepared(shape.sample, shape.view, now), made)
    fitted = shape.fitted(first, base)
    if not isinstance(fitted, dict) or not isinstance(base, dict):
        return fitted
    filled = {**base, **fitted}
    return filled if shape.accepts(filled) else fitted


def _with_made(item: Json, made: Mapping[tuple[str, ...], Json]) -> Json:
    for path, value in made.items():
        item = with_value(item, path, value) if isinstance(item, dict) else item
    return item


def with_sent(item: Json, sent: Mapping[str, Json], view: SchemaView) -> dict[str, Json]:
    """The item with the members that were sent, also those in another spelling than the schema's."""
    result = dict(item) if isinstance(item, dict) else {}
    for name, value in sent.items():
        known = spelled_like(name, {**view.members, **result}) or name
        result[known] = converted(value, result.get(known), view.member(known))
    return result


def converted(value: Json, present: Json, view: SchemaView) -> Json:
    """A value that was sent, in the type that the item has for it.

    A string for an object is the id of what the member refers to; `present` is the value that the item has.
    """
    types = view.types
    if isinstance(value, str) and types and "string" not in types:
        if types & {"integer", "number"} and re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]+)?", value):
            return float(value) if "." in value else int(value)
        if "boolean" in types and value in ("true", "false"):
            return value == "true"
        if "object" in types and isinstance(present, dict):
            name = next(
                (each for each in ("id", "gid", "sid", "uuid", "key", "slug", "name") if each in present),
                None,
            )
            return {**present, name: value} if name else value
    if isinstance(value, int | float) and not isinstance(value, bool) and types == {"string"}:
        return str(value)
    return value


def _prepared(sample: Json, view: SchemaView, now: datetime) -> Json:
    """A sample as a new item: created now, and not archived, deleted or closed."""
    if not isinstance(sample, dict):
        return sample
    result: dict[str, Json] = {}
    for name, value in sample.items():
        member = view.member(name)
        if _is_end(name, value):
            if isinstance(value, bool):
                result[name] = False
            elif "null" in member.types:
                result[name] = None
            elif name in view.required:
                result[name] = value
        elif isinstance(value, dict):
            result[name] = _prepared(value, member, now) if len(member.members) < 60 else value
        else:
            result[name] = moment_like(value, member, now) if is_moment(name, _MADE | _CHANGED) else value
    return result


def _is_end(name: str, value: Json) -> bool:
    """Whether a member says that the item has come to an end."""
    parts = words(name)
    if _ENDED.isdisjoint(parts):
        return False
    return isinstance(value, bool) or (len(parts) > 1 and parts[-1] in ("at", "on", "date", "time"))


def is_moment(name: str, kinds: frozenset[str]) -> bool:
    """Whether a member of this name says when the item was made or changed."""
    parts = [
        each for each in words(name) if each not in ("at", "on", "date", "time", "timestamp", "last", "ts")
    ]
    return len(parts) == 1 and parts[0] in kinds


def moment_like(value: Json, view: SchemaView, now: datetime) -> Json:
    """The instant in the form of a value: as a string by its format, or a number; else the value itself."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return int(now.timestamp() * (1_000 if value > _MILLISECONDS else 1))
    if not isinstance(value, str):
        return value
    now = now.astimezone(UTC)
    if view.first("format") == "date" or _DATE.fullmatch(value):
        return now.date().isoformat()
    if _DATE.match(value):
        fraction = "seconds" if "." not in value else "milliseconds"
        return now.isoformat(timespec=fraction).replace("+00:00", "Z")
    if "," in value and value[:3].isalpha():
        return format_datetime(now)
    return value


def touched(item: Json, view: SchemaView, sent: Mapping[str, Json], now: datetime) -> Json:
    """An item that was changed now: the members that say so have this instant."""
    if not isinstance(item, dict):
        return item
    moments = {
        name: moment_like(value, view.member(name), now)
        for name, value in item.items()
        if is_moment(name, _CHANGED) and spelled_like(name, sent) is None
    }
    return {**item, **moments} if moments else item
