"""The body of a documented answer: the first example that keeps to the contract, else a generated value."""

from msgspec import Struct

from mockserver.contract.bodies import Unencodable, encode_body
from mockserver.contract.description import MediaType
from mockserver.contract.operation import Operation
from mockserver.contract.validation import check_answer
from mockserver.data.json import Json
from mockserver.engine.exchange import Source


class Body(Struct, frozen=True):
    """A body as a value, which must not be changed; `remark` is for the trail."""

    source: Source
    value: Json
    example: str | None = None  # its name
    remark: str = ""


def documented_body(operation: Operation, status: int, media: MediaType, seed: int | None) -> Body:
    """The first valid example, else the first one; with a seed or without examples, a generated value."""
    if media.examples and seed is None:
        return _example(operation, status, media)
    if media.schema is None:
        return Body("generated", {} if media.is_json else "")
    generated = operation.answers.generate(media.schema, seed, status)
    failure = generated.failure
    if failure is None:
        if seed is None:
            operation.answers.remember_violations(media.schema, generated.value)
        else:
            operation.answers.note_valid(media.schema, generated.value)
        return Body("generated", generated.value)
    reason = f"{failure.pointer or 'the schema'}: {failure.reason}"
    return Body(
        "generated", generated.value, None, f"no valid body was found, so an invalid one is sent; {reason}"
    )


def _example(operation: Operation, status: int, media: MediaType) -> Body:
    chosen = operation.answers.chosen_examples
    name = chosen.get(media.pointer)
    if name is None:
        valid = (each for each in media.examples if _is_valid(operation, status, media, media.examples[each]))
        name = chosen[media.pointer] = next(valid, next(iter(media.examples)))
    first = next(iter(media.examples))
    remark = "" if name == first else f"the example {first!r} breaks the contract, so {name!r} is sent"
    return Body("example", media.examples[name], name, remark)


def _is_valid(operation: Operation, status: int, media: MediaType, example: Json) -> bool:
    if media.is_json:
        return media.schema is None or not operation.answers.remember_violations(media.schema, example)
    try:
        encoded = encode_body(media, example, operation.answers.document)
    except Unencodable:
        return False
    return not check_answer(operation, status, encoded.content_type, encoded.body)


def page_of(operation: Operation, media: MediaType, body: Json, *, is_last: bool) -> Json:
    """The body as the last page of its list, or else as the only one, as far as its schema allows."""
    pages = operation.answers.pages
    known = pages.get((id(body), is_last))
    if known is not None and known[0] is body:
        return known[1]
    return pages.put((id(body), is_last), (body, _page(operation, media, body, is_last)))[1]


def _page(operation: Operation, media: MediaType, body: Json, is_last: bool) -> Json:
    from mockserver.contract.sampling.last_page import last_page, only_page  # noqa: PLC0415  # few need it

    directed = operation.answers
    accepts = directed.judges.judge(media.schema).accepts if media.schema is not None else _anything
    page = (last_page if is_last else only_page)(body, accepts)
    if page is not body and media.schema is not None:
        directed.remember_violations(media.schema, page)
    return page


def _anything(_: Json) -> bool:
    return True
