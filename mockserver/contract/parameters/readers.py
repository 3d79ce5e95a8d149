"""Parse all the parameters of an operation from one request."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from mockserver.contract.description import LOCATIONS, Location, Parameter
from mockserver.contract.parameters.coercion import ParameterTypes
from mockserver.contract.parameters.reader import (
    DeclaredNames,
    ParameterReader,
    ParameterViolation,
    ParsedParameters,
)
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
        self,
        parameters: Iterable[Parameter],
        parameter_types: ParameterTypes,
        others: Iterable[str] = (),
        *,
        are_fields: bool = False,
    ) -> None:
        """`others` are names in the query that no parameter declares but that are expected: API keys.

        `are_fields`: whether the parameters describe the fields of a form.
        """
        self._declared = {location: DeclaredNames() for location in LOCATIONS}
        self._declared["query"].names.update(others)
        self._readers: dict[Location, list[ParameterReader]] = {location: [] for location in LOCATIONS}
        for each in parameters:
            if not is_ignored(each):
                declared = self._declared[each.location]
                reader = ParameterReader(each, parameter_types, declared, is_field=are_fields)
                self._readers[each.location].append(reader)

    def declares(self, location: Location) -> bool:
        """Whether the operation has parameters in this location."""
        return bool(self._readers[location])

    def describes(self, location: Location, name: str) -> bool:
        """Whether a name in a request belongs to a parameter of the operation, or to a part of one."""
        declared = self._declared[location]
        return (
            name in declared.names
            or name in declared.properties
            or declared.is_parameter(name)
            or any(reader.has_property(name) for reader in self._readers[location])
        )

    def read(
        self, path: Mapping[str, str], query: Pairs, headers: Pairs, cookies: Pairs, *, lenient: bool = False
    ) -> ParsedParameters:
        """Parse and validate the parameters.

        Values are raw, that is percent-encoded; names are decoded, and names of headers are in lower case.
        `lenient`: parameters that are not valid are read as clients spell them, too.
        """
        parsed = ParsedParameters()
        readers = self._readers
        if readers["path"]:
            self._read("path", _single(path), parsed)
        members = _grouped(query)
        if readers["query"]:
            self._read("query", members, parsed)
        if readers["header"]:
            self._read("header", _grouped(headers), parsed)
        if readers["cookie"]:
            self._read("cookie", _grouped(cookies), parsed)
        if not members.keys() <= self._declared["query"].names:
            self._read_undeclared(members, parsed)
        if lenient and parsed.violations:
            self._read_again("path", _single(path), parsed)
            self._read_again("query", members, parsed)
            self._read_again("header", _grouped(headers), parsed)
            self._read_again("cookie", _grouped(cookies), parsed)
        return parsed

    def _read(self, location: Location, raw: RawValues, parsed: ParsedParameters) -> None:
        for reader in self._readers[location]:
            reader.read(raw, parsed)

    def _read_again(self, location: Location, raw: RawValues, parsed: ParsedParameters) -> None:
        """Read the parameters that have violations leniently."""
        found: dict[str, list[ParameterViolation]] = {}
        for each in parsed.violations:
            if each.parameter.location == location:
                found.setdefault(each.parameter.name, []).append(each)
        if found:
            others = [each for each in parsed.violations if each.parameter.location != location]
            for reader in self._readers[location]:
                if own := found.get(reader.parameter.name):
                    others += reader.read_again(raw, own, parsed)
            parsed.violations = others

    def _read_undeclared(self, members: RawValues, parsed: ParsedParameters) -> None:
        """Add violations of keys with brackets that no style has, and notes about other undeclared keys."""
        known = self._declared["query"].names | self._declared["query"].properties
        undeclared = []
        for name in members:
            if self.describes("query", name):
                continue
            reader = self._bracketed_reader(name) if "[" in name else None
            if reader is None or not reader.refuse_brackets(name, parsed):
                undeclared.append(name)
        self._note_undeclared(undeclared, known, parsed)

    def _bracketed_reader(self, key: str) -> ParameterReader | None:
        """The reader of the parameter that a key such as `name[0]` can be a part of."""
        return next((each for each in self._readers["query"] if each.may_have_brackets(key)), None)

    def _note_undeclared(self, undeclared: list[str], known: set[str], parsed: ParsedParameters) -> None:
        for name in undeclared[:_MOST_NOTED]:
            hint = did_you_mean(name, known) if len(name) <= _LONGEST_SUGGESTED else ""
            parsed.notes.append(f"the contract declares no query parameter {quoted(name)}{hint}")
        if len(undeclared) > _MOST_NOTED:
            parsed.notes.append(f"the query has {len(undeclared) - _MOST_NOTED} more undeclared parameters")


def _single(path: Mapping[str, str]) -> RawValues:
    return {name: (raw,) for name, raw in path.items()}


def _grouped(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, raw in pairs:
        found.setdefault(name, []).append(raw)
    return found
