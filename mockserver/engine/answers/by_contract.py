"""Answers by the contract alone: its examples, else generated bodies, and its headers."""

import json

from mockserver.contract.bodies import encode_body
from mockserver.contract.description import BODILESS, Header, MediaType, Response, is_json
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.engine.exchange import Source
from mockserver.http import header_rules
from mockserver.http.media_types import accepted
from mockserver.http.message import Answer, json_answer
from mockserver.scenarios.choice import Choice, UnknownChoice


def chosen(
    operation: Operation, choice: Choice | None, seed: int | None, accept: str = ""
) -> tuple[Source, Answer]:
    """What was asked for by code, example or seed; nothing: the successful answer.

    Raises UnknownChoice for a code or example that the contract lacks, Unsatisfiable.
    """
    code, example = (choice.code, choice.example) if choice else (None, None)
    status = operation.success if code is None else _status(operation, code)
    if example is not None:
        status = _status_of_example(operation, example, status if code else None)
    return documented(operation, status, accept, seed, example)


def documented(
    operation: Operation, status: int, accept: str = "", seed: int | None = None, example: str | None = None
) -> tuple[Source, Answer]:
    """The documented answer of a status: the named example, the first one, else a generated body.

    Of several types it is sent as the one that `accept` likes best. With a seed the body is always generated.
    Raises Unsatisfiable.
    """
    response = operation.response(status)
    media = liked(response, accept) if response is not None else None
    if media is None or status in BODILESS:
        return "example", Answer(status)
    if example is not None and example in media.examples:
        return "example", _encoded(operation, status, media, media.examples[example])
    if media.examples and seed is None:
        return "example", _encoded(operation, status, media, next(iter(media.examples.values())))
    if media.schema is None:
        return "generated", _encoded(operation, status, media, {} if media.is_json else "")
    return "generated", _encoded(operation, status, media, operation.value(media.schema, seed))


def holding(operation: Operation, status: int, body: Json, accept: str) -> Answer:
    """A body under a status, as the documented type that `accept` likes best; JSON where there is none."""
    response = operation.response(status)
    media = liked(response, accept) if response is not None else None
    if status in BODILESS or (response is not None and media is None):
        return Answer(status)
    return json_answer(status, body) if media is None else _encoded(operation, status, media, body)


def liked(response: Response, accept: str) -> MediaType | None:
    """The type that the client likes best; where it likes none, or all the same, JSON goes first."""
    if len(response.content) < 2:
        return response.media
    name = accepted(accept, sorted(response.content, key=lambda each: not is_json(each)))
    return response.content[name] if name is not None else response.media


def headers_of(operation: Operation, answer: Answer) -> list[tuple[str, str]]:
    """The documented headers that an answer does not have yet, by their examples, else generated.

    Those that are the server's own, or that cannot go onto the wire, are left out.
    """
    response = operation.response(answer.status)
    if response is None or not response.headers:
        return []
    present = {name.lower() for name, _ in answer.headers} | {"content-type", "content-encoding"}
    missing = (header for header in response.headers if header.name.lower() not in present)
    made = ((header.name, _text(operation, header)) for header in missing)
    return [
        (name.lower(), text)
        for name, text in made
        if text is not None and header_rules.violation(name, text) is None
    ]


def _text(operation: Operation, header: Header) -> str | None:
    """The value of a documented header; None where nothing says what it is."""
    value = header.example
    if value is None and header.schema is not None:
        value = operation.value(header.schema)
    if value is None:
        return None
    as_json = header.content is not None and is_json(header.content)
    return json.dumps(value, separators=(",", ":")) if as_json else _simple(value, explode=header.explode)


def _status(operation: Operation, code: str) -> int:
    """A status that was asked for and that the contract documents; raises UnknownChoice."""
    status = int(code) if len(code) == 3 and code.isascii() and code.isdecimal() else 0
    if not 200 <= status <= 599 or operation.response(status) is None:
        raise UnknownChoice("code", code, tuple(operation.responses))
    return status


def _status_of_example(operation: Operation, example: str, status: int | None) -> int:
    """The status whose response has the named example: the asked one, else the successful one first."""
    documented_ones = map(int, filter(str.isdecimal, operation.responses))
    valid: dict[str, None] = {}
    for each in [status] if status else [operation.success, *documented_ones]:
        response = operation.response(each)
        media = response.media if response is not None else None
        names = tuple(media.examples) if media is not None else ()
        if example in names:
            return each
        valid |= dict.fromkeys(names)
    raise UnknownChoice("example", example, tuple(valid))


def _encoded(operation: Operation, status: int, media: MediaType, body: Json) -> Answer:
    if media.is_json:
        return json_answer(status, body, media_type=media.name)
    encoded = encode_body(media, body, operation.answers.document)
    return Answer(status, [("content-type", encoded.content_type)], encoded.body)


def _simple(value: Json, *, explode: bool) -> str:
    """A header's value in the style `simple` (OpenAPI 3.1, section 4.8.12.3)."""
    match value:
        case dict():
            pairs = ((name, _simple(member, explode=False)) for name, member in value.items())
            return ",".join(f"{name}={text}" if explode else f"{name},{text}" for name, text in pairs)
        case list():
            return ",".join(_simple(item, explode=False) for item in value)
        case bool():
            return "true" if value else "false"
    return "" if value is None else str(value)
