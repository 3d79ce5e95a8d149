"""Takes into a successful answer of the contract what the request says under the same names.

A client that reads pet 42 gets a pet with this id, and one that creates a pet gets the name that it sent.
"""

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import MediaType
from mockserver.contract.operation import Operation
from mockserver.contract.secret_marks import SecretMarks
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.engine.answers.echo_trial import Members, with_members, with_valid_members
from mockserver.engine.exchange import Exchange
from mockserver.http.media_types import matching_entry
from mockserver.http.message import Answer, encoded
from mockserver.model import Call

if TYPE_CHECKING:
    from mockserver.engine.answers.echo_targets import EchoTargets

_PHRASES = {"path": "the path", "body": "the body"}
_LARGEST = 8 * 1024  # bytes of a request's body and its answer, of those whose echo is remembered


class _Echo(Struct, frozen=True):
    """The answer that a request gets: the value and the bytes of its body, and the sentence for the trail."""

    value: Json
    body: bytes
    sentence: str


class _Memory:
    """What follows from the contract and from the latest requests, for as long as a contract is served."""

    def __init__(self) -> None:
        self.targets: dict[tuple[str, int], EchoTargets] = {}  # by operation and media type
        self.echoes: BoundedCache[object, _Echo | None] = BoundedCache()  # None: nothing fits


_MEMORIES: WeakKeyDictionary[SecretMarks, _Memory] = WeakKeyDictionary()


def with_echo(exchange: Exchange, answer: Answer, marks: SecretMarks) -> Answer:
    """The answer with values of the request, which the trail lists; the same answer if nothing fits.

    Only a successful answer with a JSON object and a documented schema is changed. A valid one stays valid,
    and an invalid one gets no further violations. Equal requests are frequent, so their echo is remembered.
    """
    call, request, raw = exchange.call, exchange.request, exchange.facts.match.raw
    if call is None or not isinstance(answer.value, dict) or not 200 <= answer.status < 300:
        return answer
    if not raw and not (isinstance(call.body, dict) and call.body):
        return answer
    operation = exchange.matched_operation
    media = _media(operation, answer)
    if media is None or media.schema is None:
        return answer
    memory = _MEMORIES.get(marks) or _MEMORIES.setdefault(marks, _Memory())
    sent = request.head.header("content-type"), request.body, tuple(raw.values())
    key = operation.id, id(media), answer.body, sent
    echo = memory.echoes.get(key, MISSING)
    if echo is MISSING:
        echo = _echo(exchange, call, answer.value, media, _targets(memory, operation, media, marks))
        if len(request.body) + len(answer.body) < _LARGEST:
            memory.echoes.put(key, echo)
    if not isinstance(echo, _Echo):
        return answer
    exchange.size = _size(exchange)  # because the answer is not only ours
    exchange.note_unmasked("answer", echo.sentence, operation.source_location)
    return replace(answer, body=echo.body, value=echo.value)


def _echo(
    exchange: Exchange, call: Call, body: dict[str, Json], media: MediaType, targets: "EchoTargets"
) -> _Echo | None:
    """The echo of a request in the body of its answer; None if nothing fits."""
    from mockserver.engine.answers.echo_candidates import fitting_members  # noqa: PLC0415  # few servers need it

    answers, schema = exchange.matched_operation.answers, media.schema
    members, is_certain = fitting_members(exchange, call, targets, body)
    if not members or schema is None:
        return None
    if is_certain:
        changed = with_members(answers, schema, body, members)
    else:
        changed, members = with_valid_members(answers, schema, body, members, _size(exchange))
    return _Echo(changed, encoded(changed), _sentence(members)) if members else None


def _size(exchange: Exchange) -> int:
    """How many bytes of a request its answer may hold."""
    return len(exchange.request.body) + len(exchange.request.head.path)


def _media(operation: Operation, answer: Answer) -> MediaType | None:
    """The documented media type of an answer; None if the contract does not describe its JSON."""
    response = operation.response(answer.status)
    media = matching_entry(response.content, answer.content_type or "") if response is not None else None
    return media if media is not None and media.is_json else None


def _targets(memory: _Memory, operation: Operation, media: MediaType, marks: SecretMarks) -> "EchoTargets":
    """What the answers of an operation in a media type may take from a request; it is remembered."""
    key = operation.id, id(media)
    if key not in memory.targets:
        from mockserver.engine.answers.echo_targets import echo_targets  # noqa: PLC0415  # few servers need it

        memory.targets[key] = echo_targets(operation, media, marks.names_of(operation))
    return memory.targets[key]


def _sentence(members: Members) -> str:
    """The entry of the trail, which lists each member by its pointer."""
    listed = [
        f"{phrase}: {', '.join(each.pointer for each in members if each.part == part)}"
        for part, phrase in _PHRASES.items()
        if any(each.part == part for each in members)
    ]
    return f"echoed from {'; from '.join(listed)}"
