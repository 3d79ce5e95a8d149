"""Clients in TypeScript against a live server: what docs/javascript.md shows, run as it is written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.docs import blocks, read
from tests.support.live import Live

HERE = Path(__file__).parent
PAGE = read("docs/javascript.md")
SHOWN = [block.text + "\n" for block in blocks("docs/javascript.md") if block.language == "ts"]
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


def run(folder: Path, *command: str, **environment: str) -> str:
    """What a command prints, which must succeed; `mockserver` is the one of these tests' environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path, "NO_COLOR": "1", **environment},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
    )  # fmt: skip
    if done.returncode and command[0].endswith("npm") and OUT_OF_REACH.search(done.stdout):
        missing("npm does not reach its registry")
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory, live_server: Live) -> Path:
    """The Node suite in a folder of its own, installed, with the types of the live server's contracts."""
    tool("node")
    npm, npx = tool("npm"), tool("npx")
    folder = tmp_path_factory.mktemp("javascript") / "suite"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("node_modules", "*.py", "__pycache__"))
    run(folder, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    for line in re.findall(r"^(npx openapi-typescript .+)$", PAGE, re.MULTILINE):
        run(folder, npx, *line.replace("http://127.0.0.1:4010", live_server.url).split()[1:])
    assert {"api.ts", "control.ts"} <= {path.name for path in folder.iterdir()}
    return folder


@pytest.mark.parametrize("shown", SHOWN, ids=[block.split()[1].strip(":") for block in SHOWN])
def test_what_the_page_shows_is_what_runs_here(shown: str) -> None:
    name = shown.split()[1].strip(":")
    assert shown == (HERE / name).read_text(encoding="utf-8")


def test_the_configurations_start_the_server_as_the_page_says() -> None:
    line = re.search(r"`(globalSetup: [^`]+)`", PAGE)
    assert line is not None
    for name in ("playwright.config.ts", "vitest.config.ts"):
        assert f"{line[1]}," in (HERE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("project", [".", "cypress"])
def test_code_and_generated_types_compile(project: str, suite: Path) -> None:
    run(suite, tool("npx"), "tsc", "--project", project)


def test_the_suite_of_vitest_passes(suite: Path) -> None:
    assert "passed" in run(suite, tool("npx"), "vitest", "run")


def test_the_suite_of_pages_passes(suite: Path) -> None:
    chromium = tool("chromium", "chromium-browser", "google-chrome")
    assert "passed" in run(suite, tool("npx"), "playwright", "test", CHROMIUM=chromium)
