"""The table of what to test next."""

import re

from mockserver.testing.mutation_results import MutationResult
from mockserver.testing.mutation_table import ROWS, table
from tests.support.patches import BUNDLED

GOT = "test_rent got it and passed"


def result(name: str, outcome: str, why: str = "", seconds: float = 0.25) -> MutationResult:
    mutation = BUNDLED.mutations.named(f"update-a-cart {name}")
    return MutationResult(mutation, outcome, seconds, (), why)  # type: ignore[arg-type]


def test_a_row_has_operation_change_and_reason_and_the_most_important_rows_come_first():
    results = [
        result("200 null /data/rent", "missed", GOT),
        result("200 null /data/currency", "missed", GOT),
        result("200 wrong-type /data/currency", "missed", GOT),
        result("200 missing /data/currency", "missed", GOT),
        result("404 missing /error", "not met", "no test gets 404 from it", 0.0),
        result("404 wrong-type /error", "not met", "no test gets 404 from it", 0.0),
        result("404 error CART_NOT_FOUND", "missed", GOT),
        result("404 error PRODUCT_NOT_FOUND", "missed", GOT),
        result("200 missing /data", "noticed"),
    ]
    heading, *lines = table(results)
    assert heading == "what to test next:"
    assert [re.split("  +", line.strip()) for line in lines] == [
        ["operation", "what changed", "why no test noticed"],
        ["update-a-cart", "200 /data/currency: of another type, missing, null", GOT],
        ["update-a-cart", "404 CART_NOT_FOUND, PRODUCT_NOT_FOUND instead of a success", GOT],
        ["update-a-cart", "any change of 404", "no test gets 404 from it"],
        ["update-a-cart", "200 /data/rent: null", GOT],
    ]
    assert len({line.index(GOT) for line in lines if GOT in line}) == 1  # the columns are aligned


def test_there_is_no_table_if_every_change_was_noticed():
    assert table([result("200 missing /data", "noticed")]) == []
    assert table([]) == []


def test_a_long_table_is_cut_off():
    every = [
        each.name.partition(" ")[2]
        for each in BUNDLED.mutations.for_operation(BUNDLED.contract.operations[0])
    ]
    results = [result(name, "missed", f"{number}") for number, name in enumerate(every)]
    lines = table(results)
    assert len(lines) == ROWS + 3
    assert lines[-1] == f"  and {len(results) - ROWS} more"
