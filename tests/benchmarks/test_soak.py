"""The soak bench at work, for seconds: it finds nothing wrong, and it would notice."""

import subprocess
import sys

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
