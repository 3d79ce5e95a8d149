"""The guard of a test run: which sessions and servers it watches, and which test they are judged with."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress

from msgspec import Struct, field

from mockserver.data.timestamp import timestamp
from mockserver.engine.session_keys import DEFAULT
from mockserver.runtime import Runtime
from mockserver.testing.breaks import Breaks, exchanges_of, read_breaks
from mockserver.testing.control_client import CallRefused, ControlClient, NoAnswer
from mockserver.testing.findings import BrokenContract, Failure, Finding, KeylessRequests
from mockserver.testing.keyless import Keyless
from mockserver.testing.report import HINT, SHOWN
from mockserver.testing.session import MockSession, new_key
from mockserver.testing.transport import URL
from mockserver.testing.unmatched_stubs import unmatched_reason
from mockserver.testing.views import ExchangeView, SideView

WIDER = frozenset({"make_mock_session", "mock_server_factory"})  # fixtures that give sessions of wider scopes


class _Test(Struct):
    """The running test: the key of its own sessions, and what was found so far.

    `permitted` returns the sides that may break the contract; `uses_wider`: it may use sessions of wider
    scopes.
    """

    key: str
    began: str  # the instant, as in the journal
    permitted: Callable[[], Collection[SideView]]
    uses_wider: bool
    findings: list[Finding] = field(default_factory=list)


class _Watched(Struct):
    """A session that the plugin made, and what was read of it, by the key of the session or fork."""

    session: MockSession
    is_own: bool  # of one test
    read: dict[str, Breaks] = field(default_factory=dict)
    is_lost: bool = False  # it could not be read, which was reported


class _Server(Struct):
    """A server that this run alone uses, and the session of its requests without a key (None: `default`).

    `runtime` is that of a server that the plugin started, None for another one.
    """

    client: ControlClient
    runtime: Runtime | None
    keyless: MockSession | None = None
    _chosen: str = DEFAULT

    @property
    def has_keyless_session(self) -> bool:
        """Whether requests without a key have opened their session, also if it was evicted since."""
        if self.keyless is None or self.runtime is None:
            return self.keyless is not None
        sessions = self.runtime.sessions
        return self.keyless.key in sessions or sessions.eviction(self.keyless.key) is not None

    def choose(self, keyless: MockSession | None) -> None:
        """Let requests without a key belong to a session. Raises CallRefused and NoAnswer."""
        self.keyless = keyless
        key = keyless.key if keyless is not None else DEFAULT
        if self.runtime is not None:
            self.runtime.keyless_session = key
        elif key != self._chosen:
            self.client.ask("PUT", "/keyless", body={"session": key})
        self._chosen = key


class Guard:
    """Judges each test by what its sessions broke, whatever came afterwards.

    `keyless` says what happens to requests without a session key on the servers that the plugin starts.
    """

    def __init__(self, keyless: Keyless) -> None:
        self.keyless = keyless
        self._servers: list[_Server] = []
        self._watched: list[_Watched] = []
        self._test = _Test(new_key("no test"), timestamp(0), tuple, uses_wider=False)

    def begin(
        self, name: str, fixtures: Collection[str], permitted: Callable[[], Collection[SideView]]
    ) -> None:
        """A test begins. Requests that came since the end of the one before it are judged with this one."""
        began = timestamp(time.time())
        self._test = _Test(new_key(name), began, permitted, not WIDER.isdisjoint(fixtures))
        self._take_keyless()
        self._assign_keyless()

    def end(self) -> list[Finding]:
        """What was found against the running test, whose fixtures are closed."""
        for watched in self._watched:
            self._read(watched)
        self._take_keyless()
        findings, self._test.findings = self._test.findings, []
        return findings

    def fail(self, reason: str) -> None:
        """Fail the running test at its end."""
        self._test.findings.append(Failure(reason))

    def sessions(self) -> list[MockSession]:
        """The sessions that requests of the running test may be in."""
        watched = [each.session for each in self._watched]
        keyless = [each.keyless for each in self._servers if each.keyless and each.has_keyless_session]
        return [*watched, *(each for each in keyless if each not in watched)]

    def exchanges(self) -> Iterator[tuple[MockSession, list[ExchangeView]]]:
        """The sessions of the running test, with the exchanges of each since the test began.

        Only a session that belongs to this test alone may have none. Raises CallRefused and NoAnswer.
        """
        own = [each.session for each in self._watched if each.is_own]
        for session in self.sessions():
            for each in _with_forks(session):
                rows = [row for row in each.requests() if row["at"] >= self._test.began]
                if rows or each in own:
                    yield each, rows

    def _hint(self, session: MockSession) -> str:
        """What a client may have done wrong whose requests did not come to a session."""
        if session.client.url == URL:
            return "does the client use mock_transport?"
        if self.keyless == "adopt" and any(each.client is session.client for each in self._servers):
            return "does the client send its requests to mock_session.url?"
        return HINT

    def own_session(self, client: ControlClient) -> MockSession:
        """A new session of the running test alone."""
        return self.watch(MockSession(client, self._test.key), is_own=True)

    def watch(self, session: MockSession, *, is_own: bool = False) -> MockSession:
        """Judge a session with each test that runs until it is closed; `is_own`: it belongs to one test."""
        session.hint = self._hint(session)
        self._watched.append(_Watched(session, is_own))
        self._assign_keyless()
        return session

    def close(self, session: MockSession) -> None:
        """Judge a session with the running test, and delete it from its server."""
        [watched] = [each for each in self._watched if each.session is session]
        self._read(watched)
        self._check_stubs(session)
        self._watched.remove(watched)
        self._assign_keyless()
        self._close(session)

    @contextmanager
    def server(self, client: ControlClient, runtime: Runtime | None) -> Iterator[None]:
        """Watch a server that this run alone uses, until the block ends, after which it may stop.

        `runtime` is that of a server that the plugin started, None for another one.
        """
        server = _Server(client, runtime)
        self._servers.append(server)
        self._assign_keyless()
        yield
        self._take_keyless()
        server.choose(None)
        self._servers.remove(server)

    def _assign_keyless(self) -> None:
        """Decide to which session requests without a key belong on each server."""
        for server in self._servers:
            server.choose(self._keyless_session(server))

    def _keyless_session(self, server: _Server) -> MockSession | None:
        """The session for requests without a key on a server; None stands for `default`."""
        if self.keyless == "default":
            return None
        if self.keyless == "refuse":
            return MockSession(server.client, f"{self._test.key}.keyless")
        here = [each for each in self._watched if each.session.client is server.client]
        wider = reversed(here) if self._test.uses_wider else ()
        adopting = [*(each for each in here if each.is_own), *wider]
        return adopting[0].session if adopting else MockSession(server.client, self._test.key)

    def _read(self, watched: _Watched) -> None:
        """Find what was broken in a session and its forks since they were read last."""
        try:
            for session in _with_forks(watched.session):
                found = read_breaks(session)
                self._judge(session, found.since(watched.read.get(session.key, Breaks())))
                watched.read[session.key] = found
            watched.is_lost = False
        except (CallRefused, NoAnswer) as error:
            if not watched.is_lost:
                self.fail(str(error))
            watched.is_lost = True

    def _check_stubs(self, session: MockSession) -> None:
        """Find required stubs that matched no request."""
        with suppress(CallRefused, NoAnswer):  # of a session that could not be read, which is found already
            reason = unmatched_reason(session)
            if reason is not None:
                self.fail(reason)

    def _judge(self, session: MockSession, found: Breaks) -> None:
        breaks = found.without(self._test.permitted()) if found.counts else found
        if breaks.counts:
            exchanges = exchanges_of(session, breaks.rows, SHOWN)
            self._test.findings.append(BrokenContract(session.key, breaks, exchanges))

    def _take_keyless(self) -> None:
        """Find what requests without a key broke in sessions of their own, and delete these."""
        watched = [each.session for each in self._watched]
        for server in self._servers:
            session = server.keyless
            if session is None or session in watched or not server.has_keyless_session:
                continue
            if self.keyless == "refuse":
                self._refuse(session)
            else:
                self._read(_Watched(session, is_own=True))
            self._close(session)

    def _refuse(self, session: MockSession) -> None:
        """Find the requests that were refused because they have no key."""
        try:
            exchanges = session.requests()
        except (CallRefused, NoAnswer) as error:
            self.fail(str(error))
        else:
            if exchanges:
                self._test.findings.append(KeylessRequests(exchanges))

    def _close(self, session: MockSession) -> None:
        try:
            session.close()
        except (CallRefused, NoAnswer) as error:
            self.fail(str(error))


def _with_forks(session: MockSession) -> Iterator[MockSession]:
    """A session, its forks, and theirs."""
    yield session
    for fork in session.forks:
        yield from _with_forks(fork)
