"""A client's connection: reads requests, answers them in order, and ends when client or server must.

Requests arrive in a RequestReader, and most are answered by the fast path. Timeouts are checked a few times a
second by `watch`, not with a timer per request.
"""

import asyncio
import os
import socket
import struct
from enum import Enum
from typing import Any, ClassVar, cast

from uvicorn.server import ServerState

from mockserver.app import MockServer
from mockserver.asgi.io import framed
from mockserver.http.problem import Problem
from mockserver.server import refusals
from mockserver.server.asgi_call import AsgiCall
from mockserver.server.encoding import RawHeaders, encode_answer, header_lines, raw_header_lines
from mockserver.server.fast_path import App, ControlPath, FastPath
from mockserver.server.request_reader import BETWEEN, ReceivedRequest, RequestReader
from mockserver.server.stall_timer import StallTimer
from mockserver.server.write_batch import WriteBatch
from mockserver.settings import Settings

SPARE = 100  # connections over the limit that get a 503; further ones are closed without an answer
LINGER = 1.0  # seconds to receive the last answer
LAST_BYTES = 0.3  # seconds to complete a request when the server stops
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)  # close() resets the connection


class State(Enum):
    """What the connection does; what it reads meanwhile is the reader's phase.

    OPEN and ANSWERING alternate. After LINGERING there is only CLOSED, which is final.
    """

    SURPLUS = "too many connections are open: its first bytes get a 503"
    OPEN = "every complete request is answered"
    ANSWERING = "a complete request has no complete answer"
    LINGERING = "the last answer is written; the client receives it and closes"
    CLOSED = "the transport is closed, or writes its last bytes"


SURPLUS, OPEN, ANSWERING, LINGERING, CLOSED = State  # as those of Phase


