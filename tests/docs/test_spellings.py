"""The table of spellings in docs/: each row is sent, in both spellings, leniently and strictly."""

import pytest
import yaml

from tests.support.docs import rows, section
from tests.support.spellings import checked, value_of

TABLE = [
    [cell.strip("`") for cell in row]
    for row in rows(section("docs/reading-the-contract.md", "Spellings of clients"))
]


def test_the_table_has_the_spellings_of_every_location() -> None:
    assert {row[0].partition(",")[0] for row in TABLE} == {"query", "path", "header", "form", "multipart"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[3]}")
def test_each_row_is_read_as_it_says(row: list[str]) -> None:
    where, described, contract_spelling, other, shown = row
    schema, value = yaml.safe_load(described), yaml.safe_load(shown)
    assert checked(where, schema, other, lenient=True).violations == []
    assert checked(where, schema, other, lenient=True).leniencies
    assert value_of(where, schema, other, lenient=True) == value
    assert checked(where, schema, other, lenient=False).violations
    if contract_spelling:
        found = checked(where, schema, contract_spelling, lenient=True)
        assert (found.violations, found.leniencies) == ([], [])
        assert value_of(where, schema, contract_spelling, lenient=True) == value
