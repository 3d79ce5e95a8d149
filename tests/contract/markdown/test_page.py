"""A vendor's page becomes an OpenAPI document with one operation, or is refused with a line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from mockserver.contract.markdown.page import read_page
from mockserver.data.source import CannotRead

PAGES = Path(__file__).parent / "pages"


def read(name: str):
    path = PAGES / name
    return read_page(path.read_text(encoding="utf-8"), path)


def page(*lines: str) -> str:
    return "\n".join(lines)


def minimal(*lines: str, title: str = "# Ping", target: str = "**GET** `/ping`") -> str:
    """A page with these lines between its path and its one response."""
    return page(title, "", target, "", *lines, "", "## Responses", "", "### 204", "", "Nothing to say")


def operation_of(text: str) -> dict:
    (methods,) = read_page(text, Path("page.md")).data["paths"].values()
    (operation,) = methods.values()
    return operation


def parameter_of(*lines: str, title: str = "### `size` (_query_)") -> dict:
    (parameter,) = operation_of(minimal("## Parameters", "", title, "", *lines))["parameters"]
    return parameter


def body_of(*lines: str, title: str = "## Request body") -> dict:
    return operation_of(minimal(title, "", *lines))["requestBody"]


def response_of(*lines: str) -> dict:
    text = page("# Ping", "", "**GET** `/ping`", "", "## Responses", "", "### 200", "", *lines)
    return operation_of(text)["responses"]["200"]


# --- whole pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.md")))
def test_a_page_becomes_valid_openapi(name):
    validate(read(name).data)


def test_a_page_without_parameters_body_and_security():
    assert operation_of(minimal()) == {
        "operationId": "ping",
        "summary": "Ping",
        "responses": {"204": {"description": "Nothing to say"}},
    }


def test_a_whole_search_page():
    document = read("search-shelves.md")
    operation = document.data["paths"]["/libraries/{library_id}/shelves"]["get"]
    assert operation["operationId"] == "search-shelves"
    assert operation["description"].startswith("Finds shelves by what stands on them.")
    assert [(each["in"], each["name"], each.get("required", False)) for each in operation["parameters"]] == [
        ("path", "library_id", True),
        ("query", "genre", False),
        ("query", "limit", False),
        ("query", "tags", False),
        ("header", "X-Request-Id", True),
        ("cookie", "theme", False),
        ("query", "window", False),
    ]
    assert [each["schema"] for each in operation["parameters"]] == [
        {"type": "string", "format": "uuid"},
        {"type": "string", "enum": ["crime", "poetry", "no"], "default": "crime"},
        {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
        {
            "type": "array",
            "items": {"type": "string", "pattern": "^[a-z]+$"},
            "maxItems": 5,
            "uniqueItems": True,
        },
        {"type": "string", "minLength": 8, "maxLength": 64},
        {"type": "string"},
        {"type": "object", "properties": {"from": {"type": "string", "format": "date"}}},
    ]
    assert list(operation["responses"]) == ["default", "4XX", "200"]
    assert operation["security"] == [{"libraryKey": []}, {}]
    assert document.data["components"]["securitySchemes"]["libraryKey"] == {
        "type": "apiKey",
        "in": "query",
        "name": "key",
        "description": "an API key in the query, as key.",
    }


def test_a_page_with_several_media_types_and_examples():
    document = read("add-a-reader.md")
    operation = document.data["paths"]["/readers"]["post"]
    assert operation["requestBody"]["required"] is False
    content = operation["requestBody"]["content"]
    assert list(content) == ["application/json", "text/csv"]
    assert content["application/json"] == {
        "schema": {"$ref": "#/components/schemas/Reader"},
        "examples": {"grown-up": {"value": {"name": "Ada"}}, "child": {"value": {"name": "Bo", "age": 7}}},
    }
    assert content["text/csv"] == {}
    assert operation["responses"]["201"]["content"]["application/json"]["example"] == {
        "name": "Ada",
        "guardians": [],
    }
    assert document.data["components"]["schemas"] == {
        "Reader": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "age": {"type": "integer"},
                "guardians": {"type": "array", "items": {"$ref": "#/components/schemas/Reader"}},
            },
            "required": ["name"],
        }
    }


@pytest.mark.parametrize(
    ("pointer", "starts"),
    [
        ("", "# Add a reader"),
        ("/paths", "**POST** `/readers`"),
        ("/paths/~1readers/post/operationId", "**POST** `/readers`"),
        ("/paths/~1readers/post/requestBody/content/text~1csv", "**text/csv**"),
        ("/paths/~1readers/post/requestBody/content/application~1json/schema", "_Schema ref:_"),
        ("/paths/~1readers/post/requestBody/content/application~1json/examples/child/value/age", '"age": 7'),
        ("/paths/~1readers/post/responses/201/description", "### 201"),
        ("/components/schemas/Reader/properties/guardians/items", '"items"'),
        ("/components/schemas/Reader/required/0", '"name"'),
    ],
)
def test_a_pointer_has_a_line_of_the_page(pointer, starts):
    line = read("add-a-reader.md").line(pointer)
    assert (
        (PAGES / "add-a-reader.md")
        .read_text(encoding="utf-8")
        .splitlines()[line - 1]
        .strip()
        .startswith(starts)
    )


# --- title, method and path -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "operation_id"),
    [
        ("Update a cart", "update-a-cart"),
        ("Get `GET` /things!", "get-get-things"),
        ("Créer un café", "creer-un-cafe"),
        ("カート更新", "get-ping"),
    ],
    ids=["words", "punctuation", "accents", "no letters of ASCII: method and path serve"],
)
def test_the_operation_id_is_the_slug_of_the_title(title, operation_id):
    assert operation_of(minimal(title=f"# {title}"))["operationId"] == operation_id


@pytest.mark.parametrize("method", ["get", "put", "post", "delete", "options", "head", "patch", "trace"])
def test_every_method_of_openapi_is_read(method):
    text = minimal(target=f"**{method.upper()}** `/ping`")
    assert list(read_page(text, Path("page.md")).data["paths"]["/ping"]) == [method]


@pytest.mark.parametrize("target", ["**GET** `/ping`", "`GET /ping`", "**get** `/ping`", "`GET` `/ping`"])
def test_method_and_path_can_be_written_in_several_ways(target):
    assert list(read_page(minimal(target=target), Path("page.md")).data["paths"]) == ["/ping"]


# --- parameters -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("### `size` (_query_, required)", {"in": "query", "required": True}),
        ("### `size` (_query_, optional)", {"in": "query"}),
        ("### `size` (_query_, not required)", {"in": "query"}),
        ("### `size` (_query_, required, deprecated)", {"in": "query", "required": True, "deprecated": True}),
        ("### size (header)", {"in": "header"}),
        ("### `size` — cookie", {"in": "cookie"}),
    ],
)
def test_a_parameters_heading_gives_its_location(title, expected):
    assert parameter_of(title=title) == {"name": "size", "schema": {}, **expected}


def test_a_path_parameter_is_required_whatever_the_page_says():
    text = minimal("## Parameters", "", "### `id` (_path_, optional)", target="**GET** `/ping/{id}`")
    assert operation_of(text)["parameters"] == [{"name": "id", "in": "path", "required": True, "schema": {}}]


def test_a_parameters_prose_is_its_description():
    parameter = parameter_of("How **big**.", "", "- **Type:** `integer`", "", "And why.")
    assert parameter["description"] == "How **big**.\n\nAnd why."


def test_bullets_add_to_the_schema_in_a_parameters_block():
    parameter = parameter_of(
        "- **Type:** `string`",
        "- **Constraints:** maxLength `9`",
        "",
        "```json",
        '{"type": "string", "minLength": 2}',
        "```",
    )
    assert parameter["schema"] == {"type": "string", "maxLength": 9, "minLength": 2}


def test_a_parameters_schema_can_be_a_component():
    parameter = parameter_of(
        "- **Type:** `string`",
        "",
        "_Schema ref:_ `#/components/schemas/Size` (Size)",
        "",
        "```json",
        '{"type": "string"}',
        "```",
    )
    assert parameter["schema"] == {"$ref": "#/components/schemas/Size"}


# --- bodies, responses and examples -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "intro", "required"),
    [
        ("## Request body", "", True),
        ("## Request body (optional)", "", False),
        ("## Request body", "_Optional._", False),
        ("## Request body", "The body is optional.", False),
        ("## Request body", "**Required:** `false`", False),
        ("## Request body", "**Required:** `true`", True),
        ("## Request body", "Fields that are optional may be left out.", True),
    ],
)
def test_a_request_body_is_required_unless_the_page_says_optional(title, intro, required):
    assert body_of(intro, "", "**application/json**", title=title)["required"] is required


def test_a_section_without_media_types_means_no_body():
    assert "requestBody" not in operation_of(minimal("## Request body", "", "None."))


@pytest.mark.parametrize(
    "line", ["**text/plain**", "`text/plain`", "**Content type:** `text/plain`", "#### text/plain"]
)
def test_a_media_type_can_be_written_in_several_ways(line):
    assert response_of(line) == {"description": "", "content": {"text/plain": {}}}


@pytest.mark.parametrize(
    ("caption", "members"),
    [
        ("**Example:**", {"example": 1}),
        ("_Example_", {"example": 1}),
        ("Example:", {"example": 1}),
        ("#### Response example", {"example": 1}),
        ("**Example:** `full`", {"examples": {"full": {"value": 1}}}),
        ("Example (Half full):", {"examples": {"half-full": {"value": 1}}}),
        ("Examples are what these pages lack.", {}),
    ],
)
def test_a_block_after_a_line_that_starts_with_example_is_an_example(caption, members):
    response = response_of(
        "**application/json**",
        "",
        "```json",
        '{"type": "integer"}',
        "```",
        "",
        caption,
        "",
        "```json",
        "1",
        "```",
    )
    assert response["content"]["application/json"] == {"schema": {"type": "integer"}, **members}


def test_several_examples_without_names_are_numbered():
    block = ["Example:", "", "```json", "1", "```", ""]
    assert response_of("**application/json**", "", *block, *block)["content"]["application/json"] == {
        "examples": {"example-1": {"value": 1}, "example-2": {"value": 1}}
    }


def test_blocks_in_other_languages_are_ignored():
    lines = ["**application/json**", "", "```bash", "curl", "```", "", "```json", "{}", "```"]
    assert response_of(*lines)["content"]["application/json"] == {"schema": {}}


@pytest.mark.parametrize(
    ("heading", "status"), [("`404`", "404"), ("404 Not here", "404"), ("4xx", "4XX"), ("Default", "default")]
)
def test_a_status_can_be_written_in_several_ways(heading, status):
    text = page("# Ping", "**GET** `/ping`", "## Responses", f"### {heading}")
    assert list(operation_of(text)["responses"]) == [status]


# --- security ---------------------------------------------------------------------------------------------


def security_of(*lines: str) -> tuple[object, object]:
    document: Any = read_page(minimal("## Security", "", *lines), Path("page.md")).data
    schemes = document["components"].get("securitySchemes", {})
    for scheme in schemes.values():
        scheme.pop("description", None)
    return document["paths"]["/ping"]["get"].get("security"), schemes


@pytest.mark.parametrize(
    ("name", "line", "scheme"),
    [
        ("bearerAuth", "", {"type": "http", "scheme": "bearer"}),
        ("main", "**main:** A bearer token that is an API key.", {"type": "http", "scheme": "bearer"}),
        ("main", "", {"type": "http", "scheme": "bearer"}),
        ("basicAuth", "", {"type": "http", "scheme": "basic"}),
        ("main", "**main:** HTTP Basic.", {"type": "http", "scheme": "basic"}),
        ("main", "**main:** OAuth 2.", {"type": "oauth2", "flows": {}}),
        (
            "main",
            "**main:** API key in the `X-Key` header.",
            {"type": "apiKey", "in": "header", "name": "X-Key"},
        ),
        ("main", "**main:** In the query, as `key`.", {"type": "apiKey", "in": "query", "name": "key"}),
        ("sid", "- **sid:** A cookie `sid`.", {"type": "apiKey", "in": "cookie", "name": "sid"}),
        ("api_key", "", {"type": "apiKey", "in": "header", "name": "X-API-Key"}),
    ],
)
def test_a_scheme_is_inferred_from_its_line_and_its_name(name, line, scheme):
    assert security_of("```json", json.dumps([{name: []}]), "```", "", line) == ([{name: []}], {name: scheme})


def test_labels_name_the_schemes_if_there_is_no_block():
    assert security_of("**bearerAuth:** Bearer token.") == (
        [{"bearerAuth": []}],
        {"bearerAuth": {"type": "http", "scheme": "bearer"}},
    )


def test_an_empty_array_means_no_security_and_prose_leaves_security_out():
    assert security_of("```json", "[]", "```") == ([], {})
    assert security_of("None.") == (None, {})


# --- broken pages -----------------------------------------------------------------------------------------

TOP = "# Ping\n\n**GET** `/ping/{id}`\n\n## Parameters\n\n### `id` (_path_, required)\n\n"  # 8 lines
OK = "## Responses\n\n### 200\n\nFine\n\n"  # 6 lines

BROKEN = {
    "nothing at all": ("", 1, "no title", "# Update a cart"),
    "no title": ("**GET** `/ping`\n\n" + OK, 1, "no title", "# Update a cart"),
    "a title without text": ("#\n\n**GET** `/ping`\n\n" + OK, 1, "no title", "# Update a cart"),
    "two titles": (
        "# Ping\n\n**GET** `/ping`\n\n" + OK + "# Pong\n",
        11,
        "second title 'Pong'",
        "one operation",
    ),
    "no method line": ("# Ping\n\nSome prose\n\n" + OK, 1, "no line with method and path", "**PATCH**"),
    "an unknown method": (
        "# Ping\n\n**PATHC** `/ping`\n\n" + OK,
        3,
        "unknown method 'PATHC'",
        "did you mean 'patch'",
    ),
    "a path without its slash": ("# Ping\n\n**GET** `ping`\n\n" + OK, 3, "'ping'", "expected '/ping'"),
    "a brace without its pair": ("# Ping\n\n**GET** `/ping/{id`\n\n" + OK, 3, "'/ping/{id'", "brace"),
    "a path parameter not described": (
        "# Ping\n\n**GET** `/ping/{id}`\n\n" + OK,
        3,
        "'id'",
        "### `id` (_path_",
    ),
    "a path parameter not in the path": (
        TOP + "### `ids` (_path_)\n\n" + OK,
        9,
        "no {ids}",
        "did you mean 'id'",
    ),
    "a parameter described twice": (TOP + "### `id` (_path_)\n\n" + OK, 9, "'id' is described twice", ""),
    "an unknown location": (TOP + "### `n` (_qurey_)\n\n" + OK, 9, "'qurey'", "did you mean 'query'"),
    "no location": (TOP + "### `n`\n\n" + OK, 9, "the parameter 'n'", "(_path_, required)"),
    "an unknown type": (TOP + "- **Type:** `strnig`\n\n" + OK, 9, "'strnig'", "did you mean 'string'"),
    "a type that says nothing": (TOP + "- **Type:** —\n\n" + OK, 9, "the type is empty", "integer"),
    "a bound that is no number": (
        TOP + "- **Constraints:** minimum `low`\n\n" + OK,
        9,
        "minimum is 'low'",
        "a number",
    ),
    "an unknown constraint": (
        TOP + "- **Constraints:** minLenght `3`\n\n" + OK,
        9,
        "'minlenght'",
        "did you mean 'minLength'",
    ),
    "bad JSON": (
        TOP + OK + "**application/json**\n\n```json\n{\n  oops\n}\n```\n",
        19,
        "not valid JSON",
        "column 3",
    ),
    "a key given twice": (
        TOP + OK + '**application/json**\n\n```json\n{"a": 1, "a": 2}\n```\n',
        18,
        "'a' occurs twice",
        "",
    ),
    "a schema that is no object": (
        TOP + OK + "**application/json**\n\n```json\n[]\n```\n",
        18,
        "found an array",
        "an object",
    ),
    "bad JSON in an example": (
        TOP + OK + "**application/json**\n\nExample:\n\n```json\n{,}\n```\n",
        20,
        "not valid JSON",
        "",
    ),
    "JSON without a media type": (
        TOP + OK + "```json\n{}\n```\n",
        15,
        "without a media type",
        "**application/json**",
    ),
    "a media type twice": (
        TOP + OK + "**text/csv**\n\n**text/csv**\n",
        17,
        "text/csv is described twice",
        "once",
    ),
    "a reference elsewhere": (
        TOP + OK + "**text/csv**\n\n_Schema ref:_ `#/Rows`\n",
        17,
        "#/Rows",
        "#/components/schemas/",
    ),
    "two schemas of one name": (
        TOP
        + OK
        + "".join(
            f"**{media}**\n\n_Schema ref:_ `#/components/schemas/A`\n\n```json\n{schema}\n```\n\n"
            for media, schema in (("application/json", "{}"), ("text/plain", '{"type": "string"}'))
        ),
        28,
        "the schema A differs from the one on line 20",
        "",
    ),
    "a status of four digits": (
        TOP + OK + "### 2000\n",
        15,
        "'2000' is not a valid status",
        "200, 4XX or default",
    ),
    "a status in words": (TOP + OK + "### OK\n", 15, "'OK' is not a valid status", "200, 4XX or default"),
    "a status in other digits": (TOP + OK + "### ٢٠٠\n", 15, "is not a valid status", "200, 4XX or default"),
    "a status twice": (TOP + OK + "### 200\n", 15, "200 is described twice", "once"),
    "no responses": (TOP + "## Request body\n\n## Respones\n", 1, "Request body, Respones", "## Responses"),
    "responses without a status": (TOP + "## Responses\n\nNone.\n", 9, "no responses", "### 200"),
    "a section twice": (TOP + OK + OK, 15, "'Responses' occurs twice, first on line 9", ""),
    "bad JSON under security": (TOP + OK + "## Security\n\n```json\n[\n```\n", 19, "not valid JSON", ""),
    "security that is no list": (TOP + OK + "## Security\n\n```json\n{}\n```\n", 18, "expected an array", ""),
    "scopes that are no list": (
        TOP + OK + '## Security\n\n```json\n[\n{"a": 1}]\n```\n',
        19,
        "/0/a: expected an array",
        "",
    ),
}


@pytest.mark.parametrize(("text", "line", "found", "expected"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_page_names_its_line_what_was_found_and_what_was_expected(text, line, found, expected):
    with pytest.raises(CannotRead) as caught:
        read_page(text, Path("broken.md"))
    (finding,) = caught.value.findings
    assert (finding.path, finding.line) == (Path("broken.md"), line)
    assert found in finding.message
    assert expected in finding.message


# --- all pages --------------------------------------------------------------------------------------------

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
SCHEMAS = st.recursive(
    st.sampled_from(
        [{"type": "string"}, {"type": "integer", "minimum": 0}, {"enum": ["é", None, 1.5, True]}]
    ),
    lambda inner: st.builds(
        lambda properties: {"type": "object", "properties": properties},
        st.dictionaries(NAMES, inner, max_size=3),
    ),
    max_leaves=4,
)
CONTENT = st.dictionaries(
    st.sampled_from(["application/json", "application/problem+json", "text/plain"]), SCHEMAS, max_size=2
)
SIMPLE = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "pattern": st.sampled_from([r"^[1-9]\d*$", "^a|b*$"]),
            "minLength": st.integers(0, 9),
            "maxLength": st.integers(9, 99),
        },
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={"minimum": st.integers(-9, 9), "maximum": st.integers(), "exclusiveMinimum": st.just(True)},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("string"),
            "enum": st.lists(st.sampled_from(["A", "b c", "42", "no", "null"]), min_size=1, unique=True),
        }
    ),
)
PARAMETERS = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "in": st.sampled_from(["path", "query", "header", "cookie"]),
            "required": st.booleans(),
            "schema": SIMPLE,
        }
    ),
    max_size=4,
    unique_by=lambda each: (each["in"], each["name"]),
)
OPERATIONS = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["get", "post", "patch"]),
        "parameters": PARAMETERS,
        "body": CONTENT,
        "responses": st.dictionaries(st.sampled_from(["200", "404", "4XX", "default"]), CONTENT, min_size=1),
    }
)


def rendered(operation: dict) -> str:
    lines = ["# A thing", f"**{operation['method'].upper()}** `{template(operation)}`", "## Parameters"]
    for parameter in operation["parameters"]:
        required = "required" if parameter["required"] else "optional"
        lines.append(f"### `{parameter['name']}` (_{parameter['in']}_, {required})")
        schema = dict(parameter["schema"])
        lines.append(f"- **Type:** `{schema.pop('type')}`")
        if schema:
            said = [
                f"{key} " + ", ".join(f"`{each}`" for each in as_list(value)) for key, value in schema.items()
            ]
            lines[-1] += f"\n- **Constraints:** {', '.join(said)}"
    lines += ["## Request body", *media_types(operation["body"]), "## Responses"]
    for status, content in operation["responses"].items():
        lines += [f"### {status}", *media_types(content)]
    return "\n\n".join(lines)


def template(operation: dict) -> str:
    return "/things" + "".join(
        f"/{{{each['name']}}}" for each in operation["parameters"] if each["in"] == "path"
    )


def as_list(value: object) -> list:
    return [
        each if isinstance(each, str) else json.dumps(each)
        for each in (value if isinstance(value, list) else [value])
    ]


def media_types(content: dict) -> list[str]:
    return [
        line
        for name, schema in content.items()
        for line in (f"**{name}**", f"```json\n{json.dumps(schema, indent=2)}\n```")
    ]


@settings(max_examples=80, deadline=None)
@given(OPERATIONS)
def test_a_page_made_from_an_operation_gives_the_same_operation(operation):
    text = rendered(operation)
    document = read_page(text, Path("thing.md"))
    found = document.data["paths"][template(operation)][operation["method"]]
    assert [{"required": False, **each} for each in found.get("parameters", [])] == [
        each | {"required": each["required"] or each["in"] == "path"} for each in operation["parameters"]
    ]
    assert schemas(found.get("requestBody", {})) == operation["body"]
    assert {status: schemas(response) for status, response in found["responses"].items()} == operation[
        "responses"
    ]


def schemas(holder: dict) -> dict:
    return {name: media["schema"] for name, media in holder.get("content", {}).items()}


SNIPPETS = st.sampled_from(
    [
        "# T",
        "**GET** `/x/{a}`",
        "## Parameters",
        "### `a` (_path_)",
        "- **Type:** `string[]`",
        "- **Constraints:** min `1`, enum",
        "## Request body",
        "**application/json**",
        "_Schema ref:_ `#/components/schemas/A`",
        "```json",
        "```",
        '{"a": 1}',
        "[",
        "{",
        "**Example:** `x`",
        "## Responses",
        "### 200",
        "### default",
        "## Security",
        "**k:** key",
        "- ",
        "> ",
        "`",
        "**",
        "[a]: b",
        "<b>",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(SNIPPETS, st.text(max_size=20)), max_size=25))
def test_any_text_is_a_page_or_raises_cannot_read(lines):
    text = "\n".join(lines)
    try:
        document = read_page(text, Path("any.md"))
    except CannotRead as error:
        line = error.findings[0].line
        assert line is not None
        assert 1 <= line <= max(1, text.count("\n") + text.count("\r") + 1)
    else:
        assert document.line("") is not None
