"""Calls an ASGI application in process with raw requests, which no HTTP client corrects or refuses."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

RawHeaders = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with its raw headers."""

    status: int
    headers: RawHeaders
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, or None; `name` in lower case."""
        wanted = name.encode()
        return next((value.decode("latin-1") for key, value in self.headers if key == wanted), None)

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class InProcess:
    """Sends requests to an application, one after the other on one event loop."""

    app: ASGIApp
    runner: asyncio.Runner

    def send(self, method: str, target: bytes, headers: RawHeaders = (), body: bytes = b"") -> Reply:
        """The answer to one request; `target` is path and query as on the request line."""
        return self.runner.run(_exchange(self.app, method, target, headers, body))


@contextmanager
def in_process(app: ASGIApp) -> Iterator[InProcess]:
    with asyncio.Runner() as runner:
        yield InProcess(app, runner)


async def _exchange(app: ASGIApp, method: str, target: bytes, headers: RawHeaders, body: bytes) -> Reply:
    path, _, query = target.partition(b"?")
    raw = [(name.lower(), value) for name, value in headers]
    if not any(name == b"host" for name, _ in raw):  # which every client sends
        raw.insert(0, (b"host", b"127.0.0.1"))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": raw,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Reply(sent[0]["status"], sent[0]["headers"], content)
