"""Members are put into a body as far as it stays valid."""

import pytest

from mockserver.contract.operation import DirectedDocument
from mockserver.data.json import Json
from mockserver.engine.answers.echo_trial import Member, with_members, with_valid_members
from tests.support.documents import operation_of

SCHEMA = """
paths:
  /it:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                maxProperties: 4
                properties:
                  a: {type: integer}
                  b: {type: integer}
                  inner: {type: object, required: [c], properties: {c: {type: string}, d: {type: string}}}
                dependentRequired: {d: [e]}
"""
OPERATION = operation_of(SCHEMA)
ANSWERS: DirectedDocument = OPERATION.answers
MEDIA = OPERATION.responses["200"].media
POINTER = (MEDIA.schema or "") if MEDIA is not None else ""


def members(*found: tuple[str, Json]) -> dict[Member, Json]:
    """The members at these pointers."""
    return {Member(tuple(pointer.split("/")[1:]), "body"): value for pointer, value in found}


def tried(body: dict[str, Json], *found: tuple[str, Json]) -> tuple[Json, list[str]]:
    """The body with the members that are kept, and their pointers."""
    changed, kept = with_valid_members(ANSWERS, POINTER, body, members(*found), 10)
    return changed, [each.pointer for each in kept]


def test_all_members_if_the_body_stays_valid():
    body: dict[str, Json] = {"a": 1, "inner": {"c": "x"}}

    assert tried(body, ("/a", 2), ("/b", 3), ("/inner/d", "y")) == (
        {"a": 2, "b": 3, "inner": {"c": "x", "d": "y"}}, ["/a", "/b", "/inner/d"],
    )  # fmt: skip
    assert body == {"a": 1, "inner": {"c": "x"}}


def test_a_member_with_a_violation_is_left_out():
    assert tried({"a": 1}, ("/a", "x"), ("/b", 3)) == ({"a": 1, "b": 3}, ["/b"])


def test_a_violation_inside_a_member_names_it():
    assert tried({"a": 1}, ("/inner", {"c": 5}), ("/b", 3)) == ({"a": 1, "b": 3}, ["/b"])


def test_where_violations_name_no_member_as_many_as_possible_are_added_in_their_order():
    plain: dict[str, Json] = {"x": 1, "y": 2}

    assert tried(plain, ("/a", 1), ("/d", 2), ("/b", 3), ("/e", 4)) == (
        {"x": 1, "y": 2, "a": 1, "b": 3}, ["/a", "/b"],
    )  # fmt: skip


def test_nothing_fits():
    assert tried({"a": 1}, ("/a", "x")) == ({"a": 1}, [])


def test_a_body_with_violations_gets_no_others():
    assert tried({"a": "x"}, ("/b", "y")) == ({"a": "x"}, [])
    assert tried({"a": "x"}, ("/b", 1)) == ({"a": "x", "b": 1}, ["/b"])
    assert tried({"a": "x"}, ("/a", 1)) == ({"a": 1}, ["/a"])


@pytest.mark.parametrize("body", [{"a": 1}, {"a": "x"}], ids=["valid", "invalid"])
def test_members_that_need_no_trial(body):
    changed = with_members(ANSWERS, POINTER, body, members(("/b", 2)))

    assert changed == {**body, "b": 2}
    assert bool(ANSWERS.violations(POINTER, changed)) is (body["a"] == "x")
