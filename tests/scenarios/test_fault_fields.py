"""The delay and the fault of a scenario's fixed answer, and the errors in a file."""

from pathlib import Path

import pytest

from mockserver.check import check
from mockserver.data.source import InvalidFiles, parse
from mockserver.loading import load_backend
from mockserver.scenarios.context import Context
from mockserver.scenarios.faults import (
    DELAY_SYNTAX,
    NO_FAULTS,
    Fault,
    FaultPlan,
    Fixed,
    Lognormal,
    Uniform,
    read_headers,
)
from mockserver.scenarios.files import read_scenario
from mockserver.scenarios.stub import Respond
from mockserver.settings import Settings
from tests.support.patches import BUNDLED

CONTEXT = Context(BUNDLED.contract, BUNDLED.models, BUNDLED.fixtures)
HEAD = "summary: What it shows.\noperation: update-a-cart\n"


def fault_plan(rest: str, context: Context = CONTEXT) -> FaultPlan:
    text = f"{HEAD}respond: {{error: ORDER_NOT_CART{', ' if rest else ''}{rest}}}"
    found = read_scenario(parse(text, Path("it.yaml")), context)
    assert found is not None
    return found.stub.fault_plan


def fault(rest: str) -> str:
    with pytest.raises(InvalidFiles) as caught:
        fault_plan(rest)
    [finding] = caught.value.findings
    assert finding.line == 3
    return f"{finding.pointer}: {finding.message}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", NO_FAULTS),
        ("delay: 200ms", FaultPlan(Fixed(0.2))),
        ("delay: {uniform: [100ms, 400ms]}", FaultPlan(Uniform(0.1, 0.4))),
        ("delay: {lognormal: {median: 200ms, sigma: 0.5}}", FaultPlan(Lognormal(0.2, 0.5))),
        ("delay: {lognormal: {median: 200ms, sigma: 1}}", FaultPlan(Lognormal(0.2, 1))),
        ("fault: connection-reset", FaultPlan(fault=Fault("connection-reset"))),
        ("fault: slow-body, delay: 1s", FaultPlan(Fixed(1), Fault("slow-body", 2))),
        ("fault: {name: slow-body, duration: 5s}", FaultPlan(fault=Fault("slow-body", 5))),
        ("fault: {name: timeout}", FaultPlan(fault=Fault("timeout", 60))),
        ("fault: empty-response, probability: 0.3", FaultPlan(None, Fault("empty-response"), 0.3)),
        ("fault: bad-gateway", FaultPlan(fault=Fault("bad-gateway"))),
        ("fault: rate-limited", FaultPlan(fault=Fault("rate-limited"))),
        (
            "fault: {name: service-unavailable, retry-after: 1s}",
            FaultPlan(fault=Fault("service-unavailable", retry_after=1)),
        ),
        (
            "fault: {name: gateway-timeout, retryAfter: 90s}",
            FaultPlan(fault=Fault("gateway-timeout", retry_after=90)),
        ),
        ("fault: {name: timeout, probability: 0.5}", FaultPlan(None, Fault("timeout", 60), 0.5)),
    ],
)
def test_a_fixed_answer_can_have_a_delay_and_a_fault(written, read):
    assert fault_plan(written) == read


