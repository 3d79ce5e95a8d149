"""A request as it came, for request patterns; nothing is masked."""

from collections.abc import Mapping

from mockserver.contract.bodies.json_or_text import json_or_text
from mockserver.contract.schema.work import WorkBudget
from mockserver.data.cached_attribute import cached_attribute
from mockserver.data.json import Json
from mockserver.http.message import (
    Headers,
    Request,
    as_utf8,
    joined_headers,
    received_body,
    with_sent_headers,
)
from mockserver.scenarios.request_comparison import MAX_VALUES, NO_VALUES, NamedValues


class LiveRequest:
    """The values of a request, each computed when a pattern first needs it.

    Made once for an exchange: all patterns share its decoded body and its budget of work.
    """

    def __init__(self, request: Request) -> None:
        """`request` has its body decoded by its Content-Encoding, if it has one."""
        self._request = request
        self._data = received_body(request)
        self.size = len(self._data)
        self.work: WorkBudget | None = None
        self.values_left = MAX_VALUES
        self.path = request.head.path
        self.paths = (self.path,)
        self.scalars: Mapping[str, Json] = {"method": request.head.method}

    def header(self, name: str) -> NamedValues:
        """The value of a header; several of one name are joined by commas."""
        return self._headers.get(name, NO_VALUES)

    def query(self, name: str) -> NamedValues:
        """The values of a query parameter, percent-decoded; a control parameter has none."""
        return self._query.get(name, NO_VALUES)

    @cached_attribute
    def body(self) -> Json:
        """The body, decoded if it is JSON, otherwise as a string; None if empty."""
        return json_or_text(self._data, self._request.head.headers)

    def masked_pointers(self, pointer: str) -> frozenset[str]:
        """No pointers, because nothing is masked."""
        return frozenset()

    def other_body(self, masked: frozenset[str]) -> Json:
        """The body itself, because nothing is masked."""
        return self.body

    @cached_attribute
    def _headers(self) -> Mapping[str, NamedValues]:
        joined = joined_headers(self._sent_headers)
        return {name: NamedValues((value,), (value,)) for name, value in joined.items()}

    @property
    def _sent_headers(self) -> Headers:
        """All headers, without Content-Encoding if the body was decoded, as the journal has them."""
        request = self._request
        headers = with_sent_headers(request.head, request.sent).headers
        is_decoded = request.coded is not None and request.broken is None
        return [each for each in headers if each[0] != "content-encoding"] if is_decoded else headers

    @cached_attribute
    def _query(self) -> Mapping[str, NamedValues]:
        values: dict[str, list[str]] = {}
        for name, value in self._request.head.query:
            values.setdefault(as_utf8(name), []).append(as_utf8(value))
        return {name: NamedValues(each, each) for name, each in values.items()}
