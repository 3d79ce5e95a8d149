"""The heads that came lately, by their bytes: clients repeat them, and a repeated one is not parsed."""

from msgspec import Struct

from mockserver.edge import head_of
from mockserver.message import Head, Request
from mockserver.sending import Scope

REMEMBERED = 1_000  # the oldest are forgotten
LONGEST = 4_096  # bytes
_END = b"\r\n\r\n"
_SPECIAL = ("transfer-encoding", "expect")  # what follows such a head is not told by its Content-Length


class Seen(Struct, frozen=True):
    """A head, and how many bytes of body it announces."""

    head: Head
    length: int


class Heads:
    """Those of the requests to one server, on all its connections."""

    def __init__(self) -> None:
        self._seen: dict[bytes, Seen] = {}

    def request(self, data: bytes) -> Request | None:
        """The request that the bytes are, neither more nor less, if their head was seen before."""
        start, _, body = data.partition(_END)
        seen = self._seen.get(start)
        return Request(seen.head, body) if seen is not None and seen.length == len(body) else None

    def learn(self, data: bytes, scope: Scope, body: bytes) -> Request:
        """The request that was parsed out of the bytes; remembered if they are just that."""
        request = Request(head_of(scope), body)
        start, _, rest = data.partition(_END)
        if rest == body and len(start) <= LONGEST and not any(map(request.head.named.get, _SPECIAL)):
            if len(self._seen) >= REMEMBERED:
                del self._seen[next(iter(self._seen))]
            self._seen[start] = Seen(request.head, len(body))
        return request
