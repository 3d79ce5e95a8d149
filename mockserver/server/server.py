"""The server process: a socket, uvicorn, and signals."""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator

import uvicorn

if os.name == "posix":
    import resource

from mockserver.app import MockServer
from mockserver.server.connection import SPARE, Connection, connections_to

BACKLOG = 2048  # connections that wait to be accepted, at most
ROUNDS = 10  # of the loop; whatever a client sent before the first of them was read by the last
OTHER_FILES = 100  # that a server has open besides its connections


class CannotListen(Exception):
    """The address is taken, or is none of this machine's."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotListen."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "; choose another with --port, or --port 0 for a free one" if "in use" in reason else ""
        raise CannotListen(host, port, reason[:1].lower() + reason[1:] + hint) from None
    return listener


def url_of(listener: socket.socket) -> str:
    """The address of a listening socket, as a base URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Serves an application until it is told to stop; `ready` is called once it listens.

    On the main thread SIGTERM and Ctrl-C stop it, with success. Exchanges in flight finish, `grace` seconds
    at most; artificial waits are cut short.
    """

    def __init__(self, app: MockServer, ready: Callable[[], None], grace: int = 10) -> None:
        self._connections = connections_to(app)
        super().__init__(
            uvicorn.Config(
                app,
                http=self._connections,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=grace,
            )
        )
        self._app = app
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        _allow_descriptors(self._app.runtime.settings.max_connections + SPARE + OTHER_FILES)
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.mocked_api.stop_waiting()
        await self._hear(sockets or [])
        self._connections.stopping = True
        await super().shutdown(sockets)

    async def _hear(self, listeners: Iterable[socket.socket]) -> None:
        """Let in what was sent before the signal: connections that nobody accepted yet, then all requests."""
        loop = asyncio.get_running_loop()
        for listener in listeners:
            with contextlib.suppress(OSError):  # no more of them
                for _ in range(BACKLOG):
                    client, _ = listener.accept()
                    await loop.connect_accepted_socket(self._connected, client)
        for _ in range(ROUNDS):
            await asyncio.sleep(0)

    def _connected(self) -> Connection:
        return self._connections(self.config, self.server_state, self.lifespan.state)

    async def on_tick(self, counter: int) -> bool:
        """uvicorn's heartbeat, ten times a second; every other one looks after the connections."""
        if counter % 2 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.watch(now)
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but the signal is not raised again afterwards: a stop on request is a success."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in previous.items():
                signal.signal(each, handler)


def _allow_descriptors(wanted: int) -> None:
    """Let the process open as many files as it wants, as far as it may; many systems begin with 256."""
    if os.name == "posix":
        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        if now != resource.RLIM_INFINITY and now < allowed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
