"""The names of failed tests in the output of test runners."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.testing.failed_tests import failed_tests

PYTEST = """\
E       assert 39.9 == 40
=========================== short test summary info ============================
FAILED tests/test_rent.py::test_rent[FR-a b] - AssertionError: assert 39.9 == 40
FAILED tests/test_rent.py::Rent::test_none
ERROR tests/test_setup.py - KeyError: 'URL'
2 failed, 1 passed, 1 error in 0.12s
"""
UNITTEST = """\
ERROR: setUpClass (test_rent.Rent)
----------------------------------------------------------------------
FAIL: test_currency (test_rent.Rent.test_currency)
The currency is that of the company.
FAIL: test_lines (test_rent.Rent.test_lines) (line=1)
FAIL: test_older (test_rent.Rent)
FAILED (failures=3, errors=1)
"""
TAP = """\
TAP version 13
ok 1 - a cart
not ok 2 - a cart has a rent
    not ok 1 - in an inner test
not ok 3 - later # TODO not done yet
not ok 4 a name without a dash # time=3ms
"""
NODE = """\
✖ a cart has a rent (3.395878ms)
✔ another (0.2ms)
▶ outer
  ✖ inner (0.6ms)
✖ failing tests:
✖ a cart has a rent (3.395878ms)
"""
JEST = "  ● Carts › has a rent\n\n    expect(received).toBe(expected)\n"
VITEST = " FAIL  src/carts.test.ts > Carts > has a rent\n   × has a rent 12ms\n"
PLAYWRIGHT = "  1) [chromium] › carts.spec.ts:3:1 › the rent is shown ────────\n"
COLOURED = "\x1b[31mFAILED\x1b[0m test_rent.py::\x1b[1mtest_rent\x1b[0m - assert 1 == 2\n"


@pytest.mark.parametrize(
    ("output", "names"),
    [
        (
            PYTEST,
            [
                "tests/test_rent.py::test_rent[FR-a b]",
                "tests/test_rent.py::Rent::test_none",
                "tests/test_setup.py",
            ],
        ),
        (COLOURED, ["test_rent.py::test_rent"]),
        (
            UNITTEST,
            [
                f"test_rent.Rent.{name}"
                for name in ("setUpClass", "test_currency", "test_lines", "test_older")
            ],
        ),
        (TAP, ["a cart has a rent", "in an inner test", "a name without a dash"]),
        (NODE, ["a cart has a rent", "inner"]),
        (JEST, ["Carts › has a rent"]),
        (VITEST, ["src/carts.test.ts > Carts > has a rent"]),
        (PLAYWRIGHT, ["[chromium] › carts.spec.ts:3:1 › the rent is shown"]),
        ("--- FAIL: TestRent (0.00s)\n    --- FAIL: TestRent/FR (0.00s)\n", ["TestRent", "TestRent/FR"]),
        ("test carts::rent ... FAILED\ntest carts::other ... ok\n", ["carts::rent"]),
        ("rspec ./spec/carts_spec.rb:4 # Carts has a rent\n", ["./spec/carts_spec.rb:4"]),
        ("CartsTest > hasRent() FAILED\n", ["CartsTest > hasRent()"]),
        (
            "[ERROR] shop.CartsTest.hasRent -- Time elapsed: 0.02 s <<< FAILURE!\n",
            ["shop.CartsTest.hasRent"],
        ),
        ("curl: (22) The requested URL returned error: 404\n", []),
        ("", []),
    ],
)
def test_failed_tests_are_named_as_their_runner_names_them(output: str, names: list[str]):
    assert failed_tests(output) == tuple(names)


@given(st.text())
def test_any_output_can_be_read(output: str):
    assert all(name for name in failed_tests(output))
