"""What does a session cost a test? The same suite with `mock_session` and with an empty fixture."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.machine import environment
from tests.benchmarks.table import Table

ABOUT = "what mock_session costs a test of a suite of 300, above an empty fixture"
TESTS = 300
RUNS = 5
ALLOWED = 5.0  # ms a test, the server's start and stop among them

SUITE = """
import pytest

@pytest.fixture
def empty():
    yield

@pytest.mark.parametrize("number", range({tests}))
def test_nothing(number, {fixture}):
    pass
"""


def run() -> Table:
    """The whole run of pytest, process and all: the quickest of several, for each fixture."""
    with tempfile.TemporaryDirectory() as folder:
        took = {
            fixture: min(_timed(Path(folder), fixture) for _ in range(RUNS))
            for fixture in ("empty", "mock_session")
        }
    cost = 1000 * (took["mock_session"] - took["empty"]) / TESTS
    rows = [(fixture, f"{seconds:.2f}", f"{1000 * seconds / TESTS:.2f}") for fixture, seconds in took.items()]
    judged = "within" if cost <= ALLOWED else "above"
    verdict = f"mock_session costs {cost:.2f} ms a test, {judged} the {ALLOWED:g} ms allowed."
    return Table(("fixture", "seconds", "ms a test"), rows, verdict)


def _timed(folder: Path, fixture: str) -> float:
    """Seconds of one run."""
    (folder / "test_suite.py").write_text(SUITE.format(tests=TESTS, fixture=fixture), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
