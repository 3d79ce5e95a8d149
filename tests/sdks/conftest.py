"""A mock server for each test module, with the document that the module names as `DOCUMENT`."""

from collections.abc import Iterator

import pytest

from tests.support.live import Live, serve
from tests.support.paths import TEST_DATA, missing


@pytest.fixture(scope="module")
def mock(request: pytest.FixtureRequest) -> Iterator[Live]:
    """A server on a socket of its own; the tests are skipped where the vendor's document is missing."""
    document = TEST_DATA / "documents" / request.module.DOCUMENT
    if not document.exists():
        pytest.skip(missing(document))
    with serve(str(document)) as live:
        yield live
