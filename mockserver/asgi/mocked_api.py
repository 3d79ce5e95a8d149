"""The ASGI application of the mocked API: one exchange for each HTTP request.

Everything that waits happens here: reading bodies, artificial delays, sending.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from mockserver.asgi.fault_sender import FaultSender
from mockserver.asgi.io import ClientDisconnected, Receive, Scope, Send, read_request, send_answer
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Request


class Proxy(Protocol):
    """Passes requests on to the real backend."""

    async def answer(
        self, request: Request, scope: Scope, receive: Receive, send: Send, *, close: bool
    ) -> bool:
        """Answer a request that is passed on; False where the mock answers it."""

    async def close(self) -> None:
        """Close the connections to the real backend."""


class MockedApi:
    """Serves the mocked API.

    `read` finds the session key in a request's path, `run` makes the exchange for a request, `log` gets each
    exchange when it is answered, and `flush_journal` is called after each exchange.
    """

    def __init__(
        self,
        run: Callable[[Request], Exchange],
        read: Callable[[Request], Request],
        body_limit: int,
        log: Callable[[Exchange], None],
        flush_journal: Callable[[], None],
    ) -> None:
        self._run = run
        self._read = read
        self._flush_journal = flush_journal
        self._body_limit = body_limit
        self.log = log
        self.proxy: Proxy | None = None  # passes requests on to the real backend, if there is one
        self.waits: set[asyncio.Future[None]] = set()
        self._stopping = False

    def start_waiting(self) -> None:
        """Delay answers, also after an earlier server of the application has stopped."""
        self._stopping = False

    def stop_waiting(self) -> None:
        """End all artificial delays, and skip those to come, because the server is stopping."""
        self._stopping = True
        for wait in self.waits:
            if not wait.done():
                wait.set_result(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request, is_complete = await read_request(scope, receive, self._body_limit)
        except ClientDisconnected:
            return
        request = self._read(request)
        if self.proxy is not None and await self.proxy.answer(
            request, scope, receive, send, close=not is_complete
        ):
            self._flush_journal()
            return
        exchange = self._run(request)
        self._flush_journal()
        await self.finish(exchange, scope, receive, send, close=not is_complete)

    async def finish(
        self, exchange: Exchange, scope: Scope, receive: Receive, send: Send, *, close: bool = False
    ) -> None:
        """Send an exchange's answer with its delay and fault; `close`: as the last one of the connection."""
        if exchange.delay:
            await self.wait(exchange.delay)
        self.log(exchange)
        if exchange.fault is not None and not exchange.fault.is_gateway:  # that one is an answer
            await FaultSender(scope, receive, send, self.wait)(exchange.fault, exchange.final_answer)
        else:
            await send_answer(send, exchange.final_answer, head=scope["method"] == "HEAD", close=close)

    async def wait(self, seconds: float) -> None:
        """Delay the answer. Each delay has its own future: an application may serve on several loops."""
        if self._stopping:
            return
        wait = asyncio.get_running_loop().create_future()
        self.waits.add(wait)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(wait, seconds)
        finally:
            self.waits.discard(wait)
