"""Runs scenarios in memory, and compares their answers with the contract and with their expectations."""

import re
from collections.abc import Iterator
from itertools import islice

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
from mockserver.scenarios.faults import NO_FAULTS, Fault, FaultPlan
from mockserver.scenarios.outcome import ScenarioOutcome
from mockserver.scenarios.samples import Sample, sample_from_contract
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub import Expectation, Respond, Story, Stub
from mockserver.settings import Settings

MOST_CALLS = 100  # of a story, of which the outcome is listed
_CODE = re.compile(r"\S+")  # an error code; an `error` of several words is a text for people


class _ScenarioCall(Struct, frozen=True):
    """One call of a scenario, what is expected of it, and the pointer to that expectation in the file.

    `fault` breaks the answer for clients, but not here.
    """

    exchange: Exchange
    expected: Expectation | None
    pointer: str
    fault: Fault | None

    @property
    def outcome(self) -> ScenarioOutcome:
        """What the call answers."""
        answer = self.exchange.answer or Answer(0)
        body = decode(answer.body) if is_json(answer.content_type or "") else None
        error = body.get("error") if isinstance(body, dict) else None
        code = error if isinstance(error, str) and _CODE.fullmatch(error) else None
        return ScenarioOutcome(answer.status, code, self.fault)


def outcomes(backend: Backend, scenario: Scenario) -> list[ScenarioOutcome]:
    """The outcome of each call of a scenario, in order, of at most MOST_CALLS.

    A story has as many calls as its steps. Raises Unsatisfiable.
    """
    return [call.outcome for call in islice(_calls(backend, scenario), MOST_CALLS)]


def sample_of(backend: Backend, scenario: Scenario) -> Sample:
    """The request that shows a scenario: its own, else the operation's sample, else one from the contract."""
    operation = scenario.operation
    return scenario.sample or backend.samples.get(operation.id) or sample_from_contract(operation)


def scenario_findings(backend: Backend, scenario: Scenario) -> Iterator[Finding]:
    """The answers of a scenario that break its expectations, or the contract without being meant to."""
    for call in _calls(backend, scenario):
        exchange, expected, found = call.exchange, call.expected, replace(call.outcome, fault=None)
        is_judged = not exchange.intended and not _lacks_values(exchange)
        for violation in exchange.own_violations if is_judged else ():
            message = f"{scenario.name} answers {found} off contract: {violation.message}"
            yield scenario.document.finding("", message)
        if expected is not None and not _is_met(expected, found):
            wanted = " ".join(str(part) for part in (expected.status, expected.error) if part is not None)
            reason = exchange.trail[-1].decided if exchange.trail else ""
            message = f"{scenario.name}: expected {wanted}, found {found} ({reason})"
            yield scenario.document.finding(call.pointer, message)


def _calls(backend: Backend, scenario: Scenario) -> Iterator[_ScenarioCall]:
    """Call a scenario in a runtime of its own; of its faults only those of a gateway occur, which answer."""
    undisturbed = replace(scenario, stub=_without_faults(scenario.stub))
    backend = replace(backend, scenarios={**backend.scenarios, scenario.name: undisturbed})
    runtime, stub = wire(backend, Settings(strict_parameters=True)), scenario.stub
    match stub.action:
        case Story(steps):
            for index, step in enumerate(steps):
                pointer = f"/steps/{index}/expect" if step.expect else "/expect"
                fault = _client_fault(step.fault_plan.or_else(stub.fault_plan))
                for _ in range(step.times):
                    exchange = _call(runtime, backend, undisturbed)
                    yield _ScenarioCall(exchange, step.expect or scenario.expect, pointer, fault)
        case action:
            exchange, expected = _call(runtime, backend, undisturbed), scenario.expect
            if expected is None and isinstance(action, Respond) and not exchange.is_by_gateway:
                expected = Expectation(action.answer.status, action.error)
            yield _ScenarioCall(exchange, expected, "/expect", _client_fault(stub.fault_plan))


def _without_faults(stub: Stub) -> Stub:
    """The stub with the same answers, and without its delays, connection faults and what chance decides."""
    action = stub.action
    if isinstance(action, Story):
        action = Story(tuple(replace(step, fault_plan=_gateway(step.fault_plan)) for step in action.steps))
    return replace(stub, action=action, fault_plan=_gateway(stub.fault_plan))


def _gateway(plan: FaultPlan) -> FaultPlan:
    """The part of a plan that answers each request; NO_FAULTS if there is none."""
    return FaultPlan(fault=plan.fault) if _answers(plan) else NO_FAULTS


def _client_fault(plan: FaultPlan) -> Fault | None:
    """The fault of a plan that does not answer each request, but breaks the answer."""
    return None if _answers(plan) else plan.fault


def _answers(plan: FaultPlan) -> bool:
    """Whether the fault of a plan is an answer to each request."""
    return plan.fault is not None and plan.fault.is_gateway and plan.probability >= 1


def _call(runtime: Runtime, backend: Backend, scenario: Scenario) -> Exchange:
    request = sample_of(backend, scenario).request(scenario.operation, [("x-mock-scenario", scenario.name)])
    return runtime.run(request)


def _lacks_values(exchange: Exchange) -> bool:
    """Whether the request of the check lacks values of expressions, which other requests may have."""
    respond = exchange.respond
    if respond is None or respond.template is None:
        return False
    filled = respond.template.filled(respond.answer, ExchangeValues(exchange, Settings()))
    return not all(use.is_found for use in filled.uses)


def _is_met(expected: Expectation, found: ScenarioOutcome) -> bool:
    return expected.status in (None, found.status) and expected.error in (None, found.error)
