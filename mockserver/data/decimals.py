"""Numbers as exact decimals, for comparisons that must not depend on the rounding of doubles."""

from decimal import Decimal
from fractions import Fraction

from mockserver.data.json import Json


def exact_decimal(number: Json) -> Fraction:
    """The exact value of a number's shortest decimal notation: 0.1 is one tenth.

    Takes an int or a float; raises ValueError for any other value and for infinities.
    """
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def is_exact_multiple(number: float, step: float) -> bool:
    """Whether a finite number is a multiple of another, both taken by their shortest decimal notations."""
    if isinstance(number, int) and isinstance(step, int):
        return number % step == 0
    numerator, denominator = _ratio(number)
    step_numerator, step_denominator = _ratio(step)
    return numerator * step_denominator % (denominator * step_numerator) == 0


def _ratio(number: float) -> tuple[int, int]:
    return (number, 1) if isinstance(number, int) else Decimal(repr(number)).as_integer_ratio()
