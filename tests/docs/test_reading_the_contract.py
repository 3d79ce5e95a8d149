"""docs/reading-the-contract.md against the code: the bounds on the work for a request."""

import re

import pytest

from mockserver.contract.bodies.yaml_reading import LIMIT
from mockserver.contract.schema import work
from mockserver.contract.schema.pattern_matching import LONGEST_NESTED
from mockserver.data.limits import MAX_BODY_DEPTH, MAX_FORM_FIELDS, MAX_XML_NODES
from tests.support.docs import read

SECTION = read("docs/reading-the-contract.md").partition("## What is not judged")[2].partition("\n## ")[0]
ROWS = dict(re.findall(r"^\| (\w+).* \| ([0-9,]+) \|$", SECTION, re.MULTILINE))


def test_the_table_has_the_bounds_of_the_code() -> None:
    assert {
        "visits": f"{work.MAX_VISITS:,}",
        "values": f"{work.MAX_COMPARISONS:,}",
        "steps": f"{work.MAX_STEPS:,}",
        "characters": f"{LONGEST_NESTED:,}",
        "suggestions": f"{work.MAX_SUGGESTIONS:,}",
        "keywords": f"{work.MOST_NOT_JUDGED:,}",
    } == ROWS


@pytest.mark.parametrize(
    "sentence",
    [
        f"{work.MEMBERS_A_VISIT} members or items",
        f"{work.MAX_COMPILED_VISITS:,} estimated visits and {work.MAX_CHECKS:,} checks",
        f"at most {MAX_FORM_FIELDS:,} fields, an XML body {MAX_XML_NODES:,} elements and attributes",
        f"a body at most {MAX_BODY_DEPTH} levels",
        f"YAML at most {LIMIT:,} values",
    ],
)
def test_the_other_bounds_are_those_of_the_code(sentence: str) -> None:
    assert sentence in SECTION
