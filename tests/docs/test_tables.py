"""The tables of docs/ against the code, and their curl lines executed as a reader would paste them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.data.source import parse
from mockserver.engine.answers.precedence import ANSWERERS
from mockserver.engine.selection import CARRIERS
from mockserver.models.carts.states import TRANSITIONS
from mockserver.models.carts.update import CHECKS
from mockserver.scenarios.context import Context
from mockserver.scenarios.faults import FAULT_NAMES, Fault, FaultPlan, Lognormal
from mockserver.scenarios.files import read_scenario
from mockserver.scenarios.stub import Respond
from tests.support.docs import blocks, rows, section
from tests.support.live import Live
from tests.support.patches import BUNDLED

TABLE = rows(section("docs/carts.md", "A request for each answer"))


@pytest.mark.slow
@pytest.mark.parametrize(("seen", "sent"), TABLE, ids=[row[0] for row in TABLE])
def test_what_the_table_says_is_what_curl_shows(seen: str, sent: str, live_server: Live) -> None:
    line = sent.strip("`").replace("http://127.0.0.1:4010", live_server.url)
    shown = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line + f" -s -H 'X-Mock-Session: docs-{abs(hash(seen))}'"],
        capture_output=True, text=True, check=True, timeout=20,
    ).stdout  # fmt: skip
    status = re.findall(r"^HTTP/1.1 (\d+)", shown, re.MULTILINE)[-1]
    code = re.search(r"\b[A-Z]+(?:_[A-Z]+)+\b|\bUNAUTHORIZED\b", seen)
    assert status == seen[:3]
    if code:
        assert f'"error":"{code[0]}"' in shown.replace(": ", ":")


def test_every_documented_code_has_a_row() -> None:
    seen = {code for row in TABLE for code in re.findall(r"[A-Z]+_[A-Z_]+", row[0])}
    assert seen == {check.code for check in CHECKS} | {"INTERNAL_ERROR"}


def test_the_table_of_checks_is_the_code_s_tuple() -> None:
    checks = rows(section("docs/carts.md", "The order of the checks"))
    written = {int(row[0]): row[2].split()[-1] for row in checks}
    assert {check.number: check.code for check in CHECKS} == {
        number: code for number, code in written.items() if number not in (1, 3)
    }
    assert sorted(written) == list(range(1, 14))
    assert [check.number for check in CHECKS] == sorted(check.number for check in CHECKS)


def test_the_table_of_events_is_the_code_s_table() -> None:
    written = {
        (start.strip("` "), event.strip("`")): end.strip("`")
        for event, starts, end in rows(section("docs/carts.md", "States and events"))
        for start in starts.split(",")
    }
    assert written == {(str(start), event): str(end) for (start, event), end in TRANSITIONS.items()}


def test_the_faults_are_those_that_there_are() -> None:
    assert [row[0].strip("`") for row in rows(section("docs/faults.md", "The faults"))] == [*FAULT_NAMES]
    [shown] = [block for block in blocks("docs/faults.md") if block.file == "scenarios/unsteady.yaml"]
    written = parse(shown.text, Path("unsteady.yaml"))
    found = read_scenario(written, Context(BUNDLED.contract, BUNDLED.models, BUNDLED.fixtures))
    assert found is not None
    assert isinstance(found.stub.action, Respond)
    assert found.stub.fault_plan == FaultPlan(Lognormal(0.2, 0.5), Fault("truncated-body"), 0.3)


def test_the_precedence_is_that_of_the_code() -> None:
    written = [row[1] for row in rows(section("docs/choosing-answers.md", "Precedence"))]
    named = [name for name in CARRIERS if any(f"`{name}`" in row for row in written)]
    assert [next(name for name in named if f"`{name}`" in row) for row in written[: len(CARRIERS)]] == [
        *CARRIERS
    ]
    rest = " ".join(written[len(CARRIERS) :])
    positions = [rest.index(name) for name in [*ANSWERERS][1:] if name != "contract"]
    assert positions == sorted(positions)


@pytest.mark.slow
def test_the_coverage_command_prints_its_table(live_server: Live) -> None:
    [shown] = [each for each in blocks("docs/control-api.md") if each.text.startswith("mockserver coverage")]
    assert "--fail-under" in shown.text
    command = shown.text.replace("http://127.0.0.1:4010", live_server.url)
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m {command}"], capture_output=True, text=True, timeout=20
    )
    assert done.returncode in (0, 1)
    assert "all operations" in done.stdout


def test_the_mutations_that_are_shown_exist() -> None:
    [printed] = [block for block in blocks("docs/mutation-testing.md") if block.text.startswith("noticed")]
    lines = [line for line in printed.text.splitlines() if line.startswith(("noticed", "missed", "not met"))]
    shown = {re.sub(r"^(noticed|missed|not met) +", "", line) for line in lines}
    for name in shown:
        assert BUNDLED.mutations.named(name).name == name
    assert f"{len(lines)} mutations: " in printed.text
