"""Several documents are merged into one that means the same."""

import json
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from mockserver.contract.document.merge import merge
from mockserver.contract.markdown.page import read_page
from mockserver.data.source import CannotRead, Document, parse
from tests.support.paths import ROOT

PAGES = ROOT / "tests/contract/markdown/pages"
INTEGER, STRING = {"type": "integer"}, {"type": "string"}


def document(paths: dict | None = None, *, name: str = "a.json", **members: object) -> Document:
    data = {"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": paths or {}, **members}
    return parse(json.dumps(data, indent=1), Path(name))


def schemas(*, name: str = "a.json", **named: object) -> Document:
    return document(name=name, components={"schemas": named})


def operation(operation_id: str, **members: object) -> dict:
    return {"operationId": operation_id, "responses": {"204": {"description": "Done"}}, **members}


def uses(name: str) -> dict:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"operationId": "use", "responses": {"200": {"description": "Used", "content": content}}}


def test_one_document_is_unchanged():
    one = document(
        {"/a": {"get": operation("a")}}, servers=[{"url": "/v1"}], security=[], tags=[{"name": "t"}]
    )
    assert merge([one]) == one.data


def test_pages_make_one_valid_document():
    pages = [read_page(path.read_text(encoding="utf-8"), path) for path in sorted(PAGES.glob("*.md"))]
    merged = merge(pages)
    validate(merged)
    assert list(merged["paths"]) == ["/readers", "/libraries/{library_id}/shelves"]
    assert merged["info"] == {"title": "Add a reader, Search shelves", "version": "0"}
    assert list(merged["components"]) == ["schemas", "securitySchemes"]


def test_the_methods_of_one_path_are_merged():
    merged = merge([document({"/a": {"get": operation("a")}}), document({"/a": {"put": operation("b")}})])
    assert list(merged["paths"]["/a"]) == ["get", "put"]


def test_merging_does_not_change_the_documents():
    documents = [schemas(A=INTEGER), schemas(A=STRING, name="b.json")]
    before = json.dumps([each.data for each in documents])
    merge(documents)
    assert json.dumps([each.data for each in documents]) == before


# --- components -------------------------------------------------------------------------------------------


def test_equal_components_are_merged():
    merged = merge([schemas(A=INTEGER, B=STRING), schemas(B=STRING, C=STRING)])
    assert merged["components"]["schemas"] == {"A": INTEGER, "B": STRING, "C": STRING}


def test_a_different_component_with_the_same_name_is_renamed_with_its_references():
    second = document({"/b": {"get": uses("A")}}, components={"schemas": {"A": STRING}})
    merged = merge([schemas(A=INTEGER), second])
    assert merged["components"]["schemas"] == {"A": INTEGER, "A2": STRING}
    assert merged["paths"]["/b"]["get"] == uses("A2")


def test_true_is_not_one():
    merged = merge([schemas(A={"enum": [1]}), schemas(A={"enum": [True]})])
    assert list(merged["components"]["schemas"]) == ["A", "A2"]


def test_a_third_document_shares_the_new_name_of_the_second():
    merged = merge([schemas(A=INTEGER), schemas(A=STRING), schemas(A=STRING), schemas(A={})])
    assert merged["components"]["schemas"] == {"A": INTEGER, "A2": STRING, "A3": {}}


def test_a_new_name_is_unused_in_all_documents():
    merged = merge([schemas(A=INTEGER, A2=INTEGER), schemas(A=STRING, A3={})])
    assert merged["components"]["schemas"] == {"A": INTEGER, "A2": INTEGER, "A4": STRING, "A3": {}}


def test_a_component_that_refers_to_a_renamed_one_is_renamed_too():
    outer = {"items": {"$ref": "#/components/schemas/A"}}
    merged = merge([schemas(Outer=outer, A=INTEGER), schemas(Outer=outer, A=STRING)])
    assert merged["components"]["schemas"] == {
        "Outer": outer,
        "A": INTEGER,
        "Outer2": {"items": {"$ref": "#/components/schemas/A2"}},
        "A2": STRING,
    }


