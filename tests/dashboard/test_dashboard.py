"""The dashboard in Chromium against live servers, and the pictures of it that the documentation shows."""

from pathlib import Path

import pytest

from tests.dashboard.pictures import PICTURES, lay_out, take_pictures
from tests.support.node import chromium, install_packages, run, tool
from tests.support.paths import ROOT

PAGE = ROOT / "mockserver/control/page"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The suite in a folder of its own, with the packages installed."""
    tool("npx")
    chromium()
    folder = tmp_path_factory.mktemp("dashboard")
    lay_out(folder)
    install_packages(folder)
    return folder


def test_the_code_of_the_suite_compiles(suite: Path) -> None:
    run(suite, tool("npx"), "tsc", "--project", ".")


def test_the_dashboard_keeps_its_promises(suite: Path) -> None:
    assert "passed" in run(suite, tool("npx"), "playwright", "test", patience=580, CHROMIUM=chromium())


def test_one_command_takes_the_pictures(suite: Path, tmp_path: Path) -> None:
    take_pictures(suite, tmp_path)
    assert {path.name for path in tmp_path.glob("*.png")} == set(PICTURES)


def test_the_documentation_shows_the_pictures() -> None:
    pages = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "README.md", ROOT / "docs/dashboard.md")
    )
    for name in PICTURES:
        assert (ROOT / "docs/images" / name).stat().st_size < 250_000
        assert f"images/{name}" in pages


def test_the_page_is_small() -> None:
    assert sum(path.stat().st_size for path in PAGE.rglob("*") if path.is_file()) < 200_000


def test_the_page_sets_text_only_as_text() -> None:
    for path in PAGE.rglob("*.js"):
        code = path.read_text(encoding="utf-8")
        for sink in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "DOMParser",
        ):
            assert sink not in code, path
