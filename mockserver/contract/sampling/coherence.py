"""Values that agree with the answer around them: with its status, with a success, with the end of a list.

Names of members decide. They are preferences: the schema may still refuse these values.
"""

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from http import HTTPStatus

from mockserver.contract.sampling.context import Keywords, SamplingContext
from mockserver.contract.sampling.plausible_values import words
from mockserver.data.json import Json, array_or_empty

ENVELOPE = 2  # objects around a member that is about the answer itself: `{error: {code: …}}`


class Meaning(Enum):
    """What a member of an answer's body tells, by its name."""

    MORE = "whether the list goes on"
    END = "whether the list ends"
    NEXT = "where the list goes on"
    FAILURE = "what failed"
    TOOLS = "what a model wants called, instead of a text"
    STATUS = "the status of the answer"
    SUCCESS = "whether the request succeeded"
    SENTENCE = "what happened, for people"
    OTHER = "anything else"


_PAGING = frozenset(
    ("cursor", "href", "id", "key", "link", "marker", "offset", "page", "start", "token", "uri", "url")
)
_FAILURE = frozenset(
    ("declined", "error", "errors", "exception", "exceptions", "failed", "failure", "failures", "refusal")
)
_MEANINGS = {
    **dict.fromkeys(("more", "more_available", "is_truncated", "truncated"), Meaning.MORE),
    **dict.fromkeys(("is_last", "is_last_page", "last_page"), Meaning.END),
    **dict.fromkeys(("next", "continuation", "continuation_token"), Meaning.NEXT),
    **dict.fromkeys(("incomplete_details", "decline_code", "rejection_reason"), Meaning.FAILURE),
    **dict.fromkeys(("tool_call", "tool_calls", "function_call", "function_calls"), Meaning.TOOLS),
    **dict.fromkeys(("status", "status_code", "http_status", "http_status_code", "code"), Meaning.STATUS),
    **dict.fromkeys(("success", "successful", "is_success", "succeeded", "ok"), Meaning.SUCCESS),
    **dict.fromkeys(("detail", "message", "msg", "reason", "title", "error_description"), Meaning.SENTENCE),
}
_SENTENCES = frozenset(("description", "error", "exception", "failure", "message", "reason"))
_BY_STATUS = frozenset((Meaning.STATUS, Meaning.SENTENCE, Meaning.SUCCESS, Meaning.FAILURE))
_LEFT_OUT = frozenset((Meaning.NEXT, Meaning.FAILURE, Meaning.TOOLS))
_EMPTY: tuple[Json, ...] = (None, [], False, 0, "")
_FAILED_VALUES = _FAILURE | {"denied", "fail", "incomplete", "invalid", "refused", "rejected", "unsuccessful"}
_SUCCESSFUL_VALUES = frozenset(("ok", "success", "succeeded", "successful"))
_OTHER_CONTENT = frozenset(("filter", "function", "tool"))  # of a model's answer that is not a text
_OUTCOMES = frozenset(("code", "outcome", "reason", "result", "state", "status"))  # last words of names


@lru_cache(maxsize=4_096)
def meaning(name: str) -> Meaning:
    """What a member of this name tells."""
    parts = words(name)
    known = _MEANINGS.get("_".join(parts))
    if known is not None or not parts:
        return known or Meaning.OTHER
    if parts[0] == "has" and ("more" in parts or "next" in parts):
        return Meaning.MORE
    if parts[0] == "next" and parts[-1] in _PAGING:
        return Meaning.NEXT
    return Meaning.OTHER if _FAILURE.isdisjoint(parts) else Meaning.FAILURE


def is_left_out(name: str, context: SamplingContext) -> bool:
    """Whether an optional member is null or missing in a coherent answer."""
    return context.is_success and meaning(name) in _LEFT_OUT


def coherent_values(keywords: Keywords, context: SamplingContext) -> Iterator[Json]:
    """The values to try first for the member that the context names."""
    if context.status is None or (found := meaning(context.name)) is Meaning.OTHER:
        return
    if context.is_success and found in _LEFT_OUT:
        yield from _EMPTY
    elif found is Meaning.MORE:
        yield False
    elif found is Meaning.END:
        yield True
    elif found in _BY_STATUS and context.depth <= ENVELOPE:
        yield from _values_by_status(found, context.name, keywords, context.status)


def _values_by_status(found: Meaning, name: str, keywords: Keywords, status: int) -> Iterator[Json]:
    phrase = _phrase(status)
    if found is Meaning.SUCCESS:
        yield status < 400
    elif found is Meaning.STATUS:
        if all(map(_is_status, _examples(keywords))):
            yield status
            if status >= 400:
                yield str(status)
        if status >= 400:
            yield from (phrase.lower().replace(" ", "_"), phrase.upper().replace(" ", "_"))
    elif status >= 400 and not _examples(keywords):
        if found is Meaning.SENTENCE or words(name)[-1] in _SENTENCES:
            yield phrase
        yield True


def _examples(keywords: Keywords) -> list[Json]:
    default = [keywords["default"]] if "default" in keywords else []
    return [*array_or_empty(keywords.get("examples")), *default]


def _is_status(value: Json) -> bool:
    text = str(value)
    return len(text) == 3 and text.isdecimal() and "1" <= text[0] <= "5"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def coherent_choices(values: list[Json], context: SamplingContext) -> list[Json]:
    """The values of an enum without null and without those that contradict the answer, if others are left."""
    left: list[Json] = [each for each in values if each is not None]
    left = left or values
    parts = words(context.name)
    if context.status is None or not parts or parts[-1] not in _OUTCOMES:
        return left
    contradicts = _tells_failure if context.is_success else _tells_success
    agreeing = [each for each in left if not contradicts(each)]
    return agreeing or left


def _tells_failure(value: Json) -> bool:
    return isinstance(value, str) and not (_FAILED_VALUES | _OTHER_CONTENT).isdisjoint(words(value))


def _tells_success(value: Json) -> bool:
    return isinstance(value, str) and not {"ok", "success", "succeeded", "successful"}.isdisjoint(
        words(value)
    )
