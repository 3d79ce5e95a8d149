"""Parse all the parameters of an operation from one request."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from mockserver.contract.description import LOCATIONS, Location, Parameter
from mockserver.contract.parameters.coercion import ParameterTypes
from mockserver.contract.parameters.reader import DeclaredNames, ParameterReader, ParsedParameters
from mockserver.contract.parameters.styles import RawValues
from mockserver.data.quoting import quoted
from mockserver.data.suggest import did_you_mean

Pairs: TypeAlias = Iterable[tuple[str, str]]

_IGNORED_HEADERS = ("accept", "content-type", "authorization")  # OpenAPI 3.1.1, section 4.8.12.2
_MOST_NOTED = 5  # undeclared query parameters that the notes name
_LONGEST_SUGGESTED = 60  # characters; a longer name gets no suggestion


def is_ignored(parameter: Parameter) -> bool:
    """Whether OpenAPI ignores the parameter: three headers are described elsewhere in a document."""
    return parameter.location == "header" and parameter.name.lower() in _IGNORED_HEADERS


class ParameterReaders:
    """Parses and validates the parameters of one operation; built once."""

    def __init__(
        self, parameters: Iterable[Parameter], parameter_types: ParameterTypes, others: Iterable[str] = ()
    ) -> None:
        """`others` are names in the query that no parameter declares but that are expected: API keys."""
        self._declared = {location: DeclaredNames() for location in LOCATIONS}
        self._declared["query"].names.update(others)
        self._readers: dict[Location, list[ParameterReader]] = {location: [] for location in LOCATIONS}
        for each in parameters:
            if not is_ignored(each):
                reader = ParameterReader(each, parameter_types, self._declared[each.location])
                self._readers[each.location].append(reader)

    def declares(self, location: Location) -> bool:
        """Whether the operation has parameters in this location."""
        return bool(self._readers[location])

    def read(self, path: Mapping[str, str], query: Pairs, headers: Pairs, cookies: Pairs) -> ParsedParameters:
        """Parse and validate the parameters.

        Values are raw, that is percent-encoded; names are decoded, and names of headers are in lower case.
        """
        parsed = ParsedParameters()
        readers = self._readers
        if readers["path"]:
            self._read("path", {name: (raw,) for name, raw in path.items()}, parsed)
        members = _grouped(query)
        if readers["query"]:
            self._read("query", members, parsed)
        if readers["header"]:
            self._read("header", _grouped(headers), parsed)
        if readers["cookie"]:
            self._read("cookie", _grouped(cookies), parsed)
        if not members.keys() <= self._declared["query"].names:
            self._note_undeclared(members, parsed)
        return parsed

    def _read(self, location: Location, raw: RawValues, parsed: ParsedParameters) -> None:
        for reader in self._readers[location]:
            reader.read(raw, parsed)

    def _note_undeclared(self, members: RawValues, parsed: ParsedParameters) -> None:
        declared, readers = self._declared["query"], self._readers["query"]
        known = declared.names | declared.properties
        undeclared = [
            name
            for name in members
            if not (
                name in known
                or declared.is_parameter(name)
                or any(reader.has_property(name) for reader in readers)
            )
        ]
        for name in undeclared[:_MOST_NOTED]:
            hint = did_you_mean(name, known) if len(name) <= _LONGEST_SUGGESTED else ""
            parsed.notes.append(f"the contract declares no query parameter {quoted(name)}{hint}")
        if len(undeclared) > _MOST_NOTED:
            parsed.notes.append(f"the query has {len(undeclared) - _MOST_NOTED} more undeclared parameters")


def _grouped(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, raw in pairs:
        found.setdefault(name, []).append(raw)
    return found
