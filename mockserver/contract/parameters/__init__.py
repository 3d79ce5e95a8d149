"""The parameters of a request as JSON values: every location, style and `explode` form of OpenAPI.

percent (escapes) -> styles (delimiters) -> coercion (types of the schema) -> reader (one parameter, judged)
-> parameter_readers (all of an operation). `writing` goes the other way.
"""

from mockserver.contract.parameters.coercion import ParameterTypes
from mockserver.contract.parameters.reader import ParameterViolation, ParsedParameters, description_errors
from mockserver.contract.parameters.readers import ParameterReaders
from mockserver.contract.parameters.serialization import serialize

__all__ = [
    "ParameterReaders",
    "ParameterTypes",
    "ParameterViolation",
    "ParsedParameters",
    "description_errors",
    "serialize",
]
