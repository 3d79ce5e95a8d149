"""Numbers as exact decimals, for comparisons that must not depend on the rounding of doubles."""

from fractions import Fraction
from functools import lru_cache

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
    digits, exponent = _scaled(number)
    step_digits, step_exponent = _scaled_step(step)
    shift = exponent - step_exponent
    if shift >= 0:
        return digits * pow(10, shift, abs(step_digits)) % step_digits == 0
    scale: int = 10**-shift
    return digits % (step_digits * scale) == 0


def _scaled(number: float) -> tuple[int, int]:
    """The integers n and e for which the number is n times the e-th power of ten."""
    if isinstance(number, int):
        return number, 0
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int(whole + fraction), int(exponent or 0) - len(fraction)


_scaled_step = lru_cache(maxsize=256)(_scaled)
