"""The parameters of a request as JSON values: every location, style and `explode` form of OpenAPI.

percent (escapes) -> styles (delimiters) -> coercion (types of the schema) -> reader (one parameter, judged)
-> inputs (all of an operation). `writing` goes the other way.
"""

from mockserver.contract.parameters.coercion import ParameterTypes
from mockserver.contract.parameters.inputs import Inputs
from mockserver.contract.parameters.reader import Findings, Misfit, faults
from mockserver.contract.parameters.writing import write

__all__ = ["Findings", "Inputs", "Misfit", "ParameterTypes", "faults", "write"]
