"""Clients in TypeScript against a live server: what docs/javascript.md shows, run as it is written."""

import re
import shutil
from pathlib import Path

import pytest

from tests.support.docs import blocks, read
from tests.support.live import Live
from tests.support.node import chromium, install_packages, run, tool

HERE = Path(__file__).parent
PAGE = read("docs/javascript.md")
SHOWN = [block.text + "\n" for block in blocks("docs/javascript.md") if block.language == "ts"]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory, live_server: Live) -> Path:
    """The Node suite in a folder of its own, installed, with the types of the live server's contracts."""
    npx = tool("npx")
    folder = tmp_path_factory.mktemp("javascript") / "suite"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("node_modules", "*.py", "__pycache__"))
    install_packages(folder)
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
    assert "passed" in run(suite, tool("npx"), "playwright", "test", CHROMIUM=chromium())
