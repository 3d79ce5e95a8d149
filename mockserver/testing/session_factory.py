"""Sessions of wider scopes than one test, for the fixtures of suites."""

from contextlib import ExitStack

from mockserver.testing.control_client import ControlClient
from mockserver.testing.guarded_run import Guard
from mockserver.testing.session import MockSession, new_key


class SessionFactory:
    """Makes sessions on one server, which are closed at the end of the block of `until_end`."""

    def __init__(self, client: ControlClient, guard: Guard, until_end: ExitStack) -> None:
        self._client = client
        self._guard = guard
        self._until_end = until_end

    def __call__(self, name: str | None = None) -> MockSession:
        """A new session, whose key contains `name`; it is judged with each test that runs."""
        session = self._guard.watch(MockSession(self._client, new_key(name or "session")))
        self._until_end.callback(self._guard.close, session)
        return session
