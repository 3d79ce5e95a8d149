"""Numbers as exact decimals."""

from fractions import Fraction

import pytest

from mockserver.data.decimals import exact_decimal


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.1, Fraction(1, 10)),
        (19.99, Fraction(1999, 100)),
        (1e-7, Fraction(1, 10**7)),
        (3, Fraction(3)),
        (10**5000, Fraction(10**5000)),
    ],
    ids=["a tenth", "a price", "an exponent", "an integer", "a huge integer"],
)
def test_a_number_is_what_its_decimal_notation_says(number, expected):
    assert exact_decimal(number) == expected
