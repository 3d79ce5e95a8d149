"""Makes every documented answer once: of each status, in each media type."""

from collections.abc import Iterator

from mockserver.contract.bodies import Unencodable
from mockserver.contract.description import BODILESS, MediaType
from mockserver.contract.document.references import pointer_of, value_at
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.validation import check_answer
from mockserver.data.json import Json
from mockserver.data.source import Finding
from mockserver.engine.answers.by_contract import documented_answer


def answer_findings(contract: Contract) -> Iterator[Finding]:
    """The documented answers that cannot be made, or that break the contract as they are made."""
    seen: set[tuple[int, str, str, str]] = set()
    for operation in contract.operations:
        for key in operation.responses:
            status = operation.status_under(key)
            if status is None or status in BODILESS:
                continue
            for media in operation.responses[key].content.values():
                answer = (id(operation.document), _shared_schema(operation, media), key, media.name)
                if answer not in seen:
                    seen.add(answer)
                    yield from _answer_findings(operation, status, media)


def _shared_schema(operation: Operation, media: MediaType) -> str:
    """The pointer of the component that is the whole schema, else the media type's own pointer."""
    schema: Json = value_at(operation.document.data, media.schema) if media.schema is not None else None
    is_reference = isinstance(schema, dict) and schema.keys() == {"$ref"} and not media.examples
    return pointer_of(str(schema["$ref"])) if is_reference and isinstance(schema, dict) else media.pointer


def _answer_findings(operation: Operation, status: int, media: MediaType) -> Iterator[Finding]:
    subject = f"the answer {status} of {operation.name} in {media.name}"
    if media.schema is not None and not media.examples:
        failure = operation.answers.generate(media.schema, None, status).failure
        if failure is not None:
            where = f" at {failure.pointer}" if failure.pointer else ""
            message = f"no valid body was found for {subject}{where}: {failure.reason}"
            group = f"no valid body {failure.pointer}: {failure.reason}"
            yield operation.document.finding(media.pointer, message, group)
            return
    try:
        _, answer = documented_answer(operation, status, media.name)
    except Unencodable as error:
        yield operation.document.finding(media.pointer, f"{subject} cannot be written: {error}")
        return
    if media.examples:  # which are checked with all others
        return
    for violation in check_answer(operation, status, answer.content_type, answer.body):
        yield operation.document.finding(media.pointer, f"{subject} breaks the contract: {violation}")
