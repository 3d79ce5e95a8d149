"""A mock server for each test module, with the document of the vendor that the module names as `VENDOR`."""

from collections.abc import Iterator

import pytest

from tests.sdks.servers import serve_document
from tests.support.live import Live


@pytest.fixture(scope="module")
def mock(request: pytest.FixtureRequest) -> Iterator[Live]:
    with serve_document(request.module.VENDOR) as live:
        yield live
