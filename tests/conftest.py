"""What all tests share: Hypothesis without a deadline, and one server process for tests over a socket."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.live import Live, serve

collect_ignore = ["consumer"]  # the suite of an example project: tests of the plugin run it as its users do

settings.register_profile("project", settings(deadline=None))  # a busy machine is no failure
settings.load_profile("project")


@pytest.fixture(scope="session")
def live_server() -> Iterator[Live]:
    """A server with the bundled carts, shared by all: a test that changes a cart brings a session key."""
    with serve() as live:
        yield live
