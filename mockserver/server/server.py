"""The server process: a socket, uvicorn, and signals."""

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

if os.name == "posix":
    import resource

from mockserver.app import MockServer
from mockserver.server.connection import SPARE, Connection, connection_class
from mockserver.server.fast_path import ControlPath
from mockserver.server.stop_limit import StopLimit
from mockserver.server.tls_transport import tls_class
from mockserver.server.watchdog import Watchdog

BACKLOG = 2048  # maximum number of connections that wait to be accepted
GRACE = 0.4  # seconds for exchanges in flight when the server stops, which takes a second in all
END_BY = 0.85  # seconds after a signal until the process is ended, whatever it does
ROUNDS = 10  # iterations of the event loop that read what clients sent before the server stopped
OTHER_FILES = 100  # open files of the process besides its connections


class CannotListen(Exception):
    """The address is in use, or does not belong to this machine."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port


def bind(host: str, port: int, option: str = "--port") -> socket.socket:
    """A listening socket; port 0 means a free port. Raises CannotListen, which names the port's option."""
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
        hint = f"; choose another with {option}, or {option} 0 for a free one" if "in use" in reason else ""
        raise CannotListen(host, port, reason[:1].lower() + reason[1:] + hint) from None
    return listener


def bind_both(host: str, port: int, control_port: int | None) -> tuple[socket.socket, socket.socket | None]:
    """The sockets of the mocked API and of the control API, None if that has no port of its own.

    Raises CannotListen.
    """
    if port and port == control_port:
        raise CannotListen(
            host, port, "--port and --control-port are the same; choose two, or 0 for a free one"
        )
    listener = bind(host, port)
    if control_port is None:
        return listener, None
    try:
        return listener, bind(host, control_port, "--control-port")
    except CannotListen:
        listener.close()
        raise


def port_of(listener: socket.socket) -> int:
    """The port of a listening socket."""
    port: int = listener.getsockname()[1]
    return port


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """The base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


class Server(uvicorn.Server):
    """Serves an application until it is stopped; calls `ready` when it listens.

    On the main thread SIGTERM and Ctrl-C stop it, and the exit status is 0. It lets exchanges in flight
    finish, for at most `grace` seconds, and ends artificial delays. With a `context` it serves HTTPS. On the
    socket `control` it serves the control API, which the other sockets then do not have. `tick` is called ten
    times a second, and `end`, on a thread, if a signal has not stopped the process in time.
    """

    def __init__(
        self,
        app: MockServer,
        ready: Callable[[], None],
        grace: float = GRACE,
        context: ssl.SSLContext | None = None,
        control: socket.socket | None = None,
        tick: Callable[[], None] = lambda: None,
        end: Callable[[], None] | None = None,
    ) -> None:
        self._connection_class = connection_class(app)
        super().__init__(_config(app, self._connection_class, context))
        self._control_config = _config(app.control_api, control_class(self._connection_class, app), context)
        self._control = control
        if control is not None:
            app.move_control_api(port_of(control))
        self._app = app
        self._ready = ready
        self._tick = tick
        self._grace = grace
        self._stop_limit = StopLimit(END_BY, end) if end is not None else None

    async def _serve(self, sockets: list[socket.socket] | None = None) -> None:
        runtime = self._app.runtime
        watchdog = Watchdog(
            asyncio.get_running_loop(), runtime.log.held_up, lambda: runtime.backend.distinct_models.values()
        )
        watchdog.start()
        try:
            await super()._serve(sockets)
        finally:
            watchdog.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        runtime = self._app.runtime
        _raise_file_limit(runtime.settings.max_connections + SPARE + OTHER_FILES)
        if sockets:
            runtime.port = port_of(sockets[0])
        self._app.begin_serving()
        await super().startup(sockets)
        if self._control is not None:
            await self._serve_control(self._control)
        if self._stop_limit is not None:
            self._stop_limit.start()
        if self.started:
            self._ready()

    async def _serve_control(self, listener: socket.socket) -> None:
        self._control_config.load()
        self.servers.append(
            await asyncio.get_running_loop().create_server(
                lambda: self._connected(self._control_config), sock=listener, backlog=BACKLOG
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.end_serving()
        controls = [] if self._control is None else [self._control]
        await self._receive_pending(sockets or [], self.config)
        await self._receive_pending(controls, self._control_config)
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
        self._connection_class.stopping = True
        asyncio.get_running_loop().call_later(self._grace, self._end_connections)
        await super().shutdown([*(sockets or []), *controls])

    def _end_connections(self) -> None:
        """Close the connections that are still open, and end what answers them."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection):
                connection.abort()
        for task in self.server_state.tasks:
            task.cancel()

    async def _receive_pending(self, listeners: Iterable[socket.socket], config: uvicorn.Config) -> None:
        """Accept pending connections, so that requests are read that were sent before the server stopped."""
        loop = asyncio.get_running_loop()
        for listener in listeners:
            with contextlib.suppress(OSError):  # none is pending
                for _ in range(BACKLOG):
                    client, _ = listener.accept()
                    await loop.connect_accepted_socket(lambda: self._connected(config), client)

    def _connected(self, config: uvicorn.Config) -> asyncio.Protocol:
        protocol: Callable[..., asyncio.Protocol] = config.http_protocol_class
        return protocol(config, self.server_state, self.lifespan.state)

    async def on_tick(self, counter: int) -> bool:
        """Check the connections' timeouts five times a second; uvicorn calls this ten times a second."""
        if counter % 2 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.watch(now)
        self._tick()
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._stop_limit is not None:
            self._stop_limit.request()

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


def _config(app: ASGIApp, connection: type[Connection], context: ssl.SSLContext | None) -> uvicorn.Config:
    """uvicorn's configuration of an application, whose clients it serves by this class of connections."""
    return uvicorn.Config(
        app,
        http=connection if context is None else tls_class(connection, context),
        interface="asgi3",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


def control_class(connection: type[Connection], app: MockServer) -> type[Connection]:
    """A class of connections to the control API; the fast path would answer them by the mocked API."""

    class ControlConnection(connection):  # type: ignore[misc, valid-type]
        fast_path = ControlPath(app)

    return ControlConnection


def _raise_file_limit(wanted: int) -> None:
    """Raise the soft limit of open files to `wanted`, or to the hard limit; many systems start with 256."""
    if os.name == "posix":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < allowed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
