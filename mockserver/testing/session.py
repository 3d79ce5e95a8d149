"""A session of the mock server, as the test that owns it uses it."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import count as counted
from typing import Any, Unpack, overload
from urllib.parse import quote, urlencode
from uuid import uuid4

from mockserver.data.json import Json, ReadOnlyJson
from mockserver.engine.session_path import session_url
from mockserver.http.redaction import redact
from mockserver.testing.arguments import Bounds, Filters, RequestPatternDict, RespondFields, StubMatch
from mockserver.testing.block import Block
from mockserver.testing.choices import Choice, MutationChoice, NetworkChoice, ScenarioChoice
from mockserver.testing.control_client import CallRefused, ControlClient
from mockserver.testing.laid_stubs import LaidStub, LaidStubs
from mockserver.testing.report import HINT, nearest_misses
from mockserver.testing.snapshots import State, snapshot
from mockserver.testing.views import BreakView, ExchangeView, SideView

__tracebackhide__ = True  # pytest shows the test's own line where a call fails
PAGE = 1_000  # exchanges per call
NAME_LENGTH = 80  # characters of the test's name in a session key
PAUSE = 0.02  # seconds between two looks of `wait_for`


class NotSeen(AssertionError, TimeoutError):
    """No exchange matched within the timeout."""


def new_key(test: str) -> str:
    """A unique session key that contains the name of the test, with secrets masked."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", redact(test))
    return f"{name[:NAME_LENGTH].strip('-')}-{uuid4().hex[:12]}"


