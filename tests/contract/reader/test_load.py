"""Documents are loaded into a contract; findings and errors name the file and line."""

from pathlib import Path

import pytest

from mockserver.contract.reader.load import load
from mockserver.data.source import CannotRead, InvalidFiles
from tests.support.documents import contract_of, operation_of
from tests.support.paths import ROOT, TEST_DATA, needs

HEAD = 'openapi: 3.1.0\ninfo: {title: Small, version: "1"}\n'
PAGES = sorted((ROOT / "tests/contract/markdown/pages").glob("*.md"))


def written(folder: Path, text: str, name: str = "api.yaml") -> Path:
    (path := folder / name).write_text(text, encoding="utf-8")
    return path


def test_operations_are_in_the_order_of_documents_paths_and_methods():
    contract = contract_of(
        "paths: {/b: {put: {}, get: {}}, /a: {post: {}}}",
        "paths: {/c: {delete: {operationId: drop}, x-internal: {}, summary: Text}}",
    )
    assert [operation.name for operation in contract.operations] == [
        "GET /b",
        "PUT /b",
        "POST /a",
        "DELETE /c",
    ]
    assert contract.title == "Small"
    assert len(contract.documents) == 2


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.2.0"])
def test_openapi_3_is_read(tmp_path, version):
    path = written(tmp_path, f"openapi: {version}\npaths: {{/a: {{get: {{responses: {{}}}}}}}}")
    assert load([path]).operations[0].name == "GET /a"


def test_json_is_read_whatever_the_name_of_the_file(tmp_path):
    text = '{"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {}}}}}'
    for name in ("api.json", "api.yaml", "api"):
        assert load([written(tmp_path, text, name)]).operations[0].name == "GET /a"


def test_the_name_of_the_file_replaces_a_missing_title(tmp_path):
    assert load([written(tmp_path, "openapi: 3.1.0", "shop.yaml")]).title == "shop"


def test_several_pages_give_one_contract():
    contract = load(PAGES)
    assert [operation.id for operation in contract.operations] == ["add-a-reader", "search-shelves"]


def test_a_3_0_document_means_the_same_as_its_3_1_equivalent(tmp_path):
    schema = "{type: integer, minimum: 0, exclusiveMinimum: true, nullable: true}"
    path = written(
        tmp_path,
        "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n"
        f"        '200': {{description: x, content: {{application/json: {{schema: {schema}}}}}}}\n",
    )
    operation = load([path]).operations[0]
    judge = operation.answers.judges.judge("/paths/~1a/get/responses/200/content/application~1json/schema")
    assert [judge.accepts(value) for value in (1, 0, None)] == [True, False, True]


# Objects of an operation


PARTS = operation_of("""
security: [{key: []}]
paths:
  /a/{id}:
    summary: Of the path
    parameters:
      - {name: id, in: path, schema: {type: string}, example: x}
      - {name: page, in: query, schema: {type: integer}, examples: {first: {value: 1}, last: {value: 9}}}
      - {$ref: "#/components/parameters/Trace"}
    get:
      parameters:
        - {name: page, in: query, required: true, schema: {type: string}}
        - {name: seen, in: cookie}
      requestBody: {$ref: "#/components/requestBodies/It"}
      responses:
        "200":
          description: Yes
          content:
            Application/JSON:
              schema: {type: integer}
              examples: {two: {$ref: "#/components/examples/Two"}, far: {externalValue: "far.json"}}
        x-note: ignored
components:
  examples: {Two: {value: 2}}
  parameters: {Trace: {name: X-Trace, in: header, required: true, schema: {type: string}}}
  requestBodies: {It: {required: true, content: {application/json: {example: {a: 1}}}}}
  securitySchemes: {key: {type: http, scheme: Bearer}}
""")


def test_parameters_of_the_operation_override_those_of_its_path_item():
    assert [(each.location, each.name, each.required, each.example) for each in PARTS.parameters] == [
        ("path", "id", True, "x"),
        ("query", "page", True, None),
        ("header", "X-Trace", True, None),
        ("cookie", "seen", False, None),
    ]


