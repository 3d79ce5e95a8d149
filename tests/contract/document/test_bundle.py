"""A document and the files that it refers to are bundled into one document that means the same."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document.bundle import bundle
from mockserver.contract.document.references import pointer_of, value_at
from mockserver.data.json import Json
from mockserver.data.source import CannotRead, Document, parse

HEAD = "openapi: 3.1.0\n"
FOLDER = Path("/specs")
SCHEMAS = "/components/schemas"


def bundled(text: str, **files: str) -> tuple[Document, list[str]]:
    """The bundle of a document and of other files (`a__yaml` is `a.yaml`), and its findings."""
    known = {FOLDER / name.replace("__", "."): text for name, text in files.items()}
    root = FOLDER / "api.yaml"

    def read(path: Path) -> Document:
        if path not in known:
            raise CannotRead(path, None, "there is no such file")
        return parse(known[path], path)

    document, findings = bundle(parse(text, root), read)
    return document, list(map(str, findings))


def schemas(text: str, **files: str) -> Mapping[str, Json]:
    """The component schemas of the bundle of a document, given by its own component schemas."""
    document, findings = bundled(f"{HEAD}components:\n  schemas: {text}", **files)
    assert findings == []
    found = value_at(document.data, SCHEMAS)
    assert isinstance(found, dict)
    return found


def references(value: Json) -> Iterator[str]:
    """Every `$ref` in a value."""
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


# Targets of references


@pytest.mark.parametrize(
    ("reference", "file"),
    [
        ("it.yaml#/It", "It: {const: 1}"),
        ("./it.yaml#/It", "It: {const: 1}"),
        ("../specs/it.yaml#/It", "It: {const: 1}"),
        ("file:///specs/it.yaml#/It", "It: {const: 1}"),
        ("it.yaml#/a/0/It", "a: [{It: {const: 1}}]"),
        ("it.yaml#/a~1b/c~0d", "a/b: {c~d: {const: 1}}"),
        ("it.yaml#/%7Bid%7D", "'{id}': {const: 1}"),
        ("it.yaml#/a%20b", "a b: {const: 1}"),
        ("it.yaml#/paths/~1carts~1%7Bid%7D/it", "paths: {'/carts/{id}': {it: {const: 1}}}"),
        ("it.yaml", "const: 1"),
        ("it.yaml#", "const: 1"),
        ("it.yaml#anchor", "$defs: {It: {$anchor: anchor, const: 1}}"),
        ("it.yaml#/It", "It: {$ref: '#/Other'}\nOther: {const: 1}"),
        ("it.yaml#/It", "It: {$ref: 'it.yaml#/Other'}\nOther: {const: 1}"),
        ("it.yaml#/components/schemas/It", "openapi: 3.1.0\ncomponents: {schemas: {It: {const: 1}}}"),
    ],
)
def test_a_reference_to_another_file_is_made_local(reference, file):
    root: Json = {"components": {"schemas": dict(schemas(f"{{A: {{$ref: '{reference}'}}}}", it__yaml=file))}}
    place = f"{SCHEMAS}/A"
    while isinstance(onward := value_at(root, f"{place}/$ref"), str):
        place = pointer_of(onward)
    assert value_at(root, f"{place}/const") == 1


def test_local_references_are_unchanged():
    back = "{$ref: '#/components/schemas/A'}"
    text = f"{{A: {{$ref: '#/components/schemas/a~1b'}}, a/b: {{properties: {{$ref: {back}}}}}}}"
    assert schemas(text) == parse(text, Path("a.yaml")).data


def test_circular_references_within_and_across_files_are_bundled():
    found = schemas(
        "{A: {properties: {b: {$ref: 'it.yaml#/B'}}}}",
        it__yaml="B: {items: {$ref: '#/B'}, not: {$ref: 'api.yaml#/components/schemas/A'}}",
    )
    assert found == {
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"items": {"$ref": "#/components/schemas/B"}, "not": {"$ref": "#/components/schemas/A"}},
    }


def test_the_target_of_several_references_is_copied_once_with_an_unused_name():
    found = schemas(
        "{B: {}, A: {anyOf: [{$ref: 'it.yaml#/B'}, {$ref: './it.yaml#/B'}, {$ref: 'B.yaml'}]}}",
        it__yaml="B: {const: 1}",
        B__yaml="const: 2",
    )
    assert found["A"] == {"anyOf": [{"$ref": f"#{SCHEMAS}/{name}"} for name in ("B2", "B2", "B3")]}
    assert (found["B2"], found["B3"]) == ({"const": 1}, {"const": 2})


def test_siblings_of_a_reference_are_kept():
    found = schemas("{A: {$ref: 'it.yaml', minLength: 2}}", it__yaml="type: string")
    assert found["A"] == {"$ref": "#/components/schemas/it", "minLength": 2}


def test_ids_identify_schemas_and_set_base_uris_and_are_left_out():
    found = schemas("""
    Cart:
      $id: https://shop.example/cart
      properties: {line: {$ref: line}, whole: {$ref: "#"}, own: {$ref: "#/$defs/own"}}
      $defs: {own: {}}
    Line: {$id: "https://shop.example/line", items: {$ref: "#/components/schemas/Any"}}
    Any: {}
