"""The list of scenarios: what each is for, and what it answers.

The answers are those of calls in memory, as `mockserver scenarios` lists them; they are kept for as long as
the backend serves.
"""

import asyncio
import time
from collections.abc import Sequence

from mockserver.contract.sampling import Unsatisfiable
from mockserver.control.pages import PAGING, next_window, page_window
from mockserver.control.request import ControlRequest
from mockserver.data.json import Json
from mockserver.engine.backend import Backend
from mockserver.http.message import Answer, json_answer
from mockserver.runtime import KnownOutcomes
from mockserver.scenarios.outcome import ScenarioOutcome
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub import Given, Respond, Story

SLICE = 0.005  # seconds without a pause for other requests, unless one scenario alone takes longer
_KINDS: dict[type, str] = {Respond: "respond", Given: "given", Story: "steps"}


async def list_scenarios(call: ControlRequest) -> Answer:
    """A page of the scenarios, sorted by name."""
    backend, known = call.runtime.backend, call.runtime.known_outcomes()
    scenarios = list(backend.scenarios.values())
    window = page_window(call.query(PAGING))
    rows: list[Json] = []
    paused = time.monotonic()
    for scenario in scenarios[window]:
        rows.append(_row(scenario, _outcomes(backend, scenario, known)))
        if time.monotonic() - paused > SLICE:
            await asyncio.sleep(0)
            paused = time.monotonic()
    return json_answer(200, {"scenarios": rows, "next": next_window(window, scenarios)})


def _outcomes(backend: Backend, scenario: Scenario, known: KnownOutcomes) -> Sequence[ScenarioOutcome]:
    """What the calls of a scenario answer; nothing if the contract allows no request for it."""
    from mockserver.check import outcomes  # noqa: PLC0415  # a server starts without it

    found = known.get(scenario.name)
    if found is None:
        try:
            found = tuple(outcomes(backend, scenario))
        except Unsatisfiable:
            found = ()
        known[scenario.name] = found
    return found


def _row(scenario: Scenario, found: Sequence[ScenarioOutcome]) -> Json:
    action = scenario.stub.action
    answers: list[Json] = [_answer(each) for each in found]
    row: dict[str, Json] = {
        "name": scenario.name,
        "summary": scenario.summary,
        "operation": scenario.operation.id,
        "kind": _KINDS.get(type(action), "respond"),
        "validate": scenario.stub.validate,
        **_answer(found[0] if found else None),
    }
    return {**row, "answers": answers} if isinstance(action, Story) else row


def _answer(outcome: ScenarioOutcome | None) -> dict[str, Json]:
    if outcome is None:
        return {"status": None, "error": None}
    answer: dict[str, Json] = {"status": outcome.status, "error": outcome.error}
    return answer if outcome.fault is None else {**answer, "fault": str(outcome.fault)}
