"""The soak bench at work, for seconds: it finds nothing wrong, and it would notice."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.soak.probe import Schedule, Wait
from tests.support.paths import ROOT


def soak(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.benchmarks.soak", "--seed", "1", "--rate", "200", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_mixed_traffic_of_a_few_seconds_breaks_no_invariant() -> None:
    done = soak("--minutes", "0.06")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("seed 1: 64 connections")
    kinds = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert {
        "change",
        "invalid",
        "scenario",
        "control",
        "bad body",
        "no HTTP",
        "half sent",
        "odd exchange",
        "never read",
        "laborious",
        "all",
    } <= {*kinds}
    assert "Broken invariants: none." in done.stdout


def test_a_server_that_answers_otherwise_is_noticed_with_the_request_that_shows_it() -> None:
    done = soak("--minutes", "0.06", "--", "--no-auth")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "broken: expected (401, 'auth', None)" in done.stdout
    assert r"b'PATCH /carts/" in done.stdout


def test_a_wait_is_judged_without_the_longer_one_of_its_run_delays() -> None:
    wait = Wait(total=100.0, server_ran=20.0, server_delayed=60.0, probe_delayed=30.0)
    assert wait.without_delay == 40.0


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="Linux counts run delays")
def test_the_schedule_of_a_process_counts_the_time_in_which_it_ran() -> None:
    before, _ = Schedule("self").now()
    assert sum(range(1_000_000)) > 0
    after, _ = Schedule("self").now()
    assert after > before


def test_without_such_a_file_no_run_delay_is_known() -> None:
    assert Schedule("no process").now() == (0.0, 0.0)
