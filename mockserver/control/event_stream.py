"""`GET events`: what happens in a session, or in all of them, as Server-Sent Events (HTML, section 9.2).

A stream reads the exchanges from the journal, from its own position on, so that it resumes anywhere, and a
client that reads slowly holds nothing that grows: what the journal has dropped meanwhile is left out.
"""

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile

from mockserver.asgi.io import Receive, Scope, Send, encoded
from mockserver.control.request import ControlRequest, StreamedAnswer
from mockserver.control.serializers import exchange_view
from mockserver.control.server_calls import reload_failure
from mockserver.control.session_scope import key_in_scope, read_scope
from mockserver.control.session_view import whole_session_view
from mockserver.data.json import Json
from mockserver.http.message import Headers
from mockserver.http.message import encoded as encoded_json
from mockserver.http.problem import ProblemError
from mockserver.journal.publisher import Subscriber
from mockserver.journal.record import Record
from mockserver.runtime import Runtime

_HEADERS: Headers = (
    ("content-type", "text/event-stream"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),  # a proxy passes each event on at once
)
_END = {"type": "http.response.body", "body": b"", "more_body": False}
_RESUME = "last-event-id"
_KEEP_ALIVE = b":\n\n"  # a comment
_BATCH = 20  # exchanges that are taken from the journal at once
_LOOK = 0.25  # seconds between two looks whether a server that is not ours is stopping
_QUIET = 15.0  # seconds without an event, until a comment shows that the connection works


def follow(call: ControlRequest) -> StreamedAnswer:
    """The events of the session, or of all sessions, from now on or from the exchange of Last-Event-ID on."""
    query = call.query(("scope",))
    scope = read_scope(query)
    query.finish()
    key = key_in_scope(call, scope)
    last = call.request.head.header(_RESUME)
    stream = EventStream(call.runtime, key, _position(call.runtime, key, last))
    return StreamedAnswer(200, _HEADERS, stream=stream.send)


def _position(runtime: Runtime, session: str | None, last: str | None) -> int:
    """The sequence number after which a stream begins; 0, before the oldest record, for an unknown id.

    The id of an exchange, `x12`, may belong to several sessions. Then it stands for the oldest of these
    exchanges, so that none is left out, and `KEY/x12` for that of one session.
    """
    records = runtime.journal.records(session)
    if not last:
        newest = next(records, None)
        return newest.sequence if newest is not None else 0
    key, _, record_id = last.rpartition("/")
    named = (each.sequence for each in records if each.id == record_id and key in ("", each.session))
    return min(named, default=0)


class EventStream:
    """The stream of one client: the events of a session (None: of all), after a position in the journal."""

    def __init__(self, runtime: Runtime, session: str | None, position: int) -> None:
        self._runtime = runtime
        self._session = session
        self._position = position
        self._is_behind = False
        self._quiet = 0.0  # seconds without an event

    async def send(self, headers: Headers, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head at once, and then each event, until the client leaves or the server stops."""
        start = {"type": "http.response.start", "status": 200, "headers": encoded(headers)}
        if scope["method"] == "HEAD":
            await send(start)
            await send(_END)
            return
        with self._subscription() as (subscriber, news), _left(receive, news) as is_left:
            await send(start)
            await self._send_part(send, _KEEP_ALIVE)
            while not (is_left() or self._runtime.publisher.is_closed or _is_stopping()):
                news.clear()
                for event in self._due(subscriber):
                    await self._send_part(send, event)
                await self._await(news, send)
            await send(_END)

    @contextmanager
    def _subscription(self) -> Iterator[tuple[Subscriber, asyncio.Event]]:
        """A subscriber while the stream is open, and the event that is set when there may be news."""
        loop, news, publisher = asyncio.get_running_loop(), asyncio.Event(), self._runtime.publisher

        def wake() -> None:
            if not news.is_set():
                with suppress(RuntimeError):  # the loop was closed, and the stream with it
                    loop.call_soon_threadsafe(news.set)

        subscriber = publisher.subscribe(self._session, wake)
        try:
            yield subscriber, news
        finally:
            publisher.unsubscribe(subscriber)

    async def _send_part(self, send: Send, data: bytes) -> None:
        self._quiet = 0.0
        await send({"type": "http.response.body", "body": data, "more_body": True})

    async def _await(self, news: asyncio.Event, send: Send) -> None:
        """Wait for the next news; other clients are answered meanwhile, also if there is more to tell."""
        if self._is_behind or news.is_set():
            await asyncio.sleep(0)
            return
        seconds = _LOOK if self._runtime.port is None else _QUIET  # our own server says when it stops
        with suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), seconds)
            return
        self._quiet += seconds
        if self._quiet >= _QUIET:
            await self._send_part(send, _KEEP_ALIVE)

    def _due(self, subscriber: Subscriber) -> Iterator[bytes]:
        """The next events; those about sessions and reloads come when no more exchanges are left."""
        records = self._next_records()
        for record in records:
            self._position = record.sequence
            yield _event("exchange", exchange_view(record), record.id)
        self._is_behind = len(records) == _BATCH
        if self._is_behind:
            return
        for key, changed in subscriber.take_changed().items():
            yield _event("session", self._session_data(key, changed))
        if subscriber.has_missed_reload(self._runtime.publisher.reloads):
            yield _event("reload", self._reload_data())

    def _next_records(self) -> list[Record]:
        """The oldest records after the position, oldest first."""
        newer = takewhile(
            lambda record: record.sequence > self._position, self._runtime.journal.records(self._session)
        )
        return list(deque(newer, maxlen=_BATCH))[::-1]

    def _session_data(self, key: str, changed: set[str]) -> dict[str, Json]:
        """A session as `GET session` shows it, or its key alone if it is not open any more."""
        parts: list[Json] = [*sorted(changed)]
        try:
            session = self._runtime.sessions.peek(key)
        except ProblemError:  # deleted or evicted
            return {"key": key, "changed": parts}
        return {**whole_session_view(self._runtime, session), "changed": parts}

    def _reload_data(self) -> dict[str, Json]:
        """What serves after a reload, or why the reload failed, as `GET health` shows it."""
        backend = self._runtime.backend
        return {
            "operations": len(backend.contract.operations),
            "scenarios": len(backend.scenarios),
            "reload_failure": reload_failure(self._runtime),
        }


def _event(name: str, data: Json, event_id: str | None = None) -> bytes:
    """An event as its lines; JSON has no line breaks of its own."""
    number = f"id: {event_id}\n" if event_id is not None else ""
    return f"event: {name}\n{number}data: ".encode() + encoded_json(data) + b"\n\n"


@contextmanager
def _left(receive: Receive, news: asyncio.Event) -> Iterator[Callable[[], bool]]:
    """Whether the client has left, as a function; `news` is set when it does."""

    async def wait() -> None:
        await receive()  # after the whole request, only the client's leaving can come
        news.set()

    leaving = asyncio.ensure_future(wait())
    try:
        yield leaving.done
    finally:
        leaving.cancel()


def _is_stopping() -> bool:
    """Whether a plain uvicorn was asked to stop, which waits for open answers without telling them.

    Its handler of SIGTERM is a method of the server, which knows.
    """
    handler = signal.getsignal(signal.SIGTERM)
    return bool(getattr(getattr(handler, "__self__", None), "should_exit", False))
