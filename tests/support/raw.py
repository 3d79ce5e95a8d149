"""A raw socket client: sends bytes as they are, and reports how the connection ended."""

import json
import socket
import time
from dataclasses import dataclass
from typing import Any

from tests.support.live import Live


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client received until the connection ended, whether it was reset, and after how many seconds."""

    data: bytes
    reset: bool
    seconds: float

    @property
    def status(self) -> int:
        return int(self.data.split(b" ", 2)[1])

    @property
    def head(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]

    def problem(self) -> Any:
        """The problem in the last answer; asserts the headers that every problem of the mock has."""
        head, _, body = self.data[self.data.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
        assert b"\r\ncontent-type: application/problem+json" in head
        assert b"\r\nx-mock-source: mock" in head
        told = json.loads(body)
        assert int(head.split(b" ", 2)[1]) == told["status"]
        return told


def send(client: socket.socket, *parts: bytes, pause: float = 0.0) -> None:
    """Send parts with a pause in seconds between them; stop silently if the connection has ended."""
    try:
        for number, part in enumerate(parts):
            if number:
                time.sleep(pause)
            client.sendall(part)
    except (BrokenPipeError, ConnectionResetError):
        pass


def until_the_end(client: socket.socket) -> Seen:
    """Receive until the connection ends."""
    started = time.monotonic()
    data = b""
    try:
        while more := client.recv(65_536):
            data += more
    except ConnectionResetError:
        return Seen(data, True, time.monotonic() - started)
    return Seen(data, False, time.monotonic() - started)


def talk(live: Live, *parts: bytes, pause: float = 0.0) -> Seen:
    """Open a connection, send parts, and receive until the connection ends."""
    with live.connect() as client:
        send(client, *parts, pause=pause)
        return until_the_end(client)
