"""Answers by the contract alone: its examples, else generated bodies, and its headers."""

import json

from mockserver.contract.bodies import encode_body
from mockserver.contract.description import BODILESS, Header, MediaType, Response, is_json
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.engine.exchange import Source
from mockserver.http import header_rules
from mockserver.http.media_types import preferred_type
from mockserver.http.message import Answer, json_answer
from mockserver.scenarios.choice import Choice, UnknownChoice


def chosen_answer(
    operation: Operation, choice: Choice | None, seed: int | None, accept: str = ""
) -> tuple[Source, Answer]:
    """The answer that was chosen by status code, example or seed; without a choice, the successful answer.

    Raises UnknownChoice for a code or example that the contract does not have, Unsatisfiable, Unencodable.
    """
    code, example = (choice.code, choice.example) if choice else (None, None)
    status = operation.success if code is None else _documented_status(operation, code)
    if example is not None:
        status = _status_of_example(operation, example, status if code else None)
    return documented_answer(operation, status, accept, seed, example)


def documented_answer(
    operation: Operation, status: int, accept: str = "", seed: int | None = None, example: str | None = None
) -> tuple[Source, Answer]:
    """The documented answer of a status: the named example, else the first one, else a generated body.

    `accept` chooses among several media types. With a seed the body is always generated.
    Raises Unsatisfiable, Unencodable.
    """
    response = operation.response(status)
    media = preferred_media(response, accept) if response is not None else None
    if media is None or status in BODILESS:
        return "example", Answer(status)
    if example is not None and example in media.examples:
        return "example", _encoded(operation, status, media, media.examples[example])
    if media.examples and seed is None:
        return "example", _encoded(operation, status, media, next(iter(media.examples.values())))
    if media.schema is None:
        return "generated", _encoded(operation, status, media, {} if media.is_json else "")
    return "generated", _encoded(operation, status, media, operation.value(media.schema, seed))


def answer_with_body(operation: Operation, status: int, body: Json, accept: str) -> Answer:
    """A body under a status, in the documented media type that `accept` prefers; JSON for no documented one.

    Raises Unencodable.
    """
    response = operation.response(status)
    media = preferred_media(response, accept) if response is not None else None
    if status in BODILESS or (response is not None and media is None):
        return Answer(status)
    return json_answer(status, body) if media is None else _encoded(operation, status, media, body)


def preferred_media(response: Response, accept: str) -> MediaType | None:
    """The response's media type that the client prefers; JSON where it accepts none, or prefers none."""
    if len(response.content) < 2:
        return response.media
    name = preferred_type(accept, sorted(response.content, key=lambda each: not is_json(each)))
    return response.content[name] if name is not None else response.media


def missing_headers(operation: Operation, answer: Answer) -> list[tuple[str, str]]:
    """The documented headers that an answer does not have yet, by their examples, else generated.

    Headers that only the server sets are left out, and so are values that are not valid in HTTP.
    """
    response = operation.response(answer.status)
    if response is None or not response.headers:
        return []
    present = {name.lower() for name, _ in answer.headers} | {"content-type", "content-encoding"}
    missing = (header for header in response.headers if header.name.lower() not in present)
    made = ((header.name, _header_value(operation, header)) for header in missing)
    return [
        (name.lower(), value)
        for name, value in made
        if value is not None and header_rules.violation(name, value) is None
    ]


def _header_value(operation: Operation, header: Header) -> str | None:
    """The value of a documented header, None where it has neither an example nor a schema."""
    value = header.example
    if value is None and header.schema is not None:
        value = operation.value(header.schema)
    if value is None:
        return None
    as_json = header.content is not None and is_json(header.content)
    if as_json:
        return json.dumps(value, separators=(",", ":"))
    return _in_simple_style(value, explode=header.explode)


def _documented_status(operation: Operation, code: str) -> int:
    """The status of a chosen code; raises UnknownChoice where the contract does not document it."""
    status = int(code) if len(code) == 3 and code.isascii() and code.isdecimal() else 0
    if not 200 <= status <= 599 or operation.response(status) is None:
        raise UnknownChoice("code", code, tuple(operation.responses))
    return status


def _status_of_example(operation: Operation, example: str, status: int | None) -> int:
    """The status whose response has the named example; without a chosen status, the successful one first.

    Raises UnknownChoice.
    """
    documented = map(int, filter(str.isdecimal, operation.responses))
    valid: dict[str, None] = {}
    for each in [status] if status else [operation.success, *documented]:
        response = operation.response(each)
        media = response.media if response is not None else None
        names = tuple(media.examples) if media is not None else ()
        if example in names:
            return each
        valid |= dict.fromkeys(names)
    raise UnknownChoice("example", example, tuple(valid))


def _encoded(operation: Operation, status: int, media: MediaType, body: Json) -> Answer:
    """The answer with the body in this media type; raises Unencodable."""
    if media.is_json:
        return json_answer(status, body, media_type=media.name)
    encoded = encode_body(media, body, operation.answers.document)
    return Answer(status, [("content-type", encoded.content_type)], encoded.body)


def _in_simple_style(value: Json, *, explode: bool) -> str:
    """A header's value in the style `simple` (OpenAPI 3.1, section 4.8.12.3)."""
    match value:
        case dict():
            pairs = ((name, _in_simple_style(member, explode=False)) for name, member in value.items())
            return ",".join(f"{name}={text}" if explode else f"{name},{text}" for name, text in pairs)
        case list():
            return ",".join(_in_simple_style(item, explode=False) for item in value)
        case bool():
            return "true" if value else "false"
    return "" if value is None else str(value)
