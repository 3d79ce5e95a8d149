"""The fork server of a pytest process, and its client."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from mockserver.testing.fork_client import ForkClient, ServerEnded
from mockserver.testing.fork_server import MODULES, SOCKET, installed_modules, variables
from tests.support.live import PATIENCE
from tests.support.processes import has_ended

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
TESTS = """
import os, sys
open("imported-by", "a").write(f"{os.getpid()}\\n")

def test_variable():
    assert os.environ["NAME"] != "bad", os.environ["NAME"]

def test_the_process_is_no_server():
    assert "MOCKSERVER_FORK_SERVER" not in os.environ
    assert os.getpgid(0) == os.getpid()
"""


class Server:
    """A fork server, in the process of a suite."""

    def __init__(self, folder: Path, tests: str = TESTS, modules: str = "") -> None:
        self._folder = folder
        (folder / "test_one.py").write_text(dedent(tests), encoding="utf-8")
        (folder / MODULES).write_text(modules, encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_one.py"],
            cwd=folder,
            env={**os.environ, **variables(str(folder))},
            stdout=subprocess.DEVNULL,
        )
        self.client = ForkClient(folder / SOCKET)

    def start(self, name: str):
        """A run with the environment variable NAME, and the file of its output."""
        output = self._folder / f"output-{name}"
        output.touch()
        return self.client.start({"NAME": name}, output), output


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    served = Server(tmp_path)
    assert served.client.is_ready(served.process)
    yield served
    served.process.kill()
    served.process.wait()


def test_each_run_has_variables_output_and_exit_status_of_its_own(server: Server, tmp_path: Path):
    (good, printed_by_good), (bad, printed_by_bad) = server.start("good"), server.start("bad")
    assert (good.wait(PATIENCE), bad.wait(PATIENCE)) == (0, 1)
    assert "2 passed" in printed_by_good.read_text()
    assert "1 failed, 1 passed" in printed_by_bad.read_text()
    assert "AssertionError: bad" in printed_by_bad.read_text()
    imported = {int(line) for line in (tmp_path / "imported-by").read_text().splitlines()}
    assert imported == {good.pid, bad.pid}  # the server itself has read no file of the suite


def test_a_run_that_has_ended_has_its_status_and_the_processor_time_that_it_took(server: Server):
    run, _ = server.start("good")
    assert run.processor_time is None
    assert (run.wait(PATIENCE), run.poll(), run.wait(PATIENCE)) == (0, 0, 0)
    assert run.processor_time is not None
    assert run.processor_time > 0


def test_a_run_can_be_waited_for_and_killed(tmp_path: Path):
    served = Server(tmp_path, "import time\ndef test_long(): time.sleep(600)")
    assert served.client.is_ready(served.process)
    run, _ = served.start("long")
    with pytest.raises(subprocess.TimeoutExpired):
        run.wait(0.1)
    assert run.poll() is None
    run.kill()
    assert run.wait(PATIENCE) == -9
    served.process.kill()
    served.process.wait()


def test_a_server_that_is_killed_starts_no_run_and_its_runs_count_as_killed(tmp_path: Path):
    served = Server(tmp_path, "import time\ndef test_long(): time.sleep(600)")
    assert served.client.is_ready(served.process)
    run, _ = served.start("long")
    served.process.kill()
    served.process.wait()
    assert run.wait(PATIENCE) == -9
    os.kill(run.pid, 9)
    with pytest.raises(ServerEnded):
        served.start("late")


def test_a_process_with_other_threads_is_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p threaded\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    served = Server(tmp_path)
    assert not served.client.is_ready(served.process)
    assert served.process.wait(PATIENCE) == 1


def test_a_server_ends_with_the_process_that_started_it(tmp_path: Path):
    (tmp_path / "test_one.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / MODULES).touch()
    program = f"""if True:
        import os, subprocess, sys
        from mockserver.testing.fork_server import variables
        environment = os.environ | variables({str(tmp_path)!r})
        command = [sys.executable, "-m", "pytest"]
        print(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL).pid)
    """
    starting = [sys.executable, "-c", program]
    started = subprocess.run(starting, cwd=tmp_path, stdout=subprocess.PIPE, text=True, timeout=PATIENCE)
    assert has_ended(int(started.stdout))
    assert not (tmp_path / "imported-by").exists()


def test_modules_that_cannot_be_imported_are_left_to_the_runs(tmp_path: Path):
    served = Server(tmp_path, "def test_one(): import json", "json\nno_such_module\nantigravity.nothing\n")
    assert served.client.is_ready(served.process)
    run, output = served.start("good")
    assert run.wait(PATIENCE) == 0, output.read_text()
    served.process.kill()
    served.process.wait()


def test_installed_modules_are_those_of_packages_and_of_python_but_not_of_a_suite():
    names = installed_modules()
    assert {"json", "pytest", "mockserver.testing.fork_server"} <= {*names}
    assert names.index("_pytest.config") < names.index("mockserver.testing.fork_server")
    assert __name__ not in names
