"""All the parameters of an operation, read from one request."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from mockserver.contract.description import LOCATIONS, Location, Parameter
from mockserver.contract.parameters.coercion import ParameterTypes
from mockserver.contract.parameters.reader import Claims, ParameterReader, ParsedParameters
from mockserver.contract.parameters.styles import Given
from mockserver.data.decoding import quoted
from mockserver.data.suggest import did_you_mean

Pairs: TypeAlias = Iterable[tuple[str, str]]

_IGNORED = ("accept", "content-type", "authorization")  # as header parameters (OpenAPI 3.1, section 4.8.12.2)
_LISTED = 5  # undeclared members that the notes name
_LONG = 60  # characters; a longer name is compared with no other


class ParameterReaders:
    """Reads the parameters of one operation; built once."""

    def __init__(
        self, parameters: Iterable[Parameter], parameter_types: ParameterTypes, others: Iterable[str] = ()
    ) -> None:
        """`others` are members of the query that no parameter declares, such as an API key."""
        spoken = [each for each in parameters if not _is_ignored(each)]
        self._claims = {location: Claims() for location in LOCATIONS}
        self._claims["query"].names.update(others)
        self._readers: dict[Location, list[ParameterReader]] = {location: [] for location in LOCATIONS}
        for each in spoken:
            self._readers[each.location].append(
                ParameterReader(each, parameter_types, self._claims[each.location])
            )

    def takes(self, location: Location) -> bool:
        """Whether any parameter is read from there."""
        return bool(self._readers[location])

    def read(self, path: Mapping[str, str], query: Pairs, headers: Pairs, cookies: Pairs) -> ParsedParameters:
        """What the parameters are, and what the contract forbids about them.

        Values come as they were sent, percent-encoded; names are decoded, those of headers in lower case.
        """
        findings = ParsedParameters()
        readers = self._readers
        if readers["path"]:
            self._read("path", {name: (text,) for name, text in path.items()}, findings)
        members = _grouped(query)
        if readers["query"]:
            self._read("query", members, findings)
        if readers["header"]:
            self._read("header", _grouped(headers), findings)
        if readers["cookie"]:
            self._read("cookie", _grouped(cookies), findings)
        if not members.keys() <= self._claims["query"].names:
            self._note_undeclared(members, findings)
        return findings

    def _read(self, location: Location, given: Given, findings: ParsedParameters) -> None:
        for reader in self._readers[location]:
            reader.read(given, findings)

    def _note_undeclared(self, members: Given, findings: ParsedParameters) -> None:
        claims, readers = self._claims["query"], self._readers["query"]
        known = claims.names | claims.properties
        undeclared = [
            name
            for name in members
            if not (name in known or claims.by_name(name) or any(reader.takes(name) for reader in readers))
        ]
        for name in undeclared[:_LISTED]:
            hint = did_you_mean(name, known) if len(name) <= _LONG else ""
            findings.notes.append(f"the contract declares no query parameter {quoted(name)}{hint}")
        if len(undeclared) > _LISTED:
            findings.notes.append(f"nor {len(undeclared) - _LISTED} others that the query holds")


def _is_ignored(parameter: Parameter) -> bool:
    return parameter.location == "header" and parameter.name.lower() in _IGNORED


def _grouped(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return found
