"""Takes into a successful answer of the contract what the request says under the same names.

A client that reads pet 42 gets a pet with this id, and one that creates a pet gets the name that it sent.
"""

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from mockserver.contract.description import MediaType
from mockserver.contract.operation import Operation
from mockserver.contract.secret_marks import SecretMarks
from mockserver.engine.answers.echo_trial import Members, with_members, with_valid_members
from mockserver.engine.exchange import Exchange
from mockserver.http.media_types import matching_entry
from mockserver.http.message import Answer, encoded

if TYPE_CHECKING:
    from mockserver.engine.answers.echo_targets import EchoTargets

_PHRASES = {"path": "the path", "body": "the body"}
# By the secret marks of a contract, which live as long as it is served; then by operation and media type.
_TARGETS: "WeakKeyDictionary[SecretMarks, dict[tuple[str, int], EchoTargets]]" = WeakKeyDictionary()


def with_echo(exchange: Exchange, answer: Answer, marks: SecretMarks) -> Answer:
    """The answer with values of the request, which the trail lists; the same answer if nothing fits.

    Only a successful answer with a JSON object and a documented schema is changed. A valid one stays valid,
    and an invalid one gets no further violations.
    """
    call, body = exchange.call, answer.value
    if call is None or not isinstance(body, dict) or not 200 <= answer.status < 300:
        return answer
    if not exchange.facts.match.raw and not (isinstance(call.body, dict) and call.body):
        return answer
    operation = exchange.matched_operation
    media = _media(operation, answer)
    if media is None or media.schema is None:
        return answer
    from mockserver.engine.answers.echo_candidates import fitting_members  # noqa: PLC0415  # few servers need it

    members, is_certain = fitting_members(exchange, call, _targets(operation, media, marks), body)
    if not members:
        return answer
    size = len(exchange.request.body) + len(exchange.request.head.path)
    if is_certain:
        changed = with_members(operation.answers, media.schema, body, members)
    else:
        changed, members = with_valid_members(operation.answers, media.schema, body, members, size)
    if not members:
        return answer
    exchange.size = size  # because the answer is not only ours
    exchange.note_unmasked("answer", _sentence(members), operation.source_location)
    return replace(answer, body=encoded(changed), value=changed)


def _media(operation: Operation, answer: Answer) -> MediaType | None:
    """The documented media type of an answer; None if the contract does not describe its JSON."""
    response = operation.response(answer.status)
    media = matching_entry(response.content, answer.content_type or "") if response is not None else None
    return media if media is not None and media.is_json else None


def _targets(operation: Operation, media: MediaType, marks: SecretMarks) -> "EchoTargets":
    """What the answers of an operation in a media type may take from a request; it is remembered."""
    remembered, key = _TARGETS.setdefault(marks, {}), (operation.id, id(media))
    if key not in remembered:
        from mockserver.engine.answers.echo_targets import echo_targets  # noqa: PLC0415  # few servers need it

        remembered[key] = echo_targets(operation, media, marks.names_of(operation))
    return remembered[key]


def _sentence(members: Members) -> str:
    """The entry of the trail, which lists each member by its pointer."""
    listed = [
        f"{phrase}: {', '.join(each.pointer for each in members if each.part == part)}"
        for part, phrase in _PHRASES.items()
        if any(each.part == part for each in members)
    ]
    return f"echoed from {'; from '.join(listed)}"
