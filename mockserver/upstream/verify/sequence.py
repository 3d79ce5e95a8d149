"""Sequences of requests and events, as values that both sides can play."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from mockserver.http.message import Headers, Request


class SentCall(Struct, frozen=True):
    """A request, with the headers as they are sent and `target` (path and query) percent-encoded."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without the query, percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def named(self) -> Mapping[str, str]:
        """The headers by their names in lower case."""
        return {name.lower(): value for name, value in self.headers}

    def request(self, host: str) -> Request:
        """The request as the mock receives it."""
        path, _, query = self.target.partition("?")
        headers = [("host", host), *((name.lower(), value) for name, value in self.headers)]
        return Request.build(self.method, path, query, headers, self.body)


class FiredEvent(Struct, frozen=True):
    """An event of an item, such as `submit` of the cart 42."""

    collection: str
    id: str
    event: str


Step: TypeAlias = SentCall | FiredEvent
Sequence: TypeAlias = tuple[Step, ...]
