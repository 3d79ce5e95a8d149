"""The heads that came lately: clients repeat them, and one that comes again is not read again."""

from msgspec import Struct

from mockserver.asgi.io import Scope, head_of
from mockserver.data.bounded_cache import BoundedCache
from mockserver.http.message import HEAVIEST, Head, Request

_END = b"\r\n\r\n"
_SPECIAL = ("transfer-encoding", "expect")  # what follows such a head is not told by its Content-Length


class CachedHead(Struct, frozen=True):
    """A head, and how many bytes of body it announces."""

    head: Head
    length: int


class HeadCache:
    """Those of the requests to one server, by their bytes, and by what a server made of them."""

    def __init__(self) -> None:
        self._by_bytes: BoundedCache[bytes, CachedHead] = BoundedCache()
        self._by_parts: BoundedCache[tuple[object, ...], Head] = BoundedCache()

    def request(self, data: bytes) -> Request | None:
        """The request that the bytes are, neither more nor less, if their head was seen before."""
        start, end, body = data.partition(_END)
        seen = self._by_bytes.get(start) if end else None
        return Request(seen.head, body) if seen is not None and seen.length == len(body) else None

    def learn(self, data: bytes, scope: Scope, body: bytes) -> Request:
        """The request that was parsed out of the bytes; remembered if they are just that."""
        request = Request(head_of(scope), body)
        start, end, rest = data.partition(_END)
        head = request.head
        if end and rest == body and head.weight <= HEAVIEST and not any(map(head.named.get, _SPECIAL)):
            self._by_bytes.put(start, CachedHead(head, len(body)))
        return request

    def of(self, scope: Scope) -> Head:
        """The head of a scope's request."""
        headers = tuple(map(tuple, scope["headers"]))
        key = scope["method"], scope.get("raw_path"), scope["path"], scope["query_string"], headers
        head = self._by_parts.get(key)
        if head is None:
            head = head_of(scope)
            if head.weight <= HEAVIEST:
                self._by_parts.put(key, head)
        return head
