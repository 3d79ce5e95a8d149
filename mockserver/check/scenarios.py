"""Runs scenarios in memory, and compares their answers with the contract and with their expectations."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import is_json
from mockserver.data.decoding import decode
from mockserver.data.source import Finding
from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange
from mockserver.engine.expression_values import ExchangeValues
from mockserver.http.message import Answer
from mockserver.runtime import Runtime, wire
from mockserver.scenarios.faults import NO_FAULTS
from mockserver.scenarios.samples import Sample, sample_from_contract
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub import Expectation, Respond, Story, Stub
from mockserver.settings import Settings

_CODE = re.compile(r"\S+")  # an error code; an `error` of several words is a text for people


class ScenarioOutcome(Struct, frozen=True):
    """The status and the error code of one answer of a scenario."""

    status: int
    error: str | None

    def __str__(self) -> str:
        return f"{self.status} {self.error}" if self.error else str(self.status)


def outcomes(backend: Backend, scenario: Scenario) -> list[ScenarioOutcome]:
    """The outcome of each call of a scenario, in order; a story has as many calls as its steps."""
    return [_outcome(exchange) for exchange, _, _ in _run(backend, scenario)]


def sample_of(backend: Backend, scenario: Scenario) -> Sample:
    """The request that shows a scenario: its own, else the operation's sample, else one from the contract."""
    operation = scenario.operation
    return scenario.sample or backend.samples.get(operation.id) or sample_from_contract(operation)


def scenario_findings(backend: Backend, scenario: Scenario) -> Iterator[Finding]:
    """The answers of a scenario that break its expectations, or the contract without being meant to."""
    for exchange, expected, pointer in _run(backend, scenario):
        found = _outcome(exchange)
        is_judged = not exchange.intended and not _lacks_values(exchange)
        for violation in exchange.own_violations if is_judged else ():
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
    scenario = replace(scenario, stub=_without_faults(scenario.stub))
    backend = replace(backend, scenarios={**backend.scenarios, scenario.name: scenario})
    runtime = wire(backend, Settings(strict_parameters=True))
    match scenario.stub.action:
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


def _without_faults(stub: Stub) -> Stub:
    """The stub with the same answers, and without its delays and faults."""
    action = stub.action
    if isinstance(action, Story):
        action = Story(tuple(replace(step, fault_plan=NO_FAULTS) for step in action.steps))
    return replace(stub, action=action, fault_plan=NO_FAULTS)


def _call(runtime: Runtime, backend: Backend, scenario: Scenario) -> Exchange:
    request = sample_of(backend, scenario).request(scenario.operation, [("x-mock-scenario", scenario.name)])
    return runtime.run(request)


def _outcome(exchange: Exchange) -> ScenarioOutcome:
    answer = exchange.answer or Answer(0)
    body = decode(answer.body) if is_json(answer.content_type or "") else None
    error = body.get("error") if isinstance(body, dict) else None
    return ScenarioOutcome(
        answer.status, error if isinstance(error, str) and _CODE.fullmatch(error) else None
    )


def _lacks_values(exchange: Exchange) -> bool:
    """Whether the request of the check lacks values of expressions, which other requests may have."""
    respond = exchange.respond
    if respond is None or respond.template is None:
        return False
    filled = respond.template.filled(respond.answer, ExchangeValues(exchange, Settings()))
    return not all(use.is_found for use in filled.uses)


def _is_met(expected: Expectation, found: ScenarioOutcome) -> bool:
    return expected.status in (None, found.status) and expected.error in (None, found.error)
