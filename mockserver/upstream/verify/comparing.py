"""Compares the answers of both sides to one call."""

from collections.abc import Iterator, Mapping
from itertools import chain

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.engine.exchange import Exchange
from mockserver.upstream.verify.answers import decoded, error_code
from mockserver.upstream.verify.body_differences import (
    BodyDifference,
    known_differences,
    shape_differences,
    value_differences,
)
from mockserver.upstream.verify.contract_check import contract_differences
from mockserver.upstream.verify.difference import Difference
from mockserver.upstream.verify.made_values import MadeValues
from mockserver.upstream.verify.pointers import is_ignored
from mockserver.upstream.verify.provider_side import ProviderAnswer

OWN_MEMBER = "violations"  # of a 400, which the provider is not expected to have
OUTSIDE = (401, 413, 415)  # statuses of the mock's own problems, where the same status suffices


class Compared(Struct, frozen=True):
    """The differences of two answers.

    `violations` are what the provider's breaks in the contract, which is a difference where there is no other
    one. `unknown` is what the mock cannot know of the provider's answer, if anything.
    """

    differences: tuple[Difference, ...] = ()
    unknown: str = ""
    violations: tuple[str, ...] = ()


class Knowledge(Struct):
    """What the mock knows of the answers to one call.

    `rules`: a model has the business rules; `resources`: only that what was sent is stored. `exists` says
    whether the addressed item exists for both sides; None if that is not known. `sent` are the values that
    requests had, by the member's name.
    """

    made: tuple[str, ...] = ()
    rules: bool = False
    resources: bool = False
    exists: bool | None = None
    sent: Mapping[str, list[Json]] = {}


def compare(
    exchange: Exchange,
    answer: ProviderAnswer,
    knowledge: Knowledge,
    values: MadeValues,
    ignored: tuple[str, ...],
) -> Compared:
    """Compare the provider's answer with that of the mock's exchange, and with the contract."""
    operation = exchange.operation
    name = operation.id if operation is not None else f"{exchange.request.head.method} (unknown path)"
    if answer.failure:
        return Compared((Difference("no-answer", name, "", f"no answer: {answer.failure}"),))
    contract = () if _is_outside(exchange, answer, knowledge) else _contract(exchange, answer, ignored)
    violations = tuple(each.sentence for each in contract)
    if not knowledge.rules and (unknown := _unknown(exchange, answer, knowledge)):
        return Compared(contract, "" if contract else unknown, violations)
    status = _status_difference(name, exchange, answer)
    if status is not None and not _agrees(exchange, answer, knowledge):
        return Compared((status,), violations=violations)
    found = _body_differences(exchange, answer, knowledge, values) if status is None else iter(())
    bodies = tuple(_of_body(name, exchange, *each) for each in found if not is_ignored(each[0], ignored))
    return Compared(bodies or contract, violations=violations)


def _is_outside(exchange: Exchange, answer: ProviderAnswer, knowledge: Knowledge) -> bool:
    """Whether the answer is outside the document in a way that only a model with rules can judge."""
    operation = exchange.operation
    is_documented = operation is None or operation.response(answer.status) is not None
    return not knowledge.rules and answer.status in OUTSIDE and not is_documented


def label(status: int, value: object, *, codes: frozenset[str]) -> str:
    """The status of an answer, with its error code if the contract lists it."""
    code = error_code(value)
    return f"{status} {code}" if code is not None and code in codes else f"{status}"


def codes_of(operation: Operation | None, model_codes: tuple[str, ...] = ()) -> frozenset[str]:
    """The error codes that the contract lists for an operation."""
    listed = chain.from_iterable(each.codes for each in operation.responses.values()) if operation else ()
    return frozenset((*listed, *model_codes))


def _unknown(exchange: Exchange, answer: ProviderAnswer, knowledge: Knowledge) -> str:
    """What the mock cannot know where no model has the rules; empty if it can know the answer's status."""
    own = exchange.final_answer.status
    if own == answer.status:
        return ""
    if own < 300 and 400 <= answer.status < 500:
        if knowledge.resources and answer.status == 404 and knowledge.exists:
            return ""
        return f"whether a rule of the provider refuses the request ({answer.status})"
    if own < 300 <= answer.status < 400:
        return f"whether the provider redirects ({answer.status})"
    if own == 404 and knowledge.resources and knowledge.exists is None and answer.status < 500:
        return "whether the provider has the item"
    return ""


