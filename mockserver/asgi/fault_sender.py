"""Sends an answer with a network fault, such as a reset connection or a truncated body."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Protocol

from msgspec import Struct

from mockserver.asgi.io import Receive, Scope, Send, encoded, send_answer
from mockserver.contract.description import BODILESS
from mockserver.http.message import Answer
from mockserver.http.problem import Problem
from mockserver.scenarios.faults import Fault

RAW_CONNECTION = "mockserver.server.connection"  # key of the RawConnection in the state of an ASGI scope
CHUNKS = 20  # maximum number of parts of a slow body
_KEPT = ("x-mock-exchange", "x-mock-session", "vary", "access-control-allow-origin")


class RawConnection(Protocol):
    """What the server's connection can do that ASGI cannot."""

    def write(self, data: bytes) -> None:
        """Write raw bytes, without HTTP framing."""

    def close(self) -> None:
        """Close the connection after what was written, even if the answer is incomplete."""

    def reset(self) -> None:
        """Reset the connection by a TCP RST."""


class FaultSender(Struct, frozen=True):
    """Sends one answer with a fault; `wait` takes seconds, and returns earlier when the server stops."""

    scope: Scope
    receive: Receive
    send: Send
    wait: Callable[[float], Awaitable[None]]

    async def __call__(self, fault: Fault, answer: Answer) -> None:
        connection: RawConnection | None = self.scope.get("state", {}).get(RAW_CONNECTION)
        match fault.name:
            case "slow-body":
                await self._send_slowly(answer, fault.duration)
            case _ if connection is None:
                await send_answer(self.send, _needs_connection(fault, answer))
            case "connection-reset":
                connection.reset()
            case "empty-response":
                connection.close()
            case "timeout":
                await self._send_nothing(fault.duration)
                connection.close()
            case "malformed-chunk" | "truncated-body" if self._has_no_body(answer):
                await send_answer(self.send, answer, head=True, close=True)
            case "malformed-chunk":
                await self._start(answer, ("transfer-encoding", "chunked"))
                connection.write(b"no-size\r\n" + answer.body + b"\r\n")
                connection.close()
            case "truncated-body":
                await self._start(answer, ("content-length", str(max(len(answer.body), 1))))
                connection.write(answer.body[: len(answer.body) // 2])
                connection.close()

    def _has_no_body(self, answer: Answer) -> bool:
        """Whether the client takes what follows the headers for the next answer (RFC 9112, section 6.3)."""
        return self.scope["method"] == "HEAD" or answer.status in BODILESS

    async def _start(self, answer: Answer, framing: tuple[str, str]) -> None:
        headers = encoded([*answer.headers, framing])
        await self.send({"type": "http.response.start", "status": answer.status, "headers": headers})

    async def _send_slowly(self, answer: Answer, duration: float) -> None:
        """Send the body in chunks of about the same size over `duration` seconds."""
        body = b"" if self.scope["method"] == "HEAD" else answer.body
        await self._start(answer, ("content-length", str(len(answer.body))))
        chunks = min(CHUNKS, len(body)) or 1
        for start, end in pairwise(len(body) * number // chunks for number in range(chunks + 1)):
            await self.wait(duration / chunks)
            await self.send(
                {"type": "http.response.body", "body": body[start:end], "more_body": end < len(body)}
            )

    async def _send_nothing(self, duration: float) -> None:
        """Wait until the client disconnects, for at most `duration` seconds."""
        ends = [asyncio.ensure_future(end) for end in (self._disconnected(), self.wait(duration))]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)

    async def _disconnected(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


def _needs_connection(fault: Fault, answer: Answer) -> Answer:
    """The answer if there is no connection to break: in process, or under another ASGI server."""
    detail = f"the fault {fault.name} needs a connection of mockserver's own server, and there is none"
    kept = [("x-mock-source", "mock"), *((name, value) for name, value in answer.headers if name in _KEPT)]
    return Problem("needs-connection", detail, headers=kept).answer()
