"""Requests with exactly one violation: valid requests with one change."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import MediaType, Parameter
from mockserver.contract.document.references import reference_to
from mockserver.contract.parameters import serialize
from mockserver.contract.validation import Violation
from mockserver.data.json import Json
from mockserver.strategies.parameter_values import Pairs, can_send
from mockserver.strategies.request_drafts import RequestDraft, SentRequest, can_encode, with_json
from mockserver.strategies.value_violations import invalid_values
from mockserver.strategies.values import Values

# Values of parameters that are likely to be invalid: wrong type, too small, not an integer, a bad escape.
_RAW_VALUES = ("x", "-1", "1.5", "~", "%ZZ")
Attempt = Callable[
    [], RequestDraft | None
]  # makes a draft that is probably invalid; None if it cannot be sent


class InvalidRequest(Struct, frozen=True):
    """A request and its only violation of the contract."""

    request: SentRequest
    violation: Violation


def invalid_requests(valid: SearchStrategy[RequestDraft], values: Values) -> SearchStrategy[InvalidRequest]:
    """A strategy for requests with one violation; it is empty if the contract has no rule to violate."""

    @st.composite
    def invalid(draw: DrawFn) -> InvalidRequest:
        return _draw_invalid(draw, valid, values)

    return invalid()


def _draw_invalid(draw: DrawFn, valid: SearchStrategy[RequestDraft], values: Values) -> InvalidRequest:
    groups: dict[tuple[str, str], list[Attempt]] = {}
    for part, keyword, attempt in _attempts(draw(valid), values):
        groups.setdefault((part, keyword), []).append(attempt)
    if not groups:
        return reject()
    chosen = draw(st.sampled_from(list(groups)))  # draws the rule first, so that rare rules are as likely
    first = draw(st.integers(0, len(groups[chosen]) - 1))
    own, others = groups.pop(chosen), groups.values()
    for attempt in chain(own[first:], own[:first], *others):
        draft = attempt()
        violations = draft.checked().violations if draft is not None else []
        if draft is not None and len(violations) == 1:
            return InvalidRequest(draft.sent, violations[0])
    return reject()


def _attempts(draft: RequestDraft, values: Values) -> Iterator[tuple[str, str, Attempt]]:
    """All single changes of the draft: the changed part, the keyword it should violate, and the attempt.

    Some changes violate no rule, and some violate several.
    """
    if draft.media is not None:
        yield "body", "required", partial(replace, draft, body=b"", json=None, content_type=None)
        yield "body", "cut off", partial(replace, draft, body=draft.body[:-1], json=None)
        for other in ("application/x-unknown", None):
            yield "header", "contentType", partial(replace, draft, content_type=other)
    for parameter in draft.operation.parameters:
        for keyword, pairs in _invalid_pairs(draft, parameter, values):
            yield parameter.name, keyword, partial(_with_pairs, draft, parameter, pairs)
    media = draft.media
    if media is not None and media.schema is not None:
        for keyword, value in invalid_values(values, {"$ref": reference_to(media.schema)}, draft.json):
            yield "body", keyword, partial(_with_value, draft, media, value)


def _with_value(draft: RequestDraft, media: MediaType, value: Json) -> RequestDraft | None:
    return with_json(draft, media, value) if can_encode(draft.operation, media, value) else None


def _with_pairs(draft: RequestDraft, parameter: Parameter, pairs: Pairs) -> RequestDraft | None:
    if not can_send(parameter.location, pairs):
        return None
    return replace(draft, pairs={**draft.pairs, (parameter.location, parameter.name): pairs})


def _invalid_pairs(draft: RequestDraft, parameter: Parameter, values: Values) -> Iterator[tuple[str, Pairs]]:
    """Changed values of a parameter of the draft, with the keyword that each should violate."""
    key = parameter.location, parameter.name
    if key not in draft.pairs:
        return
    name = draft.pairs[key][0][0]
    yield from (("type", ((name, raw),)) for raw in _RAW_VALUES)
    if parameter.location != "path":
        yield "required", ()
    if parameter.location in ("query", "cookie"):
        yield "style", draft.pairs[key] * 2
    if parameter.schema is not None:
        schema: Json = {"$ref": reference_to(parameter.schema)}
        for keyword, value in invalid_values(values, schema, draft.values[key]):
            yield keyword, tuple(serialize(parameter, value))
