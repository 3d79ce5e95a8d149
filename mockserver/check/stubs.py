"""Checks the stubs of files: runs those that expect something, and lists what is off contract on purpose."""

from collections.abc import Iterator
from contextlib import suppress

from msgspec.structs import replace

from mockserver.check.scenarios import scenario_findings
from mockserver.contract.operation import Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.validation import check_answer
from mockserver.data.decoding import decode
from mockserver.data.reading import Cursor
from mockserver.data.source import Finding
from mockserver.engine.backend import Backend
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub import Respond, Story
from mockserver.scenarios.stub_fields import read_expectation, read_request
from mockserver.scenarios.stub_files import FileStub


def stub_findings(backend: Backend) -> Iterator[Finding]:
    """The answers of stubs that break their expectations, or the contract without being meant to."""
    for each in backend.stubs:
        scenario = _scenario(each)
        if scenario is None:
            continue
        with suppress(Unsatisfiable):  # nothing can be sent
            for finding in scenario_findings(backend, scenario):
                yield each.location.document.finding(each.pointer + finding.pointer, finding.message)


def off_contract_notices(backend: Backend) -> Iterator[Finding]:
    """A notice for each rule that the answer of a stub breaks, and that it is meant to break."""
    for each in backend.stubs:
        operation = each.stub.operation
        for pointer, respond in _responds(each) if operation is not None else ():
            for message in _broken_rules(operation, respond):
                yield each.location.document.finding(each.pointer + pointer, f"off contract: {message}")


def _scenario(file_stub: FileStub) -> Scenario | None:
    """The scenario that shows what a stub does, None if it expects nothing of one operation."""
    stub, data = file_stub.stub, Cursor(decode(file_stub.data.encode()))
    steps = stub.action.steps if isinstance(stub.action, Story) else ()
    expect = data / "expect"
    if stub.operation is None or not (expect.present or any(step.expect for step in steps)):
        return None
    return Scenario(
        name=f"the stub {file_stub.pointer}",
        summary="",
        operation=stub.operation,
        stub=replace(stub, match=None, times=None),
        expect=read_expectation(expect, stub.operation),
        sample=read_request(data / "request", stub.operation),
        document=file_stub.location.document,
    )


def _responds(file_stub: FileStub) -> Iterator[tuple[str, Respond]]:
    """The fixed answers of a stub and of its steps, each with its pointer in the stub."""
    match file_stub.stub.action:
        case Respond() as respond:
            yield "/respond", respond
        case Story(steps):
            for index, step in enumerate(steps):
                if step.respond is not None:
                    yield f"/steps/{index}/respond", step.respond
        case _:
            return


def _broken_rules(operation: Operation | None, respond: Respond) -> Iterator[str]:
    """What an answer that says `offContract: true` breaks, a sentence for each rule."""
    if operation is None or not respond.off_contract:
        return
    answer = respond.answer
    if operation.response(answer.status) is None:
        yield f"the contract documents no {answer.status} for {operation.id}"
    elif respond.template is None and not respond.documented:
        for violation in check_answer(operation, answer.status, answer.content_type, answer.body):
            yield str(violation)