class MockSession:
    """State, choices, stubs and journal of one test; requests to `base_url`, or with `headers`, belong to it.

    A call that the server refuses raises `mockserver.testing.control_client.CallRefused`, which says why.
    """

    def __init__(self, client: ControlClient, key: str) -> None:
        self._client = client
        self._checkpoints: list[str] = []  # keys of the sessions that the ends of checkpoints restore
        self._numbers = counted(1)  # of checkpoints
        self._stubs = LaidStubs(self._ask)
        self._beginning = object()  # another one after each reset
        self.hint = HINT  # why no request may have come
        self.key = key
        self.forks: list[MockSession] = []  # they are judged and closed with this session

    @property
    def client(self) -> ControlClient:
        """The client that makes the control calls of the session."""
        return self._client

    @property
    def url(self) -> str:
        """The base URL of the mocked API, to which `headers` must be sent."""
        return self._client.url

    @property
    def base_url(self) -> str:
        """The base URL of the mocked API in this session, for clients that take nothing but a base URL."""
        return session_url(self._client.url, self._client.prefix, self.key)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a client must send with each request to `url`."""
        return {"X-Mock-Session": self.key}

    @property
    def state(self) -> State:
        """A read-only snapshot of the session's state: `{collection: {id: item}}`."""
        return snapshot(self._ask("GET", "/session/state"))

    def patch_state(self, changes: Mapping[str, ReadOnlyJson]) -> State:
        """Change the state by a JSON Merge Patch (RFC 7396), in which None removes; return the new state."""
        return snapshot(self._ask("PATCH", "/session/state", changes))

    def replace_state(self, state: Mapping[str, ReadOnlyJson]) -> State:
        """Replace the state; a collection that is left out is empty afterwards. Return the new state."""
        return snapshot(self._ask("PUT", "/session/state", state))

    def scenario(self, name: str, times: int | None = None) -> AbstractContextManager["MockSession"]:
        """Choose a scenario: from now on, for `times` calls or, as a context manager, for the block.

        The end of the block takes back the choice, what its `given` and its story changed, and nothing else.
        """
        choice = ScenarioChoice(self._ask, name, times)
        return self._block(choice, choice.note_state)

    def respond(
        self,
        operation: str | None,
        match: StubMatch | None = None,
        times: int | None = None,
        *,
        required: bool = True,
        validate: bool = True,
        **respond: Unpack[RespondFields],
    ) -> LaidStub:
        """Lay a stub: the answer to matching requests of an operation, or of any operation if it is None.

        It holds from now on, for `times` requests or, as a context manager, for the block. With `required`,
        the test fails if the stub matches no request. Without `validate`, it also answers requests that break
        the contract. `respond` has the members of `respond` in a scenario file, such as `error`, or `status`
        and `body`.
        """
        members: dict[str, object] = {"operation": operation, "match": match, "times": times}
        stub: dict[str, object] = {key: value for key, value in members.items() if value is not None}
        if not validate:
            stub["validate"] = False
        return self._stubs.lay({**stub, "respond": respond}, is_required=required)

    def network(
        self, *, delay: str | None = None, fault: str | None = None, operation: str | None = None
    ) -> AbstractContextManager["MockSession"]:
        """Delay or break answers, of all operations or of one: from now on or, in a `with`, for the block.

        `delay` and `fault` are written as in the headers `X-Mock-Delay` and `X-Mock-Fault`. The end of the
        block restores the network that the session had before.
        """
        members = {"delay": delay, "fault": fault, "operation": operation}
        network: dict[str, object] = {key: text for key, text in members.items() if text is not None}
        return self._block(NetworkChoice(self._ask, network))

    def mutation(self, name: str) -> AbstractContextManager["MockSession"]:
        """Choose a mutation of `GET /__mock/mutations`, which changes answers; scope as for `scenario`.

        If a client's test still passes, it would not notice such a change of the backend.
        """
        return self._block(MutationChoice(self._ask, name))

    def checkpoint(self) -> AbstractContextManager["MockSession"]:
        """A context manager whose end restores state, stubs, choices and stories as they are now.

        The journal keeps the exchanges of the block. Each example of a property test can have a block.
        """
        self._ask("GET", "/session")  # opens the session: only an open one can be forked
        checkpoint = f"{self.key}.{next(self._numbers)}"
        self._checkpoints.append(checkpoint)
        self._client.ask("POST", "/session/fork", key=checkpoint, body={"from": self.key})
        beginning, stubs = self._beginning, dict(self._stubs.present)

        def restore() -> None:
            self._stubs.note_matches()
            self._ask("POST", "/session/fork", {"from": checkpoint})
            self._client.ask("DELETE", "/session", key=checkpoint)
            self._checkpoints.remove(checkpoint)
            self._beginning, self._stubs.present = beginning, stubs

        return Block(self, restore)

    def reset(self) -> None:
        """Restart the session: state, stubs, choices, stories and journal; violations are kept."""
        self._stubs.note_matches()
        self._ask("POST", "/session/reset")
        self._beginning, self._stubs.present = object(), {}

    def fork(self, name: str | None = None) -> "MockSession":
        """A new session with a copy of this one's state, stubs, choices and stories.

        It is judged and closed with this session. Its key contains `name`, or that of this session.
        """
        self._ask("GET", "/session")  # opens the session: only an open one can be forked
        fork = MockSession(self._client, new_key(f"{name or self.key}"))
        fork._ask("POST", "/session/fork", {"from": self.key})
        fork._stubs.present = dict(self._stubs.present)
        self.forks.append(fork)
        return fork

    def event(self, subject: int | str, event: str, *, collection: str = "carts") -> Mapping[str, Json]:
        """Trigger an event of one item of a collection; return the item after it."""
        path = f"/session/{quote(collection, safe='')}/{quote(str(subject), safe='')}/events"
        item: dict[str, Json] = self._ask("POST", path, {"event": event})
        return item

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

    @overload
    def verify(
        self, *, count: int | Bounds | None = None, **match: Unpack[RequestPatternDict]
    ) -> list[str]: ...

    @overload
    def verify(self, *, sequence: Sequence[RequestPatternDict]) -> list[str]: ...

    def verify(
        self,
        *,
        count: int | Bounds | None = None,
        sequence: Sequence[RequestPatternDict] | None = None,
        **match: Unpack[RequestPatternDict],
    ) -> list[str]:
        """Assert which exchanges match, and return their ids.

        `count` is an exact number or bounds such as `{"atLeast": 1, "atMost": 3}`; None means at least one.
        With `sequence`, an exchange must match each pattern in this order; others may come between them.
        Raises AssertionError, which shows the nearest misses.
        """
        expected: dict[str, object] = {} if count is None else {"count": count}
        if sequence is None or match:
            expected["match"] = match
        if sequence is not None:
            expected["sequence"] = sequence
        try:
            return self._verify(expected)
        except CallRefused as refused:
            if refused.kind != "not-verified":
                raise
            raise AssertionError(nearest_misses(sequence or match, refused.problem, self.hint)) from None

    def wait_for(self, match: RequestPatternDict, timeout: float = 5.0) -> ExchangeView:
        """Wait until an exchange matches, and return the oldest one that does.

        Raises NotSeen, an AssertionError and TimeoutError, after `timeout` seconds. It blocks its thread: if
        the requests come from the same event loop, call it with `asyncio.to_thread`.
        """
        end = time.monotonic() + timeout
        while True:
            try:
                found = map(self.exchange, self._verify({"match": match}))
                return next(each for each in found if each is not None)
            except CallRefused as refused:
                if refused.kind != "not-verified":
                    raise
                if time.monotonic() >= end:
                    misses = nearest_misses(match, refused.problem, self.hint)
                    raise NotSeen(f"within {timeout:g} seconds: {misses}") from None
            except StopIteration:
                continue  # the journal has dropped the exchanges meanwhile
            time.sleep(PAUSE)

    def explain(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: ReadOnlyJson = None
    ) -> ExchangeView:
        """How the mock would answer a request, and why, without making it. `path` may have a query."""
        described: dict[str, object] = {"method": method, "path": path, "headers": headers or {}}
        if body is not None:
            described["body"] = body
        explained: ExchangeView = self._ask("POST", "/explain", described)
        return explained

    def unmatched_stubs(self) -> list[LaidStub]:
        """The required stubs of the session and its forks that have matched no request."""
        of_forks = [stub for fork in self.forks for stub in fork.unmatched_stubs()]
        return [*self._stubs.unmatched(), *of_forks]

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

    def _block(
        self, choice: Choice, begin: Callable[[], None] = lambda: None
    ) -> AbstractContextManager["MockSession"]:
        """A block at whose end a choice is taken back, unless a reset did."""
        beginning = self._beginning

        def end() -> None:
            if self._beginning is beginning:
                choice.take_back()

        return Block(self, end, begin)

    def _verify(self, expected: Mapping[str, object]) -> list[str]:
        matched: list[str] = self._ask("POST", "/requests/verify", expected)["matched"]
        return matched

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        return self._client.ask(method, path, key=self.key, body=body)
