"""Examples and values for which a keyword takes too much work are findings."""

import json

import pytest

from mockserver.check.examples import example_findings
from mockserver.check.values import value_findings
from mockserver.data.json import Json
from tests.support.documents import contract_of

LONG = "a" * 100
KINDS: list[tuple[str, Json, Json]] = [
    ("pattern", {"pattern": r"^((a+)+)(?!b)$"}, LONG),
    ("format", {"format": "date-time"}, "1" * 700_000),
    ("uniqueItems", {"uniqueItems": True}, [{"a": number} for number in range(40_000)]),
    ("enum", {"enum": [[*range(30_000), each] for each in range(3)]}, [*range(30_000), -1]),
    ("const", {"const": [*range(70_000), 1]}, [*range(70_000), 2]),
    ("multipleOf", {"items": {"multipleOf": 0.1}}, [0.1] * 25_000),
    ("schema", {"items": {"unevaluatedProperties": False}}, [{}] * 11_000),
]


def calls(schema: Json, example: Json) -> str:
    media = {"application/json": {"schema": schema, "example": example}}
    operation = {
        "requestBody": {"content": media},
        "responses": {"204": {"description": "."}},
    }
    return f"paths: {json.dumps({'/calls': {'post': operation}})}\n"


@pytest.mark.parametrize(("keyword", "schema", "example"), KINDS, ids=[kind[0] for kind in KINDS])
def test_an_example_of_a_body_that_is_not_judged_as_a_whole(
    keyword: str, schema: Json, example: Json
) -> None:
    messages = [each.message for each in example_findings(contract_of(calls(schema, example)))]

    assert messages
    assert all(each.startswith("the example 'example' is not judged as a whole") for each in messages)
    assert all("breaks its schema" not in each for each in messages)


@pytest.mark.parametrize("keyword", ["example", "default"])
def test_a_value_in_a_schema_that_is_not_judged(keyword: str) -> None:
    schema: Json = {"type": "string", "pattern": r"^((a+)+)(?!b)$", keyword: LONG}
    messages = [each.message for each in value_findings(contract_of(calls(schema, "aa")))]

    assert len(messages) == 1
    assert messages[0].startswith(f"the {keyword} 'aaa")
    assert "is not judged as a whole: the pattern" in messages[0]


def test_a_member_of_an_enum_that_is_not_judged() -> None:
    schema: Json = {"enum": [LONG, "aa"], "pattern": r"^((a+)+)(?!b)$"}
    messages = [each.message for each in value_findings(contract_of(calls(schema, "aa")))]

    assert len(messages) == 1
    assert "is not judged as a whole" in messages[0]
