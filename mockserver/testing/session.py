"""A session of the mock server, as the test that owns it uses it."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from itertools import count as counted
from types import TracebackType
from typing import Any, Unpack
from urllib.parse import quote, urlencode
from uuid import uuid4

from mockserver.data.json import Json
from mockserver.http.redaction import redact
from mockserver.testing.control_client import CallRefused, ControlClient
from mockserver.testing.report import nearest_misses
from mockserver.testing.views import Bounds, BreakView, ExchangeView, Filters, RequestPatternDict, SideView

__tracebackhide__ = True  # pytest shows the test's own line where a call fails
PAGE = 1_000  # exchanges per call
NAME_LENGTH = 80  # characters of the test's name in a session key


def new_key(test: str) -> str:
    """A unique session key that contains the name of the test, with secrets masked."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", redact(test))
    return f"{name[:NAME_LENGTH].strip('-')}-{uuid4().hex[:12]}"


class MockSession:
    """State, scenario and journal of one test; requests that send `headers` belong to it.

    A call that the server refuses raises `mockserver.testing.control_client.CallRefused`, which says why.
    """

    def __init__(self, client: ControlClient, key: str) -> None:
        self._client = client
        self._checkpoints: list[str] = []  # keys of the sessions that `_Checkpoint` restores
        self._numbers = counted(1)  # of checkpoints
        self.key = key
        self.forks: list[MockSession] = []  # they are judged and closed with this session

    @property
    def client(self) -> ControlClient:
        """The client that makes the control calls of the session."""
        return self._client

    @property
    def url(self) -> str:
        """The base URL of the mocked API."""
        return self._client.url

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a client must send with each request."""
        return {"X-Mock-Session": self.key}

    @property
    def state(self) -> Any:
        """The session's state as JSON; assign a changed copy to replace it."""
        return self._ask("GET", "/session/state")

    @state.setter
    def state(self, state: Json) -> None:
        self._ask("PUT", "/session/state", state)

    def scenario(self, name: str) -> AbstractContextManager["MockSession"]:
        """Choose a scenario: from now on or, as a context manager, for the block.

        The end of the block restores the session as it was before: scenario, progress of stories, and state.
        """
        return self._choose("/session/scenario", name)

    def mutation(self, name: str) -> AbstractContextManager["MockSession"]:
        """Choose a mutation of `GET /__mock/mutations`, which changes answers; scope as for `scenario`.

        If a client's test still passes, it would not notice such a change of the backend.
        """
        return self._choose("/session/mutation", name)

    def checkpoint(self) -> AbstractContextManager["MockSession"]:
        """A context manager whose end restores state, stubs, choices and stories as they are now.

        The journal keeps the exchanges of the block. Each example of a property test can have a block.
        """
        self._ask("GET", "/session")  # opens the session: only an open one can be forked
        checkpoint = f"{self.key}.{next(self._numbers)}"
        self._checkpoints.append(checkpoint)
        self._client.ask("POST", "/session/fork", key=checkpoint, body={"from": self.key})
        return _Checkpoint(self, checkpoint)

    def _choose(self, path: str, name: str) -> AbstractContextManager["MockSession"]:
        checkpoint = self.checkpoint()
        self._ask("PUT", path, {"name": name})
        return checkpoint

    def restore(self, checkpoint: str) -> None:
        """Replace this session by a copy of the session `checkpoint`, which is deleted."""
        self._ask("POST", "/session/fork", {"from": checkpoint})
        self._client.ask("DELETE", "/session", key=checkpoint)
        self._checkpoints.remove(checkpoint)

    def event(self, subject: int | str, event: str, *, collection: str = "carts") -> Any:
        """Trigger an event of one item of a collection; return the item after it."""
        path = f"/session/{quote(collection, safe='')}/{quote(str(subject), safe='')}/events"
        return self._ask("POST", path, {"event": event})

    def requests(self, **filters: Unpack[Filters]) -> list[ExchangeView]:
        """The session's exchanges, oldest first; filters: operation, status, scenario, valid."""
        wanted = {
            name: str(value).lower() if isinstance(value, bool) else value for name, value in filters.items()
        }
        found: list[ExchangeView] = []
        cursor: str | None = None
        while True:
            query = {**wanted, "limit": PAGE, **({} if cursor is None else {"cursor": cursor})}
            page = self._ask("GET", f"/requests?{urlencode(query)}")
            found += page["requests"]
            cursor = page["next"]
            if cursor is None:
                return found[::-1]

    def verify(self, *, count: int | Bounds | None = None, **match: Unpack[RequestPatternDict]) -> list[str]:
        """Assert how many exchanges match, and return their ids.

        `count` is an exact number or bounds such as `{"atLeast": 1, "atMost": 3}`; None means at least one.
        Raises AssertionError, which shows the nearest misses.
        """
        expected: dict[str, Any] = {"match": match} if count is None else {"match": match, "count": count}
        try:
            matched: list[str] = self._ask("POST", "/requests/verify", expected)["matched"]
        except CallRefused as refused:
            if refused.kind != "not-verified":
                raise
            raise AssertionError(nearest_misses(match, refused.problem)) from None
        return matched

    def explain(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: Json = None
    ) -> ExchangeView:
        """How the mock would answer a request, and why, without making it. `path` may have a query."""
        described: dict[str, Json] = {"method": method, "path": path, "headers": dict(headers or {})}
        if body is not None:
            described["body"] = body
        explained: ExchangeView = self._ask("POST", "/explain", described)
        return explained

    def violations(self, side: SideView | None = None) -> tuple[list[BreakView], int]:
        """What broke the contract in the session since it began, oldest first, and how much that is in all.

        The server lists the first ones, and counts all. With `side`, only requests or answers are considered.
        """
        found = self._ask("GET", "/violations" if side is None else f"/violations?side={side}")
        return found["violations"], found["count"]

    def exchange(self, exchange: str) -> ExchangeView | None:
        """The exchange with this id; None if the journal does not have it any more."""
        try:
            shown: ExchangeView = self._ask("GET", f"/requests/{exchange}")
        except CallRefused as refused:
            if refused.kind != "unknown-exchange":
                raise
            return None
        return shown

    def close(self) -> None:
        """Delete the session, its forks and its checkpoints from the server."""
        for fork in self.forks:
            fork.close()
        self.forks.clear()
        for key in (*self._checkpoints, self.key):
            self._client.ask("DELETE", "/session", key=key)
        self._checkpoints.clear()

    def _ask(self, method: str, path: str, body: Json = None) -> Any:
        return self._client.ask(method, path, key=self.key, body=body)


class _Checkpoint(AbstractContextManager[MockSession]):
    """The end of its block restores a checkpoint of the session."""

    def __init__(self, session: MockSession, checkpoint: str) -> None:
        self._session = session
        self._checkpoint = checkpoint

    def __enter__(self) -> MockSession:
        return self._session

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.restore(self._checkpoint)