@pytest.mark.parametrize(
    ("delay", "fault"),
    [
        ("200ms", None),
        ("uniform(100ms, 400ms)", None),
        ("lognormal(200ms, 0.5)", "connection-reset; probability=0.1"),
        (None, "timeout; duration=1s; probability=0"),
        (None, "rate-limited ; retry-after = 1.5s"),
        ("1s", "slow-body"),
    ],
)
def test_strings_are_read_as_in_the_headers(delay, fault):
    written = {"delay": delay, "fault": fault}
    found = fault_plan(", ".join(f'{key}: "{text}"' for key, text in written.items() if text))
    assert found == read_headers(delay, fault)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "delay: {unifrom: [1s, 2s]}",
            "/respond/delay: expected a delay, written 200ms or 1.5s, up to 60s, or as {uni",
        ),
        ("delay: {uniform: [2s, 1s]}", "/respond/delay: expected a delay, written"),
        ("delay: {uniform: [1s, 2s], x: 1}", "/respond/delay: expected a delay, written"),
        ("delay: {lognormal: {median: 1s, sigma: true}}", "/respond/delay: expected a delay, written"),
        ("delay: {lognormal: {median: 1s}}", "/respond/delay: expected a delay, written"),
        ("fault: slow-bod", "/respond/fault: unknown fault 'slow-bod'; did you mean 'slow-body'?"),
        (
            "fault: {name: slow-bod}",
            "/respond/fault/name: unknown fault 'slow-bod'; did you mean 'slow-body'?",
        ),
        ("fault: {duration: 1s}", "/respond/fault: the key 'name' is missing"),
        ("fault: {name: timeout, for: 1s}", "/respond/fault/for: unknown key 'for'"),
        (
            "fault: {name: timeout, duration: 2m}",
            "/respond/fault/duration: expected a duration, written 200ms or 1.5s",
        ),
        (
            "fault: {name: empty-response, duration: 1s}",
            "/respond/fault/duration: empty-response has no duration",
        ),
        ("fault: 7", "/respond/fault: expected a fault, found a number"),
        (
            "fault: timeout, probability: 2",
            "/respond/probability: expected a probability, a number from 0 to 1; found 2",
        ),
        ("probability: 0.5", "/respond/probability: 'probability' requires a 'fault'"),
        (
            "delay: soon",
            "/respond/delay: expected a delay, written 200ms or 1.5s, up to 60s, or as uniform(",
        ),
        ("delay: unifrom(1s)", "/respond/delay: expected a delay, written 200ms"),
        ("delay: 7", f"/respond/delay: expected a delay, written {DELAY_SYNTAX}; found 7"),
        (
            "fault: timeout, probability: [1]",
            "/respond/probability: expected a probability, a number from 0 to 1; found an array",
        ),
        ("delay: null", f"/respond/delay: expected a delay, written {DELAY_SYNTAX}; found null"),
        (
            "fault: slow-bod; duration=1s",
            "/respond/fault: unknown fault 'slow-bod'; did you mean 'slow-body'?",
        ),
        (
            "fault: bad-gateway; duration=1s",
            "/respond/fault: 'duration=1s' is not a valid option of bad-gateway; valid: 'retry-after=1s'",
        ),
        (
            "fault: {name: bad-gateway, duration: 1s}",
            "/respond/fault/duration: bad-gateway has no duration, only slow-body and timeout have one",
        ),
        (
            "fault: {name: timeout, retry-after: 1s}",
            "/respond/fault/retry-after: timeout has no Retry-After, only bad-gateway, service-unavailable,",
        ),
        (
            "fault: {name: rate-limited, retryAfter: 7}",
            "/respond/fault/retryAfter: expected a duration, written 1s or 120s; found 7",
        ),
        (
            "fault: {name: rate-limited, retryAfter: 7s, retry-after: 1s}",
            "/respond/fault: 'retryAfter' and 'retry-after' mean the same; expected only one of them",
        ),
        (
            "fault: timeout; probability=0.5, probability: 0.3",
            "/respond/probability: the fault has a probability already; expected only one of them",
        ),
    ],
)
def test_an_error_names_the_line_and_the_nearest_name(written, problem):
    assert fault(written).startswith(problem)


def test_check_ignores_faults_but_those_of_a_gateway_that_always_answers(tmp_path: Path):
    (tmp_path / "track.yaml").write_text(TRACK, encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/busy.yaml").write_text(
        "summary: .\noperation: track\nrespond: {status: 200, fault: rate-limited}\nexpect: {status: 429}\n",
        encoding="utf-8",
    )
    for name in ("truncated-body", "rate-limited; probability=0.5"):
        (tmp_path / f"scenarios/{name[:4]}.yaml").write_text(
            f"summary: .\noperation: track\nrespond: {{status: 200, fault: {name}}}\n"
            "expect: {status: 200}\n",
            encoding="utf-8",
        )
    limited = load_backend(Settings(specs=(tmp_path / "track.yaml",)))
    busy = limited.scenarios["busy"].stub
    assert isinstance(busy.action, Respond)
    assert busy.fault_plan == FaultPlan(fault=Fault("rate-limited"))
    assert [*check(limited)] == []
    assert [*check(BUNDLED)] == []


TRACK = """
openapi: 3.1.0
info: {title: Parcels, version: "1"}
paths: {/a: {get: {operationId: track, responses: {"200": {description: .}, "429": {description: .}}}}}
"""
