"""Server-Sent Events as clients read them: parsed from a text, or from a socket while they arrive."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.live import PATIENCE


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its name, its id (None where it has none), and its data, decoded from JSON."""

    name: str
    id: str | None
    data: Any


def parsed(text: str) -> list[Event]:
    """The complete events of a stream (HTML, section 9.2.6); comments are left out."""
    blocks = text.split("\n\n")[:-1]
    return [event for block in blocks if (event := _event(block)) is not None]


def _event(block: str) -> Event | None:
    fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
    return Event(fields["event"], fields.get("id"), json.loads(fields["data"])) if fields else None


class Stream:
    """An open stream: its head, and its events as they arrive."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = b""
        self.head = self._until(b"\r\n\r\n").decode("latin-1")

    def next(self) -> Event:
        """The next event; waits for it. Raises EOFError when the stream has ended."""
        while True:
            event = _event(self._until(b"\n\n").decode().strip("\n"))
            if event is not None:
                return event

    def take(self, number: int) -> list[Event]:
        return [self.next() for _ in range(number)]

    def exchanges(self, number: int) -> list[str | None]:
        """The ids of the next exchanges; other events are left out."""
        found: list[str | None] = []
        while len(found) < number:
            event = self.next()
            found += [event.id] if event.name == "exchange" else []
        return found

    def rest(self) -> bytes:
        """What comes until the stream ends."""
        while data := self._connection.recv(65_536):
            self._received += data
        return self._received

    def _until(self, end: bytes) -> bytes:
        while end not in self._received:
            data = self._connection.recv(65_536)
            if not data:
                raise EOFError
            self._received += data
        found, _, self._received = self._received.partition(end)
        return found


@contextmanager
def open_stream(
    address: tuple[str, int], target: str = "/__mock/events", headers: Mapping[str, str] | None = None
) -> Iterator[Stream]:
    """A stream of a running server; the block starts when its head has arrived."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(
            f"GET {target} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n{lines}\r\n".encode()
        )
        yield Stream(connection)
