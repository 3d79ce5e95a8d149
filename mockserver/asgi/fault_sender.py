"""An answer onto the connection: as it should be, or broken on purpose."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Protocol

from msgspec import Struct

from mockserver.asgi.io import Receive, Scope, Send, encoded, send_answer
from mockserver.http.message import Answer
from mockserver.http.problem import Problem
from mockserver.scenarios.faults import Fault

RAW_CONNECTION = "mockserver.server.connection"  # where a scope's state holds the Wire
DROPS = 20  # parts of a slow body, at most
_KEPT = ("x-mock-exchange", "x-mock-session", "vary", "access-control-allow-origin")


class RawConnection(Protocol):
    """What a server's connection can do beside ASGI."""

    def write(self, data: bytes) -> None:
        """Bytes as they are, past HTTP."""

    def close(self) -> None:
        """End the connection after what was written, whatever its answer lacks."""

    def reset(self) -> None:
        """End the connection by a TCP RST."""


class FaultSender(Struct, frozen=True):
    """Sends one answer with a fault; `wait` waits for seconds, or less when the server stops."""

    scope: Scope
    receive: Receive
    send: Send
    wait: Callable[[float], Awaitable[None]]

    async def __call__(self, fault: Fault, answer: Answer) -> None:
        wire: RawConnection | None = self.scope.get("state", {}).get(RAW_CONNECTION)
        match fault.name:
            case "rate-limited":  # the answer is the fault
                await send_answer(self.send, answer, head=self.scope["method"] == "HEAD")
            case "slow-body":
                await self._trickle(answer, fault.duration)
            case _ if wire is None:
                await send_answer(self.send, _needs_connection(fault, answer))
            case "connection-reset":
                wire.reset()
            case "empty-response":
                wire.close()
            case "timeout":
                await self._silence(fault.duration)
                wire.close()
            case "malformed-chunk":
                await self._start(answer, ("transfer-encoding", "chunked"))
                wire.write(b"no-size\r\n" + answer.body + b"\r\n")
                wire.close()
            case "truncated-body":
                await self._start(answer, ("content-length", str(max(len(answer.body), 1))))
                wire.write(answer.body[: len(answer.body) // 2])
                wire.close()

    async def _start(self, answer: Answer, framing: tuple[str, str]) -> None:
        headers = encoded([*answer.headers, framing])
        await self.send({"type": "http.response.start", "status": answer.status, "headers": headers})

    async def _trickle(self, answer: Answer, duration: float) -> None:
        """The body in drops of about the same size, the last one after the duration, in seconds."""
        body = b"" if self.scope["method"] == "HEAD" else answer.body
        await self._start(answer, ("content-length", str(len(answer.body))))
        drops = min(DROPS, len(body)) or 1
        for start, end in pairwise(len(body) * number // drops for number in range(drops + 1)):
            await self.wait(duration / drops)
            await self.send(
                {"type": "http.response.body", "body": body[start:end], "more_body": end < len(body)}
            )

    async def _silence(self, duration: float) -> None:
        """Until the client leaves, for `duration` seconds at most."""
        ends = [asyncio.ensure_future(end) for end in (self._gone(), self.wait(duration))]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)

    async def _gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


def _needs_connection(fault: Fault, answer: Answer) -> Answer:
    """What is answered where there is no connection to break: in process, or under another server."""
    detail = f"{fault.name} happens on a connection, and this application was called without mockserver's own"
    kept = [("x-mock-source", "mock"), *((name, value) for name, value in answer.headers if name in _KEPT)]
    return Problem("needs-connection", detail, headers=kept).answer()
