"""Compares the bodies of the fixtures with the answers that the contract documents."""

from collections.abc import Iterator, Sequence

from mockserver.contract.operation import Operation
from mockserver.contract.validation import Violation
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.source import CannotRead, Finding, read_bytes
from mockserver.engine.backend import Backend
from mockserver.http.message import Answer
from mockserver.scenarios.answer_template import answer_violations, read_template


def fixture_findings(backend: Backend) -> Iterator[Finding]:
    """The JSON bodies of the fixtures that fit no documented answer; foreign fixtures are skipped."""
    if backend.has_foreign_fixtures:
        return
    for path in sorted((backend.fixtures / "responses").rglob("*.json")):
        try:
            decode(body := read_bytes(path))
        except Undecodable as error:
            yield Finding(path, None, "", str(error))
            continue
        except CannotRead as error:
            yield from error.findings
            continue
        if not any(_fits(body, operation) for operation in backend.contract.operations):
            yield Finding(path, None, "", "the body fits no answer that the contract documents")


def _fits(body: bytes, operation: Operation) -> bool:
    """Whether a JSON body is valid for any documented answer of the operation."""
    return any(
        media is not None and not _violations(body, operation, int(status), media.name)
        for status, response in operation.responses.items()
        if status.isdecimal() and (media := response.media)
    )


def _violations(body: bytes, operation: Operation, status: int, media_type: str) -> Sequence[Violation]:
    """The violations of an answer with this body, whatever the values of its expressions are."""
    answer = Answer(status, [("content-type", media_type)], body)
    without_escapes, template = read_template(answer)
    return answer_violations(operation, answer if template is not None else without_escapes, template)
