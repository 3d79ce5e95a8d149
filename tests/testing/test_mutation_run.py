"""Whether a pytest run was started by `mockserver mutate`."""

import pytest

from mockserver.testing.mutation_run import EVENTS, events_file, has_own_server


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
