"""Limits on the sizes of URL and headers of a request (`--url-limit`, `--header-limit`)."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from mockserver.asgi.io import ClientDisconnected, Receive, Scope, Send, read_request, send_answer
from mockserver.http.problem import Problem
from mockserver.server.refusals import SOURCE
from mockserver.settings import Settings

SEPARATORS = 4  # bytes of a header line besides name and value: colon, space and line end
RawHeaders = Sequence[tuple[bytes, bytes]]


def headers_size(headers: RawHeaders) -> int:
    """The approximate size of header lines, in bytes."""
    return sum(len(name) + len(value) + SEPARATORS for name, value in headers)


def oversize_problem(url: int, headers: int, settings: Settings) -> Problem | None:
    """The problem of a request whose URL or headers are over their limit; `url` and `headers` in bytes."""
    if url > settings.url_limit:
        detail = f"the URL is longer than {settings.url_limit:,} bytes"
        return Problem("url-too-long", detail, headers=SOURCE)
    if headers > settings.header_limit:
        detail = f"the headers are larger than {settings.header_limit:,} bytes together"
        return Problem("headers-too-large", detail, headers=SOURCE)
    return None


class SizeLimits:
    """ASGI middleware that refuses requests over a limit and keeps the connection open."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        url = len(scope["raw_path"]) + len(scope["query_string"])
        problem = oversize_problem(url, headers_size(scope["headers"]), self._settings)
        if problem is None:
            await self._app(scope, receive, send)
            return
        try:
            _, is_complete = await read_request(scope, receive, 0)
        except ClientDisconnected:
            return
        await send_answer(send, problem.answer(), head=scope["method"] == "HEAD", close=not is_complete)


class SizeMeter:
    """Measures an incomplete request while it arrives, including a single long header and trailers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._request: object = None
        self._headers, self._size = 0, 0  # number and bytes of the complete headers
        self._unparsed = 0  # bytes since the parser last completed a part

    def add(self, size: int, *, parsed: bool) -> None:
        """Count `size` bytes that arrived; `parsed`: the parser completed a part of the request with them."""
        self._unparsed = 0 if parsed else self._unparsed + size

    def problem(self, request: object, url: int, headers: RawHeaders) -> Problem | None:
        """The problem of an incomplete request over a limit, or None; `url` is its length in bytes so far."""
        if request is not self._request:
            self._request, self._headers, self._size = request, 0, 0
        self._size += headers_size(headers[self._headers :])
        self._headers = len(headers)
        return oversize_problem(url, max(self._size, self._unparsed), self._settings)
