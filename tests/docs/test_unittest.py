"""docs/unittest.md: its files run under `python -m unittest`, and judge tests as the pytest plugin does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.docs import blocks

pytestmark = pytest.mark.slow
*FILES, UNDER_PYTEST = [block.text + "\n" for block in blocks("docs/unittest.md")]
SUITE = {block.split()[1]: block for block in FILES}
MORE = """
import httpx
from mocked import MockedTestCase
from test_carts import HEADERS

class Broken(MockedTestCase):
    def test_a_request_breaks_the_contract(self):
        httpx.patch(f"{self.mock.base_url}/carts/42", json={"purchaser_id": 0}, headers=HEADERS)

    def test_a_request_breaks_the_contract_before_a_reset(self):
        httpx.patch(f"{self.mock.base_url}/carts/42", json={"purchaser_id": -1}, headers=HEADERS)
        self.mock.reset()

    def test_each_test_has_a_session_of_its_own(self):
        self.assertEqual(self.mock.requests(), [])
"""


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-m", *arguments],
        cwd=folder, env=os.environ, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder with the files of the page."""
    for name, text in SUITE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_tests_of_the_page_pass(suite: Path):
    ran = run(suite, "unittest")
    assert re.search(r"^Ran 3 tests.*\n\nOK\n\Z", ran.stderr, re.MULTILINE), ran.stderr
    assert ran.returncode == 0


def test_a_request_that_breaks_the_contract_fails_its_test_alone(suite: Path):
    (suite / "test_more.py").write_text(MORE, encoding="utf-8")
    ran = run(suite, "unittest")
    assert "FAILED (failures=2)" in ran.stderr, ran.stderr
    assert "PATCH /carts/42: /purchaser_id: 0 is not greater than the exclusive minimum of 0" in ran.stderr
    assert ran.returncode == 1


def test_a_case_of_unittest_uses_the_plugin_under_pytest(tmp_path: Path):
    (tmp_path / "test_cases.py").write_text(UNDER_PYTEST, encoding="utf-8")
    ran = run(
        tmp_path, "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path)
    )
    assert re.search(r"^1 passed", ran.stdout, re.MULTILINE), ran.stdout
