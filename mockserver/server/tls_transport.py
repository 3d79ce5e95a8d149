"""TLS between a client's socket and its HTTP connection, which sees only decrypted bytes.

The event loop's own TLS would create a connection only after its handshake, so a client that does not finish
one would escape the limits; it also waits for the client's closing alert, which delays faults and the stop.
"""

import asyncio
import ssl
from contextlib import suppress
from typing import Any, ClassVar, Literal, cast

from mockserver.server import refusals
from mockserver.server.connection import Connection

HANDSHAKE_RECORD = 22  # the first byte of a TLS connection (RFC 8446, section 5.1)
CHUNK = 256 * 1024  # maximum number of decrypted bytes per read

Phase = Literal["connected", "handshake", "open", "ended", "plain"]


class TlsTransport(asyncio.Transport, asyncio.Protocol):
    """The protocol of a socket, and the transport of the HTTP connection on it.

    A client that does not speak TLS gets a problem in plain HTTP.
    """

    connection: ClassVar[type[Connection]]
    context: ClassVar[ssl.SSLContext]

    def __init__(self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None) -> None:
        super().__init__()
        self._http = self.connection(config, server_state, app_state, _loop)
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = self.context.wrap_bio(self._received, self._to_send, server_side=True)
        self._phase: Phase = "connected"
        self._socket: asyncio.Transport

    # The protocol of the socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast("asyncio.Transport", transport)  # uvloop's is one by its methods
        self._http.connection_made(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._http.connection_lost(exc)

    def pause_writing(self) -> None:
        self._http.pause_writing()

    def resume_writing(self) -> None:
        self._http.resume_writing()

    def eof_received(self) -> bool:
        """The client closed its side; False: the event loop closes the socket."""
        return self._http.eof_received()

    def data_received(self, data: bytes) -> None:
        if self._phase == "connected":
            self._begin(data)
        if self._phase not in ("handshake", "open"):
            return
        self._received.write(data)
        try:
            plain, ended = self._decrypted()
        except ssl.SSLError:  # no common version or cipher, an untrusted certificate, damaged records
            self._flush()  # the alert that says so
            self._socket.close()
            return
        self._flush()
        if plain:
            self._http.data_received(plain)
        if ended and not self._http.eof_received():
            self.close()

    def _begin(self, data: bytes) -> None:
        """Start the handshake, or refuse a client that speaks plain HTTP."""
        if data[0] == HANDSHAKE_RECORD:
            self._phase = "handshake"
        else:
            self._phase = "plain"
            self._http.refuse(refusals.HTTPS_REQUIRED)

    def _decrypted(self) -> tuple[bytes, bool]:
        """All decrypted bytes, and whether the client closed its side; raises SSLError."""
        chunks: list[bytes] = []
        try:
            if self._phase == "handshake":
                self._tls.do_handshake()
                self._phase = "open"
            while chunk := self._tls.read(CHUNK):
                chunks.append(chunk)
        except ssl.SSLWantReadError:
            return b"".join(chunks), False
        return b"".join(chunks), True

    def _flush(self) -> None:
        if encrypted := self._to_send.read():
            self._socket.write(encrypted)

    # The transport of the HTTP connection

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._phase == "plain":
            self._socket.write(data)
        elif self._phase == "open":
            rest = memoryview(data)
            while rest:
                rest = rest[self._tls.write(rest) :]
            self._flush()

    def _end(self) -> None:
        """Send the closing alert (RFC 8446, section 6.1), and ignore what still comes."""
        if self._phase == "open":
            with suppress(ssl.SSLError):  # the client's own alert is not awaited
                self._tls.unwrap()
            self._flush()
        if self._phase != "plain":
            self._phase = "ended"

    def write_eof(self) -> None:
        self._end()
        self._socket.write_eof()

    def can_write_eof(self) -> bool:
        return True

    def close(self) -> None:
        self._end()
        self._socket.close()

    def abort(self) -> None:
        self._phase = "ended"
        self._socket.abort()

    def is_closing(self) -> bool:
        return self._socket.is_closing()

    def pause_reading(self) -> None:
        self._socket.pause_reading()

    def resume_reading(self) -> None:
        self._socket.resume_reading()

    def is_reading(self) -> bool:
        return self._socket.is_reading()

    def get_write_buffer_size(self) -> int:
        return self._socket.get_write_buffer_size()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._socket.set_write_buffer_limits(high, low)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "sslcontext":  # by which uvicorn knows the scheme
            return self.context
        return self._socket.get_extra_info(name, default)


def tls_class(connection_class: type[Connection], tls_context: ssl.SSLContext) -> type[TlsTransport]:
    """A subclass of TlsTransport for a server: uvicorn creates connections by their class."""

    class ServerTlsTransport(TlsTransport):
        connection = connection_class
        context = tls_context

    return ServerTlsTransport
