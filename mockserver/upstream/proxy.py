"""Passes requests on to the real backend, and its answers back: the only place where an exchange waits."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from mockserver.asgi.fault_sender import RAW_CONNECTION, RawConnection
from mockserver.asgi.io import Receive, Scope, Send, encoded
from mockserver.asgi.mocked_api import MockedApi
from mockserver.contract.description import BODILESS
from mockserver.engine.exchange import Exchange
from mockserver.http.content_codings import BrokenContent, ContentTooLarge, decode_content, read_codings
from mockserver.http.media_types import parse_content_type
from mockserver.http.message import Answer, Headers, Request
from mockserver.http.problem import Problem
from mockserver.settings import Settings
from mockserver.upstream.client import BrokenOff, Client, ProviderAnswer, Unreachable
from mockserver.upstream.headers import passed_headers, passed_target, returned_headers
from mockserver.upstream.origin import Origin

if TYPE_CHECKING:
    from mockserver.upstream.recorder import Recorder

Record = Callable[[bytes | None], None]
JUDGED = 1024 * 1024  # bytes of the largest answer that is judged
LATER = ("x-mock-judged", "later")


class PassedExchanges(Protocol):
    """The halves of exchanges that are passed on, as the runtime has them."""

    def begin_passed(self, request: Request) -> Exchange | None: ...

    def end_passed(self, begun: Exchange, answer: Answer | None, seconds: float) -> Exchange: ...

    def start_passed(self, begun: Exchange, answer: Answer) -> Exchange: ...

    def judge_passed(self, exchange: Exchange, answer: Answer | None, seconds: float) -> None: ...


class Received(Struct, frozen=True):
    """What has arrived of an answer: all of it, or the beginning, which the rest follows."""

    provider: ProviderAnswer
    beginning: bytes
    rest: AsyncIterator[bytes] | None = None  # None: `beginning` is all


class SentBody(Struct, frozen=True):
    """A body in a content coding."""

    coding: str
    data: bytes


class UpstreamProxy:
    """Passes requests on to one real backend."""

    def __init__(
        self,
        settings: Settings,
        url: str,
        exchanges: PassedExchanges,
        api: MockedApi,
        recorder: "Recorder | None" = None,
    ) -> None:
        """`api` sends the answers, and `recorder` keeps them.

        Raises OSError for certificates that cannot be read.
        """
        self._settings = settings
        self._exchanges = exchanges
        self._api = api
        self._client = Client(Origin.of_url(url), settings.upstream_ca)
        self._recorder = recorder

    async def close(self) -> None:
        """Close the connections to the real backend, and finish the recording."""
        await self._client.close()
        if self._recorder is not None:
            await asyncio.to_thread(self._recorder.close)

    async def answer(
        self, request: Request, scope: Scope, receive: Receive, send: Send, *, close: bool
    ) -> bool:
        """Answer a request that is passed on; False where the mock answers it.

        `close`: as the last one of its connection.
        """
        begun = self._exchanges.begin_passed(request)
        if begun is None:
            return False
        passage = _Passage(begun, time.monotonic(), scope, receive, send, close)
        refusal = _refusal(begun)
        if begun.answer is not None or refusal is not None:
            await self._end(passage, refusal)
            return True
        try:
            provider = await self._send(request, scope)
        except Unreachable as error:
            await self._end(passage, self._unreachable(str(error)))
            return True
        try:
            await self._return(passage, provider)
        finally:
            await provider.close()
        return True

    async def _end(self, passage: "_Passage", answer: Answer | None, sent: SentBody | None = None) -> None:
        """End an exchange by an answer, None for the one that it has, and send it.

        `sent` is the body as it came, if it came in a content coding.
        """
        exchange = self._exchanges.end_passed(passage.begun, answer, passage.seconds)
        is_provided = answer is not None and not answer.outside and not exchange.unrecorded
        if self._recorder is not None and is_provided:
            self._recorder.record(exchange, answer)
        final = exchange.final_answer
        if sent is not None and answer is not None and final.body is answer.body:
            headers = [*final.headers, ("content-encoding", sent.coding)]
            exchange = replace(exchange, answer=replace(final, headers=headers, body=sent.data))
        await self._finish(passage, exchange)

    async def _finish(self, passage: "_Passage", exchange: Exchange) -> None:
        """Send the answer of an exchange, with its delay and fault."""
        await self._api.finish(exchange, passage.scope, passage.receive, passage.send, close=passage.close)

    async def _send(self, request: Request, scope: Scope) -> ProviderAnswer:
        head, origin = request.head, self._client.origin
        client = scope.get("client")
        headers = passed_headers(head, origin, client[0] if client else None, scope.get("scheme", "http"))
        body = request.body if request.coded is None else request.coded
        return await self._client.send(head.method, passed_target(head, origin), headers, body)

    async def _return(self, passage: "_Passage", provider: ProviderAnswer) -> None:
        """Send the answer of the real backend: judged at once if it is short JSON, else as it arrives."""
        try:
            received = await _beginning(provider, passage.scope["method"])
        except BrokenOff as error:
            await self._end(passage, self._unreachable(f"its answer broke off: {error}"))
            return
        headers = self._returned(provider, passage)
        plain = None if received.rest is not None else _decoded(headers, received.beginning)
        if plain is None:
            await self._stream(passage, received, headers)
            return
        codings = [value for name, value in headers if name == "content-encoding"]
        sent = SentBody(", ".join(codings), received.beginning) if codings else None
        await self._end(passage, Answer(provider.status, _without_coding(headers), plain), sent)

    def _returned(self, provider: ProviderAnswer, passage: "_Passage") -> list[tuple[str, str]]:
        scheme = self._settings.scheme
        host = passage.begun.request.head.header("host") or "localhost"
        return returned_headers(
            provider.headers,
            self._client.origin,
            f"{scheme}://{host}",
            encrypted=scheme == "https",
            cors=self._settings.cors,
        )

    async def _stream(self, passage: "_Passage", received: Received, headers: Headers) -> None:
        """Send an answer while it arrives, and record it when it has ended."""
        provider = received.provider
        exchange = self._exchanges.start_passed(
            passage.begun, Answer(provider.status, [*headers, LATER], b"")
        )
        if exchange.unrecorded:
            await self._finish(passage, exchange)
            return
        if exchange.fault is not None:
            await self._finish(passage, exchange)
            self._exchanges.judge_passed(exchange, None, passage.seconds)
            return

        def record(body: bytes | None) -> None:
            plain = None if body is None else _decoded(headers, body)
            kept = _without_coding(exchange.final_answer.headers)
            answer = None if plain is None else Answer(provider.status, kept, plain)
            self._exchanges.judge_passed(exchange, answer, passage.seconds)
            if self._recorder is not None:
                is_head = passage.scope["method"] == "HEAD"
                self._recorder.record(exchange, Answer(provider.status, kept) if is_head else answer)

        if exchange.delay:
            await self._api.wait(exchange.delay)
        self._api.log(exchange)
        await passage.send_parts(exchange, received, record)

    def _unreachable(self, reason: str) -> Answer:
        detail = f"the upstream {self._client.origin} gives no answer: {reason}"
        return Problem("upstream-unreachable", detail).answer()


class _Passage(Struct, frozen=True):
    """A request on its way: the first half of its exchange, when it began, and its ASGI call."""

    begun: Exchange
    started: float  # seconds of the monotonic clock
    scope: Scope
    receive: Receive
    send: Send
    close: bool

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.started

    async def send_parts(self, exchange: Exchange, received: Received, record: Record) -> None:
        """Send an answer while it arrives; `record` gets its body, or None if it cannot be judged.

        It ends with the connection if the client disconnects, or if the real backend breaks off.
        """
        sending = asyncio.ensure_future(self._send_parts(exchange, received, record))
        leaving = asyncio.ensure_future(self._disconnected())
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
            else:
                record(None)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)

    async def _send_parts(self, exchange: Exchange, received: Received, record: Record) -> None:
        """The last part is sent when the exchange is recorded, so that clients find it in the journal."""
        provider = received.provider
        length = [each for each in provider.headers if each[0] == "content-length"]
        headers = encoded([*exchange.final_answer.headers, *length])
        await self.send({"type": "http.response.start", "status": provider.status, "headers": headers})
        kept: bytearray | None = bytearray(received.beginning)
        last = received.beginning
        try:
            async for part in received.rest or _nothing():
                if kept is not None:
                    kept += part
                    kept = kept if len(kept) <= JUDGED else None
                if last:
                    await self.send({"type": "http.response.body", "body": last, "more_body": True})
                last = part
        except BrokenOff:
            record(None)
            self._break_off()
            return
        record(None if kept is None or self.scope["method"] == "HEAD" else bytes(kept))
        await self.send({"type": "http.response.body", "body": last, "more_body": False})

    def _break_off(self) -> None:
        """End the connection, so that the client sees that the answer is not complete."""
        connection: RawConnection | None = self.scope.get("state", {}).get(RAW_CONNECTION)
        if connection is None:
            raise BrokenOff("the answer of the upstream broke off")
        connection.reset()

    async def _disconnected(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


async def _nothing() -> AsyncIterator[bytes]:
    for _ in ():
        yield b""


async def _beginning(provider: ProviderAnswer, method: str) -> Received:
    """The whole body of an answer that is judged at once, or the beginning of another one."""
    named = dict(provider.headers)
    rest = provider.body()
    if method == "HEAD" or provider.status in BODILESS:
        return Received(provider, b"", None if provider.status in BODILESS else rest)
    length = named.get("content-length", "0")
    is_short = not length.isdecimal() or int(length[:20]) <= JUDGED
    media = parse_content_type(named.get("content-type", ""))
    if media is None or not media.is_json or not is_short:
        return Received(provider, b"", rest)
    parts, size = [], 0
    async for part in rest:
        parts.append(part)
        size += len(part)
        if size > JUDGED:
            return Received(provider, b"".join(parts), rest)
    return Received(provider, b"".join(parts))


def _decoded(headers: Headers, body: bytes) -> bytes | None:
    """A body without its content coding; None if it cannot be judged."""
    codings = read_codings(", ".join(value for name, value in headers if name == "content-encoding"))
    if codings is None:
        return None
    with suppress(BrokenContent, ContentTooLarge):
        return decode_content(body, codings, JUDGED) if codings else body
    return None


def _without_coding(headers: Headers) -> list[tuple[str, str]]:
    return [each for each in headers if each[0] != "content-encoding"]


def _refusal(begun: Exchange) -> Answer | None:
    """The answer to a request that cannot be passed on; None if it can.

    It asks for another protocol (RFC 9110, section 7.8), or its body was too large to be kept.
    """
    request = begun.request
    if request.over is not None:
        detail = f"the body is larger than {request.over:,} bytes, so it is not passed on"
        return Problem("too-large", detail).answer()
    if "websocket" in (request.head.header("upgrade") or "").lower():
        detail = "the request asks for a WebSocket, which is not passed on to the upstream"
        return Problem("upgrade-not-passed", detail).answer()
    return None
