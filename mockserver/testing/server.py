"""A real server in a thread of the test run's own process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn

from mockserver.app import MockServer
from mockserver.connection import Connection
from mockserver.server import bind, url_of

PATIENCE = 30.0  # seconds until a server that does not get ready is given up


class NotReady(RuntimeError):
    """The server's thread did not get as far as listening."""

    def __init__(self) -> None:
        super().__init__(f"the mock server did not get ready within {PATIENCE:g} seconds")


@contextmanager
def served(app: MockServer) -> Iterator[str]:
    """The base URL of a server on a free port of 127.0.0.1, ready; it is gone at the block's end."""
    listener = bind("127.0.0.1", 0)
    server = _Threaded(app)
    thread = threading.Thread(target=server.run, args=([listener],), name="mockserver", daemon=True)
    url = url_of(listener)
    thread.start()
    try:
        if not server.ready.wait(PATIENCE):
            raise NotReady
        yield url
    finally:
        server.should_exit = True
        thread.join()


class _Threaded(uvicorn.Server):
    """Off the main thread uvicorn leaves signals alone, so that Ctrl-C stays pytest's."""

    def __init__(self, app: MockServer) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._app = app
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._app.edge.stop_waiting()
        await super().shutdown(sockets)
