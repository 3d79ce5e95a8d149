"""What all tests share: profiles of Hypothesis, the mark `slow`, and one server process."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.live import Live, serve
from tests.support.paths import ROOT

collect_ignore = ["consumer"]  # the suite of an example project: tests of the plugin run it as its users do

# Files and folders whose tests start processes, browsers or builds, or draw very many examples.
SLOW = (
    "benchmarks", "clients", "dashboard", "sdks", "docs", "end_to_end", "fuzz", "strategies",
    "asgi/test_fault_sender.py",
    "cli/test_check.py", "cli/test_https.py", "cli/test_import_pages.py", "cli/test_output.py",
    "cli/test_serve.py", "cli/test_streams.py", "cli/test_verify.py",
    "contract/schema/compiled/test_verdict.py",
    "control/test_schemathesis.py", "control/test_session_calls.py", "control/test_verification.py",
    "engine/test_session_bounds.py", "server/test_connection.py", "server/test_server.py",
    "server/test_tls_transport.py", "server/test_watch.py", "testing/test_mutate.py",
    "testing/test_transport_both_ways.py", "testing/test_guard.py", "test_app.py",
    "upstream/verify/test_verifier.py",
    "test_package.py", "test_pytest_plugin.py",
)  # fmt: skip

settings.register_profile("project", deadline=None)  # a busy machine is no failure
settings.register_profile("fast", settings.get_profile("project"), max_examples=10)
settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.relative_to(ROOT / "tests").as_posix()
        if path in SLOW or path.partition("/")[0] in SLOW:
            item.add_marker("slow")


@pytest.fixture(scope="session")
def live_server() -> Iterator[Live]:
    """A server with the bundled carts, shared by all: a test that changes a cart brings a session key."""
    with serve() as live:
        yield live
