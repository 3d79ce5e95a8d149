"""`python -m tests.benchmarks` works: a short round of two real servers, by the driver in Python."""

import json
import subprocess
import sys
from xml.etree import ElementTree

from tests.support.paths import ROOT

SHORT = ("--rounds", "1", "--warm-up", "0", "--duration", "0.3", "--requests", "0", "--starts", "1")


def benchmark(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks",
        "throughput",
        *SHORT,
        "--driver",
        "python",
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_one_command_measures_servers_beside_each_other(tmp_path):
    results, picture = tmp_path / "results.json", tmp_path / "plot.svg"
    ran = benchmark(
        *("--only", "echo", "--only", "journal", "--peers-folder", str(tmp_path)),
        *("--json", str(results), "--plot", str(picture)),
    )
    assert ran.returncode == 0, ran.stderr
    assert "mockserver, with journal" in ran.stdout
    assert "Not installed: Prism, WireMock, Mockoon, Specmatic." in ran.stdout
    measured = json.loads(results.read_text(encoding="utf-8"))["servers"]
    assert [*measured] == ["echo", "journal"]
    for server in measured.values():
        assert server["rate"]["median"] > 0
        assert server["rounds"][0]["errors"] == 0
        assert 0 < server["first_answers_s"][0] < 60
        assert server["resident_mib"] > 1
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")


def test_a_server_that_is_unknown_is_a_usage_error():
    ran = benchmark("--only", "nobody")
    assert ran.returncode == 2
    assert "'nobody' is not one of 'echo', 'plain', 'journal'" in ran.stderr
