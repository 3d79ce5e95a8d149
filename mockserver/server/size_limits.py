"""The limits on the URL and the headers of a request (`--url-limit`, `--header-limit`)."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from mockserver.asgi.io import ClientDisconnected, Receive, Scope, Send, read_request, send_answer
from mockserver.http.problem import Problem
from mockserver.server.refusals import SOURCE
from mockserver.settings import Settings

SEPARATORS = 4  # bytes of a header besides its name and value: a colon, a space and the line's end
RawHeaders = Sequence[tuple[bytes, bytes]]


def size_of(headers: RawHeaders) -> int:
    """About the bytes that headers took on the wire."""
    return sum(len(name) + len(value) + SEPARATORS for name, value in headers)


def oversize(url: int, headers: int, settings: Settings) -> Problem | None:
    """The refusal of a request whose URL or headers, in bytes, are over their limits."""
    if url > settings.url_limit:
        detail = f"the URL is longer than {settings.url_limit:,} bytes"
        return Problem("url-too-long", detail, headers=SOURCE)
    if headers > settings.header_limit:
        detail = f"the headers are larger than {settings.header_limit:,} bytes together"
        return Problem("headers-too-large", detail, headers=SOURCE)
    return None


class SizeLimits:
    """An application behind the limits, for heads that may be over them; the connection goes on."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        url = len(scope["raw_path"]) + len(scope["query_string"])
        problem = oversize(url, size_of(scope["headers"]), self._settings)
        if problem is None:
            await self._app(scope, receive, send)
            return
        try:
            _, whole = await read_request(scope, receive, 0)
        except ClientDisconnected:
            return
        await send_answer(send, problem.answer(), head=scope["method"] == "HEAD", close=not whole)


class SizeMeter:
    """How large one connection's newest request gets before it is whole: by one header, or by trailers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._request: object = None
        self._headers, self._size = 0, 0  # how many there are so far, and their bytes
        self._stray = 0  # bytes since anything of it was complete

    def came(self, size: int, *, told: bool) -> None:
        """So many bytes came; `told`: the parser made something of them."""
        self._stray = 0 if told else self._stray + size

    def problem(self, request: object, url: int, headers: RawHeaders) -> Problem | None:
        """Why a request that is so far is refused; `url` in bytes."""
        if request is not self._request:
            self._request, self._headers, self._size = request, 0, 0
        self._size += size_of(headers[self._headers :])
        self._headers = len(headers)
        return oversize(url, max(self._size, self._stray), self._settings)