def test_a_parameter_has_the_pointer_of_its_schema():
    pointers = {each.name: each.schema for each in PARTS.parameters}
    assert pointers == {
        "id": "/paths/~1a~1{id}/parameters/0/schema",
        "page": "/paths/~1a~1{id}/get/parameters/0/schema",
        "X-Trace": "/components/parameters/Trace/schema",
        "seen": None,
    }


def test_the_rest_of_an_operation():
    assert PARTS.summary == "Of the path"
    assert PARTS.body is not None
    assert PARTS.body.required
    assert PARTS.body.content["application/json"].examples == {"example": {"a": 1}}
    assert list(PARTS.responses) == ["200"]
    assert PARTS.responses["200"].content["application/json"].examples == {"two": 2}


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        ("", [["key"]]),
        ("security: []", []),
        ("security: [{}]", [[]]),
        ("security: [{key: []}, {}]", [["key"], []]),
        ("security: [{key: []}, {other: []}]", [["key"], ["other"]]),
        ("security: [{key: [], other: []}]", [["key", "other"]]),
    ],
    ids=["the document's", "none", "anybody", "optional", "one of two", "both"],
)
def test_security_requirements_are_those_of_the_operation_else_of_the_document(security, expected):
    operation = operation_of(f"""
security: [{{key: []}}]
paths: {{/a: {{get: {{responses: {{}}, {security} }}}}}}
components:
  securitySchemes:
    key: {{type: http, scheme: Bearer}}
    other: {{type: apiKey, in: header, name: k}}
""")
    assert [[scheme.key for scheme in requirement] for requirement in operation.security] == expected


def test_a_security_scheme_is_read_from_components():
    [[scheme]] = PARTS.security
    assert (scheme.key, scheme.kind, scheme.scheme) == ("key", "http", "bearer")
    assert scheme.pointer == "/components/securitySchemes/key"


# Errors and findings

GET = "paths: {/a: {get: {}}}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "api.yaml: expected an OpenAPI document, found null"),
        ("- a", "api.yaml: expected an OpenAPI document, found an array"),
        ("info: {}", "api.yaml:1: expected OpenAPI 3.0, 3.1 or 3.2 in 'openapi', found none"),
        (
            "info: {}\nopenapi: 3.1",
            "api.yaml:2: expected OpenAPI 3.0, 3.1 or 3.2 in 'openapi', "
            'found the number 3.1; write it as a string: openapi: "3.1.0"',
        ),
        ("openapi: 4.0.0", "api.yaml:1: expected OpenAPI 3.0, 3.1 or 3.2 in 'openapi', found '4.0.0'"),
        ("info: {}\nswagger: '2.0'", "api.yaml:2: this is Swagger 2.0; convert it to OpenAPI 3 first"),
        ("openapi: 3.1.0\npaths: []", "api.yaml:2: expected 'paths' to be an object, found an array"),
        ("openapi: 3.1.0\npaths: {", "api.yaml:3: not valid YAML"),
    ],
    ids=["empty", "a list", "no version", "a number", "too new", "Swagger", "paths", "cut"],
)
def test_a_file_that_is_not_a_contract_is_refused(tmp_path, text, message):
    with pytest.raises(CannotRead) as caught:
        load([written(tmp_path, text)])
    assert str(caught.value).startswith(f"{tmp_path}/{message}")


def test_an_operation_in_two_documents_is_refused_with_both_locations(tmp_path):
    one = written(tmp_path, HEAD + "paths:\n  /a: {get: {}}", "one.yaml")
    two = written(tmp_path, HEAD + "paths:\n\n  /a: {get: {}}", "two.yaml")
    with pytest.raises(CannotRead) as caught:
        load([one, two])
    assert str(caught.value) == f"{two}:5: the operation 'GET /a' is already described in {one}:4"


