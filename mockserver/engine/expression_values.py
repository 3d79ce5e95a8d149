"""The values of runtime expressions in one exchange.

Values that the contract describes are decoded by it; the others are strings.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from urllib.parse import unquote, unquote_plus

from mockserver.contract.bodies.json_or_text import json_or_text
from mockserver.contract.description import Location
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_keys
from mockserver.data.reading import MISSING
from mockserver.data.timestamp import timestamp
from mockserver.engine.exchange import Exchange
from mockserver.http.control_names import CONTROL_QUERY
from mockserver.http.message import Head, as_utf8, with_sent_headers
from mockserver.scenarios.expressions import Expression, Source
from mockserver.settings import Settings

LARGEST = 8 * 1024 * 1024  # bytes of the request that one answer may repeat, besides one whole body
_INDEX = re.compile("0|[1-9][0-9]{0,8}")


class ExchangeValues:
    """The values of expressions in an exchange; those of `{$uuid}` take one draw of the session."""

    def __init__(self, exchange: Exchange, settings: Settings) -> None:
        self._exchange = exchange
        self._settings = settings
        self._left = LARGEST + len(exchange.request.body)
        self._random: Random | None = None
        self._body: object = MISSING  # decoded on first use
        self._functions: Mapping[Source, Callable[[str], object]] = {
            "path": self._path,
            "query": self._query,
            "header": self._header,
            "body": self._part_of_body,
            "method": lambda _: self._exchange.request.head.method,
            "url": lambda _: request_url(self._exchange.request.head, settings.scheme),
            "uuid": lambda _: self._uuid(),
            "now": lambda _: timestamp(self._exchange.at),
        }

    def value_of(self, expression: Expression) -> object:
        """The JSON value of an expression; MISSING if it finds none, or one more would be too much."""
        value = self._functions[expression.source](expression.name)
        if isinstance(value, str):
            self._left -= len(value)
        elif expression.source == "body":
            self._left -= len(self._exchange.request.body)
        return value if self._left >= 0 else MISSING

    def _described(self, location: Location) -> Mapping[str, Json]:
        """The values that the contract describes, by name; none if the request matches no operation."""
        if self._exchange.operation is None:
            return {}
        return self._exchange.facts.parameters.values[location]

    def _path(self, name: str) -> object:
        described = self._described("path")
        if name in described:
            return described[name]
        raw = self._exchange.facts.match.raw if self._exchange.operation is not None else {}
        return unquote(raw[name], errors="replace") if name in raw else MISSING

    def _query(self, name: str) -> object:
        described = self._described("query")
        if name in described:
            return described[name]
        values: list[Json] = [
            as_utf8(value) for key, value in self._exchange.request.head.query if key == name
        ]
        if len(values) > 1:
            return values
        return values[0] if values else MISSING

    def _header(self, name: str) -> object:
        wanted = name.lower()
        for key, value in self._described("header").items():
            if key.lower() == wanted:
                return value
        request = self._exchange.request
        values = with_sent_headers(request.head, request.sent).all(wanted)
        return as_utf8(", ".join(values)) if values else MISSING

    def _part_of_body(self, pointer: str) -> object:
        if not self._exchange.request.body:
            return MISSING
        if self._body is MISSING:
            self._body = self._decoded_body()
        value: object = self._body
        for key in pointer_keys(pointer):
            if isinstance(value, dict) and key in value:
                value = value[key]
            elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
                value = value[int(key)]
            else:
                return MISSING
        return value

    def _decoded_body(self) -> Json:
        """The body by the contract if that can decode it, otherwise as JSON or text."""
        exchange, facts = self._exchange, self._exchange.facts
        body = exchange.call.body if exchange.call is not None else None
        if body is None and exchange.call is None and exchange.operation is not None:
            body = facts.checked(exchange.request).body
        if body is None:
            return json_or_text(exchange.request.body, exchange.request.head.headers)
        return body

    def _uuid(self) -> str:
        if self._random is None:
            self._random = Random(self._exchange.draw(self._settings.seed))
        digits = f"{self._random.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) % 4]  # RFC 9562, section 4.1
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def request_url(head: Head, scheme: str) -> str:
    """The URL of a request, as it was sent, without the query members for the mock server."""
    members = [
        member
        for member in head.query_string.split("&")
        if unquote_plus(member.partition("=")[0], errors="surrogateescape") not in CONTROL_QUERY
    ]
    query = "&".join(members)
    host = head.header("host") or "localhost"
    return as_utf8(f"{scheme}://{host}{head.path}{f'?{query}' if query else ''}")
