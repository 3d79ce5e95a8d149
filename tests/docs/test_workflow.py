"""The GitHub Actions workflow of docs/ci.md: its own steps, run in their order."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support.docs import blocks
from tests.support.documents import HEAD

pytestmark = pytest.mark.slow
[WORKFLOW] = [block for block in blocks("docs/ci.md") if block.file == ".github/workflows/contract.yaml"]
JOBS: dict[str, Any] = yaml.safe_load(WORKFLOW.text)["jobs"]

GREETING = f"""{HEAD}
paths:
  /greeting:
    get:
      operationId: greet
      responses:
        "200":
          description: A greeting.
          content:
            application/json:
              schema: {{type: object, properties: {{text: {{type: string, example: Hello}}}}}}
"""
SUITE = """
import httpx

def test_the_greeting(mock_session):
    assert httpx.get(f"{mock_session.url}/greeting", headers=mock_session.headers).status_code == 200
"""
NOTHING_ASKED = """
def test_nothing_is_asked(mock_session):
    pass
"""


@dataclass(frozen=True, slots=True)
class Checkout:
    """The working folder of a CI runner, with a contract in it."""

    folder: Path
    port: int

    def run(self, step: str, job: str = "any-language") -> tuple[int, str]:
        """Run the step of this name in GitHub's default shell, on the test's port: exit status and output."""
        done = subprocess.run(
            self._command(step, job),
            cwd=self.folder, env=self._environment(), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    @contextlib.contextmanager
    def started(self) -> Iterator[str]:
        """Run the step that starts the server in the background; gives the server's address."""
        shell = subprocess.Popen(
            self._command("Start the mock", "any-language"),
            cwd=self.folder, env=self._environment(), start_new_session=True,
        )  # fmt: skip
        try:
            assert shell.wait(30) == 0
            yield f"http://127.0.0.1:{self.port}"
        finally:
            os.killpg(shell.pid, signal.SIGTERM)

    def _command(self, step: str, job: str) -> list[str]:
        [line] = [each["run"] for each in JOBS[job]["steps"] if each.get("name") == step]
        return ["bash", "-e", "-c", line.replace(":4010", f":{self.port}")]

    def _environment(self) -> dict[str, str]:
        own = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": own, "MOCKSERVER_PORT": str(self.port)}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "openapi.yaml").write_text(GREETING, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmockserver_spec = openapi.yaml\n", encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Checkout(tmp_path, probe.getsockname()[1])


def test_every_job_has_the_form_that_github_expects():
    assert {*JOBS} == {"any-language", "pytest"}
    for job in JOBS.values():
        assert job["runs-on"] == "ubuntu-latest"
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_the_steps_start_a_server_wait_for_it_and_ask_how_much_was_seen(checkout):
    with checkout.started() as url:
        status, shown = checkout.run("Wait for the mock")
        assert status == 0, shown
        status, shown = checkout.run("Ask for contract coverage")
        assert (status, "0.0 % of the contract was seen, less than 80 %" in shown) == (1, True), shown
        assert httpx.get(f"{url}/greeting").json() == {"text": "Hello"}
        status, shown = checkout.run("Ask for contract coverage")
        assert status == 0, shown
        assert "greet" in shown
    assert "mockserver is listening on" in checkout.run("Show what the mock saw")[1]


@pytest.mark.parametrize(("suite", "status"), [(SUITE, 0), (NOTHING_ASKED, 1)], ids=["enough", "too little"])
def test_the_second_job_fails_if_its_suite_covers_too_little(checkout, suite, status):
    (checkout.folder / "test_suite.py").write_text(suite, encoding="utf-8")
    ended, shown = checkout.run("Test", job="pytest")
    assert ended == status, shown
    assert "1 passed" in shown
