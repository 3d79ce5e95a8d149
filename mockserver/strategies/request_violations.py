"""Requests with exactly one violation: a request that the contract allows, with one thing changed."""

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
from mockserver.strategies.request_drafts import Draft, Pairs, SentRequest, encodes, sendable, with_json
from mockserver.strategies.value_violations import broken
from mockserver.strategies.values import Values

_TEXTS = ("x", "-1", "1.5", "~", "%ZZ")  # of parameters: no number, too small, not whole, odd, no escape
Attempt = Callable[[], Draft | None]  # to a request that should break a rule; None where it cannot be sent


class InvalidRequest(Struct, frozen=True):
    """A request, and the one thing that the contract forbids about it."""

    request: SentRequest
    violation: Violation


def violating(valid: SearchStrategy[Draft], values: Values) -> SearchStrategy[InvalidRequest]:
    """Requests that break one rule; nothing is drawn where the contract has no rule to break."""

    @st.composite
    def invalid(draw: DrawFn) -> InvalidRequest:
        return _violating(draw, valid, values)

    return invalid()


def _violating(draw: DrawFn, valid: SearchStrategy[Draft], values: Values) -> InvalidRequest:
    groups: dict[tuple[str, str], list[Attempt]] = {}
    for place, keyword, attempt in _attempts(draw(valid), values):
        groups.setdefault((place, keyword), []).append(attempt)
    if not groups:
        return reject()
    chosen = draw(st.sampled_from(list(groups)))  # first the rule, so that rare ones are met as often
    first = draw(st.integers(0, len(groups[chosen]) - 1))
    own, others = groups.pop(chosen), groups.values()
    for attempt in chain(own[first:], own[:first], *others):
        draft = attempt()
        violations = draft.checked().violations if draft is not None else []
        if draft is not None and len(violations) == 1:
            return InvalidRequest(draft.sent, violations[0])
    return reject()


def _attempts(draft: Draft, values: Values) -> Iterator[tuple[str, str, Attempt]]:
    """The draft with each thing changed in turn: the place, the keyword that it is meant to break, and how.

    Not every change breaks a rule, and some break several.
    """
    if draft.media is not None:
        yield "body", "required", partial(replace, draft, body=b"", json=None, content_type=None)
        yield "body", "cut off", partial(replace, draft, body=draft.body[:-1], json=None)
        for other in ("application/x-unknown", None):
            yield "header", "contentType", partial(replace, draft, content_type=other)
    for parameter in draft.operation.parameters:
        for keyword, pairs in _texts(draft, parameter, values):
            yield parameter.name, keyword, partial(_with_texts, draft, parameter, pairs)
    media = draft.media
    if media is not None and media.schema is not None:
        for keyword, value in broken(values, {"$ref": reference_to(media.schema)}, draft.json):
            yield "body", keyword, partial(_with_value, draft, media, value)


def _with_value(draft: Draft, media: MediaType, value: Json) -> Draft | None:
    return with_json(draft, media, value) if encodes(draft.operation, media, value) else None


def _with_texts(draft: Draft, parameter: Parameter, pairs: Pairs) -> Draft | None:
    if not sendable(parameter.location, pairs):
        return None
    return replace(draft, texts={**draft.texts, (parameter.location, parameter.name): pairs})


def _texts(draft: Draft, parameter: Parameter, values: Values) -> Iterator[tuple[str, Pairs]]:
    """Texts for a parameter that the draft has: none, one that does not fit, or two."""
    key = parameter.location, parameter.name
    if key not in draft.texts:
        return
    name = draft.texts[key][0][0]
    yield from (("type", ((name, text),)) for text in _TEXTS)
    if parameter.location != "path":
        yield "required", ()
    if parameter.location in ("query", "cookie"):
        yield "style", draft.texts[key] * 2
    if parameter.schema is not None:
        schema: Json = {"$ref": reference_to(parameter.schema)}
        for keyword, value in broken(values, schema, draft.values[key]):
            yield keyword, tuple(serialize(parameter, value))
