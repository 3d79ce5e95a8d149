"""Which findings about refused values are of one group."""

from pathlib import Path

import pytest

from mockserver.check.refused_value import refusals
from mockserver.contract.schema.judge import SchemaViolation
from mockserver.data.source import Document

DOCUMENT = Document(Path("api.yaml"), {}, lambda pointer: 1)


def group(pointer: str, keyword: str, message: str) -> str:
    [only] = refusals(
        DOCUMENT, "", "the example", [SchemaViolation(pointer, keyword, message, "")], "example"
    )
    return only.group


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (("/a", "type", "expected a string, found 1"), ("/a", "type", "expected a string, found 22.5"), True),
        (("/a/0/b", "enum", "'x' is not one of p"), ("/a/17/b", "enum", "'y' is not one of p"), True),
        (("/a", "type", "expected a string, found 1"), ("/b", "type", "expected a string, found 1"), False),
        (
            ("", "required", "the property 'a' is missing"),
            ("", "required", "the property 'b' is missing"),
            False,
        ),
    ],
)
def test_a_group_is_about_one_location_whatever_the_values_are(one, other, is_one):
    assert (group(*one) == group(*other)) is is_one
