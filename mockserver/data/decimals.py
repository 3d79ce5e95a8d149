"""Numbers as exact decimals, for comparisons that must not depend on the rounding of doubles."""

from fractions import Fraction

from mockserver.data.json import Json


def exact_decimal(number: Json) -> Fraction:
    """The exact value of a number's shortest decimal notation: 0.1 is one tenth.

    Takes an int or a float; raises ValueError for any other value and for infinities.
    """
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))
