"""Checks an answer of the provider against the contract: status, media type, body and headers."""

from collections.abc import Iterator
from contextlib import suppress

from mockserver.contract.description import Header, is_json
from mockserver.contract.operation import Operation
from mockserver.contract.validation import check_answer
from mockserver.data.json import Json
from mockserver.upstream.verify.difference import Difference
from mockserver.upstream.verify.provider_side import ProviderAnswer


def contract_differences(operation: Operation, answer: ProviderAnswer, method: str) -> Iterator[Difference]:
    """What the answer breaks in the contract."""
    if method != "HEAD":
        for each in check_answer(operation, answer.status, answer.content_type, answer.body):
            is_whole = each.keyword in ("status", "contentType")
            found = f"{answer.status}" if is_whole else each.keyword
            yield Difference(
                "contract", operation.id, each.pointer, f"off contract: {each.message}", each.keyword, found
            )
    response = operation.response(answer.status)
    named = dict(reversed(answer.headers))
    for header in response.headers if response is not None else ():
        sentence = _header_sentence(operation, header, named.get(header.name.lower()))
        if sentence is not None:
            yield Difference(
                "contract", operation.id, "", f"off contract: {sentence}", header.name, f"{answer.status}"
            )


def _header_sentence(operation: Operation, header: Header, raw: str | None) -> str | None:
    """What is wrong with a header of an answer; None if nothing is."""
    if raw is None:
        return f"the header {header.name} is missing; the contract requires it" if header.required else None
    if header.schema is None or (header.content is not None and is_json(header.content)):
        return None
    judge = operation.answers.judges.judge(header.schema)
    types = operation.answers.types.value_types(header.schema).types
    found = [list(judge.violations(each)) for each in _readings(raw, types)]
    if not found or any(not violations for violations in found):
        return None
    return f"the header {header.name}: {found[0][0].message}"


def _readings(raw: str, types: frozenset[str] | set[str]) -> Iterator[Json]:
    """The values that the text of a header can mean."""
    if types & {"array", "object"}:  # their styles are many, and are not judged
        return
    if types & {"integer", "number"}:
        with suppress(ValueError):
            yield int(raw) if raw.strip().lstrip("+-").isdigit() else float(raw)
    if "boolean" in types and raw in ("true", "false"):
        yield raw == "true"
    yield raw
