"""A test suite's command, run as a process."""

import os
import sys
import threading
from pathlib import Path

import pytest

from mockserver.testing.suite_command import CannotStart, Stopped, SuiteCommand
from tests.support.live import PATIENCE
from tests.support.processes import has_ended, wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs process groups")


def script(text: str) -> SuiteCommand:
    return SuiteCommand(["sh", "-c", text])


def test_a_run_has_the_status_the_output_and_the_failed_tests_of_its_command():
    run = script("echo FAILED test_a.py::test_b; echo $ONE >&2; exit 3").run({"ONE": "1"}, None)
    assert (run.status, run.passed, run.output) == (3, False, "FAILED test_a.py::test_b\n1\n")
    assert run.failed == ("test_a.py::test_b",)
    assert run.seconds > 0


def test_names_in_the_output_of_a_run_that_passes_are_no_failures():
    assert script("echo FAILED test_a.py::test_b").run({}, None).failed == ()


def test_a_command_reads_nothing_from_the_terminal():
    assert script("cat").run({}, PATIENCE).status == 0


def test_a_run_is_stopped_at_its_time_limit_with_the_processes_that_it_started(tmp_path: Path):
    pid = tmp_path / "pid"
    run = script(f"sleep 600 & echo $! > {pid}; wait").run({}, 1.0)
    assert (run.status, run.passed) == (None, False)
    assert has_ended(int(wait_for(pid)))


def test_the_test_that_was_running_at_the_time_limit_counts_as_failed():
    line = '{"event": "started", "test": "test_a.py::test_b"}'
    run = script(f"echo '{line}' >> $MOCKSERVER_RUN_EVENTS; sleep 600").run({}, 1.0)
    assert run.failed == ("test_a.py::test_b",)


def test_a_process_that_a_run_leaves_behind_is_ended_and_not_waited_for(tmp_path: Path):
    pid = tmp_path / "pid"
    assert script(f"sleep 600 & echo $! > {pid}").run({}, PATIENCE).status == 0
    assert has_ended(int(wait_for(pid)))


def test_a_run_that_is_interrupted_may_clean_up(tmp_path: Path):
    clean = tmp_path / "clean"
    unblocked = "import signal, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    program = unblocked + f"try: time.sleep(600)\nfinally: open({str(clean)!r}, 'w').write('yes')"
    assert SuiteCommand([sys.executable, "-c", program]).run({}, 5.0).status is None
    assert clean.read_text() == "yes"


def test_the_suite_does_not_count_as_a_worker_of_pytest_xdist_where_mutate_runs_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    found = tmp_path / "found"
    script(f"echo ${{PYTEST_XDIST_WORKER-none}} > {found}").run({}, PATIENCE)
    assert found.read_text() == "none\n"


def test_all_runs_can_be_stopped_and_no_new_one_starts(tmp_path: Path):
    command = script(f"trap '' INT; echo started > {tmp_path}/$NAME; sleep 600")
    ended: list[type[BaseException]] = []

    def run(name: str) -> None:
        try:
            command.run({"NAME": name}, None)
        except Stopped:
            ended.append(Stopped)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for name in ("a", "b"):
        wait_for(tmp_path / name)
    command.stop()
    for thread in threads:
        thread.join(PATIENCE)
    assert ended == [Stopped, Stopped]
    with pytest.raises(Stopped):
        command.run({}, None)


def test_a_command_that_does_not_exist_is_an_error_with_a_sentence():
    with pytest.raises(CannotStart, match=r"^cannot run 'no-such-command': No such file or directory$"):
        SuiteCommand(["no-such-command"]).run({}, None)


def test_the_end_of_a_long_output_is_kept():
    output = SuiteCommand([sys.executable, "-c", "print('x' * 1_000_000 + 'end')"]).run({}, None).output
    assert output.endswith("xend\n")
    assert len(output) < 200_000