def test_equal_recursive_components_are_merged():
    tree = {"type": "object", "properties": {"children": {"items": {"$ref": "#/components/schemas/Tree"}}}}
    merged = merge([schemas(Tree=INTEGER), schemas(Tree=tree), schemas(Tree=tree)])
    assert list(merged["components"]["schemas"]) == ["Tree", "Tree2"]
    assert merged["components"]["schemas"]["Tree2"]["properties"]["children"]["items"] == {
        "$ref": "#/components/schemas/Tree2"
    }


@pytest.mark.parametrize(
    ("schema", "renamed"),
    [
        ({"$ref": "#/components/schemas/A/properties/x"}, {"$ref": "#/components/schemas/A2/properties/x"}),
        ({"$ref": "#/components/responses/A"}, {"$ref": "#/components/responses/A"}),
        ({"$ref": "other.yaml#/components/schemas/A"}, {"$ref": "other.yaml#/components/schemas/A"}),
        ({"properties": {"$ref": {"type": "string"}}}, {"properties": {"$ref": {"type": "string"}}}),
        (
            {
                "discriminator": {
                    "propertyName": "k",
                    "mapping": {"x": "#/components/schemas/A", "y": "A", "z": "B"},
                }
            },
            {
                "discriminator": {
                    "propertyName": "k",
                    "mapping": {"x": "#/components/schemas/A2", "y": "A2", "z": "B"},
                }
            },
        ),
    ],
    ids=["deeper", "another kind", "another file", "a property of that name", "a discriminator"],
)
def test_only_references_to_the_renamed_component_change(schema, renamed):
    assert (
        merge([schemas(A=INTEGER), schemas(A=STRING, Uses=schema)])["components"]["schemas"]["Uses"]
        == renamed
    )


def test_security_requirements_use_the_new_name_of_a_scheme():
    first = document(components={"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}})
    second = document(
        {"/b": {"get": operation("b", security=[{"key": []}])}},
        components={"securitySchemes": {"key": {"type": "http", "scheme": "basic"}}},
    )
    assert merge([first, second])["paths"]["/b"]["get"]["security"] == [{"key2": []}]


# --- top-level members ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "unsaid"),
    [("security", [{"key": []}], []), ("servers", [{"url": "/v1"}], [{"url": "/"}])],
    ids=["security", "servers"],
)
def test_members_that_differ_are_moved_down_to_the_operations(key, value, unsaid):
    first = document({"/a": {"get": operation("a"), "put": operation("c", **{key: unsaid})}}, **{key: value})
    second = document({"/b": {"get": operation("b")}})
    merged = merge([first, second])
    assert key not in merged
    assert [merged["paths"]["/a"][method][key] for method in ("get", "put")] == [value, unsaid]
    assert merged["paths"]["/b"]["get"][key] == unsaid


def test_tags_are_merged_by_name():
    merged = merge(
        [document(tags=[{"name": "a"}, {"name": "b"}]), document(tags=[{"name": "b"}, {"name": "c"}])]
    )
    assert [tag["name"] for tag in merged["tags"]] == ["a", "b", "c"]


def test_extensions_are_kept():
    merged = merge([document({"x-owner": "us"}), document({"x-team": "them"}, **{"x-note": 1})])
    assert (merged["paths"], merged["x-note"]) == ({"x-owner": "us", "x-team": "them"}, 1)


# --- clashes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "line", "says"),
    [
        (
            {"/a": {"get": operation("a")}},
            {"/a": {"get": operation("b")}},
            9,
            "GET /a already occurs in a.json:9",
        ),
        (
            {"/a": {"get": operation("a")}},
            {"/b": {"get": operation("a")}},
            9,
            "operationId 'a' already occurs in a.json:9",
        ),
        (
            {"/a": {"parameters": []}},
            {"/a": {"servers": []}},
            8,
            "the path's 'parameters' differs from that in a.json:8",
        ),
    ],
    ids=["operation", "operationId", "path"],
)
def test_a_clash_names_both_files_and_lines(first, second, line, says):
    with pytest.raises(CannotRead) as caught:
        merge([document(first), document(second, name="b.json")])
    (finding,) = caught.value.findings
    assert (finding.path, finding.line) == (Path("b.json"), line)
    assert says in finding.message


def test_documents_of_different_versions_are_not_merged():
    with pytest.raises(CannotRead, match=r"^b\.json:2: OpenAPI 3\.1 differs from 3\.0 in a\.json"):
        merge([document(), document(name="b.json", openapi="3.1.0")])
