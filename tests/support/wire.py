"""A minimal HTTP/1.1 client on asyncio streams, for tests that send thousands of requests."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

JSON_TYPE = {"content-type": "application/json"}
TOKEN = {"authorization": "Bearer flt_sk_pasted_by_somebody"}
IDS_AND_TIMES = re.compile(r'"(?:next|at|born|used)":"[^"]+"|"duration_ms":[0-9.e-]+|\bx[0-9]+\b')


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; `target` is path and query as on the request line."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The raw headers, with Host and Content-Length."""
        headers = {"host": "127.0.0.1", "content-length": str(len(self.body)), **self.headers}
        return [(name.encode(), value.encode()) for name, value in headers.items()]

    def encoded(self) -> bytes:
        lines = [name + b": " + value for name, value in self.raw_headers()]
        return b"\r\n".join([f"{self.method} {self.target} HTTP/1.1".encode(), *lines, b"", self.body])


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def essence(self, key: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and body without ids, times and the session key, for comparison."""

        def lasting(text: str) -> str:
            return IDS_AND_TIMES.sub("*", text.replace(key, "KEY"))

        passing = ("date", "content-length")
        headers = {name: lasting(value) for name, value in self.headers.items() if name not in passing}
        return self.status, headers, lasting(self.body.decode())


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection, which sends a request after the previous one is answered."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, ask: Ask) -> Reply:
        self.writer.write(ask.encoded())
        return await self.receive()

    async def receive(self) -> Reply:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Reply(int(head[0].split()[1]), headers, body)


@asynccontextmanager
async def connect(address: tuple[str, int]) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection(*address)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


async def at_once(address: tuple[str, int], asks: Sequence[Ask]) -> list[Reply]:
    """The answers to requests that are sent at the same time, each on its own connection."""
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(connect(address)) for _ in asks]
        return await asyncio.gather(
            *(connection.send(ask) for connection, ask in zip(connections, asks, strict=True))
        )


def patch(session: str, body: object, order: str = "42", headers: Mapping[str, str] | None = None) -> Ask:
    """A PATCH of a cart in a session, which a header names."""
    sent = {"x-mock-session": session, **TOKEN, **JSON_TYPE, **(headers or {})}
    return Ask("PATCH", f"/carts/{order}", sent, json.dumps(body).encode())


def control(method: str, path: str, session: str, body: object = None) -> Ask:
    """A control call for a session, which a header names; None means no body."""
    content = b"" if body is None else json.dumps(body).encode()
    return Ask(method, f"/__mock/{path}", {"x-mock-session": session}, content)
