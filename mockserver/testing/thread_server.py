"""Runs a real server, with a socket, in a thread of the test run's process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.app import MockServer
from mockserver.server.server import Server, bind, url_of

START_TIMEOUT = 30.0  # seconds


class NotReady(RuntimeError):
    """The server was not listening within the start timeout."""

    def __init__(self) -> None:
        super().__init__(f"the mock server was not ready within {START_TIMEOUT:g} seconds")


@contextmanager
def serve_in_thread(app: MockServer, port: int = 0) -> Iterator[str]:
    """Serve an application on 127.0.0.1 until the block ends; yield its base URL when it is ready.

    Port 0 means a free port. Raises CannotListen and NotReady.
    """
    listener = bind("127.0.0.1", port)
    ready = threading.Event()
    server = Server(app, ready.set, grace=2)
    thread = threading.Thread(target=server.run, args=([listener],), name="mockserver", daemon=True)
    url = url_of(listener)
    thread.start()
    try:
        if not ready.wait(START_TIMEOUT):
            raise NotReady
        yield url
    finally:
        server.should_exit = True
        thread.join()
