"""Exchanges leave nothing to the collector of reference cycles, whose full runs would be pauses."""

import subprocess
import sys

import pytest

from tests.support.paths import ROOT


@pytest.mark.slow
def test_exchanges_make_no_reference_cycles() -> None:
    """Lawful requests and attacks of all kinds, with heads that are not alike, and control calls.

    They run in a process of their own, because other tests leave cycles.
    """
    command = [sys.executable, "-m", "tests.support.reference_cycles"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "500 requests left nothing\n"), done.stderr
