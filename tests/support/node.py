"""Runs suites of Node.js: their packages are those of `tests/clients`, installed in a folder of their own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.paths import ROOT

CLIENTS = ROOT / "tests/clients"
OUT_OF_REACH = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT")


def missing(reason: str) -> NoReturn:
    """Skip the test; a failure where the environment's TOOLS_REQUIRED says that nothing may be missing."""
    if os.environ.get("TOOLS_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)


def tool(*names: str) -> str:
    """The path of the first of these programs that is there."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or missing(f"{' or '.join(names)} is not installed")


def chromium() -> str:
    """The path of a Chromium that is installed."""
    return tool("chromium", "chromium-browser", "google-chrome")


def run(folder: Path, *command: str, patience: float = 300, **environment: str) -> str:
    """What a command prints, which must succeed within `patience` seconds.

    `mockserver` is the one of these tests' environment.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path, "NO_COLOR": "1", **environment},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=patience,
    )  # fmt: skip
    if done.returncode and command[0].endswith("npm") and OUT_OF_REACH.search(done.stdout):
        missing("npm does not reach its registry")
    assert done.returncode == 0, done.stdout
    return done.stdout


def install_packages(folder: Path) -> None:
    """Install the packages that the `package.json` of a folder names."""
    tool("node")
    run(folder, tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
