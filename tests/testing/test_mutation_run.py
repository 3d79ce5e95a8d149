"""Whether a pytest run was started by `mockserver mutate`."""

import pytest

from mockserver.testing.mutation_run import (
    EVENTS,
    FORKS,
    events_file,
    has_own_server,
    take_fork_request,
)


@pytest.mark.parametrize(
    ("variables", "file", "own"),
    [
        ({}, None, False),
        ({EVENTS: ""}, None, False),
        ({EVENTS: "events"}, "events", True),
        ({EVENTS: "events", "PYTEST_XDIST_WORKER": "gw0"}, "events", False),
    ],
)
def test_the_environment_says_so(monkeypatch: pytest.MonkeyPatch, variables, file, own):
    for name in (EVENTS, "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (events_file(), has_own_server()) == (file, own)


def test_a_request_for_a_fork_server_is_taken_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(FORKS, "12:/tmp/a:b")
    assert take_fork_request() == (12, "/tmp/a:b")
    assert take_fork_request() is None
