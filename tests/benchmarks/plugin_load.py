"""How long does the plugin take to load in a suite that uses none of its fixtures?"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.machine import environment
from tests.benchmarks.table import Table

ABOUT = "how long pytest takes to load the plugin, in a suite that does not use it"
RUNS = 15
ALLOWED = 20.0  # ms
TIMER = """
import time
import pytest

load = pytest.PytestPluginManager.import_plugin

def timed(self, modname, consider_entry_points=False):
    started = time.process_time()
    load(self, modname, consider_entry_points)
    if modname == "mockserver.pytest_plugin":
        print(f"\\nloaded in {1000 * (time.process_time() - started)} ms")

pytest.PytestPluginManager.import_plugin = timed
"""


def run() -> Table:
    """Milliseconds of the processor's time: the import of the plugin, and its registration with pytest."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "timer.py").write_text(TIMER, encoding="utf-8")
        (Path(folder) / "test_suite.py").write_text("def test_nothing(): pass\n", encoding="utf-8")
        _load(Path(folder))  # pytest writes its bytecode
        took = [_load(Path(folder)) for _ in range(RUNS)]
    median = statistics.median(took)
    judged = "within" if median <= ALLOWED else "above"
    rows = [(f"{median:.1f}", f"{min(took):.1f}", f"{max(took):.1f}")]
    verdict = f"The plugin loads in {median:.1f} ms, {judged} the {ALLOWED:g} ms allowed."
    return Table(("median ms", "least", "most"), rows, verdict)


def _load(folder: Path) -> float:
    """Milliseconds of one load; other plugins are left out, because they share modules with ours."""
    plugins = ["-p", "timer", "-p", "mockserver.pytest_plugin", "-p", "no:cacheprovider"]
    own = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": os.pathsep.join([str(folder), *sys.path[1:]])}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", *plugins], cwd=folder, env=environment() | own,
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(ran.stdout.partition("loaded in ")[2].partition(" ms")[0])
