"""A client that is nothing but a socket: it sends bytes as they are, and sees how the connection ends."""

import json
import socket
import time
from dataclasses import dataclass
from typing import Any

from tests.support.live import Live


@dataclass(frozen=True, slots=True)
class Seen:
    """All that came until the connection ended, whether it ended by a reset, and the seconds that it took."""

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
        """The problem of the last answer: what all the mock's own refusals carry is held here."""
        head, _, body = self.data[self.data.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
        assert b"\r\ncontent-type: application/problem+json" in head
        assert b"\r\nx-mock-source: mock" in head
        told = json.loads(body)
        assert int(head.split(b" ", 2)[1]) == told["status"]
        return told


def send(client: socket.socket, *parts: bytes, pause: float = 0.0) -> None:
    """The parts one after the other, a pause of seconds between them; a connection that ended is no error."""
    try:
        for number, part in enumerate(parts):
            if number:
                time.sleep(pause)
            client.sendall(part)
    except (BrokenPipeError, ConnectionResetError):
        pass


def until_the_end(client: socket.socket) -> Seen:
    started = time.monotonic()
    data = b""
    try:
        while more := client.recv(65_536):
            data += more
    except ConnectionResetError:
        return Seen(data, True, time.monotonic() - started)
    return Seen(data, False, time.monotonic() - started)


def talk(live: Live, *parts: bytes, pause: float = 0.0) -> Seen:
    """What one connection sees that sends these parts and waits for its end."""
    with socket.create_connection(live.address, timeout=30) as client:
        send(client, *parts, pause=pause)
        return until_the_end(client)
