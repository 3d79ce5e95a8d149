"""Sends requests to the real backend, over a pool of connections for each event loop."""

import asyncio
import ssl
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from weakref import WeakKeyDictionary

import httpx

from mockserver.http.message import Headers
from mockserver.upstream.origin import Origin

CONNECTIONS = 1_000
IDLE_CONNECTIONS = 100
TIMEOUTS = {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 10.0}  # seconds
_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE")  # RFC 9110, section 9.2.2


class Unreachable(Exception):
    """The real backend cannot be reached, or does not answer as HTTP wants; the text says why."""


class BrokenOff(Exception):
    """The real backend ended its answer before it was complete."""


class ProviderAnswer:
    """The head of an answer, and its body while it arrives; it must be closed."""

    def __init__(self, response: httpx.Response, headers: Headers) -> None:
        self.status = response.status_code
        self.headers = headers  # their names in lower case
        self._response = response

    async def body(self) -> AsyncIterator[bytes]:
        """The parts of the body as they were sent, in their content coding; raises BrokenOff."""
        stream = self._response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        try:
            async for part in stream:
                yield part
        except httpx.TransportError as error:
            raise BrokenOff(_reason(error)) from None

    async def close(self) -> None:
        """Give the connection back, or close it if the body was not read to its end."""
        await self._response.aclose()


class Client:
    """Sends requests to one origin, and to no other."""

    def __init__(self, origin: Origin, authorities: Path | None) -> None:
        """`authorities` is a PEM file of those to trust, instead of the system's; raises OSError."""
        self.origin = origin
        self._context = ssl.create_default_context(cafile=authorities) if origin.scheme == "https" else None
        self._transports: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncHTTPTransport] = (
            WeakKeyDictionary()
        )

    async def send(
        self, method: str, target: str, headers: Headers, body: bytes | AsyncIterable[bytes]
    ) -> ProviderAnswer:
        """The answer to a request; raises Unreachable.

        A request that may be sent twice is sent once more if the connection was closed meanwhile.
        """
        tries = 2 if method in _IDEMPOTENT and isinstance(body, bytes) else 1
        while True:
            tries -= 1
            try:
                response = await self._transport().handle_async_request(
                    self._request(method, target, headers, body)
                )
            except httpx.RemoteProtocolError as error:
                if tries:
                    continue
                raise Unreachable(_reason(error)) from None
            except httpx.TransportError as error:
                raise Unreachable(_reason(error)) from None
            received = [(name.lower().decode("latin-1"), value.decode("latin-1"))
                        for name, value in response.headers.raw]  # fmt: skip
            return ProviderAnswer(response, received)

    def _request(
        self, method: str, target: str, headers: Headers, body: bytes | AsyncIterable[bytes]
    ) -> httpx.Request:
        url = httpx.URL(scheme=self.origin.scheme, host=self.origin.host, port=self.origin.port)
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        extensions = {"timeout": TIMEOUTS, "target": target.encode("latin-1")}
        return httpx.Request(method, url, headers=raw, content=body or None, extensions=extensions)

    def _transport(self) -> httpx.AsyncHTTPTransport:
        loop = asyncio.get_running_loop()
        transport = self._transports.get(loop)
        if transport is None:
            limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=IDLE_CONNECTIONS)
            verify = self._context if self._context is not None else False
            transport = self._transports[loop] = httpx.AsyncHTTPTransport(verify=verify, limits=limits)
        return transport

    async def close(self) -> None:
        """Close the connections of the running loop."""
        transport = self._transports.pop(asyncio.get_running_loop(), None)
        if transport is not None:
            await transport.aclose()


def _reason(error: httpx.TransportError) -> str:
    """Why a request failed, as a sentence."""
    text = str(error).strip()
    if isinstance(error, httpx.TimeoutException):
        return f"no {'connection' if isinstance(error, httpx.ConnectTimeout) else 'answer'} in time"
    return text[:1].lower() + text[1:] if text else type(error).__name__
