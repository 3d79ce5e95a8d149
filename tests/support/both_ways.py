"""The same calls of httpx over a socket and in process, by a sync client and under asyncio and trio."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import anyio
import httpx
from h11 import LocalProtocolError  # httpcore raises it as it is for a body of another length

from mockserver.app import MockServer
from mockserver.settings import CONTROL_PREFIX
from mockserver.testing.control_client import ControlClient, http_transport
from mockserver.testing.in_process_server import serve_in_process
from mockserver.testing.thread_server import serve_in_thread
from mockserver.testing.transport import LIMITS, MockTransport, in_process_client, in_process_transport

CALLERS = ("sync", "asyncio", "trio")
PATIENCE = 20.0  # seconds of a call whose case is not about timeouts
CHANGING = ("id", "at", "duration_ms")  # members of an exchange that differ from run to run
Result = TypeVar("Result")
Told = dict[str, Any]  # what a client learned


@dataclass(frozen=True)
class Call:
    """A request; `parts` is a streamed body, and the client closes after `enough` bytes of the answer."""

    method: str
    path: str
    headers: dict[str, str] | None = None
    content: bytes | None = None
    parts: Sequence[bytes] | None = None
    timeout: httpx.Timeout | float = PATIENCE
    enough: int | None = None
    redirects: bool = False

    def options(self, content: object) -> dict[str, Any]:
        headers, timeout, redirects = self.headers, self.timeout, self.redirects
        return {"headers": headers, "timeout": timeout, "follow_redirects": redirects, "content": content}


class Caller(Protocol):
    """A client that makes calls; what a case does with it is the same for all kinds."""

    async def __call__(self, call: Call) -> Told:
        """What the client learned: status, headers, body, error."""

    async def together(self, *awaited: Callable[[], Awaitable[Result]]) -> list[Result]:
        """The results of calls that are made at the same time."""

    async def sleep(self, seconds: float) -> None:
        """Wait, so that other calls go first."""

    async def holding(self, call: Call, during: Callable[[], Awaitable[Result]]) -> tuple[Told, Result]:
        """What is done while the head of an answer is received, and its body not."""


Case = Callable[[Caller], Awaitable[object]]


def head_of(answer: httpx.Response) -> Told:
    headers = [(name, value) for name, value in answer.headers.multi_items() if name != "date"]
    return {
        "status": answer.status_code,
        "reason": answer.reason_phrase,
        "version": answer.http_version,
        "headers": headers,
        "has date": "date" in answer.headers,
        "url": str(answer.url),
        "redirected from": [head_of(each) for each in answer.history],
    }


class SyncCaller:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    async def __call__(self, call: Call) -> Told:
        return self._made(call)

    def _made(self, call: Call) -> Told:
        told: Told = {}
        content = iter(call.parts) if call.parts is not None else call.content
        try:
            with self._client.stream(call.method, call.path, **call.options(content)) as answer:
                told |= {**head_of(answer), "body": b""}
                for part in answer.iter_raw():
                    told["body"] += part
                    if call.enough is not None and len(told["body"]) >= call.enough:
                        break
                told["body"] = told["body"][: call.enough]
        except (httpx.HTTPError, httpx.StreamError, LocalProtocolError) as error:
            told["error"] = type(error).__name__
        return told

    async def together(self, *awaited: Callable[[], Awaitable[Result]]) -> list[Result]:
        with ThreadPoolExecutor(len(awaited)) as threads:
            return list(threads.map(lambda each: run_sync(each()), awaited))

    async def sleep(self, seconds: float) -> None:
        anyio.run(anyio.sleep, seconds)

    async def holding(self, call: Call, during: Callable[[], Awaitable[Result]]) -> tuple[Told, Result]:
        with self._client.stream(call.method, call.path, **call.options(call.content)) as answer:
            return head_of(answer), await during()


class AsyncCaller:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(self, call: Call) -> Told:
        told: Told = {}
        content = streamed(call.parts) if call.parts is not None else call.content
        try:
            async with self._client.stream(call.method, call.path, **call.options(content)) as answer:
                told |= {**head_of(answer), "body": b""}
                async for part in answer.aiter_raw():
                    told["body"] += part
                    if call.enough is not None and len(told["body"]) >= call.enough:
                        break
                told["body"] = told["body"][: call.enough]
        except (httpx.HTTPError, httpx.StreamError, LocalProtocolError) as error:
            told["error"] = type(error).__name__
        return told

    async def together(self, *awaited: Callable[[], Awaitable[Result]]) -> list[Result]:
        results: dict[int, Result] = {}

        async def keep(number: int) -> None:
            results[number] = await awaited[number]()

        async with anyio.create_task_group() as group:
            for number in range(len(awaited)):
                group.start_soon(keep, number)
        return [results[number] for number in range(len(awaited))]

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    async def cancelled(self, call: Call, seconds: float) -> Told:
        """What the client learned until the call was cancelled."""
        with anyio.move_on_after(seconds):
            return await self(call)
        return {"cancelled": True}

    async def holding(self, call: Call, during: Callable[[], Awaitable[Result]]) -> tuple[Told, Result]:
        async with self._client.stream(call.method, call.path, **call.options(call.content)) as answer:
            return head_of(answer), await during()


async def streamed(parts: Sequence[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def run_sync(awaited: Awaitable[Result]) -> Result:
    """The result of a coroutine that never waits, because its client blocks."""
    try:
        awaited.__await__().__next__()
    except StopIteration as end:
        return end.value
    raise AssertionError("a sync client waited")


class Way(Protocol):
    """A server and how clients reach it."""

    control: ControlClient

    def sync(self, key: str, limits: httpx.Limits) -> httpx.Client:
        """A sync client of the session."""

    def async_(self, key: str, limits: httpx.Limits) -> httpx.AsyncClient:
        """An async client of the session."""


@dataclass(frozen=True)
class OverSocket:
    control: ControlClient

    def sync(self, key: str, limits: httpx.Limits) -> httpx.Client:
        return httpx.Client(base_url=self.control.url, limits=limits, headers={"X-Mock-Session": key})

    def async_(self, key: str, limits: httpx.Limits) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.control.url, limits=limits, headers={"X-Mock-Session": key})


@dataclass(frozen=True)
class InProcess:
    control: ControlClient
    transport: Callable[[str], MockTransport]
    url: str

    def sync(self, key: str, limits: httpx.Limits) -> httpx.Client:
        transport = self.transport(key).limited(limits)
        return httpx.Client(base_url=self.url, transport=transport)

    def async_(self, key: str, limits: httpx.Limits) -> httpx.AsyncClient:
        transport = self.transport(key).limited(limits)
        return httpx.AsyncClient(base_url=self.url, transport=transport)


@contextmanager
def both_ways(app: Callable[[], MockServer]) -> Iterator[tuple[Way, Way]]:
    """A server with a socket and one without, each of an application of its own."""
    with ExitStack() as stack:
        url = stack.enter_context(serve_in_thread(app()))
        socket = OverSocket(ControlClient(url, http_transport(url), CONTROL_PREFIX))
        server = stack.enter_context(serve_in_process(app()))
        control = stack.enter_context(in_process_client(server))
        yield socket, InProcess(control, lambda key: in_process_transport(server, key), url)


def run(way: Way, case: Case, caller: str, key: str, limits: httpx.Limits) -> object:
    """What a case returned for a kind of client."""

    async def within() -> object:
        async with way.async_(key, limits) as client:
            return await case(AsyncCaller(client))

    if caller != "sync":
        return anyio.run(within, backend=caller)
    with way.sync(key, limits) as client:
        return run_sync(case(SyncCaller(client)))


def outcome(way: Way, case: Case, caller: str, key: str, limits: httpx.Limits = LIMITS) -> dict[str, Any]:
    """What a case returned for a kind of client, and the exchanges in the journal."""
    result = run(way, case, caller, key, limits)
    exchanges = way.control.ask("GET", "/requests?limit=100", key=key)["requests"]
    journal = [{name: each[name] for name in each if name not in CHANGING} for each in exchanges]
    return {"told": lasting(result), "journal": lasting(journal)}


def lasting(value: Any) -> Any:
    """A value without the ids of exchanges."""
    match value:
        case dict():
            return {name: lasting(each) for name, each in value.items()}
        case list() | tuple():
            return [lasting(each) for each in value]
        case str():
            return re.sub(r"\bx[0-9]+\b", "xN", value)
        case _:
            return value
