"""The TEXT's lines, executed as a reader would paste them."""

import asyncio
import importlib
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mockserver.data.source import parse
from mockserver.models.carts.update import CHECKS
from mockserver.scenarios.faults import NAMES, Fault, FaultPlan, Lognormal
from mockserver.scenarios.files import Context, read_scenario
from mockserver.scenarios.scenario import Respond
from tests.support.live import Live
from tests.support.patches import BUNDLED
from tests.support.paths import README, ROOT

TEXT = README.read_text(encoding="utf-8")


def section(heading: str) -> str:
    return TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of each row of a Markdown table, without its head."""
    lines = [line.strip().strip("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)] for line in lines[2:]]


TABLE = rows(section("To see this, send that"))


@pytest.mark.parametrize(("seen", "sent"), TABLE, ids=[row[0] for row in TABLE])
def test_what_the_table_says_is_what_curl_shows(seen: str, sent: str, live_server: Live) -> None:
    line = sent.strip("`").replace("http://127.0.0.1:4010", live_server.url)
    shown = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line + f" -s -H 'X-Mock-Session: readme-{abs(hash(seen))}'"],
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
    written = {int(row[0]): row[2].split()[-1] for row in rows(section("The cart"))}
    assert {check.number: check.code for check in CHECKS} == {
        number: code for number, code in written.items() if number not in (1, 3)
    }
    assert sorted(written) == list(range(1, 14))
    assert [check.number for check in CHECKS] == sorted(check.number for check in CHECKS)


def test_exactly_two_commands_set_everything_up() -> None:
    beginning = TEXT.split("\n## ")[0]
    assert re.findall(r"^```sh\n(.*?)\n```$", beginning, re.MULTILINE | re.DOTALL) == [
        "python3 -m venv .venv && . .venv/bin/activate && pip install . && mockserver",
        "python3 -m venv .venv && . .venv/bin/activate && pip install '.[test]' && "
        "pytest -n auto --dist worksteal",
    ]


@pytest.mark.parametrize("file", re.findall(r"^# (scenarios/\S+\.yaml)$", TEXT, re.MULTILINE))
def test_scenarios_that_are_shown_are_the_bundled_ones(file: str) -> None:
    def bare(text: str) -> list[str]:
        return [line.partition(" #")[0].rstrip() for line in text.splitlines() if not line.startswith("#")]

    shown = TEXT.split(f"# {file}\n")[1].split("```")[0]
    assert bare(shown) == bare((ROOT / file).read_text(encoding="utf-8"))


def test_the_faults_are_those_that_there_are() -> None:
    text = section("Faults on purpose")
    assert [row[0].strip("`") for row in rows(text)] == [*NAMES]
    written = parse(text.split("```yaml\n")[1].split("```")[0], Path("unsteady.yaml"))
    found = read_scenario(written, Context(BUNDLED.contract, BUNDLED.models, BUNDLED.fixtures))
    assert found is not None
    assert isinstance(found.act, Respond)
    assert found.act.fault_plan == FaultPlan(Lognormal(0.2, 0.5), Fault("truncated-body"), 0.3)


SHELL = [
    block
    for block in re.findall(r"^```sh\n(.*?)\n```$", TEXT, re.MULTILINE | re.DOTALL)
    if "venv" not in block
]


@pytest.mark.parametrize("block", SHELL, ids=[block[:40] for block in SHELL])
def test_the_lines_between_the_tables_work_when_pasted(block: str, live_server: Live) -> None:
    line = block.replace("http://127.0.0.1:4010", live_server.url)
    shown = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, check=True, timeout=20
    ).stdout
    assert '"data"' in shown or '"not-verified"' in shown.replace("urn:mockserver:problem:", "")


def test_the_coverage_command_prints_its_table(live_server: Live) -> None:
    line = re.search(r"`(mockserver coverage --url \S+ --fail-under \d+)`", TEXT)
    assert line is not None
    command = line[1].replace("http://127.0.0.1:4010", live_server.url)
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m {command}"], capture_output=True, text=True, timeout=20
    )
    assert done.returncode in (0, 1)
    assert "all operations" in done.stdout


def test_the_model_of_the_tutorial_works_as_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("parcels.py", "parcels.yaml"):
        code = TEXT.split(f"# {name}\n")[1].split("\n```")[0]
        (tmp_path / name).write_text(code + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    app = importlib.import_module("parcels").app
    asyncio.run(_follow_the_tutorial(httpx.ASGITransport(app)))


async def _follow_the_tutorial(transport: httpx.ASGITransport) -> None:
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        moved = await client.put("/parcels/7/place", json={"to": "Nantes"})
        assert (moved.status_code, moved.json()) == (200, {"id": "7", "place": "Nantes"})
        assert (await client.put("/parcels/7/place", json={})).headers["X-Mock-Source"] == "validation"
        await client.post("/__mock/session/parcels/7/events", json={"event": "lose"})
        lost = await client.put("/parcels/7/place", json={"to": "Lyon"})
        assert (lost.status_code, lost.json()) == (410, {"error": "PARCEL_LOST"})
        assert (await client.get("/__mock/session/state")).json() == {"parcels": {}}


EXAMPLES = re.findall(r"```python\n(.*?)\n```", section("In a pytest suite"), re.DOTALL)
IMPORTS = """
import httpx
import pytest
from hypothesis import given, settings
from mockserver import strategies
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
"""


@pytest.mark.parametrize(
    ("example", "passed"), list(zip(EXAMPLES, [2, 1], strict=True)), ids=["sessions", "strategies"]
)
def test_the_examples_of_a_pytest_suite_pass(
    example: str, passed: int, tmp_path: Path, live_server: Live
) -> None:
    suite = tmp_path / "test_example.py"
    suite.write_text(f"{IMPORTS}\nBACKEND = {live_server.url!r}\n\n{example}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", str(suite)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert f"{passed} passed" in done.stdout, done.stdout
