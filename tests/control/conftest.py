"""Fixtures of the tests of the control API."""

from collections.abc import Iterator

import pytest

from tests.support.console import Console, open_console


@pytest.fixture
def console() -> Iterator[Console]:
    with open_console() as opened:
        yield opened
