"""The parameters of a request as a model sees them, by name and location.

Values that the contract describes are decoded by it. The others are strings; a query member that is repeated
is an array of strings. What is meant for the mock server is left out.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import ClassVar

from msgspec import Struct

from mockserver.contract.description import Location
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import ParsedParameters
from mockserver.data.cached_attribute import cached_attribute
from mockserver.data.json import Json
from mockserver.http.control_names import CONTROL_COOKIES, HEADER_PREFIX
from mockserver.http.message import Head, Request, with_sent_headers


class ReadHead(Struct, frozen=True, gc=False):
    """A head whose operation and parameters are known."""

    head: Head
    operation: Operation
    parameters: ParsedParameters


class ParameterValues(Mapping[str, Json]):
    """The values in one location of a request by name, which are read on first access."""

    location: ClassVar[Location]

    def __init__(self, read: ReadHead) -> None:
        self._read = read

    @cached_attribute
    def _values(self) -> dict[str, Json]:
        return self._undescribed_values() | self._read.parameters.values[self.location]

    @abstractmethod
    def _undescribed_values(self) -> dict[str, Json]:
        """The values that the contract does not describe."""

    def _undescribed(self, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Those of the names and values that the contract does not describe."""
        readers = self._read.operation.parameter_readers
        return (pair for pair in pairs if not readers.describes(self.location, pair[0]))

    def __getitem__(self, name: str) -> Json:
        return deepcopy(self._values[name])  # the values are cached with the head of the request

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


class QueryValues(ParameterValues):
    """The query by name."""

    location = "query"

    def _undescribed_values(self) -> dict[str, Json]:
        grouped: dict[str, list[Json]] = {}
        for name, value in self._undescribed(self._read.head.query):
            grouped.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}


class HeaderValues(ParameterValues):
    """The headers by name; names are in lower case, and are found in any case (RFC 9110, section 5.1)."""

    location = "header"

    def __init__(self, read: ReadHead, request: Request) -> None:
        self._read, self._request = read, request

    @cached_attribute
    def _values(self) -> dict[str, Json]:
        described = self._read.parameters.values["header"]
        return self._undescribed_values() | {name.lower(): value for name, value in described.items()}

    def _undescribed_values(self) -> dict[str, Json]:
        """Repeated headers are joined by commas (RFC 9110, section 5.3)."""
        joined: dict[str, Json] = {}
        head = with_sent_headers(self._request.head, self._request.sent)
        for name, value in self._undescribed(head.headers):
            if name != "cookie" and not name.startswith(HEADER_PREFIX):
                joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined

    def __getitem__(self, name: str) -> Json:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values


class CookieValues(ParameterValues):
    """The cookies by name; of several with one name the first (RFC 6265, section 5.4)."""

    location = "cookie"

    def _undescribed_values(self) -> dict[str, Json]:
        pairs = self._undescribed(reversed(self._read.head.cookie_pairs))
        return {name: value for name, value in pairs if name not in CONTROL_COOKIES}
