"""The answer to a request whose path carries a session key: its URLs lead back below that base URL.

A client that follows such a URL, or returns such a cookie, stays in the session.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.reading import MISSING
from mockserver.http.message import Answer, Request

_HAS_AUTHORITY = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")  # or a scheme
_DEFAULT_PORT = re.compile(r":(?:80|443)?$")
_ANY_PORT = re.compile(r":[0-9]+$")
# HTML, section 4.2.5.3: `5; url=/x`
_REFRESH = re.compile(r"(?is)([\d.\s]*[;,]\s*(?:url\s*=\s*)?[\"']?)(.*)")
_LINK_TARGET = re.compile(r"\"(?:[^\"\\]|\\.)*\"|<(?P<target>[^<>]*)>")  # RFC 8288, section 3
_COOKIE_PATH = re.compile(r"(?i)(;\s*path\s*=\s*)(/[^;]*?)(?=\s*(?:;|$))")  # RFC 6265, section 5.2.4
_HOST_COOKIE = re.compile(r"(?i)\s*__host-")  # browsers refuse it with any other path than /
_BEGINS = r"(?<![^\s<>\"'=(,])"
_ENDS = r"(?:[/?#<>\s\"']|$)"


def with_base_path(answer: Answer, request: Request) -> Answer:
    """The answer to a request that has a base path, with this base path in its URLs.

    It changes the paths of cookies, what Location, Content-Location, Link and Refresh refer to, and the URLs
    of this server in other headers and in the body. A relative reference stays as it is unless it leads above
    the base path, and so does a URL below the prefix of the control API.
    """
    base = _BaseUrl(request.base_path, request.head.header("host") or "localhost", request.head.path)
    headers = [(name, base.in_header(name.lower(), value)) for name, value in answer.headers]
    body = base.in_body(answer.body)
    value = answer.value if body is answer.body else MISSING
    return replace(answer, headers=headers, body=body, value=value)


class _BaseUrl(Struct, frozen=True):
    """A base URL: the path `/__mock/as/KEY` on a host, which may have a port."""

    path: str
    host: str
    requested: str  # the path of the request below it

    @property
    def _prefix(self) -> str:
        """The prefix of the control API."""
        return self.path.rsplit("/", 2)[0]

    def in_header(self, name: str, value: str) -> str:
        """The value of a header."""
        match name:
            case "location" | "content-location":
                return self._in_reference(value)
            case "link":
                return _LINK_TARGET.sub(self._in_link_target, value)
            case "refresh":
                match = _REFRESH.fullmatch(value)
                return value if match is None else match[1] + self._in_reference(match[2])
            case "set-cookie":
                return self._in_cookie(value)
        return self._in_text(value, r"[/?#]") if "://" in value else value

    def in_body(self, body: bytes) -> bytes:
        """The body; the same object if it has no URL of this server."""
        name = _DEFAULT_PORT.sub("", self.host).lower().encode("utf-8", "surrogateescape")
        if name not in body.lower():
            return body
        text = body.decode("utf-8", "surrogateescape")
        changed = self._in_text(text, _ENDS)
        return body if changed == text else changed.encode("utf-8", "surrogateescape")

    def _in_text(self, text: str, end: str) -> str:
        """A text with the path behind each origin of this server; `end` is the pattern of what follows it."""
        return _own_origin(self.host, self._prefix, end).sub(lambda match: match[0] + self.path, text)

    def _in_reference(self, reference: str) -> str:
        """A URI reference (RFC 3986, section 4.1)."""
        if not _HAS_AUTHORITY.match(reference):
            reference = _resolved(reference, self.requested)
        if reference.startswith("/") and not reference.startswith("//"):
            return self._in_path(reference)
        network_path = reference.startswith("//")
        url = f"http:{reference}" if network_path else reference
        match = _own_origin(self.host, self._prefix, _ENDS).match(url)
        if match is None:
            return reference
        changed = url[: match.end()] + self.path + _resolved(url[match.end() :], "/")
        return changed.removeprefix("http:") if network_path else changed

    def _in_path(self, path: str) -> str:
        """An absolute path, perhaps with a query."""
        is_below = re.match(re.escape(self._prefix) + _ENDS, path) is not None
        return path if is_below else self.path + path

    def _in_link_target(self, match: re.Match[str]) -> str:
        target = match["target"]
        return match[0] if target is None else f"<{self._in_reference(target)}>"

    def _in_cookie(self, cookie: str) -> str:
        """A cookie, whose path the client would otherwise derive from that of the request."""
        if _HOST_COOKIE.match(cookie):
            return cookie
        changed, found = _COOKIE_PATH.subn(self._in_cookie_path, cookie)
        return f"{cookie}; Path={self.path}" if self.requested == "/" and not found else changed

    def _in_cookie_path(self, match: re.Match[str]) -> str:
        """A cookie's path; without a slash at its end, it also covers the base path itself."""
        return match[1] + (self.path if match[2] == "/" else self._in_path(match[2]))


@lru_cache(maxsize=64)  # bounded, because any client can send any host
def _own_origin(host: str, prefix: str, end: str) -> re.Pattern[str]:
    """Matches the scheme and host of a URL of this server where such a URL begins in a text.

    It matches no URL below the prefix of the control API. A proxy may have added the encryption.
    """
    name = _DEFAULT_PORT.sub("", host)
    port = "" if _ANY_PORT.search(name) else "(?::(?:80|443))?"
    origin = f"(?i:https?://{re.escape(name)}{port})"
    return re.compile(f"{_BEGINS}{origin}(?={end})(?!{re.escape(prefix)}{_ENDS})")


def _resolved(reference: str, base: str) -> str:
    """A reference without authority, as an absolute path if it leads above the root from the path `base`.

    Then it leads to the root (RFC 3986, section 5.2.4), as it does without a base path.
    """
    path = re.split(r"[?#]", reference, maxsplit=1)[0]
    segments = path.split("/") if path.startswith("/") else [*base.split("/")[:-1], *path.split("/")]
    kept: list[str] = []
    is_above = False
    for segment in segments[1:]:
        if unquote(segment) != "..":
            kept.append(segment)
        elif kept:
            kept.pop()
        else:
            is_above = True
    return f"/{'/'.join(kept)}{reference[len(path) :]}" if is_above else reference
