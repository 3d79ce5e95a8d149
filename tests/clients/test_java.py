"""The files that docs/java.md shows, compiled and run against a live server where a JDK is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.docs import blocks
from tests.support.live import Live

SHOWN = {block.text.split()[1].strip(":"): block.text for block in blocks("docs/java.md")}
BREAKING = """
public class Breaking {
    public static void main(String[] arguments) throws Exception {
        try (MockSession mock = new MockSession()) {
            CartsTest.change(mock.request("/carts/42"), "{\\"purchaser_id\\": 0}");
        }
    }
}
"""
MISSPELT = """
public class Misspelt {
    public static void main(String[] arguments) throws Exception {
        try (MockSession mock = new MockSession()) {
            mock.scenario("order-not-cat");
        }
    }
}
"""

pytestmark = pytest.mark.skipif(not shutil.which("javac"), reason="no JDK is installed")


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the compiled classes of the page, and with two programs that misuse them."""
    folder = tmp_path_factory.mktemp("java")
    sources = {**SHOWN, "Breaking.java": BREAKING, "Misspelt.java": MISSPELT}
    for name, text in sources.items():
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["javac", *sources], cwd=folder, check=True, timeout=120)
    return folder


def java(classes: Path, name: str, live: Live) -> "subprocess.CompletedProcess[str]":
    """Run a class, with assertions enabled."""
    return subprocess.run(
        ["java", "-ea", name], cwd=classes, env={**os.environ, "MOCK_URL": live.url}, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip


def test_the_tests_of_the_page_pass(classes: Path, live_server: Live):
    ran = java(classes, "CartsTest", live_server)
    assert (ran.stdout, ran.returncode) == ("3 tests passed\n", 0), ran.stderr


def test_a_request_that_breaks_the_contract_fails_its_test(classes: Path, live_server: Live):
    ran = java(classes, "Breaking", live_server)
    assert ran.returncode == 1
    assert "AssertionError: requests broke the contract: " in ran.stderr
    assert "0 is not greater than the exclusive minimum of 0" in ran.stderr


def test_a_control_call_that_is_refused_says_why(classes: Path, live_server: Live):
    ran = java(classes, "Misspelt", live_server)
    assert ran.returncode == 1
    assert "order-not-cart" in ran.stderr
