"""The table of the members of OpenAPI's objects."""

import pytest

from mockserver.contract.document.structure import KINDS, SECTIONS, member_kind


def test_every_kind_that_is_used_is_described():
    named = {kind.strip("[]{}") for members in KINDS.values() for kind in members.values()}
    assert named <= KINDS.keys()


def test_every_section_of_components_has_its_own_kind():
    assert sorted(SECTIONS.values()) == sorted(KINDS["Components"])


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        ("OpenAPI", "paths", "Paths"),
        ("OpenAPI", "info", None),
        ("Paths", "/a", "PathItem"),
        ("Paths", "x-note", None),
        ("{Schema}", "x-note", "Schema"),
        ("[Schema]", "0", "Schema"),
        ("Schema", "default", None),
        ("PathItem", "query", "Operation"),
        ("PathItem", "additionalOperations", "{Operation}"),
    ],
)
def test_the_kind_of_a_member(kind, key, expected):
    assert member_kind(kind, key) == expected
