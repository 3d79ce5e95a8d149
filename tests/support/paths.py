"""Paths of files of the checkout, and of test data that is not part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
SCENARIOS = ROOT / "scenarios"


def _test_data() -> Path:
    """The folder that MOCKSERVER_TEST_DATA names, else `.test-data`, else `shared` beside the checkout."""
    named = os.environ.get("MOCKSERVER_TEST_DATA")
    if named:
        return Path(named)
    own = ROOT / ".test-data"
    return own if own.is_dir() else ROOT.parent / "shared"


TEST_DATA = _test_data()


def missing(path: Path) -> str:
    """The reason for skipping a test that needs a file of the test data, with what to do about it."""
    return f"{path.relative_to(TEST_DATA)} is not in {TEST_DATA.name}/: see 'Test data' in CONTRIBUTING.md"


def needs(path: Path) -> pytest.MarkDecorator:
    """A mark for tests that read a file or folder of the test data."""
    return pytest.mark.skipif(not path.exists(), reason=missing(path))
