"""A cache of parsed request heads. Clients resend identical heads, so a known one is not parsed again."""

from msgspec import Struct

from mockserver.asgi.io import Scope, head_of
from mockserver.data.bounded_cache import BoundedCache
from mockserver.http.message import HEAVIEST, Head, Request

_END = b"\r\n\r\n"
_SPECIAL = ("transfer-encoding", "expect")  # Content-Length does not say what follows such a head


class CachedHead(Struct, frozen=True):
    """A head and its Content-Length, in bytes."""

    head: Head
    length: int


class HeadCache:
    """The recent heads of one server, by their raw bytes and by their parts in an ASGI scope."""

    def __init__(self) -> None:
        self._by_bytes: BoundedCache[bytes, CachedHead] = BoundedCache()
        self._by_parts: BoundedCache[tuple[object, ...], Head] = BoundedCache()

    def request(self, data: bytes) -> Request | None:
        """The request, if `data` is exactly one request whose head is cached; otherwise None."""
        start, end, body = data.partition(_END)
        cached = self._by_bytes.get(start) if end else None
        return Request(cached.head, body) if cached is not None and cached.length == len(body) else None

    def learn(self, data: bytes, scope: Scope, body: bytes) -> Request:
        """The request of a scope; its head is cached if `data` is exactly this request."""
        request = Request(head_of(scope), body)
        start, end, rest = data.partition(_END)
        head = request.head
        if end and rest == body and head.weight <= HEAVIEST and not any(map(head.named.get, _SPECIAL)):
            self._by_bytes.put(start, CachedHead(head, len(body)))
        return request

    def head(self, scope: Scope) -> Head:
        """The head of a scope's request, parsed or from the cache."""
        headers = tuple(map(tuple, scope["headers"]))
        key = scope["method"], scope.get("raw_path"), scope["path"], scope["query_string"], headers
        head = self._by_parts.get(key)
        if head is None:
            head = head_of(scope)
            if head.weight <= HEAVIEST:
                self._by_parts.put(key, head)
        return head