def test_a_file_that_is_not_a_page_is_refused_with_its_line(tmp_path):
    with pytest.raises(CannotRead, match=r"page\.md:1: the page has no title"):
        load([written(tmp_path, "Nothing here.", "page.md")])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("paths:\n  a: {get: {}}", 4, "a path must start with a slash, found 'a'"),
        (
            "paths:\n  /a:\n    get:\n      parameters:\n      - {in: query}",
            7,
            "a parameter must have a 'name'",
        ),
        ("paths:\n  /a:\n    get:\n      parameters:\n      - {name: x, in: body}", 7, "one of path, query"),
        (
            "paths:\n  /a:\n    get:\n      responses:\n        '99': {}",
            7,
            "expected a status from 100 to 599",
        ),
        ("paths:\n  /a:\n    get:\n      responses:\n        6XX: {}", 7, "found '6XX'"),
        ("paths:\n  /a:\n    get:\n      requestBody: {$ref: '#/gone'}", 6, "'#/gone' cannot be resolved"),
        ("paths:\n  /a: {$ref: other.yaml#/a}", 4, "the reference 'other.yaml#/a' cannot be resolved"),
        ("paths:\n  /a: {$ref: '#/paths/~1a'}", 4, "the reference of the path item is circular"),
        (
            "components: {securitySchemes: {key: {type: http}}}\nsecurity: [{kee: []}]\n" + GET,
            4,
            "unknown security scheme 'kee'; did you mean 'key'?",
        ),
        (
            "components:\n  securitySchemes:\n    key: {type: htp}\nsecurity: [{key: []}]\n" + GET,
            5,
            "unknown security scheme type 'htp'; did you mean 'http'?",
        ),
    ],
    ids=[
        "a path",
        "no name",
        "no such place",
        "no status",
        "no range",
        "dangling",
        "another file",
        "circling",
        "no such scheme",
        "no such type",
    ],
)
def test_a_violation_of_openapi_is_reported_with_its_line(tmp_path, text, line, message):
    path = written(tmp_path, HEAD + text)
    [finding] = load([path]).findings
    assert (finding.path, finding.line) == (path, line)
    assert message in finding.message


@pytest.mark.parametrize(
    "schema",
    ["{$ref: '#/components/schemas/Gone'}", "{type: strin}", "{pattern: '('}", "{minimum: low}"],
    ids=["a dangling reference", "an unknown type", "a broken pattern", "a bound that is text"],
)
def test_an_invalid_schema_is_reported_when_the_document_is_loaded(tmp_path, schema):
    text = f"paths: {{}}\ncomponents:\n  schemas:\n    A: {schema}"
    [finding] = load([written(tmp_path, HEAD + text)]).findings
    assert finding.line == 6


FAULTY = "paths:\n  a: {}\n  /b: {get: {responses: {'99': {}}}}\n  /c: {$ref: '#/gone'}\n  /d: {get: {}}"


def test_all_findings_are_reported_in_document_order(tmp_path):
    assert [finding.line for finding in load([written(tmp_path, HEAD + FAULTY)]).findings] == [4, 5, 6]


def test_a_document_with_findings_is_served_without_its_defects(tmp_path):
    contract = load([written(tmp_path, HEAD + FAULTY)])
    assert [operation.name for operation in contract.operations] == ["GET /b", "GET /d"]


def test_strict_refuses_a_document_with_findings(tmp_path):
    path = written(tmp_path, HEAD + FAULTY)
    with pytest.raises(InvalidFiles) as caught:
        load([path], strict=True)
    assert caught.value.findings == load([path]).findings


def test_strict_accepts_a_document_without_findings(tmp_path):
    path = written(tmp_path, HEAD + "paths: {/d: {get: {}}}")
    assert load([path], strict=True).findings == ()


