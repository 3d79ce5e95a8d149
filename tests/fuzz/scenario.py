"""Scenario files: any text is a scenario that can be run, or an error that names the file.

Each text is read as the scenario of an operation with a model, and of one without.
"""

from pathlib import Path

from mockserver.check.scenarios import outcomes
from mockserver.data.source import CannotRead, InvalidFiles, parse
from mockserver.scenarios.context import Context
from mockserver.scenarios.files import read_scenario
from mockserver.scenarios.scenario import Scenario
from tests.support.patches import BUNDLED

CONTEXTS = (
    Context(BUNDLED.contract, BUNDLED.models, BUNDLED.fixtures),
    Context(BUNDLED.contract, {}, BUNDLED.fixtures, lenient=True),
)
PATH = Path("it.yaml")


def check(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for context in CONTEXTS:
        scenario = _scenario(text, context)
        if isinstance(scenario, Scenario) and context.models:
            assert all(200 <= outcome.status <= 599 for outcome in outcomes(BUNDLED, scenario))
        elif isinstance(scenario, Exception):
            assert scenario.findings
            assert all(str(finding).startswith("it.yaml") for finding in scenario.findings)


def _scenario(text: str, context: Context) -> Scenario | CannotRead | InvalidFiles | None:
    try:
        return read_scenario(parse(text, PATH), context)
    except (CannotRead, InvalidFiles) as refused:
        return refused