def _agrees(exchange: Exchange, answer: ProviderAnswer, knowledge: Knowledge) -> bool:
    """Whether different statuses mean the same where no model has the rules."""
    own = exchange.final_answer.status
    if knowledge.rules:
        return False
    return own // 100 == answer.status // 100 and (
        own < 300 or not (own == 404 and knowledge.exists is False)
    )


def _status_difference(name: str, exchange: Exchange, answer: ProviderAnswer) -> Difference | None:
    own = exchange.final_answer
    codes = codes_of(exchange.operation)
    if own.status == answer.status:
        if own.outside or own.status in OUTSIDE or exchange.source == "validation":
            return None
        expected, found = error_code(decoded(own.body)), error_code(decoded(answer.body))
        if expected == found or expected not in codes or found is None:
            return None
        sentence = f"expected the error {expected}, found {found if found in codes else 'another one'}"
        return Difference("error", name, "/error", sentence, expected or "", found if found in codes else "")
    expected = label(own.status, decoded(own.body), codes=codes)
    other = label(answer.status, decoded(answer.body), codes=codes)
    return Difference("status", name, "", f"expected {expected}, found {other}", expected, other)


def _body_differences(
    exchange: Exchange, answer: ProviderAnswer, knowledge: Knowledge, values: MadeValues
) -> Iterator[BodyDifference]:
    own = exchange.final_answer
    if own.outside or own.status in OUTSIDE or exchange.request.head.method == "HEAD":
        return
    expected, found = decoded(own.body), decoded(answer.body)
    if expected is MISSING:
        if own.body == b"" and answer.body and knowledge.rules:
            yield "", "expected no body", False
        return
    if found is MISSING:
        yield "", "expected a JSON body", False
        return
    if exchange.source == "validation":
        if not knowledge.rules:  # the document alone says what is in it
            return
        yield from _free_text_differences(exchange.operation, own.status, expected, found)
    elif knowledge.rules:
        yield from value_differences(expected, found, knowledge.made, values)  # type: ignore[arg-type]
    elif knowledge.resources:
        yield from known_differences(expected, found, _is_sent(knowledge.sent))  # type: ignore[arg-type]


def _free_text_differences(
    operation: Operation | None, status: int, own: object, provider: object
) -> Iterator[BodyDifference]:
    """The differences of a 400's shape; its texts are free, but are no error codes."""
    code = error_code(provider)
    if code is not None and code in codes_of(operation) and error_code(own) not in codes_of(operation):
        yield "/error", f"expected a text that explains the violation, found the error code {code}", False
    elif isinstance(own, dict):
        described = _described_members(operation, status) - {OWN_MEMBER}
        expected = {name: each for name, each in own.items() if name in described}
        yield from shape_differences(expected, provider)  # type: ignore[arg-type]


def _described_members(operation: Operation | None, status: int) -> frozenset[str]:
    """The members that the contract describes in the body of an answer."""
    response = operation.response(status) if operation is not None else None
    schemas = [each.schema for each in response.content.values() if each.schema] if response else []
    if operation is None or not schemas:
        return frozenset()
    return frozenset(SchemaView.for_schema(operation.answers.document, schemas[0]).members)


def _is_sent(sent: Mapping[str, list[Json]]):  # type: ignore[no-untyped-def]
    def is_known(pointer: str, value: Json) -> bool:
        name = pointer.rpartition("/")[2]
        return value is not None and any(each == value for each in sent.get(name, ()))

    return is_known


def _of_body(name: str, exchange: Exchange, pointer: str, sentence: str, is_made: bool) -> Difference:
    kind = "text" if exchange.source == "validation" else "made" if is_made else "body"
    return Difference(kind, name, pointer, sentence, f"{exchange.final_answer.status}")  # type: ignore[arg-type]


def _contract(exchange: Exchange, answer: ProviderAnswer, ignored: tuple[str, ...]) -> tuple[Difference, ...]:
    operation, own = exchange.operation, exchange.final_answer
    if operation is None or (own.outside and own.status == answer.status):
        return ()
    found = contract_differences(operation, answer, exchange.request.head.method)
    return tuple(each for each in found if not each.pointer or not is_ignored(each.pointer, ignored))
