"""One client's connection, as uvicorn's, but for what a mock server's clients need."""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)


class Connection(HttpToolsProtocol):
    """Passes over an offer to upgrade (RFC 9110, section 7.8), so that the request's body is not lost.

    Java's HttpClient offers h2c with every first request; httptools would end the message at its head.
    """

    def data_received(self, data: bytes) -> None:
        head, end, rest = data.partition(b"\r\n\r\n")
        idle = self.cycle is None or self.cycle.response_complete
        if idle and b"pgrade" in head:
            data = _UPGRADE.sub(b"", head) + end + rest
        super().data_received(data)
