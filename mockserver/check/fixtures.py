"""Compares the bodies of the fixtures with the answers that the contract documents."""

from collections.abc import Iterator

from mockserver.contract.operation import Operation
from mockserver.contract.validation import check_answer
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.source import CannotRead, Finding, read_bytes
from mockserver.engine.backend import Backend


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
        media is not None and not check_answer(operation, int(status), media.name, body)
        for status, response in operation.responses.items()
        if status.isdecimal() and (media := response.media)
    )
