"""Paths that carry a session key: `PREFIX/as/KEY/carts/42` is the path `/carts/42` in the session KEY.

`PREFIX/as/KEY` is a base URL, for clients that can be given nothing else.
"""

import re
from urllib.parse import quote, unquote

from msgspec.structs import replace

from mockserver.engine.session_keys import KEY_PATTERN
from mockserver.http.message import Request

SEGMENT = "/as"  # between the prefix of the control API and the key


def session_url(url: str, control_prefix: str, key: str) -> str:
    """The base URL that carries a session key; `url` is that of the server."""
    return f"{url}{control_prefix}{SEGMENT}/{key}"


class SessionPaths:
    """The paths below the prefix of the control API, which are control calls or carry a session key."""

    def __init__(self, control_prefix: str) -> None:
        self._prefix = control_prefix
        self._start = f"{control_prefix}{SEGMENT}/"
        self._slashes = self._start.count("/")
        start = quote(self._start)
        self.mark = f" {start}".encode()  # is in each head that `split_head` splits
        self._request_line = re.compile(f"([A-Z]+ )({re.escape(start)}({KEY_PATTERN}))(?=[/? ])".encode())

    def is_below_prefix(self, path: str) -> bool:
        """Whether a decoded path is that of the control API, or below it."""
        prefix = self._prefix
        return path.startswith(prefix) and path[len(prefix) :][:1] in ("", "/")

    def is_control(self, path: str) -> bool:
        """Whether a decoded path is that of a control call, which none with a session key is."""
        return self.is_below_prefix(path) and not (
            path.startswith(self._start) and len(path) > len(self._start)
        )

    def read(self, request: Request) -> Request:
        """The request with the path of the mocked API and the key; unchanged if its path carries no key.

        The key may not be valid.
        """
        path = request.head.path
        start = self._start_of(path)
        if start is None or start >= len(path):
            return request
        key, _, rest = path[start:].partition("/")
        head = replace(request.head, path=f"/{rest}")
        return replace(request, head=head, base_path=path[: start + len(key)], session_key=unquote(key))

    def _start_of(self, path: str) -> int | None:
        """Where the key begins in a percent-encoded path; None if the path carries none."""
        if path.startswith(self._start):
            return len(self._start)
        if "%" not in path:
            return None
        start = "/".join(path.split("/", self._slashes)[: self._slashes]) + "/"
        return len(start) if unquote(start) == self._start else None

    def split_head(self, start: bytes) -> tuple[str, str, bytes] | None:
        """The base path, the session key, and a head as it was sent without this base path.

        None if the path carries no key, or one that is not valid or that is spelt in an unusual way.
        """
        line = self._request_line.match(start)
        if line is None:
            return None
        slash = b"" if start[line.end() :][:1] == b"/" else b"/"
        return line[2].decode(), line[3].decode(), line[1] + slash + start[line.end() :]
