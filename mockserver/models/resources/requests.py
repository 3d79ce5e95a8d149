"""What requests document about an item: the members that they can set, and those that are unique."""

import re
from collections.abc import Iterator

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import is_json
from mockserver.contract.document.references import value_at
from mockserver.contract.operation import Operation
from mockserver.data.json import object_or_empty
from mockserver.models.resources.envelope import Envelope, request_envelope
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.spelling import spelled_like, spelling_key

_UNIQUE = re.compile(
    r"(?<!\bnot )(?<!\bnot be )(?<!n't be )(?<!non-)\bunique\b(?! (?:items|values|set))", re.IGNORECASE
)
_TAKEN = re.compile(r"\b(?:already|exists?|duplicate|taken|unique|in use|conflict)", re.IGNORECASE)
_PARTIAL = re.compile(
    r"\bunchanged\b|\b(?:only|any) (?:the )?(?:fields?|parameters?|properties|members|attributes|values)\b"
    r"[^.]*\b(?:provided|specified|passed|included|sent|given|supplied|present)\b|\bpartial(?:ly)? update",
    re.IGNORECASE,
)
_SCALARS = frozenset(("string", "integer", "number"))


def request_shape(operation: Operation) -> Shape:
    """The shape of a request's body: of its JSON, if it has any, else of its first media type."""
    content = operation.body.content if operation.body is not None else {}
    media = [*content.values()]
    plain = [each for each in media if is_json(each.name) and "patch" not in each.name]
    chosen = next(iter(plain or [each for each in media if "json-patch" not in each.name]), None)
    return Shape(operation.requests, chosen.schema if chosen is not None else None)


def sent_view(operation: Operation, segment: str) -> SchemaView:
    """The schema of an item in a request, without the envelope."""
    view = request_shape(operation).view
    answer = Envelope(("data",)) if "data" in view.members else Envelope()
    envelope = request_envelope(view, answer, segment, set())
    for name in envelope.path:
        view = view.member(name)
    return view.items if envelope.holds_array else view


def member_keys(operation: Operation, segment: str) -> frozenset[str]:
    """The spelling keys of the members that a request documents for an item."""
    return frozenset(map(spelling_key, sent_view(operation, segment).members))


def required_keys(operation: Operation, segment: str) -> frozenset[str]:
    """The spelling keys of the members that a request requires for an item."""
    return frozenset(map(spelling_key, sent_view(operation, segment).required))


def unique_members(operation: Operation, members: set[str]) -> Iterator[str]:
    """The members of an item that the contract documents as unique.

    A request's property has `x-unique: true`, or its description says so; or the description of 409 names it.
    """
    conflict = object_or_empty(value_at(operation.requests.document, _pointer_of_conflict(operation)))
    told = str(conflict.get("description", ""))
    for name, view in sent_view(operation, "").members.items():
        own = spelled_like(name, members)
        if own is None or (view.types and not view.types & _SCALARS):
            continue
        named = _TAKEN.search(told) and re.search(rf"\b{re.escape(name)}\b", told, re.IGNORECASE)
        described = _UNIQUE.search(str(view.first("description") or ""))
        if view.first("x-unique") is True or described or named:
            yield own


def _pointer_of_conflict(operation: Operation) -> str:
    response = operation.responses.get("409")
    return response.pointer if response is not None else "/no-conflict"


def is_partial(operation: Operation) -> bool:
    """Whether the contract says of a PUT that it changes the members that are sent, and no others."""
    text = object_or_empty(value_at(operation.requests.document, operation.pointer))
    return _PARTIAL.search(f"{text.get('summary', '')} {text.get('description', '')}") is not None
