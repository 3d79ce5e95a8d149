"""Checks contract, fixtures and scenarios against each other; scenarios are run in memory."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import MediaType, is_json
from mockserver.contract.operation import DirectedDocument, Operation
from mockserver.contract.validation import check_answer
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.source import Finding
from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Answer
from mockserver.runtime import Runtime, wire
from mockserver.scenarios.faults import NO_FAULTS
from mockserver.scenarios.samples import Sample, sample_from_contract
from mockserver.scenarios.scenario import Expectation, Respond, Scenario, Story
from mockserver.settings import Settings


class ScenarioOutcome(Struct, frozen=True):
    """The status and the error code of one answer of a scenario."""

    status: int
    error: str | None

    def __str__(self) -> str:
        return f"{self.status} {self.error}" if self.error else str(self.status)


def check(backend: Backend) -> Iterator[Finding]:
    """The findings in the contract itself, its examples, the bodies of the fixtures, and the scenarios."""
    yield from backend.contract.findings
    for operation in backend.contract.operations:
        yield from _example_findings(operation)
    yield from _body_findings(backend)
    for scenario in backend.scenarios.values():
        yield from _scenario_findings(backend, scenario)


def outcomes(backend: Backend, scenario: Scenario) -> list[ScenarioOutcome]:
    """The outcome of each call of a scenario, in order; a story has as many calls as its steps."""
    return [_outcome(exchange) for exchange, _, _ in _run(backend, scenario)]


def sample_of(backend: Backend, scenario: Scenario) -> Sample:
    """The request that shows a scenario: its own, else the operation's sample, else one from the contract."""
    operation = scenario.operation
    return scenario.sample or backend.samples.get(operation.id) or sample_from_contract(operation)


def _example_findings(operation: Operation) -> Iterator[Finding]:
    """The examples of an operation's bodies that are not valid against their schemas."""
    for response in operation.responses.values():
        for media in response.content.values():
            yield from _invalid_examples(operation, operation.answers, media)
    for media in operation.body.content.values() if operation.body is not None else ():
        yield from _invalid_examples(operation, operation.requests, media)


def _invalid_examples(operation: Operation, side: DirectedDocument, media: MediaType) -> Iterator[Finding]:
    if media.schema is None or not media.is_json:
        return
    judge = side.judges.judge(media.schema)
    for name, value in media.examples.items():
        for violation in judge.violations(value):
            where = violation.pointer or "the top level"
            message = f"the example {name!r} breaks its schema at {where}: {violation.message}"
            yield operation.document.finding(media.pointer, message)


def _body_findings(backend: Backend) -> Iterator[Finding]:
    """The JSON bodies of the fixtures that fit no documented answer; foreign fixtures are skipped."""
    if backend.has_foreign_fixtures:
        return
    for path in sorted((backend.fixtures / "responses").rglob("*.json")):
        try:
            decode(body := path.read_bytes())
        except Undecodable as error:
            yield Finding(path, None, "", str(error))
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


def _scenario_findings(backend: Backend, scenario: Scenario) -> Iterator[Finding]:
    """The answers of a scenario that break the contract or its expectations."""
    for exchange, expected, pointer in _run(backend, scenario):
        found = _outcome(exchange)
        for violation in exchange.own_violations:
            message = f"{scenario.name} answers {found} off contract: {violation.message}"
            yield scenario.document.finding("", message)
        if expected is not None and not _is_met(expected, found):
            wanted = " ".join(str(part) for part in (expected.status, expected.error) if part is not None)
            reason = exchange.trail[-1].decided if exchange.trail else ""
            message = f"{scenario.name}: expected {wanted}, found {found} ({reason})"
            yield scenario.document.finding(pointer, message)


def _run(backend: Backend, scenario: Scenario) -> Iterator[tuple[Exchange, Expectation | None, str]]:
    """Run a scenario in a runtime of its own, without its faults.

    Yields each exchange, its expectation, and the pointer to that expectation in the file.
    """
    if isinstance(scenario.action, Respond):
        scenario = replace(scenario, action=replace(scenario.action, fault_plan=NO_FAULTS))
        backend = replace(backend, scenarios={**backend.scenarios, scenario.name: scenario})
    runtime = wire(backend, Settings())
    match scenario.action:
        case Story(steps):
            for index, step in enumerate(steps):
                pointer = f"/steps/{index}/expect" if step.expect else "/expect"
                for _ in range(step.times):
                    yield _call(runtime, backend, scenario), step.expect or scenario.expect, pointer
        case Respond(answer=answer, error=error):
            expected = scenario.expect or Expectation(answer.status, error)
            yield _call(runtime, backend, scenario), expected, "/expect"
        case _:
            yield _call(runtime, backend, scenario), scenario.expect, "/expect"


def _call(runtime: Runtime, backend: Backend, scenario: Scenario) -> Exchange:
    request = sample_of(backend, scenario).request(scenario.operation, [("x-mock-scenario", scenario.name)])
    return runtime.run(request)


def _outcome(exchange: Exchange) -> ScenarioOutcome:
    answer = exchange.answer or Answer(0)
    body = decode(answer.body) if is_json(answer.content_type or "") else None
    error = body.get("error") if isinstance(body, dict) else None
    return ScenarioOutcome(answer.status, error if isinstance(error, str) else None)


def _is_met(expected: Expectation, found: ScenarioOutcome) -> bool:
    return expected.status in (None, found.status) and expected.error in (None, found.error)
