"""The server process: a socket, uvicorn, and signals."""

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator

import uvicorn

if os.name == "posix":
    import resource

from mockserver.app import MockServer
from mockserver.server.connection import SPARE, Connection, connection_class
from mockserver.server.tls_transport import tls_class

BACKLOG = 2048  # maximum number of connections that wait to be accepted
ROUNDS = 10  # iterations of the event loop that read what clients sent before the server stopped
OTHER_FILES = 100  # open files of the process besides its connections


class CannotListen(Exception):
    """The address is in use, or does not belong to this machine."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 means a free port. Raises CannotListen."""
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


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """The base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


class Server(uvicorn.Server):
    """Serves an application until it is stopped; calls `ready` when it listens.

    On the main thread SIGTERM and Ctrl-C stop it, and the exit status is 0. It lets exchanges in flight
    finish, for at most `grace` seconds, and ends artificial delays. With a `context` it serves HTTPS.
    """

    def __init__(
        self,
        app: MockServer,
        ready: Callable[[], None],
        grace: int = 10,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._connection_class = connection_class(app)
        protocol = self._connection_class if context is None else tls_class(self._connection_class, context)
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol,
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
        _raise_file_limit(self._app.runtime.settings.max_connections + SPARE + OTHER_FILES)
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.mocked_api.stop_waiting()
        await self._receive_pending(sockets or [])
        self._connection_class.stopping = True
        await super().shutdown(sockets)

    async def _receive_pending(self, listeners: Iterable[socket.socket]) -> None:
        """Accept pending connections, and read requests that were sent before the server was stopped."""
        loop = asyncio.get_running_loop()
        for listener in listeners:
            with contextlib.suppress(OSError):  # none is pending
                for _ in range(BACKLOG):
                    client, _ = listener.accept()
                    await loop.connect_accepted_socket(self._connected, client)
        for _ in range(ROUNDS):
            await asyncio.sleep(0)

    def _connected(self) -> asyncio.Protocol:
        protocol: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        return protocol(self.config, self.server_state, self.lifespan.state)

    async def on_tick(self, counter: int) -> bool:
        """Check the connections' timeouts five times a second; uvicorn calls this ten times a second."""
        if counter % 2 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.watch(now)
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As in uvicorn, but without raising the signal again afterwards: a requested stop is a success."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in previous.items():
                signal.signal(each, handler)


def _raise_file_limit(wanted: int) -> None:
    """Raise the soft limit of open files to `wanted`, or to the hard limit; many systems start with 256."""
    if os.name == "posix":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < allowed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
