"""Valid values of one parameter, with the names and strings that carry them in a request."""

import re

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct

from mockserver.contract.description import Location, Parameter
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import ParameterReaders, ParsedParameters, serialize
from mockserver.data.json import Json
from mockserver.strategies.known_values import Position
from mockserver.strategies.values import Values, as_key

VISIBLE_ASCII = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
_HEADER_VALUE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")  # values that all clients can send
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")  # RFC 6265, section 4.1.1

Pairs = tuple[tuple[str, str], ...]  # names with values as they are sent, percent-encoded


class SentValue(Struct, frozen=True):
    """The value of a parameter, and how it is sent."""

    value: Json
    pairs: Pairs


class InvalidParameter(ValueError):
    """A value that was given for a parameter is not valid, or cannot be sent."""

    def __init__(self, operation: Operation, parameter: Parameter, value: Json, reason: str) -> None:
        place = f"{parameter.location} parameter {parameter.name!r}"
        super().__init__(f"{value!r} is not valid for the {place} of {operation.id}: {reason}")
        self.parameter = parameter
        self.value = value


class ParameterValues:
    """Draws the values of one parameter of an operation."""

    def __init__(self, operation: Operation, parameter: Parameter) -> None:
        is_ascii = parameter.location in ("header", "cookie")
        self.parameter = parameter
        self._operation = operation
        self._values = Values(operation.requests, VISIBLE_ASCII if is_ascii else None)
        self._readers = ParameterReaders([parameter], operation.requests.types)
        self._sent: dict[str, SentValue | None] = {}

    def strategy(self, position: Position | None = None) -> SearchStrategy[SentValue]:
        """A strategy for valid values; a position draws values that the state has for it."""
        drawn = self._values.for_pointer(self.parameter.schema, position)
        return drawn.map(self._serialized).filter(self._is_read_back)

    def fixed(self, value: Json) -> SentValue:
        """This value, which may also be a string as it stands in a request; raises InvalidParameter."""
        sent = self._serialized(value)
        if not sent.pairs or not can_send(self.parameter.location, sent.pairs):
            raise InvalidParameter(self._operation, self.parameter, value, "not all clients can send it")
        read = self._read(sent.pairs)
        if read.violations:
            raise InvalidParameter(self._operation, self.parameter, value, read.violations[0].message)
        return SentValue(self._value(read), sent.pairs)

    def sent(self, value: Json) -> SentValue | None:
        """The same, but None if the value is not valid or cannot be sent."""
        key = as_key(value)
        if key not in self._sent:
            try:
                self._sent[key] = self.fixed(value)
            except InvalidParameter:
                self._sent[key] = None
        return self._sent[key]

    def _serialized(self, value: Json) -> SentValue:
        return SentValue(value, tuple(serialize(self.parameter, value)))

    def _is_read_back(self, sent: SentValue) -> bool:
        if not sent.pairs or not can_send(self.parameter.location, sent.pairs):
            return False
        read = self._read(sent.pairs)
        return not read.violations and self._value(read) == sent.value

    def _read(self, pairs: Pairs) -> ParsedParameters:
        location = self.parameter.location
        path = dict(pairs) if location == "path" else {}
        others = [
            [(name.lower() if each == "header" else name, raw) for name, raw in pairs]
            if each == location
            else []
            for each in ("query", "header", "cookie")
        ]
        return self._readers.read(path, *others)

    def _value(self, read: ParsedParameters) -> Json:
        return read.values[self.parameter.location].get(self.parameter.name)


def can_send(location: Location, pairs: Pairs) -> bool:
    """Whether all clients and proxies send these values unchanged in this location."""
    values = [raw for _, raw in pairs]
    match location:
        case "path":  # clients normalize segments that are empty or consist of dots
            return all(raw.replace("%2E", ".").strip(".") for raw in values)
        case "header":
            return all(_HEADER_VALUE.fullmatch(raw) for raw in values)
        case "cookie":
            return all(_COOKIE_VALUE.fullmatch(raw) for raw in values)
    return True