""")
    assert found["Cart"] == {
        "properties": {
            "line": {"$ref": "#/components/schemas/Line"},
            "whole": {"$ref": "#/components/schemas/Cart"},
            "own": {"$ref": "#/components/schemas/Cart/$defs/own"},
        },
        "$defs": {"own": {}},
    }
    assert found["Line"] == {"items": {"$ref": "#/components/schemas/Any"}}


def test_a_document_is_found_by_its_self_uri():
    document, findings = bundled(
        "openapi: 3.2.0\n$self: https://shop.example/api\n"
        "components: {schemas: {A: {$ref: 'https://shop.example/api#/components/schemas/B'}, B: {}}}"
    )
    assert findings == []
    assert value_at(document.data, f"{SCHEMAS}/A") == {"$ref": "#/components/schemas/B"}


def test_the_references_of_a_discriminator_mapping_are_made_local():
    mapping = "{b: B, c: it.yaml, d: '#/components/schemas/B'}"
    found = schemas(
        f"{{A: {{discriminator: {{propertyName: k, mapping: {mapping}}}}}, B: {{}}}}", it__yaml="const: 1"
    )
    followed = {"b": f"#{SCHEMAS}/B", "c": f"#{SCHEMAS}/it", "d": f"#{SCHEMAS}/B"}
    assert found["A"] == {"discriminator": {"propertyName": "k", "mapping": followed}}


@pytest.mark.parametrize("keyword", ["const", "default", "enum", "examples", "x-note"])
def test_data_that_looks_like_a_reference_is_unchanged(keyword):
    assert schemas(f"{{A: {{{keyword}: [{{$ref: 'gone.yaml'}}]}}}}")["A"] == {
        keyword: [{"$ref": "gone.yaml"}]
    }


@pytest.mark.parametrize(
    ("section", "text", "part"),
    [
        ("pathItems", "paths: {/a: {$ref: 'it.yaml#/part'}}", "{get: {}}"),
        ("pathItems", "paths: {/a: {$ref: '#/x-own/part'}}\nx-own: {part: {get: {}}}", "{get: {}}"),
        ("parameters", "paths: {/a: {parameters: [{$ref: 'it.yaml#/part'}]}}", "{name: a, in: query}"),
        ("requestBodies", "paths: {/a: {put: {requestBody: {$ref: 'it.yaml#/part'}}}}", "{content: {}}"),
        ("responses", "paths: {/a: {put: {responses: {'200': {$ref: 'it.yaml#/part'}}}}}", "{headers: {}}"),
        ("callbacks", "paths: {/a: {put: {callbacks: {c: {$ref: 'it.yaml#/part'}}}}}", "{'{$url}': {}}"),
        ("headers", "components: {responses: {A: {headers: {h: {$ref: 'it.yaml#/part'}}}}}", "{schema: {}}"),
        ("links", "components: {responses: {A: {links: {l: {$ref: 'it.yaml#/part'}}}}}", "{operationId: a}"),
        ("examples", "components: {parameters: {A: {examples: {e: {$ref: 'it.yaml#/part'}}}}}", "{value: 1}"),
        ("securitySchemes", "components: {securitySchemes: {A: {$ref: 'it.yaml#/part'}}}", "{type: http}"),
        ("mediaTypes", "components: {headers: {A: {content: {a/b: {$ref: 'it.yaml#/part'}}}}}", "{}"),
    ],
    ids=lambda value: value if value.isalpha() else "",
)  # fmt: skip
def test_each_kind_of_object_is_copied_to_its_section_of_components(section, text, part):
    document, findings = bundled(HEAD + text, it__yaml=f"part: {part}")
    assert findings == []
    assert value_at(document.data, f"/components/{section}/part") == parse(part, Path("a.yaml")).data
    assert f"#/components/{section}/part" in set(references(document.data))


# References where OpenAPI allows none


@pytest.mark.parametrize(
    ("text", "part", "pointer"),
    [
        ("paths: {/a: {get: {$ref: 'it.yaml#/part'}}}", "{operationId: a}", "/paths/~1a/get"),
        ("paths: {/a: {get: {$ref: '#/x-own/part'}}}\nx-own: {part: {deprecated: true}}",
         "{deprecated: true}", "/paths/~1a/get"),
        ("paths: {$ref: 'it.yaml#/part'}", "{/a: {get: {}}}", "/paths"),
        ("paths: {/a: {get: {responses: {$ref: 'it.yaml#/part'}}}}", "{'200': {description: a}}",
         "/paths/~1a/get/responses"),
        ("paths: {/a: {parameters: {$ref: 'it.yaml#/part'}}}", "[{name: a, in: query}]",
         "/paths/~1a/parameters"),
        ("components: {schemas: {$ref: 'it.yaml#/part'}}", "{A: {type: string}}", SCHEMAS),
        ("components: {$ref: 'it.yaml#/part'}", "{schemas: {A: {type: string}}}", "/components"),
        ("components: {schemas: {A: {properties: {$ref: 'it.yaml#/part'}}}}", "{b: {const: 1}}",
         f"{SCHEMAS}/A/properties"),
        ("components: {requestBodies: {A: {content: {$ref: 'it.yaml#/part'}}}}", "{a/b: {}}",
         "/components/requestBodies/A/content"),
        ("components: {responses: {A: {headers: {$ref: 'it.yaml#/part'}}}}", "{h: {schema: {}}}",
         "/components/responses/A/headers"),
    ],
)  # fmt: skip
def test_the_target_of_any_other_reference_takes_its_place(text, part, pointer):
    document, findings = bundled(HEAD + text, it__yaml=f"part: {part}")
    assert findings == []
    assert value_at(document.data, pointer) == parse(part, Path("a.yaml")).data


def test_references_in_such_a_target_are_relative_to_its_file():
    document, findings = bundled(
        f"{HEAD}paths: {{/a: {{get: {{$ref: 'it.yaml#/op'}}}}}}",
        it__yaml="op: {$ref: '#/other'}\nother: {responses: {'200': {$ref: '#/ok'}}}\nok: {description: a}",
    )
    assert findings == []
    assert value_at(document.data, "/components/responses/ok") == {"description": "a"}


def test_members_beside_such_a_reference_override_those_of_its_target():
    document, findings = bundled(
        f"{HEAD}paths: {{/a: {{get: {{$ref: it.yaml, summary: own}}}}}}",
        it__yaml="{summary: other, operationId: a}",
    )
    assert findings == []
    assert value_at(document.data, "/paths/~1a/get") == {"summary": "own", "operationId": "a"}


def test_such_a_target_has_the_version_of_the_file_that_refers_to_it():
    parameter = "{name: a, in: query, schema: {type: string, nullable: true}}"
    document, _ = bundled(
        "openapi: 3.0.3\npaths: {/a: {get: {$ref: it.yaml}}}", it__yaml=f"parameters: [{parameter}]"
    )
    schema = value_at(document.data, "/paths/~1a/get/parameters/0/schema")
    assert schema == {"type": ["string", "null"]}


def test_a_finding_about_such_a_target_names_its_original_file():
    document, _ = bundled(
        f"{HEAD}paths: {{/a: {{get: {{$ref: 'it.yaml#/op'}}}}}}", it__yaml="op:\n  responses:\n    '200': {}"
    )
    assert str(document.finding("/paths/~1a/get/responses/200", "no")) == (
        "/specs/it.yaml:3: /op/responses/200: no"
    )


@pytest.mark.parametrize("operation", ["{$ref: '#/paths/~1a/get'}", "{callbacks: {c: {u: {post: OP}}}}"])
def test_a_circular_reference_of_that_kind_is_reported(operation):
    operation = operation.replace("OP", "{$ref: '#/paths/~1a/get'}")
    _, findings = bundled(f"{HEAD}paths: {{/a: {{get: {operation}}}}}")
    assert findings
    assert all("circular" in each for each in findings)


def test_a_reference_may_lead_through_other_references():
    document, findings = bundled(
        f"{HEAD}components: {{schemas: {{$ref: 'index.yaml'}}, responses: "
        f"{{A: {{content: {{a/b: {{schema: {{$ref: '#{SCHEMAS}/It/properties/b'}}}}}}}}}}}}",
        index__yaml="It: {$ref: 'It.yaml'}",
        It__yaml="properties: {b: {const: 1}}",
    )
    assert findings == []
    reference = value_at(document.data, "/components/responses/A/content/a~1b/schema/$ref")
    assert value_at(document.data, pointer_of(str(reference))) == {"const": 1}


def test_components_of_an_index_of_all_schemas_keep_their_names():
    found = schemas(
        "{$ref: 'index.yaml'}",
        index__yaml="A: {items: {$ref: '#/B'}}\nB: {items: {$ref: 'B.yaml'}}",
        B__yaml="{const: 1}",
    )
    assert found == {
        "A": {"items": {"$ref": f"#{SCHEMAS}/B"}},
        "B": {"items": {"$ref": f"#{SCHEMAS}/B2"}},
        "B2": {"const": 1},
    }


@pytest.mark.parametrize(
    "pointer",
    ["/mediaTypes/A/example", "/parameters/A/example", "/examples/A/value", "/schemas/A/example"],
)
@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("it.yaml#/one", {"a": 1}),
        ("it.yaml#/two", {"a": 1}),
        ("it.yaml#/gone", {"$ref": "it.yaml#/gone"}),
        ("#/components/examples/own", {"b": 2}),
    ],
)
def test_an_example_may_be_a_reference(pointer, reference, expected):
    _, section, name, keyword = pointer.split("/")
    components: dict[str, dict[str, Json]] = {"examples": {"own": {"value": {"b": 2}}}}
    components.setdefault(section, {})[name] = {keyword: {"$ref": reference}}
    document, findings = bundled(
        json.dumps({"openapi": "3.1.0", "components": components}),
        it__yaml="one: {a: 1}\ntwo: {$ref: '#/one'}",
    )
    assert findings == []
    assert value_at(document.data, f"/components{pointer}") == expected


# Versions


@pytest.mark.parametrize(
    ("version", "expected"),
    [("3.0.3", {"type": ["string", "null"]}), ("3.1.0", {"type": "string", "nullable": True})],
)
def test_a_file_without_a_version_has_the_version_of_the_file_that_refers_to_it(version, expected):
    text = f"openapi: {version}\ncomponents: {{schemas: {{A: {{$ref: it.yaml}}}}}}"
    document, _ = bundled(text, it__yaml="{type: string, nullable: true}")
    assert value_at(document.data, f"{SCHEMAS}/it") == expected


def test_a_file_with_a_version_is_read_by_that_version():
    own = "openapi: 3.0.0\ncomponents: {schemas: {It: {type: string, nullable: true}}}"
    found = schemas("{A: {$ref: 'it.yaml#/components/schemas/It'}}", it__yaml=own)
    assert found["It"] == {"type": ["string", "null"]}


def test_locations_that_openapi_does_not_define_are_upgraded_too():
    document, _ = bundled(
        "openapi: 3.0.0\ncomponents: {schemas: {A: {$ref: '#/x-own/It'}}}\n"
        "x-own: {It: {type: string, nullable: true}}"
    )
    assert value_at(document.data, f"{SCHEMAS}/It") == {"type": ["string", "null"]}


# Findings


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("#/components/schemas/Cat", "; did you mean 'Cart'?"),
        ("#/gone", ""),
        ("#anchor", ""),
        ("gone.yaml", ": /specs/gone.yaml: there is no such file"),
        ("it.yaml#/gone", ""),
        ("it.yaml#/list/one", ""),
        ("broken.yaml", ": /specs/broken.yaml:2: not valid YAML: "),
        ("https://shop.example/it.yaml", ": nothing is fetched from other hosts; keep a copy next to "),
        ("http://[", ""),
        ("é.yaml", ": /specs/é.yaml: there is no such file"),
    ],
)
def test_an_unresolved_reference_is_reported_with_its_line_and_left_out(reference, reason):
    document, [finding] = bundled(
        f"{HEAD}components:\n  schemas:\n    Cart:\n      $ref: '{reference}'\n      minLength: 1\n",
        it__yaml="list: [1]",
        broken__yaml="a: 1\n b: [",
    )
    place = "/specs/api.yaml:4: /components/schemas/Cart"
    assert finding.startswith(f"{place}: the reference {reference!r} cannot be resolved{reason}")
    assert value_at(document.data, f"{SCHEMAS}/Cart") == {"minLength": 1}


def test_a_finding_in_another_file_has_the_line_of_that_file():
    file = "a:\n  get:\n    parameters:\n    - $ref: '#/b'"
    _, findings = bundled(f"{HEAD}paths: {{/a: {{$ref: 'it.yaml#/a'}}}}", it__yaml=file)
    assert findings == ["/specs/it.yaml:4: /a/get/parameters/0: the reference '#/b' cannot be resolved"]


def test_a_finding_about_a_copied_object_names_its_original_file():
    text = f"{HEAD}components: {{schemas: {{A: {{$ref: 'it.yaml#/It'}}}}}}"
    document, _ = bundled(text, it__yaml="It:\n  not:\n    {}")
    assert [str(document.finding(f"{SCHEMAS}/{place}", "no")) for place in ("It/not", "A")] == [
        "/specs/it.yaml:2: /It/not: no",
        "/specs/api.yaml:2: /components/schemas/A: no",
    ]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("paths:\n  /a:\n    get: 1", "4: /paths/~1a/get: expected an object, found a number"),
        ("paths:\n  /a:\n    parameters: {}", "4: /paths/~1a/parameters: expected an array, found an object"),
        ("components:\n  schemas: []", "3: /components/schemas: expected an object, found an array"),
        ("components:\n  responses:", "3: /components/responses: expected an object, found null"),
    ],
)
def test_an_object_of_the_wrong_type_is_reported(text, finding):
    assert bundled(HEAD + text)[1] == [f"/specs/api.yaml:{finding}"]


def test_a_bundle_with_too_many_overlapping_targets_is_refused():
    """Each reference needs its own copy of everything below its target."""
    depth, width = 150, 4_000
    nested: Json = {"anyOf": [{}] * width}
    for _ in range(depth):
        nested = {"not": nested}
    places: Json = {f"A{steps}": {"$ref": "it.yaml#" + "/not" * steps} for steps in range(depth)}
    data: Json = {"openapi": "3.1.0", "components": {"schemas": places}}
    with pytest.raises(CannotRead, match=r"api\.yaml: more than 500,000 values, including those that"):
        bundle(
            Document(FOLDER / "api.yaml", data, lambda _: 1), lambda path: Document(path, nested, lambda _: 1)
        )


def test_files_that_refer_to_each_other_in_a_circle_are_each_read_once():
    read: list[Path] = []

    def onward(path: Path) -> Document:
        read.append(path)
        return parse(f"items: {{$ref: '{(int(path.stem) + 1) % 50}.yaml'}}", path)

    bundle(parse(f"{HEAD}components: {{schemas: {{A: {{$ref: 0.yaml}}}}}}", FOLDER / "api.yaml"), onward)
    assert len(read) == 50


# A document split at random


NAMES = ("A", "B", "C", "D")
FILES = ("api.yaml", "one.yaml", "two.yaml")
SCHEMA = st.dictionaries(
    st.sampled_from(["items", "not", "additionalProperties"]), st.sampled_from([*NAMES, ""]), max_size=3
)
DEFINITIONS = st.fixed_dictionaries(dict.fromkeys(NAMES, SCHEMA))
WHEREABOUTS = st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from(FILES)))


def place(name: str, file: str) -> str:
    return f"{SCHEMAS}/{name}" if file == "api.yaml" else f"/{name}"


def split(
    definitions: Mapping[str, Mapping[str, str]], files: Mapping[str, str]
) -> dict[str, dict[str, Json]]:
    """The files with the definitions, which refer to each other."""
    held: dict[str, dict[str, Json]] = {file: {} for file in FILES}
    for name, members in definitions.items():
        written: dict[str, Json] = {"title": name}
        for keyword, goal in members.items():
            file = files[goal] if goal and files[goal] != files[name] else ""
            written[keyword] = {"$ref": f"{file}#{place(goal, files[goal])}"} if goal else {}
        held[files[name]][name] = written
    return held


def unfolded(root: Json, pointer: str, depth: int) -> Json:
    """The schema at a pointer with its references replaced by their targets, down to a depth."""
    schema = value_at(root, pointer)
    assert isinstance(schema, dict)
    if "$ref" in schema:
        return unfolded(root, pointer_of(str(schema["$ref"])), depth)
    inner = schema.keys() - {"title"} if depth else ()
    return {"title": schema.get("title")} | {
        keyword: unfolded(root, f"{pointer}/{keyword}", depth - 1) for keyword in inner
    }


@given(DEFINITIONS, WHEREABOUTS)
def test_a_document_that_is_split_into_files_keeps_its_meaning(definitions, files):
    held = split(definitions, files)
    roots = {f"Root{name}": {"$ref": f"{file}#{place(name, file)}"} for name, file in files.items()}
    data: Json = {"openapi": "3.1.0", "components": {"schemas": roots | held["api.yaml"]}}
    whole, findings = bundle(
        Document(FOLDER / "api.yaml", data, lambda _: 1),
        lambda path: Document(path, held[path.name], lambda _: 1),
    )
    assert findings == []
    assert all(reference.startswith("#/components/schemas/") for reference in references(whole.data))
    one = split(definitions, dict.fromkeys(NAMES, "api.yaml"))["api.yaml"]
    for name in NAMES:
        found = unfolded(whole.data, f"{SCHEMAS}/Root{name}", 4)
        assert found == unfolded({"components": {"schemas": one}}, f"{SCHEMAS}/{name}", 4)
