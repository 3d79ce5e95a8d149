"""What a model sees of a request.

Values that the contract describes are decoded by it. The others are strings; a query member that is repeated
is an array of strings. What is meant for the mock server is left out.
"""

from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, datetime

from mockserver.contract.description import Location
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import ParsedParameters
from mockserver.contract.validation import Checked
from mockserver.data.json import Json
from mockserver.data.lazy_mapping import HeaderMapping, LazyMapping
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Head
from mockserver.model import Call

_CONTROL_COOKIES = ("mock_scenario", "mock_session")
_CONTROL_HEADERS = "x-mock-"


def call_of(exchange: Exchange, checked: Checked) -> Call:
    """The call for a model; what few models read is only made when it is read."""
    operation, head, facts = exchange.matched_operation, exchange.request.head, exchange.facts
    return Call(
        operation=operation.operation_id,
        parameters=checked.parameters,
        body=checked.body,
        credential=exchange.credential,
        full_name=operation.id,
        query=LazyMapping(lambda: _query(operation, facts.parameters, head)),
        headers=HeaderMapping(lambda: _headers(operation, facts.parameters, head)),
        cookies=LazyMapping(lambda: _cookies(operation, facts.parameters, head)),
        now=datetime.fromtimestamp(exchange.at, UTC),
    )


def _query(operation: Operation, parsed: ParsedParameters, head: Head) -> dict[str, Json]:
    """The query by name."""
    grouped: dict[str, list[Json]] = {}
    for name, value in _undescribed("query", head.query, operation):
        grouped.setdefault(name, []).append(value)
    return {name: each[0] if len(each) == 1 else each for name, each in grouped.items()} | _copies(
        parsed.values["query"]
    )


def _headers(operation: Operation, parsed: ParsedParameters, head: Head) -> dict[str, Json]:
    """The headers by name in lower case; repeated ones are joined by commas (RFC 9110, section 5.3)."""
    joined: dict[str, Json] = {}
    for name, value in _undescribed("header", head.headers, operation):
        if name != "cookie" and not name.startswith(_CONTROL_HEADERS):
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    described = _copies(parsed.values["header"])
    return joined | {name.lower(): value for name, value in described.items()}


def _cookies(operation: Operation, parsed: ParsedParameters, head: Head) -> dict[str, Json]:
    """The cookies by name; of several with one name the first (RFC 6265, section 5.4)."""
    pairs = _undescribed("cookie", reversed(head.cookie_pairs), operation)
    texts: dict[str, Json] = {name: value for name, value in pairs if name not in _CONTROL_COOKIES}
    return texts | _copies(parsed.values["cookie"])


def _undescribed(
    location: Location, pairs: Iterable[tuple[str, str]], operation: Operation
) -> Iterable[tuple[str, str]]:
    readers = operation.parameter_readers
    return (pair for pair in pairs if not readers.describes(location, pair[0]))


def _copies(values: dict[str, Json]) -> dict[str, Json]:
    """Copies, because the values are cached with the head of the request."""
    return {name: value if isinstance(value, str) else deepcopy(value) for name, value in values.items()}
