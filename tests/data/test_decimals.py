"""Numbers as exact decimals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.decimals import exact_decimal, is_exact_multiple


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


numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@given(numbers, numbers.filter(bool))
def test_a_number_is_a_multiple_if_its_decimal_notation_is(number, step):
    assert is_exact_multiple(number, step) is (exact_decimal(number) % exact_decimal(step) == 0)
