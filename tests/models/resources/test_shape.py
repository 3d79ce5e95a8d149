"""Values are fitted to the schema of an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.models.resources.shape import Shape
from tests.support.documents import operation_of

ROW = "{type: object, required: [id], properties: {id: {type: integer}, n: {type: integer, maximum: 9}}}"


def shape_of(schema: str) -> Shape:
    return Shape.of_answer(
        operation_of(f"""
paths:
  /it:
    get:
      responses: {{"200": {{description: Fine, content: {{application/json: {{schema: {schema}}}}}}}}}
components: {{schemas: {{Row: {ROW}}}}}
""")
    )


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (ROW, {"id": 7, "n": 9, "more": True}, {"id": 7, "n": 9, "more": True}),
        (ROW, {"id": 7, "n": 10}, {"id": 7}),
        ("{type: object, required: [kind], properties: {kind: {const: a}}}", {"x": 1}, {"kind": "a", "x": 1}),
        (
            "{required: [row], properties: {row: {required: [id], properties: {id: {const: 1}}}}}",
            {"row": {"n": 3}},
            {"row": {"id": 1, "n": 3}},
        ),
        ("{type: integer, minimum: 4}", 9, 9),
        ("{type: integer, minimum: 4}", 3, 4),
        ("{type: integer, minimum: 4}", {"id": 1}, 4),
    ],
    ids=[
        "what fits stays as it is",
        "what does not fit is left out",
        "what is missing is made",
        "within a member, too",
        "a value that fits",
        "a value that does not",
        "a value of another type",
    ],
)
def test_a_value_is_fitted(schema, value, expected):
    assert shape_of(schema).fitted(value) == expected


def test_without_a_schema_every_value_fits():
    shape = Shape.of_answer(operation_of("paths: {/it: {get: {responses: {'204': {description: .}}}}}"))
    assert shape.fitted({"a": 1}) == {"a": 1}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "n", "row", "rows"]), inner)
    ),
    max_leaves=6,
)
NESTED = shape_of(
    f"{{type: object, required: [row, rows], additionalProperties: false, properties: "
    f"{{row: {ROW}, rows: {{type: array, items: {ROW}}}}}}}"
)


@given(VALUES)
def test_any_fitted_value_is_valid(value):
    assert NESTED.accepts(NESTED.fitted(value))
