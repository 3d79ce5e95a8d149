"""A real server in a thread of the test run's own process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.app import MockServer
from mockserver.server.server import Server, bind, url_of

PATIENCE = 30.0  # seconds until a server that does not get ready is given up


class NotReady(RuntimeError):
    """The server's thread did not get as far as listening."""

    def __init__(self) -> None:
        super().__init__(f"the mock server did not get ready within {PATIENCE:g} seconds")


@contextmanager
def served(app: MockServer, port: int = 0) -> Iterator[str]:
    """The base URL of a server on 127.0.0.1, ready; it is gone at the block's end. Port 0 is a free one.

    Raises CannotListen.
    """
    listener = bind("127.0.0.1", port)
    ready = threading.Event()
    server = Server(app, ready.set, grace=2)
    thread = threading.Thread(target=server.run, args=([listener],), name="mockserver", daemon=True)
    url = url_of(listener)
    thread.start()
    try:
        if not ready.wait(PATIENCE):
            raise NotReady
        yield url
    finally:
        server.should_exit = True
        thread.join()
