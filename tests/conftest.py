"""What all tests share: Hypothesis without a deadline, and one server process for those that need a socket."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from live import Live, serve

settings.register_profile("project", settings(deadline=None))  # a busy machine is no failure
settings.load_profile("project")


@pytest.fixture(scope="session")
def live_server() -> Iterator[Live]:
    """A server with the bundled carts; its sessions are shared, so a test that changes a cart brings a key."""
    with serve() as live:
        yield live