class Connection(asyncio.Protocol):
    """The protocol of one connection; the class attributes belong to all connections of a server."""

    settings: ClassVar[Settings]
    fast_path: ClassVar[FastPath | ControlPath]
    write_batch: ClassVar[WriteBatch]
    stopping: ClassVar[bool] = False  # only requests that are under way are still answered

    def __init__(
        self,
        config: Any,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._loop = _loop or asyncio.get_running_loop()
        self._server_state = server_state
        self._state = OPEN
        self._call: AsgiCall | None = None  # the application that answers
        self._answered = 0  # number of answers
        self._writable: asyncio.Future[None] | None = None  # set while the client takes no more bytes
        self._stall_timer = StallTimer()
        self._transport: asyncio.Transport
        self._reader: RequestReader

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by its methods
        self._reader = RequestReader(self.settings, self.fast_path.body_limit, self._scope())
        connections = cast("set[Connection]", self._server_state.connections)
        connections.add(self)
        over = len(connections) - self.settings.max_connections
        if over > SPARE:
            self.abort()
        elif over > 0:
            self._state = SURPLUS
        if self.stopping:
            self._loop.call_later(LAST_BYTES, self._give_up)

    def _scope(self) -> dict[str, Any]:
        """What the ASGI scopes of all requests share."""
        get = self._transport.get_extra_info
        client, server = get("peername"), get("sockname")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "scheme": "https" if get("sslcontext") else "http",
            "client": client[:2] if isinstance(client, tuple) else None,
            "server": server[:2] if isinstance(server, tuple) else None,
            "root_path": "",
        }

    def connection_lost(self, exc: Exception | None) -> None:
        self._server_state.connections.discard(cast("Any", self))
        self._end(CLOSED)
        self.resume_writing()

    def eof_received(self) -> bool:
        """The client sends no more, but may still receive. False: nothing is left to send, so close."""
        self._reader.end()
        self.write_batch.end()
        if self._call is not None:
            self._call.disconnect()
        return self._state is ANSWERING

    # Receiving

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        is_new = self._state is OPEN and reader.phase is BETWEEN and self._writable is None
        app: App | None = None
        if is_new and not self.stopping:
            done = self.fast_path.repeated(data, self._server_state.default_headers)
            if isinstance(done, bytes):
                self.write_batch.write(self._loop, self._transport, done)
                self._answered += 1
                return
            app = done
        if self._state is SURPLUS:
            self.refuse(refusals.too_many_connections(self.settings))
            return
        self._reader.receive(data)
        if self._state is OPEN:
            self._answer_next(data if is_new else b"", app)
        self._regulate()

    def _regulate(self) -> None:
        """Read only while no request waits and the client takes its answers, so that memory is bounded."""
        transport = self._transport
        reads = self._state is LINGERING or not (self._writable or self._reader.has_waiting)
        if reads != transport.is_reading() and not transport.is_closing():
            change = transport.resume_reading if reads else transport.pause_reading
            change()

    # Answering

    def _answer_next(self, data: bytes = b"", app: App | None = None) -> None:
        """Answer the oldest complete request; without one, send what is due after them.

        `data` are the bytes that arrived for a new request, `app` is its application, if it is known.
        """
        if self._state not in (OPEN, ANSWERING) or self._call is not None:
            return
        reader = self._reader
        if self._writable is not None and reader.has_waiting:
            self._state = ANSWERING
            return
        request = reader.next_request()
        if request is not None:
            self._state = ANSWERING
            is_alone = not reader.has_waiting and not reader.is_within_request
            self._answer(request, data if is_alone else b"", app)
            return
        self._state = OPEN
        if reader.problem is not None:
            self._part(reader.problem)
        elif reader.has_ended:
            self.close()
        else:
            self._await_request()

    def _await_request(self) -> None:
        """Tell a client that waits for it to send its body; if the server stops, it has a second for that."""
        if self._reader.awaits_continue:
            self._reader.awaits_continue = False
            self.write_batch.write(self._loop, self._transport, CONTINUE)
        if self.stopping:
            self.shutdown()

    def _answer(self, request: ReceivedRequest, data: bytes, app: App | None) -> None:
        keep_alive = self.keeps_alive(request)
        done = app or self.fast_path(request, data, self.server_headers, keep_alive=keep_alive)
        if isinstance(done, bytes):
            self.write_batch.write(self._loop, self._transport, done)
            self._answer_is_complete(request, keep_alive=keep_alive)
            return
        self._call = AsgiCall(self, request)
        task = self._loop.create_task(self._call.run(done))
        self._server_state.tasks.add(task)
        task.add_done_callback(self._server_state.tasks.discard)

    def _answer_is_complete(self, request: ReceivedRequest, *, keep_alive: bool) -> None:
        """Close, or answer the next request in another iteration, because other clients wait, too."""
        self._answered += 1
        if keep_alive:
            if self._reader.has_waiting:
                self._loop.call_soon(self._answer_next)
            else:
                self._answer_next()
        elif request.body is None:
            self._linger()
        else:
            self.close()
        self._regulate()

    def refuse(self, problem: Problem) -> None:
        """Answer with a problem after all complete requests, and ignore what follows."""
        self._reader.end(problem)
        if self._state is SURPLUS:
            self._state = OPEN
        if self._state is OPEN:
            self._answer_next()

    def _part(self, problem: Problem) -> None:
        """Write the last answer."""
        answer = problem.answer()
        headers, body = framed(answer, close=True)
        own = raw_header_lines(self.server_headers)
        self.write_batch.end()
        self.write(encode_answer(answer.status, own, header_lines(headers) or "", body))
        self._linger()

    def _linger(self) -> None:
        """Close when the client does (RFC 9112, section 9.6): a client that still sends would get a reset."""
        if self.stopping:
            self.close()
            return
        self._end(LINGERING)
        self.write_batch.end()
        if not self._transport.is_closing():
            self._transport.write_eof()
            self._regulate()

    # What a call of the application needs (AnsweringConnection, RawConnection)

    @property
    def server_headers(self) -> RawHeaders:
        """The headers of the server itself, such as Date."""
        return self._server_state.default_headers

    def keeps_alive(self, request: ReceivedRequest) -> bool:
        """Whether the connection stays open after the answer to a request."""
        return request.keep_alive and not (self.stopping and not self._reader.has_waiting)

    async def drain(self) -> None:
        """Wait until the client has taken enough of what was written."""
        if self._writable is not None:
            await asyncio.shield(self._writable)

    def finish_call(self, request: ReceivedRequest, *, keep_alive: bool) -> None:
        """The answer of the application is complete."""
        self._call = None
        self._answer_is_complete(request, keep_alive=keep_alive)

    def write(self, data: bytes) -> None:
        """Write raw bytes, without HTTP framing."""
        if not self._transport.is_closing():  # the client may have reset the connection meanwhile
            self._transport.write(data)

    def close(self) -> None:
        """Close the connection after what was written, even if the answer is incomplete."""
        self._end(CLOSED)
        self.write_batch.end()
        self._transport.close()

    def reset(self) -> None:
        """Reset the connection by a TCP RST (RFC 9293, section 3.10.7.4); unsent data is lost."""
        handle = self._transport.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.abort()

    def abort(self) -> None:
        """Close the connection at once; unsent data is lost."""
        self._end(CLOSED)
        self._transport.abort()

    def _end(self, state: State) -> None:
        """Neither read nor answer anything from now on."""
        self._state = state
        self._reader.close()
        if self._call is not None:
            self._call.abandon()

    def pause_writing(self) -> None:
        if self._writable is None:
            self._writable = self._loop.create_future()
            self._regulate()

    def resume_writing(self) -> None:
        if self._writable is not None:
            self._writable.set_result(None)
            self._writable = None
            self._regulate()
            if self._state in (OPEN, ANSWERING):
                self._loop.call_soon(self._answer_next)

    # Timeouts

    def watch(self, now: float) -> None:
        """Close the connection if its client is too slow; called a few times a second."""
        awaited, seconds = self._awaited()
        unsent = self._transport.get_write_buffer_size()
        if not self._stall_timer.is_over(awaited, seconds, unsent, now):
            return
        if unsent or self._transport.is_closing():
            self.abort()
        elif self._state is OPEN and self._reader.is_within_request:
            self.refuse(refusals.too_slow(self.settings))
        else:
            self.close()

    def _awaited(self) -> tuple[object, float]:
        """What the client must do next, and the seconds that it has; None if it must do nothing."""
        settings, reader = self.settings, self._reader
        if self._state is LINGERING:
            return "closing", LINGER
        if self._transport.is_closing() or self._writable is not None:
            return "receiving", settings.request_timeout
        if self._state is ANSWERING:
            return None, 0.0
        if reader.is_within_request:
            return ("request", reader.begun), settings.request_timeout
        if not self._answered and self._state is OPEN:
            return "first request", settings.request_timeout
        return ("next request", self._answered), settings.keep_alive

    def shutdown(self) -> None:
        """The server is stopping: answer complete requests, and give the others a moment to be completed."""
        if self._state in (LINGERING, SURPLUS):
            self.close()
        elif self._reader.is_within_request:
            self._loop.call_later(LAST_BYTES, self._give_up)
        elif self._state is OPEN:
            self.close()

    def _give_up(self) -> None:
        if self._reader.is_within_request:
            self.refuse(refusals.STOPPING)
        elif self._state in (OPEN, SURPLUS):
            self.close()


def connection_class(app: MockServer) -> type[Connection]:
    """A subclass of Connection for an application's server: uvicorn creates connections by their class."""

    class AppConnection(Connection):
        settings = app.runtime.settings
        fast_path = FastPath(app)
        write_batch = WriteBatch(app.runtime.journal.flush)

    return AppConnection
