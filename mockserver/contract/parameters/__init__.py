"""Parse and serialize the parameters of a request: all locations, styles and `explode` forms of OpenAPI.

Parsing goes through four steps: `percent` decodes escapes, `styles` splits at delimiters, `coercion` converts
strings to the types of the schema, and `reader` validates one parameter; `readers` does so for all parameters
of an operation. `serialization` is the inverse.

Where the result is not valid, `lenient_reader` reads a value as clients spell it; `second_readings` has the
values that such spellings can express, and `leniency` says what was read leniently.
"""

from mockserver.contract.parameters.coercion import ParameterTypes
from mockserver.contract.parameters.leniency import (
    NOT_JUDGED,
    Deviation,
    Leniency,
    Side,
    not_judged_leniency,
)
from mockserver.contract.parameters.reader import ParameterViolation, ParsedParameters, description_errors
from mockserver.contract.parameters.readers import ParameterReaders, is_ignored
from mockserver.contract.parameters.serialization import serialize

__all__ = [
    "NOT_JUDGED",
    "Deviation",
    "Leniency",
    "ParameterReaders",
    "ParameterTypes",
    "ParameterViolation",
    "ParsedParameters",
    "Side",
    "description_errors",
    "is_ignored",
    "not_judged_leniency",
    "serialize",
]
