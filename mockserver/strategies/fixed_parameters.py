"""Parameters whose values the caller of a strategy gives: they are the same in each request."""

from collections.abc import Iterator, Mapping
from typing import TypedDict, Unpack

from mockserver.contract.description import Location, Parameter
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.data.suggest import did_you_mean
from mockserver.strategies.parameter_values import ParameterValues, SentValue


class FixedParameters(TypedDict, total=False):
    """The values of parameters, by name: JSON values, or strings as they stand in a request."""

    path: Mapping[str, Json]
    query: Mapping[str, Json]
    headers: Mapping[str, Json]
    cookies: Mapping[str, Json]


class UnknownParameter(LookupError):
    """The operation has no parameter of this name in this location."""

    def __init__(self, operation: Operation, location: Location, name: str) -> None:
        valid = [each.name for each in operation.parameters if each.location == location]
        super().__init__(f"{operation.id} has no {location} parameter {name!r}{did_you_mean(name, valid)}")
        self.operation = operation
        self.location = location
        self.name = name


def fixed_values(
    operation: Operation, **fixed: Unpack[FixedParameters]
) -> dict[tuple[Location, str], SentValue]:
    """The values as they are sent; raises UnknownParameter and InvalidParameter."""
    return {
        (location, parameter.name): ParameterValues(operation, parameter).fixed(value)
        for location, name, value in _by_location(fixed)
        for parameter in (_parameter(operation, location, name),)
    }


def _by_location(fixed: FixedParameters) -> Iterator[tuple[Location, str, Json]]:
    locations: dict[Location, Mapping[str, Json]] = {
        "path": fixed.get("path", {}),
        "query": fixed.get("query", {}),
        "header": fixed.get("headers", {}),
        "cookie": fixed.get("cookies", {}),
    }
    for location, values in locations.items():
        for name, value in values.items():
            yield location, name, value


def _parameter(operation: Operation, location: Location, name: str) -> Parameter:
    """The parameter of this name; names of headers are found in any case (RFC 9110, section 5.1)."""
    for each in operation.parameters:
        is_same = each.name == name or (location == "header" and each.name.lower() == name.lower())
        if each.location == location and is_same:
            return each
    raise UnknownParameter(operation, location, name)
