"""A client's connection: uvicorn's protocol class with limits, a fast path, and network faults on purpose.

Small requests that arrive in one read take a fast path: they go straight to the parser, or skip it when their
head is cached. Timeouts are checked a few times a second by `watch`, not with a timer per request.
"""

import os
import socket
import struct
from typing import Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.app import MockServer
from mockserver.asgi.fault_sender import RAW_CONNECTION
from mockserver.asgi.io import framed
from mockserver.http.problem import Problem
from mockserver.server import refusals
from mockserver.server.backpressure import BackpressureFlow
from mockserver.server.fast_path import App, FastPath, encode_answer, header_lines, server_header_lines
from mockserver.server.size_limits import SizeLimits, SizeMeter
from mockserver.server.stall_timer import StallTimer
from mockserver.server.upgrade import without_upgrade
from mockserver.server.write_batch import WriteBatch
from mockserver.settings import Settings

SPARE = 100  # connections over the limit that get a 503; further ones are closed without an answer
LINGER = 1.0  # seconds to receive the last answer, or to complete a request when the server stops
UPGRADE = b"pgrade:"  # the header, not Upgrade-Insecure-Requests; the parser handles `UPGRADE:`
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)  # close() resets the connection


class Connection(HttpToolsProtocol):
    """The protocol of one connection; adds to uvicorn's the state that limits, fast path and faults need."""

    settings: ClassVar[Settings] = Settings()
    fast_path: ClassVar[FastPath | None] = None
    write_batch: ClassVar[WriteBatch] = WriteBatch()
    stopping: ClassVar[bool] = False  # only pending connections are still accepted

    def __init__(self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None) -> None:
        super().__init__(config, server_state, {**app_state, RAW_CONNECTION: self}, _loop)
        self._harmless = min(self.settings.url_limit, self.settings.header_limit)
        self._app = self.app
        self._measured_app: Any = SizeLimits(self.app, self.settings)
        self._careful = False  # the next bytes may be more or less than one new request
        self._full = False  # over the limit of connections
        self._ending = False  # the server is stopping
        self._running: RequestResponseCycle | None = None  # being answered, or answered last
        self._said: bytes | None = None  # the newest answer of the fast path
        self._arriving = False  # the parser is fed with what is probably one complete request
        self._arrived: RequestResponseCycle | None = None  # the cycle of that request, without a task yet
        self._last_words: bytes | None = None  # the last answer, before the connection closes
        self._parted = False  # it is written
        self._sizes = SizeMeter(self.settings)
        self._stall_timer = StallTimer()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.flow = BackpressureFlow(transport, self.pipeline)
        over = len(self.connections) - self.settings.max_connections
        self._full = self._careful = over > 0
        if over > SPARE:
            transport.abort()
        elif self.stopping:
            self._ending = True
            self.loop.call_later(LINGER, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the running request, too, that its client left: uvicorn tells only the newest one."""
        super().connection_lost(exc)
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    # Receiving

    def data_received(self, data: bytes) -> None:
        if self._careful or len(data) > self._harmless or UPGRADE in data:
            self._receive_carefully(data)
            return
        done = self._repeated(data)
        if isinstance(done, bytes):
            self._said = done
            self.write_batch.write(self.loop, self.transport, done)
            self.server_state.total_requests += 1
            return
        self._arriving = self.fast_path is not None and not self.flow.write_paused
        self._feed(data)
        self._arriving = False
        arrived, self._arrived = self._arrived, None
        if arrived is not None:
            self._serve(arrived, data, done)
        cycle = self.cycle
        self._careful = self._careful or cycle is None or cycle.more_body or cycle.scope is not self.scope

    def _repeated(self, data: bytes) -> bytes | App | None:
        """Run the exchange of a request whose head is cached, unless another must be answered before it.

        Return the bytes of its answer, or an application that sends a delayed or broken one.
        """
        if self.fast_path is None or self.flow.write_paused or self._ending:
            return None
        if self._running is not None and not self._running.response_complete:
            return None
        return self.fast_path.repeated(data, self.server_state.default_headers)

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.refuse(refusals.malformed(str(error)))
        except httptools.HttpParserUpgrade:  # CONNECT: the parser reads no further
            self.cycle.keep_alive = False

    def _receive_carefully(self, data: bytes) -> None:
        """Handle bytes that are a part of a request, several requests, or no longer wanted."""
        if self._last_words is not None:
            return
        if self._full:
            self.refuse(refusals.too_many_connections(self.settings))
            return
        if UPGRADE in data and not self._in_body:
            data = without_upgrade(data)
        before = self._progress
        self.app = self._measured_app
        self._feed(data)
        self.app = self._app
        if self._last_words is None:
            self._sizes.add(len(data), parsed=self._progress != before)
            self._careful = self._unfinished
            if self._careful:
                self._measure()

    def _measure(self) -> None:
        """Refuse an incomplete request that is over a limit."""
        problem = self._sizes.problem(self.scope, len(self.url), self.headers) if self.scope else None
        if problem is not None:
            self.refuse(problem)

    @property
    def _progress(self) -> tuple[int, int, int, int]:
        """How much of the newest request is parsed; it is unchanged while the parser is inside an element."""
        body = len(self.cycle.body) if self.cycle is not None else 0
        return id(self.scope), len(self.url) if self.scope else 0, len(self.headers or ()), body

    @property
    def _in_body(self) -> bool:
        """Whether the head of the newest request is complete and its body is not."""
        cycle = self.cycle
        return (
            cycle is not None
            and cycle.scope is self.scope
            and cycle.more_body
            and not cycle.response_complete
        )

    @property
    def _unfinished(self) -> bool:
        """Whether the newest request has begun and is not complete."""
        begun = self.scope is not None and (self.cycle is None or self.cycle.scope is not self.scope)
        return begun or self._in_body

    # Sending

    @property
    def _answering(self) -> bool:
        """Whether a complete request waits for its answer."""
        running = self._running
        if running is None or running.response_complete or running.disconnected:
            return False
        return running is not self.cycle or not running.more_body

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running, self._said = cycle, None
        if self._ending and not self.pipeline:
            cycle.keep_alive = False
        if self._arriving:
            self._arrived = cycle
        else:
            self._start_task(cycle, app)

    def _serve(self, cycle: RequestResponseCycle, data: bytes, app: App | None) -> None:
        """Answer a request: without a task if it is complete and its answer is ready, otherwise in a task.

        `data` are the bytes that it arrived in, `app` is the application that answers it, if that is known.
        """
        if app is None and self.fast_path is not None and not cycle.more_body:
            done = self.fast_path(cycle, data)
        else:
            done = app or self._app
        if not isinstance(done, bytes):
            self._start_task(cycle, done)
            return
        self.write_batch.write(self.loop, self.transport, done)
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.write_batch.end()
            self.transport.close()
        self.on_response_complete()

    def _start_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        task = self.loop.create_task(cycle.run_asgi(app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def on_response_complete(self) -> None:
        """As in uvicorn, but without a timer per request: `watch` finds idle connections."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._last_words is not None:
            self._part()

    def refuse(self, problem: Problem) -> None:
        """Answer the newest request with a problem, after all earlier ones, and ignore what follows."""
        self._careful = True
        self._last_words = self._encoded(problem)
        if self._in_body:
            if self.cycle is not self._running:
                self.pipeline.popleft()
            elif self.cycle.response_started:
                self.close()
                return
            else:  # its application waits for the rest of the body: tell it that none comes
                self.cycle.disconnected = True
                self.cycle.message_event.set()
        if not self._answering:
            self._part()

    def _encoded(self, problem: Problem) -> bytes:
        answer = problem.answer()
        headers, body = framed(answer, close=True)
        own = server_header_lines(self.server_state.default_headers)
        return encode_answer(answer.status, own, header_lines(headers) or "", body)

    def _part(self) -> None:
        """Write the last answer. Closing at once would reset the connection of a client that still sends."""
        self._parted = True
        self.write_batch.end()
        self.transport.write(self._last_words or b"")
        if self._ending:
            self.transport.close()
        else:
            self.transport.write_eof()

    # Network faults (RawConnection)

    def write(self, data: bytes) -> None:
        """Write raw bytes, without HTTP framing."""
        self.transport.write(data)

    def close(self) -> None:
        """Close the connection after what was written, even if the answer is incomplete."""
        self._abandon()
        self.transport.close()

    def reset(self) -> None:
        """Reset the connection by a TCP RST (RFC 9293, section 3.10.7.4); unsent data is lost."""
        self._abandon()
        handle = self.transport.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()

    def _abandon(self) -> None:
        self._careful, self._last_words = True, b""
        if self._running is not None:
            self._running.disconnected = True  # uvicorn then does not report a missing answer

    # Timeouts

    def watch(self, now: float) -> None:
        """Close the connection if its client is too slow; called a few times a second."""
        awaited, seconds = self._awaited()
        unsent = self.transport.get_write_buffer_size()
        if not self._stall_timer.is_over(awaited, seconds, unsent, now):
            return
        if self.transport.is_closing() or unsent:
            self.transport.abort()
        elif awaited is self.scope:
            self.refuse(refusals.too_slow(self.settings))
        else:
            self.transport.close()

    def _awaited(self) -> tuple[object, float]:
        """What the client must do next, as an identifying object, and the seconds that it has."""
        settings = self.settings
        if self._parted:
            return self._last_words, LINGER
        if self.transport.is_closing() or self.flow.write_paused:
            return self.flow, settings.request_timeout
        if self._answering or self.flow.read_paused:
            return None, 0.0
        if self._unfinished:
            return self.scope, settings.request_timeout
        last = self._said or self._running
        if last is None and not self._full:
            return self, settings.request_timeout
        return last or self, settings.keep_alive

    def shutdown(self) -> None:
        """The server is stopping: answer complete requests, and give the others a second to be completed."""
        self._ending = True
        self.write_batch.end()
        if self._parted:
            self.transport.close()
            return
        if self._in_body or self._answering:
            self.cycle.keep_alive = False
        if self._unfinished:
            self.loop.call_later(LINGER, self._give_up)
        elif not self._answering:
            self.transport.close()

    def _give_up(self) -> None:
        if self._last_words is not None or self.transport.is_closing() or self._answering:
            return
        if self._unfinished:
            self.refuse(refusals.STOPPING)
        else:
            self.transport.close()


def connection_class(app: MockServer) -> type[Connection]:
    """A subclass of Connection for an application's server: uvicorn creates connections by their class."""

    class AppConnection(Connection):
        settings = app.runtime.settings
        fast_path = FastPath(app)
        write_batch = WriteBatch(app.runtime.journal.flush)

    return AppConnection
