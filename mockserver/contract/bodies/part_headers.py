"""Validates the headers of parts in multipart bodies (OpenAPI 3.1.1, section 4.8.15.1)."""

from collections.abc import Sequence

from mockserver.contract.bodies.parts import Part
from mockserver.contract.description import Parameter
from mockserver.contract.parameters import ParameterReaders, ParameterTypes
from mockserver.data.decoding import Undecodable


def check_part_headers(part: Part, headers: Sequence[Parameter], parameter_types: ParameterTypes) -> None:
    """Raise Undecodable for the first described header that is missing or not valid."""
    parsed = ParameterReaders(headers, parameter_types).read({}, (), part.headers.items(), ())
    for violation in parsed.violations:
        if violation.keyword == "required" and violation.rule == violation.parameter.pointer:
            message = f"the part's header {violation.parameter.name!r} is missing"
        else:
            message = f"the part's header {violation.message}"
        raise Undecodable(violation.keyword, message)