def test_an_unresolved_reference_leaves_the_rest_of_the_schema_in_force(tmp_path):
    schema = "{type: object, properties: {a: {$ref: '#/gone'}, b: {type: integer}}}"
    answer = f"{{description: x, content: {{application/json: {{schema: {schema}}}}}}}"
    contract = load([written(tmp_path, HEAD + f"paths: {{/a: {{get: {{responses: {{'200': {answer}}}}}}}}}")])
    [operation] = contract.operations
    judge = operation.answers.judges.judge("/paths/~1a/get/responses/200/content/application~1json/schema")
    assert [judge.accepts(value) for value in ({"a": None, "b": 1}, {"b": "x"})] == [True, False]
    assert len(contract.findings) == 1


def test_a_duplicate_operation_id_is_reported_and_both_operations_are_served(tmp_path):
    text = "paths:\n  /a: {get: {operationId: x}}\n  /b: {get: {operationId: x}}"
    contract = load([written(tmp_path, HEAD + text)])
    assert [operation.id for operation in contract.operations] == ["x", "GET /b"]
    [finding] = contract.findings
    assert finding.line == 5
    assert finding.message.startswith("the operation 'x' is already described in ")


def test_paths_of_two_documents_that_differ_only_in_parameter_names_clash(tmp_path):
    one = written(tmp_path, HEAD + "paths: {'/a/{x}': {get: {}}}", "one.yaml")
    two = written(tmp_path, HEAD + "paths: {'/a/{y}': {get: {}}}", "two.yaml")
    with pytest.raises(CannotRead, match=r"two\.yaml:3: the operation 'GET /a/\{y\}' is already described"):
        load([one, two])


# Other files


def test_a_document_in_several_files_gives_one_contract(tmp_path):
    (tmp_path / "parts").mkdir()
    path = written(tmp_path, HEAD + "paths:\n  /a: {$ref: 'parts/paths.yaml#/a'}")
    written(tmp_path, "a:\n  get:\n    responses: {'200': {$ref: answers.json}}", "parts/paths.yaml")
    answer = '{"description": "x",\n"content": {"a/b": {"schema": {"$ref": "#/no"}}}}'
    written(tmp_path, answer, "parts/answers.json")
    contract = load([path])
    [operation] = contract.operations
    assert list(operation.responses["200"].content) == ["a/b"]
    assert str(operation.source_location) == f"{tmp_path}/parts/paths.yaml:2#/a/get"
    assert [str(finding) for finding in contract.findings] == [
        f"{tmp_path}/parts/answers.json:2: /content/a~1b/schema: the reference '#/no' cannot be resolved"
    ]


@pytest.mark.parametrize(("name", "mebibytes"), [("api.json", 50), ("api.yaml", 20), ("api.md", 20)])
def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path, name, mebibytes):
    with (tmp_path / name).open("wb") as file:
        file.truncate(mebibytes << 20)  # a hole on the disk: were it read, there would be no document in it
    with pytest.raises(CannotRead) as caught:
        load([tmp_path / name])
    assert str(caught.value).startswith(f"{tmp_path}/{name}: too large; ")


def test_files_that_are_too_large_together_are_refused(tmp_path):
    text = '{"openapi": "3.1.0", "paths": {}, "x-padding": "' + "-" * (20 << 20) + '"}'
    paths = [written(tmp_path, text, "one.json"), written(tmp_path, text, "two.json")]
    with pytest.raises(CannotRead) as caught:
        load(paths)
    assert str(caught.value).startswith(f"{paths[1]}: too large; ")


def test_a_reference_to_a_file_that_is_too_large_is_reported(tmp_path):
    path = written(tmp_path, HEAD + "paths:\n  /a: {$ref: big.json}")
    with (tmp_path / "big.json").open("wb") as file:
        file.truncate(50 << 20)
    [finding] = load([path]).findings
    assert "big.json: too large" in finding.message


TWILIO = TEST_DATA / "spec/twilio_conversations_v1.json"


@needs(TWILIO)
def test_a_large_document_of_another_vendor_is_read_without_findings():
    contract = load([TWILIO], strict=True)
    assert len(contract.operations) > 50
    assert len({operation.id for operation in contract.operations}) == len(contract.operations)
