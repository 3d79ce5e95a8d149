"""Contract, fixtures and scenarios against each other; scenarios are proved by running them in memory."""

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
from mockserver.engine.pipeline import Pipeline
from mockserver.http.message import Answer
from mockserver.runtime import wire
from mockserver.scenarios.faults import NO_FAULTS
from mockserver.scenarios.samples import Sample, sample_from_contract
from mockserver.scenarios.scenario import Expectation, Respond, Scenario, Story
from mockserver.settings import Settings


class ScenarioOutcome(Struct, frozen=True):
    """What one call of a scenario answered."""

    status: int
    error: str | None

    def __str__(self) -> str:
        return f"{self.status} {self.error}" if self.error else str(self.status)


def check(backend: Backend) -> Iterator[Finding]:
    """The contract's faults, what contradicts it, and what a scenario promises and does not keep."""
    yield from backend.contract.findings
    for operation in backend.contract.operations:
        yield from _examples(operation)
    yield from _bodies(backend)
    for scenario in backend.scenarios.values():
        yield from _prove(backend, scenario)


def outcomes(backend: Backend, scenario: Scenario) -> list[ScenarioOutcome]:
    """What the scenario's calls answer, one after the other: each step's, for a story."""
    return [_outcome(exchange) for exchange, _, _ in _run(backend, scenario)]


def sample_of(backend: Backend, scenario: Scenario) -> Sample:
    """The request that shows a scenario: its own, else the operation's sample, else one from the contract."""
    operation = scenario.operation
    return scenario.sample or backend.samples.get(operation.id) or sample_from_contract(operation)


def _examples(operation: Operation) -> Iterator[Finding]:
    """The contract's own examples, against the contract."""
    for response in operation.responses.values():
        for media in response.content.values():
            yield from _examples_of(operation, operation.answers, media)
    for media in operation.body.content.values() if operation.body is not None else ():
        yield from _examples_of(operation, operation.requests, media)


def _examples_of(operation: Operation, side: DirectedDocument, media: MediaType) -> Iterator[Finding]:
    if media.schema is None or not media.is_json:
        return
    judge = side.judges.judge(media.schema)
    for name, value in media.examples.items():
        for violation in judge.violations(value):
            where = violation.pointer or "its top"
            message = f"the example {name!r} breaks its schema at {where}: {violation.message}"
            yield operation.document.finding(media.pointer, message)


def _bodies(backend: Backend) -> Iterator[Finding]:
    """Each canned JSON body fits some documented answer; borrowed ones are about another contract."""
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
    return any(
        media is not None and not check_answer(operation, int(status), media.name, body)
        for status, response in operation.responses.items()
        if status.isdecimal() and (media := response.media)
    )


def _prove(backend: Backend, scenario: Scenario) -> Iterator[Finding]:
    promised = scenario.document.finding
    for exchange, expect, pointer in _run(backend, scenario):
        got = _outcome(exchange)
        for violation in exchange.own_violations:
            yield promised("", f"{scenario.name} answers {got} off contract: {violation.message}")
        if expect is not None and not _kept(expect, got):
            wanted = " ".join(str(part) for part in (expect.status, expect.error) if part is not None)
            reason = exchange.trail[-1].decided if exchange.trail else ""
            yield promised(pointer, f"{scenario.name} is to answer {wanted}, and answers {got} ({reason})")


def _run(backend: Backend, scenario: Scenario) -> Iterator[tuple[Exchange, Expectation | None, str]]:
    """The exchanges of a scenario in a world of its own, each with what is expected of it, and where.

    Its answer is proved, not its fault.
    """
    if isinstance(scenario.action, Respond):
        scenario = replace(scenario, action=replace(scenario.action, fault_plan=NO_FAULTS))
        backend = replace(backend, scenarios={**backend.scenarios, scenario.name: scenario})
    pipeline = wire(backend, Settings()).pipeline
    match scenario.action:
        case Story(steps):
            for index, step in enumerate(steps):
                pointer = f"/steps/{index}/expect" if step.expect else "/expect"
                for _ in range(step.times):
                    yield _call(pipeline, backend, scenario), step.expect or scenario.expect, pointer
        case Respond(answer=answer, error=error):
            expect = scenario.expect or Expectation(answer.status, error)
            yield _call(pipeline, backend, scenario), expect, "/expect"
        case _:
            yield _call(pipeline, backend, scenario), scenario.expect, "/expect"


def _call(pipeline: Pipeline, backend: Backend, scenario: Scenario) -> Exchange:
    request = sample_of(backend, scenario).request(scenario.operation, [("x-mock-scenario", scenario.name)])
    return pipeline.run(request)


def _outcome(exchange: Exchange) -> ScenarioOutcome:
    answer = exchange.answer or Answer(0)
    body = decode(answer.body) if is_json(answer.content_type or "") else None
    error = body.get("error") if isinstance(body, dict) else None
    return ScenarioOutcome(answer.status, error if isinstance(error, str) else None)


def _kept(expect: Expectation, got: ScenarioOutcome) -> bool:
    return expect.status in (None, got.status) and expect.error in (None, got.error)
