"""A session of the mock server, as the one test that owns it sees it."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Unpack
from urllib.parse import quote, urlencode
from uuid import uuid4

from mockserver.data.json import Json
from mockserver.http.redaction import redact
from mockserver.testing.control import Control, Refused
from mockserver.testing.report import misses
from mockserver.testing.views import Bounds, ExchangeView, Filters, RequestPatternDict

__tracebackhide__ = True  # pytest shows the test's own line where a call fails
PAGE = 1_000  # exchanges asked for at once
NAMED = 80  # characters of a test's name that its session's key shows


def new_key(test: str) -> str:
    """A session key that nobody else has, and that names its test, though no secret of its name."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", redact(test))
    return f"{name[:NAMED].strip('-')}-{uuid4().hex[:12]}"


class MockSession:
    """State, scenario and journal of one test; send `headers` with each request, and they are its own.

    A call that the server refuses raises `mockserver.testing.control.Refused` with a sentence that says why.
    """

    def __init__(self, control: Control, key: str) -> None:
        self._control = control
        self._kept: list[str] = []  # sessions that hold what a scenario is to put back
        self.key = key

    @property
    def url(self) -> str:
        """The base URL of the mocked API."""
        return self._control.url

    @property
    def headers(self) -> dict[str, str]:
        """What a client must send with each request."""
        return {"X-Mock-Session": self.key}

    @property
    def state(self) -> Any:
        """The state as JSON; assign it, changed, to put it."""
        return self._ask("GET", "/session/state")

    @state.setter
    def state(self, state: Json) -> None:
        self._ask("PUT", "/session/state", state)

    def scenario(self, name: str) -> AbstractContextManager["MockSession"]:
        """Choose a scenario from now on; as a context manager, for the block alone.

        What the block's end puts back is all that the session was before: scenario, stories and state.
        """
        return self._choose("/session/scenario", name)

    def mutation(self, name: str) -> AbstractContextManager["MockSession"]:
        """Change answers by a mutation of `GET /__mock/mutations`, as `scenario` chooses one.

        A test of a client that passes all the same would not notice such a change of the backend.
        """
        return self._choose("/session/mutation", name)

    def _choose(self, path: str, name: str) -> AbstractContextManager["MockSession"]:
        self._ask("GET", "/session")  # only a session that is open can be forked
        before = f"{self.key}.{len(self._kept) + 1}"
        self._kept.append(before)
        self._control.ask("POST", "/session/fork", key=before, body={"from": self.key})
        self._ask("PUT", path, {"name": name})
        return _Chosen(self, before)

    def go_back(self, before: str) -> None:
        """Be as a session of that key is, which is one that was forked from this one."""
        self._ask("POST", "/session/fork", {"from": before})

    def event(self, subject: int | str, event: str, *, collection: str = "carts") -> Any:
        """Let an event happen to one thing of the state; how it is afterwards."""
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
        """The ids of the exchanges that match; AssertionError with the nearest misses where not `count` do.

        That is a number for exactly so many, or `{"atLeast": 1, "atMost": 3}`; None: at least one.
        """
        expected: dict[str, Any] = {"match": match} if count is None else {"match": match, "count": count}
        try:
            matched: list[str] = self._ask("POST", "/requests/verify", expected)["matched"]
        except Refused as refused:
            if refused.kind != "not-verified":
                raise
            raise AssertionError(misses(match, refused.problem)) from None
        return matched

    def explain(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: Json = None
    ) -> ExchangeView:
        """What a request would be answered, and why; nothing changes by it. `path` may have a query."""
        described: dict[str, Json] = {"method": method, "path": path, "headers": dict(headers or {})}
        if body is not None:
            described["body"] = body
        explained: ExchangeView = self._ask("POST", "/explain", described)
        return explained

    def strays(self) -> list[ExchangeView]:
        """The exchanges whose requests broke the contract, oldest first."""
        return [each for each in self.requests(valid=False) if not _is_preflight(each)]

    def close(self) -> None:
        """Forget the session, and what it kept."""
        for key in (*self._kept, self.key):
            self._control.ask("DELETE", "/session", key=key)
        self._kept.clear()

    def _ask(self, method: str, path: str, body: Json = None) -> Any:
        return self._control.ask(method, path, key=self.key, body=body)


class _Chosen(AbstractContextManager[MockSession]):
    """A scenario or mutation that was chosen, and may be undone."""

    def __init__(self, session: MockSession, before: str) -> None:
        self._session = session
        self._before = before

    def __enter__(self) -> MockSession:
        return self._session

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.go_back(self._before)


def _is_preflight(exchange: ExchangeView) -> bool:
    """A browser's own question: the contract has no word on it."""
    return any(reason["step"] == "preflight" for reason in exchange["trail"])
