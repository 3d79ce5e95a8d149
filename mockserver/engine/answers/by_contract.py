"""Answers by the contract alone: its examples, else generated bodies."""

from msgspec.structs import replace

from mockserver.contract.bodies import encode_body
from mockserver.contract.description import BODILESS, UNNAMED, MediaType, Response, is_json
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.engine.answers.documented_body import documented_body, page_of
from mockserver.engine.answers.documented_headers import example_headers
from mockserver.engine.exchange import Source
from mockserver.http.media_types import preferred_type
from mockserver.http.message import Answer, Headers, json_answer
from mockserver.scenarios.choice import Choice, UnknownChoice

LAST_PAGE = "the request continues a list, and gets its last page"
ONLY_PAGE = "the example says that its list goes on, but the mock has no other page, so the answer says that"


def chosen_answer(
    operation: Operation,
    choice: Choice | None,
    seed: int | None,
    accept: str = "",
    *,
    continues_list: bool = False,
) -> tuple[Source, Answer]:
    """The answer that was chosen by status code, example or seed; without a choice, the successful answer.

    Raises UnknownChoice for a code or example that the contract does not have, Unencodable.
    """
    code, example = (choice.code, choice.example) if choice else (None, None)
    status = operation.success if code is None else _documented_status(operation, code)
    if example is not None:
        status = _status_of_example(operation, example, status if code else None)
    return documented_answer(operation, status, accept, seed, example, continues_list=continues_list)


def documented_answer(
    operation: Operation,
    status: int,
    accept: str = "",
    seed: int | None = None,
    example: str | None = None,
    *,
    continues_list: bool = False,
) -> tuple[Source, Answer]:
    """The documented answer of a status: the named example, else the first valid one, else a generated body.

    `accept` chooses among several media types. With a seed the body is always generated. A body for a request
    that continues a list is the last page, any other one the only page of its list. Raises Unencodable.
    """
    response = operation.response(status)
    if response is None:
        return "example", Answer(status)
    media = _media_with_example(response, accept, example)
    if media is None or status in BODILESS:
        return "example", Answer(status, example_headers(response, example))
    if example is not None and example in media.examples:
        return "example", encoded_answer(
            operation, status, media, media.examples[example], example_headers(response, example)
        )
    body = documented_body(operation, status, media, seed)
    value, remark = body.value, body.remark
    if status < 300 and (continues_list or body.source == "example"):
        value = page_of(operation, media, value, is_last=continues_list)
    if value is not body.value:
        remark = remark or (LAST_PAGE if continues_list else ONLY_PAGE)
    answer = encoded_answer(
        operation, status, media, value, example_headers(response, body.example or example)
    )
    return body.source, replace(answer, remark=remark) if remark else answer


def with_documented_body(operation: Operation, answer: Answer, accept: str) -> Answer:
    """A fixed answer without a body, with the one that the contract documents for its status.

    Its own headers have precedence. Raises Unencodable.
    """
    documented = documented_answer(operation, answer.status, accept)[1]
    own = {name for name, _ in answer.headers}
    others = [each for each in documented.headers if each[0].lower() not in own]
    return replace(documented, headers=[*others, *answer.headers])


def _media_with_example(response: Response, accept: str, example: str | None) -> MediaType | None:
    """The response's preferred media type, or else the first one that has the example, if one has it."""
    media = preferred_media(response, accept)
    if example is None or media is None or example in media.examples:
        return media
    return next((each for each in response.content.values() if example in each.examples), media)


def answer_with_body(operation: Operation, status: int, body: Json, accept: str) -> Answer:
    """A body under a status, in the documented media type that `accept` prefers; JSON for no documented one.

    Raises Unencodable.
    """
    response = operation.response(status)
    media = preferred_media(response, accept) if response is not None else None
    if status in BODILESS or (response is not None and media is None):
        return Answer(status)
    return json_answer(status, body) if media is None else encoded_answer(operation, status, media, body)


def preferred_media(response: Response, accept: str) -> MediaType | None:
    """The response's media type that the client prefers; JSON where it accepts none, or prefers none."""
    if len(response.content) < 2:
        return response.media
    name = preferred_type(accept, sorted(response.content, key=lambda each: not is_json(each)))
    return response.content[name] if name is not None else response.media


def _documented_status(operation: Operation, code: str) -> int:
    """The status of a chosen code: a status, a range such as `4XX`, or `default`.

    Raises UnknownChoice if the contract does not document it.
    """
    status = operation.status_under(code)
    if status is None and len(code) == 3 and code.isascii() and code.isdecimal():
        status = int(code) if operation.response(int(code)) is not None else None
    if status is None or not 200 <= status <= 599:
        raise UnknownChoice("code", code, tuple(operation.responses))
    return status


def _status_of_example(operation: Operation, example: str, status: int | None) -> int:
    """The status whose response has the named example; without a chosen status, the successful one first.

    Ranges and `default` come last. Raises UnknownChoice.
    """
    keys = sorted(operation.responses, key=lambda each: (each == "default", not each.isdecimal()))
    documented = filter(None, map(operation.status_under, keys))
    valid: dict[str, None] = {}
    for each in [status] if status else [operation.success, *documented]:
        response = operation.response(each)
        names = _example_names(response) if response is not None else {}
        if example in names:
            return each
        valid |= names
    raise UnknownChoice("example", example, tuple(valid))


def _example_names(response: Response) -> dict[str, None]:
    """The names of a response's examples: those of the preferred body first, then those of headers."""
    media = [response.media, *response.content.values()] if response.media is not None else []
    bodies = [name for each in media for name in each.examples]
    headers = [name for each in response.headers for name in each.examples if name != UNNAMED]
    return dict.fromkeys([*bodies, *headers])


def encoded_answer(
    operation: Operation, status: int, media: MediaType, body: Json, headers: Headers = ()
) -> Answer:
    """An answer with the body in this media type; raises Unencodable."""
    if media.is_json:
        return json_answer(status, body, headers, media_type=media.name)
    encoded = encode_body(media, body, operation.answers.document)
    return Answer(status, [("content-type", encoded.content_type), *headers], encoded.body)
