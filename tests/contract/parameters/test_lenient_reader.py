"""Parameters in the spellings of clients: each reads as the value, and only where the contract's fails."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.operation import Operation
from mockserver.contract.parameters import Leniency, serialize
from tests.support.documents import operation_of
from tests.support.spellings import checked, operation_with, value_of

INTEGERS = {"type": "array", "items": {"type": "integer"}}
WORDS = {"type": "array", "items": {"enum": ["up", "down"]}}
BOOLEANS = {"type": "array", "items": {"type": "boolean"}}
RGB = {"type": "object", "additionalProperties": {"type": "integer"}}
RANGE = {"anyOf": [{"type": "integer"}, {"type": "object", "properties": {"gte": {"type": "integer"}}}]}
NESTED = {
    "type": "object",
    "properties": {
        "tags": WORDS,
        "on": {"type": "boolean"},
        "lines": {"type": "array", "items": RGB},
        "meta": RGB,
    },
}
CASES = [
    ("query, explode: false", INTEGERS, "a=7%2C8%2c9", [7, 8, 9], "delimiter"),
    ("query, explode: false", INTEGERS, "a=7%2C8,9", [7, 8, 9], "delimiter"),
    ("query, explode: false", RGB, "a=R%2C7%2CG%2C8", {"R": 7, "G": 8}, "delimiter"),
    ("path", INTEGERS, "7%2C8", [7, 8], "delimiter"),
    ("path, label", INTEGERS, ".7%2C8", [7, 8], "delimiter"),
    ("path, matrix", INTEGERS, ";a=7%2C8", [7, 8], "delimiter"),
    ("path, explode: true", RGB, "R%3D7%2CG%3D8", {"R": 7, "G": 8}, "delimiter"),
    ("query", INTEGERS, "a[]=7&a[]=8", [7, 8], "brackets"),
    ("query", INTEGERS, "a%5B0%5D=7&a%5B1%5D=8", [7, 8], "brackets"),
    ("query, explode: false", INTEGERS, "a[]=7&a[]=8", [7, 8], "brackets"),
    ("query", NESTED, "a[tags][]=up&a[meta][R]=7", {"tags": ["up"], "meta": {"R": 7}}, "brackets"),
    ("query, deepObject", WORDS, "a[]=up&a[]=down", ["up", "down"], "brackets"),
    ("query, deepObject", WORDS, "a[10]=down&a[9]=up", ["up", "down"], "brackets"),
    ("query, deepObject", WORDS, "a=up&a=down", ["up", "down"], "unbracketed"),
    ("query, deepObject", WORDS, "a=up", ["up"], "unbracketed"),
    ("query, deepObject", RANGE, "a=5", 5, "unbracketed"),
    ("query, deepObject", NESTED, "a[tags][]=up&a[tags][]=down", {"tags": ["up", "down"]}, "brackets"),
    ("query, deepObject", NESTED, "a[lines][0][R]=1&a[lines][1][R]=2", {"lines": [{"R": 1}, {"R": 2}]},
     "brackets"),
    ("query, deepObject", NESTED, "a[lines][][R]=1&a[lines][][R]=2", {"lines": [{"R": 1}, {"R": 2}]},
     "brackets"),
    ("query, deepObject", {"type": "array", "items": RGB}, "a[0][R]=1&a[0][G]=2&a[1][R]=3",
     [{"R": 1, "G": 2}, {"R": 3}], "brackets"),
    ("query, deepObject", RGB, "a=", {}, "emptyObject"),
    ("query, deepObject", NESTED, "a[meta]=", {"meta": {}}, "emptyObject"),
    ("query", RGB, "a=", {}, "emptyObject"),
    ("query, deepObject", NESTED, "a[on]=True", {"on": True}, "boolean"),
    ("query", {"type": "boolean"}, "a=True", True, "boolean"),
    ("query", BOOLEANS, "a=True&a=False", [True, False], "boolean"),
    ("path", {"type": "boolean"}, "False", False, "boolean"),
    ("header", BOOLEANS, "True,False", [True, False], "boolean"),
    ("cookie", {"type": "boolean"}, "a=True", True, "boolean"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "schema", "sent", "value", "kind"), CASES)
def test_a_spelling_of_clients_reads_as_its_value(
    where: str, schema: dict[str, Any], sent: str, value: Any, kind: str
) -> None:
    found = checked(where, schema, sent, lenient=True)
    assert found.violations == []
    assert [each.keyword for each in found.leniencies] == [kind]
    assert value_of(where, schema, sent, lenient=True) == value


@pytest.mark.parametrize(("where", "schema", "sent"), [case[:3] for case in CASES])
def test_it_is_a_violation_when_the_request_is_read_strictly(
    where: str, schema: dict[str, Any], sent: str
) -> None:
    found = checked(where, schema, sent, lenient=False)
    assert found.violations
    assert found.leniencies == []


@pytest.mark.parametrize(
    ("where", "schema", "sent", "pointers"),
    [
        ("query, explode: false", INTEGERS, "a=7%2Cx", ["/a/1"]),
        ("query, deepObject", WORDS, "a[]=up&a[]=left", ["/a/1"]),
        ("query, deepObject", NESTED, "a[tags][0]=left", ["/a/tags/0"]),
        ("query", INTEGERS, "a[]=7&a[]=x", ["/a/1"]),
        ("query, deepObject", RGB, "a=7", ["/a"]),
        ("query, deepObject", RANGE, "a=5&a[gte]=5", ["/a"]),
        ("query, explode: false", INTEGERS, "a=7&a=8", ["/a"]),
        ("query", {"type": "integer"}, "a=7%2C8", ["/a"]),
        ("query", {"type": "boolean"}, "a=TRUE", ["/a"]),
        ("query, deepObject", {"type": "array", "items": RGB}, "a[][R]=1&a[][G]=2&a[][R]=3", ["/a"]),
        ("query, deepObject", INTEGERS, "a[0]=1&a[0][x]=2", ["/a"]),
    ],
)
def test_where_no_reading_is_valid_the_one_that_says_most_is_reported(
    where: str, schema: dict[str, Any], sent: str, pointers: list[str]
) -> None:
    found = checked(where, schema, sent, lenient=True)
    assert [each.pointer for each in found.violations] == pointers
    assert found.leniencies == []


def test_a_value_that_is_valid_as_it_is_stays_as_it_is() -> None:
    texts = {"type": "array", "items": {"type": "string"}}
    for sent, value in (("a=x%2Cy", ["x,y"]), ("a=True", ["True"]), ("a=", [""])):
        assert checked("query, explode: false", texts, sent, lenient=True).leniencies == []
        assert value_of("query, explode: false", texts, sent, lenient=True) == value


def test_a_leniency_says_where_it_is_and_what_was_read() -> None:
    [found] = checked("query, deepObject", NESTED, "a[on]=True", lenient=True).leniencies
    sentence = "a/on: 'True' was read as the boolean true"
    assert found == Leniency("query", "/a/on", "boolean", sentence, "a")
    assert found.as_json() == {
        "in": "query", "name": "a", "pointer": "/a/on", "keyword": "boolean", "message": sentence
    }  # fmt: skip


def test_keys_with_brackets_are_undeclared_only_if_no_parameter_can_have_them() -> None:
    for sent, noted in (("a=7&b[]=7", ["b[]"]), ("a=7&a[]=7", ["a[]"]), ("a[]=7", [])):
        notes = checked("query", INTEGERS, sent, lenient=True).notes
        assert [note.split("'")[1] for note in notes] == noted


def test_keys_with_brackets_are_read_for_an_optional_parameter_too() -> None:
    optional = {"name": "a", "in": "query", "schema": INTEGERS}
    text = {"name": "b", "in": "query", "schema": {"type": "string"}}
    get = {"parameters": [optional, text], "responses": {"204": {"description": "Done"}}}
    readers = operation_of(json.dumps({"paths": {"/": {"get": get}}})[1:-1]).parameter_readers
    for sent, is_valid in (("7", True), ("x", False)):
        found = readers.read({}, [("a[]", sent)], [], [], lenient=True)
        assert (found.violations == [], found.leniencies != []) == (is_valid, is_valid)
        [violation] = readers.read({}, [("a[]", sent)], [], []).violations
        assert violation.message == "a: the style form has no keys such as 'a[]'"
    assert readers.read({}, [("b[]", "7")], [], [], lenient=True).violations == []


NODE = {
    "anyOf": [
        {"type": "boolean"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Node"}},
    ]
}


@pytest.mark.parametrize(("leaf", "is_valid"), [("True", True), ("x", False)])
@pytest.mark.parametrize("depth", [0, 1, 100])
def test_a_schema_that_refers_to_itself_is_read_in_time(depth: int, leaf: str, is_valid: bool) -> None:
    get = {
        "parameters": [{"name": "a", "in": "query", "style": "deepObject",
                        "schema": {"$ref": "#/components/schemas/Node"}}],
        "responses": {"204": {"description": "Done"}},
    }  # fmt: skip
    paths, schemas = json.dumps({"/": {"get": get}}), json.dumps({"Node": NODE})
    text = f'paths: {paths}\ncomponents: {{"schemas": {schemas}}}'
    readers = operation_of(text).parameter_readers
    found = readers.read({}, [("a" + "[0]" * depth, leaf)], [], [], lenient=True)
    assert (found.violations == []) == is_valid


SCALARS = st.integers(-99, 99) | st.booleans()
VALUES = st.lists(SCALARS, min_size=1, max_size=4)
MIXED = {"type": "array", "items": {"type": ["integer", "boolean"]}}
OBJECT = {"type": "object", "additionalProperties": {"type": ["integer", "boolean"]}}
ROWS = {"type": "array", "items": OBJECT}
NAMES = st.text("abcxyz", min_size=1, max_size=3)
OBJECTS = st.dictionaries(NAMES, SCALARS, min_size=1, max_size=3)


def strict_spelling(operation: Operation, value: Any) -> str:
    [parameter] = operation.parameters
    pairs = serialize(parameter, value)
    return pairs[0][1] if parameter.location in ("path", "header") else "&".join("=".join(p) for p in pairs)


WHERE = [
    "query", "query, explode: false", "query, deepObject", "path", "path, label", "path, matrix",
    "path, explode: true", "header", "header, explode: true", "query, spaceDelimited, explode: false",
]  # fmt: skip


@pytest.mark.parametrize("where", WHERE)
@given(data=st.data())
def test_a_spelling_of_the_contract_is_never_a_leniency(where: str, data: st.DataObject) -> None:
    kinds = [(OBJECT, OBJECTS), (MIXED, VALUES)]
    schema, values = data.draw(st.sampled_from(kinds[:1] if "deepObject" in where else kinds))
    value = data.draw(values)
    sent = strict_spelling(operation_with(where, schema), value)
    found = checked(where, schema, sent, lenient=True)
    assert (found.violations, found.leniencies) == ([], [])
    assert value_of(where, schema, sent, lenient=True) == value


def bracketed(name: str, value: Any, *, numbered: bool = True) -> list[str]:
    """The pairs of a value in brackets; str() writes booleans as Python clients do."""
    match value:
        case dict():
            keyed = list(value.items())
        case list():
            keyed = [(str(index) if numbered else "", each) for index, each in enumerate(value)]
        case _:
            return [f"{quote(name)}={value}"]
    return [pair for key, each in keyed for pair in bracketed(f"{name}[{key}]", each, numbered=numbered)]


SPELLINGS: dict[str, tuple[str, Any, st.SearchStrategy[Any], Callable[[Any], str]]] = {
    "encoded commas": ("query, explode: false", MIXED, VALUES, lambda v: f"a={'%2C'.join(map(str, v))}"),
    "encoded commas in a path": ("path", MIXED, VALUES, lambda v: "%2C".join(map(str, v))),
    "empty brackets": (
        "query, deepObject", MIXED, VALUES, lambda v: "&".join(bracketed("a", v, numbered=False))
    ),
    "indices": ("query, deepObject", MIXED, VALUES, lambda v: "&".join(bracketed("a", v))),
    "indices without a style": ("query", MIXED, VALUES, lambda v: "&".join(bracketed("a", v))),
    "repeated keys": ("query, deepObject", MIXED, VALUES, lambda v: "&".join(f"a={each}" for each in v)),
    "objects": ("query, deepObject", ROWS, st.lists(OBJECTS, min_size=1, max_size=3),
                lambda v: "&".join(bracketed("a", v))),
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
@given(data=st.data())
def test_each_spelling_of_a_value_reads_as_the_value_or_strictly_as_a_violation(
    name: str, data: st.DataObject
) -> None:
    where, schema, values, spelled = SPELLINGS[name]
    value = data.draw(values)
    sent = spelled(value)
    found = checked(where, schema, sent, lenient=True)
    assert found.violations == []
    assert value_of(where, schema, sent, lenient=True) == value
    assert bool(found.leniencies) == bool(checked(where, schema, sent, lenient=False).violations)
    assert found.leniencies or len(value) == 1  # one item has no delimiter that could be encoded
