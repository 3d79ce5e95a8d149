"""Node.js, and the SDKs for it that `nox -s sdks` installs."""

import shutil
from pathlib import Path

import pytest

MODULES = Path(__file__).parent / "node_modules"


def find_node() -> str:
    """The path of the program; the test is skipped where it or the SDKs are missing."""
    node = shutil.which("node")
    if node is None or not MODULES.exists():
        pytest.skip("the SDKs for Node.js are not installed: run nox -s sdks")
    return node
