"""Any OpenAPI document, served in process: which answer is sent, in which media type, and why."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver import Settings, create_app
from mockserver.data.source import InvalidFiles
from tests.support.asgi import Reply, in_process
from tests.support.documents import HEAD, operation_of

Sent = dict[str, str]


class Api:
    """A served document."""

    def __init__(self, app: Any, process: Any) -> None:
        self.app = app
        self._process = process

    def __call__(
        self, line: str, headers: Sent | None = None, body: Any = None, *, on_contract: bool = True
    ) -> Reply:
        """The answer to `GET /path?query`; a body is sent as JSON unless it is bytes."""
        method, _, target = line.partition(" ")
        sent = dict(headers or {})
        if body is not None and "content-type" not in sent:
            sent["content-type"] = "application/json"
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        raw = [(name.encode(), value.encode()) for name, value in sent.items()]
        reply: Reply = self._process.send(method, target.encode(), raw, content)
        assert (reply.header("x-mock-off-contract") is None) is on_contract
        return reply


@pytest.fixture
def served(tmp_path: Path):
    """Serves a document given as YAML, `openapi` and `info` left out, or whole."""
    stack: list[Any] = []

    def serve(text: str, **chosen: Any) -> Api:
        whole = text if text.lstrip().startswith("openapi") else HEAD + text
        (tmp_path / "api.yaml").write_text(whole, encoding="utf-8")
        app = create_app(Settings(specs=(tmp_path / "api.yaml",), **chosen))
        manager = in_process(app)
        stack.append(manager)
        return Api(app, manager.__enter__())

    yield serve
    for manager in stack:
        manager.__exit__(None, None, None)


Serve = Callable[..., Api]


def get(responses: str) -> str:
    """A document whose `GET /it` has these responses, in flow style."""
    return f"paths: {{/it: {{get: {{responses: {responses}}}}}}}\n"


def json_of(media: str) -> str:
    """A 200 in JSON, with the members of its media type."""
    return f'{{"200": {{description: Fine, content: {{application/json: {{{media}}}}}}}}}'


def problem(reply: Reply) -> str:
    """Status and kind: `404 unknown-path`."""
    assert reply.header("content-type") == "application/problem+json"
    assert reply.json()["status"] == reply.status
    return f"{reply.status} {reply.json()['type'].rpartition(':')[2]}"


# Which status


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ('{"500": {description: .}, "201": {description: .}, "202": {description: .}}', 201),
        ('{"404": {description: .}, "200": {description: .}}', 200),
        ('{"2XX": {description: .}, "404": {description: .}}', 200),
        ('{"204": {description: .}, "2XX": {description: .}}', 204),
        ('{default: {description: .}, "404": {description: .}}', 200),
    ],
    ids=["the lowest", "the success", "a range", "a status before a range", "default"],
)
def test_the_lowest_documented_success_answers(served: Serve, responses, expected):
    assert served(get(responses))("GET /it").status == expected


MANY = get("""{
  "200": {description: ., content: {application/json: {example: fine}}},
  "404": {description: ., content:
    {application/json: {examples: {gone: {value: gone}, lost: {value: lost}}}}},
  "4XX": {description: ., content: {application/json: {example: {is: yours}}}},
  default: {description: ., content: {application/json: {example: {is: any}}}}}
""")


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        ("", (200, "fine")),
        ("code=404", (404, "gone")),
        ("code=404, example=lost", (404, "lost")),
        ("example=lost", (404, "lost")),
        ("code=418", (418, {"is": "yours"})),
        ("code=500", (500, {"is": "any"})),
        ("code=201", (201, {"is": "any"})),
    ],
    ids=[
        "nothing",
        "a code",
        "a code's example",
        "an example",
        "a range",
        "default",
        "default for a success",
    ],
)
@pytest.mark.parametrize("way", ["prefer", "query"])
def test_any_documented_answer_can_be_asked_for(served: Serve, way, ask, expected):
    query = "&".join(f"__{each}" for each in ask.split(", ")) if ask else ""
    reply = served(MANY)(f"GET /it?{query}") if way == "query" else served(MANY)("GET /it", {"prefer": ask})
    assert (reply.status, reply.json()) == expected


def test_what_is_not_documented_is_told_with_what_is(served: Serve):
    reply = served(get('{"200": {description: .}, "404": {description: .}}'))("GET /it?__code=409")
    assert (problem(reply), reply.json()["valid"]) == ("404 unknown-code", ["200", "404"])


# Which body


@pytest.mark.parametrize(
    ("media", "source", "expected"),
    [
        ("examples: {b: {value: 2}, a: {value: 1}}, schema: {type: integer}", "example", 2),
        ("example: 3, schema: {type: integer, example: 4}", "example", 3),
        ("schema: {type: integer, examples: [5, 6]}", "generated", 5),
        ("schema: {type: integer, default: 7}", "generated", 7),
        ("schema: {const: 8}", "generated", 8),
        ("schema: {enum: [9, 10]}", "generated", 9),
        ("schema: {type: integer, minimum: 11, maximum: 11}", "generated", 11),
        ("schema: {type: integer, examples: [nine], default: 12}", "generated", 12),
        ("examples: {n: {$ref: '#/components/examples/n'}}", "example", 13),
        ("schema: {type: object, required: [n], properties: {n: {example: 14}}}", "generated", {"n": 14}),
    ],
    ids=[
        "the first named example",
        "the media type's example",
        "the schema's examples",
        "its default",
        "its const",
        "its enum",
        "made",
        "an example that does not fit is passed over",
        "an example behind a reference",
        "an example of a property",
    ],
)
def test_a_body_is_the_nearest_example_else_made(served: Serve, media, source, expected):
    text = get(json_of(media)) + "components: {examples: {n: {value: 13}}}\n"
    reply = served(text)("GET /it")
    assert (reply.json(), reply.header("x-mock-source")) == (expected, source)


def test_the_example_of_a_schema_of_3_0_is_shown(served: Serve):
    text = 'openapi: 3.0.3\ninfo: {title: Old, version: "1"}\n' + get(
        json_of("schema: {type: string, example: old, nullable: true}")
    )
    assert served(text)("GET /it").json() == "old"


USER = json_of("""schema: {type: object, required: [id, name, tags], properties: {
  id: {type: integer, minimum: 1, maximum: 1000000}, name: {type: string, minLength: 3},
  tags: {type: array, items: {type: string}}}}""")


def test_a_made_body_is_the_same_each_time_and_another_where_it_is_dynamic(served: Serve):
    api = served(get(USER))
    plain = [api("GET /it").body for _ in range(2)]
    seeded = [api("GET /it", {"prefer": "seed=7"}).body for _ in range(2)]
    dynamic = [api("GET /it?__dynamic=true").body for _ in range(4)]
    assert plain[0] == plain[1]
    assert seeded[0] == seeded[1] != plain[0]
    assert len(set(dynamic)) > 1


def test_dynamic_bodies_repeat_with_the_server_s_seed(served: Serve):
    def bodies(seed: int) -> list[bytes]:
        api = served(get(USER), dynamic=True, seed=seed)
        return [api("GET /it").body for _ in range(3)]

    assert bodies(1) == bodies(1) != bodies(2)


def trail(api: Api, reply: Reply) -> str:
    """What was decided for an answer, as the journal shows it."""
    target = f"GET /__mock/requests/{reply.header('x-mock-exchange')}"
    return api(target, {"host": "localhost"}).body.decode()


def test_a_schema_that_cannot_be_satisfied_gets_the_best_attempt(served: Serve):
    media = "schema: {type: object, required: [n], properties: {n: {type: integer, minimum: 5, maximum: 4}}}"
    api = served(get(json_of(media)))
    reply = api("GET /it", on_contract=False)
    assert reply.status == 200
    assert isinstance(reply.json()["n"], int)
    assert reply.header("x-mock-off-contract") == "1"
    assert "/properties/n: minimum 5 is greater than maximum 4" in trail(api, reply)


# Types, and no body at all

BOTH = (
    get("""{"200": {description: ., content: {
  application/xml: {schema: {$ref: "#/components/schemas/Cat"}},
  application/json: {schema: {$ref: "#/components/schemas/Cat"}},
  text/plain: {example: Tom}}}}""")
    + """
components: {schemas: {Cat: {type: object, required: [id, lives], xml: {name: cat}, properties: {
  id: {const: 1, xml: {attribute: true}},
  lives:
    {type: array, minItems: 2, maxItems: 2, xml: {wrapped: true}, items: {const: 9, xml: {name: life}}}}}}}
"""
)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/xml", "application/xml"),
        ("text/*", "text/plain"),
        ("application/json;q=0.5, application/xml;q=0.9", "application/xml"),
        ("application/json;q=0, */*;q=0.1", "application/xml"),
        ("text/html, text/plain;q=0.2", "text/plain"),
    ],
)
def test_the_client_s_favourite_type_answers(served: Serve, accept, expected):
    reply = served(BOTH)("GET /it", {} if accept is None else {"accept": accept})
    assert (reply.status, str(reply.header("content-type")).partition(";")[0]) == (200, expected)


def test_a_client_that_takes_none_is_told_what_there_is(served: Serve):
    reply = served(BOTH)("GET /it", {"accept": "image/png, application/json;q=0"})
    assert problem(reply) == "406 not-acceptable"
    assert sorted(reply.json()["available"]) == ["application/json", "application/xml", "text/plain"]


def test_xml_is_written_by_its_hints(served: Serve):
    root = ET.fromstring(served(BOTH)("GET /it", {"accept": "application/xml"}).body)
    assert (root.tag, root.attrib, [each.tag for each in root]) == ("cat", {"id": "1"}, ["lives"])
    assert [(each.tag, each.text) for each in root[0]] == [("life", "9"), ("life", "9")]


@pytest.mark.parametrize("status", ["204", "304"])
def test_some_answers_have_no_body_though_one_is_documented(served: Serve, status):
    text = get(f'{{"{status}": {{description: ., content: {{application/json: {{example: 1}}}}}}}}')
    reply = served(text)(f"GET /it?__code={status}")
    assert (reply.status, reply.body, reply.header("content-type")) == (int(status), b"", None)


def test_head_has_the_headers_of_get_and_no_body(served: Serve):
    api = served(get(json_of("example: {a: 1}")))
    full, head = api("GET /it"), api("HEAD /it")
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length"):
        assert head.header(name) == full.header(name)


def test_an_answer_without_documented_content_is_empty(served: Serve):
    reply = served(get('{"200": {description: Nothing to say}}'))("GET /it")
    assert (reply.body, reply.header("content-type")) == (b"", None)


# Headers

HEADERS = (
    get("""{"200": {description: ., headers: {
  X-Limit: {schema: {type: integer, example: 60}},
  X-Shown: {example: a b, schema: {type: string}},
  X-Made: {required: true, schema: {type: integer, minimum: 3}},
  X-Flag: {schema: {const: true}},
  X-List: {schema: {type: array, items: {type: integer}, example: [1, 2]}},
  X-Point: {explode: true, schema: {type: object, example: {x: 1, y: 2}}},
  X-Named: {$ref: "#/components/headers/Named"},
  X-Content: {content: {application/json: {example: {a: 1}}}},
  Content-Type: {schema: {const: text/nonsense}}},
  content: {application/json: {example: 1}}}}""")
    + "components: {headers: {Named: {schema: {const: it}}}}\n"
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-limit", "60"),
        ("x-shown", "a b"),
        ("x-made", "3"),
        ("x-flag", "true"),
        ("x-list", "1,2"),
        ("x-point", "x=1,y=2"),
        ("x-named", "it"),
        ("x-content", '{"a":1}'),
        ("content-type", "application/json"),
    ],
)
def test_documented_headers_are_filled(served: Serve, name, value):
    assert served(HEADERS)("GET /it").header(name) == value


def test_a_header_that_cannot_be_made_is_flagged(served: Serve):
    api = served(get('{"200": {description: ., headers: {X-Odd: {schema: {type: string, enum: [1]}}}}}'))
    reply = api("GET /it", on_contract=False)
    assert reply.status == 200
    assert reply.header("x-mock-off-contract") == "1"
    assert "no value of enum or const satisfies the other keywords" in trail(api, reply)


@pytest.mark.parametrize(("flag", "expected"), [("true", True), ("false", False)])
def test_a_deprecated_operation_says_so(served: Serve, flag, expected):
    text = f'paths: {{/it: {{get: {{deprecated: {flag}, responses: {{"204": {{description: .}}}}}}}}}}\n'
    assert (served(text)("GET /it").header("deprecation") is not None) is expected


# Invalid requests


def adding(responses: str) -> str:
    """A document whose `POST /it` wants an object with a number `n`, and refuses as documented."""
    return f"""
paths:
  /it:
    post:
      parameters: [{{name: page, in: query, schema: {{type: integer}}}}]
      requestBody:
        required: true
        content:
          application/json:
            schema: {{type: object, required: [n], properties: {{n: {{type: integer}}}}}}
      responses: {{"201": {{description: Made}}, {responses}}}
"""


def refusing(status: str, media: str = "example: {}") -> str:
    return f'"{status}": {{description: ., content: {{application/json: {{{media}}}}}}}'


@pytest.mark.parametrize(
    ("documented", "status"),
    [
        (("default", "4XX", "400", "422"), 422),
        (("default", "4XX", "400"), 400),
        (("default", "4XX"), 400),
        (("default",), 400),
        (("409", "500"), None),
        ((), None),
    ],
    ids=["422", "400", "4XX", "default", "none of them", "none"],
)
def test_an_invalid_request_has_the_best_documented_refusal(served: Serve, documented, status):
    reply = served(adding(", ".join(map(refusing, documented))))("POST /it?page=x", body={})
    if status is None:
        assert problem(reply) == "422 invalid-request"
    else:
        assert (reply.status, reply.header("content-type")) == (status, "application/json")
    assert reply.header("x-mock-source") == "validation"
    assert [each["pointer"] for each in reply.json()["violations"]] == ["/page", ""]


CLOSED = "additionalProperties: false, required: [code], properties: {code: {type: integer}}"
CODED = "properties: {error: {enum: [BAD]}, message: {type: string}}, required: [error, message]"


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (f"schema: {{type: object, {CLOSED}}}, example: {{code: 7}}", {"code": 7}),
        (
            f"schema: {{type: object, {CLOSED}}}, examples: {{a: {{value: no}}, b: {{value: {{code: 8}}}}}}",
            {"code": 8},
        ),
        ("schema: {type: array, items: {const: no}, minItems: 1, maxItems: 1}", ["no"]),
        ("schema: {const: no}", "no"),
    ],
    ids=["a closed example", "the example that fits", "a list", "a text"],
)
def test_a_refusal_with_no_room_for_violations_keeps_to_the_contract(served: Serve, media, expected):
    reply = served(adding(refusing("400", media)))("POST /it", body={})
    assert (reply.json(), reply.header("x-mock-violations")) == (expected, "1")


@pytest.mark.parametrize(
    ("media", "kept", "worded"),
    [
        ("example: {message: No, code: 7}", {"code": 7}, "message"),
        ("example: {title: Bad, detail: No, status: 400}", {"title": "Bad", "status": 400}, "detail"),
        (f"schema: {{type: object, {CODED}}}", {"error": "BAD"}, "message"),
        ("schema: {type: object, properties: {message: {type: string}}}", {}, "message"),
        ("schema: {type: object}", {}, "error"),
        ("schema: {}", {}, "error"),
    ],
    ids=[
        "an example",
        "a problem",
        "a code beside a sentence",
        "an optional sentence",
        "any object",
        "anything",
    ],
)
def test_a_refusal_keeps_its_shape_and_says_what_is_wrong(served: Serve, media, kept, worded):
    found = served(adding(refusing("400", media)))("POST /it", body={"n": "x"}).json()
    assert found.pop("violations")[0]["pointer"] == "/n"
    assert found.pop(worded).startswith("/n: ")
    assert found == kept


@pytest.mark.parametrize(
    "documented",
    [
        "",
        refusing("400"),
        refusing("400", "schema: {const: no}"),
        '"400": {description: Bare}',
        '"400": {description: ., content: {text/plain: {example: "No."}}}',
        '"400": {description: ., content: {application/xml: {schema: {type: object, xml: {name: no}}}}}',
    ],
    ids=["a problem", "JSON", "JSON without room", "no body", "text", "XML"],
)
def test_the_violations_always_reach_the_developer(served: Serve, documented):
    api = served(adding(documented))
    reply = api("POST /it?page=x", body={"n": "x"})
    assert reply.header("x-mock-violations") == "2"
    address, _, relation = str(reply.header("link")).partition("; ")
    assert relation == 'rel="describedby"'
    entry = api(f"GET {address[1:-1]}", {"host": "127.0.0.1"}).json()
    assert [each["pointer"] for each in entry["violations"]] == ["/page", "/n"]


def test_a_refusal_comes_as_the_type_that_the_client_likes(served: Serve):
    content = "application/json: {example: {}}, application/xml: {schema: {type: object, xml: {name: no}}}"
    api = served(adding(f'"400": {{description: ., content: {{{content}}}}}'))
    refused = api("POST /it", {"accept": "application/xml"}, {"n": "x"})
    assert str(refused.header("content-type")).startswith("application/xml")
    assert api("POST /it", {}, {"n": "x"}).header("content-type") == "application/json"


def test_a_refusal_whose_body_cannot_be_made_gives_way_to_a_problem_with_the_violations(served: Serve):
    reply = served(adding(refusing("400", "schema: {type: string, enum: [1]}")))("POST /it", body={})
    assert (problem(reply), reply.header("x-mock-violations")) == ("422 invalid-request", "1")
    assert len(reply.json()["violations"]) == 1


def test_a_request_that_keeps_to_the_contract_has_nothing_said_about_it(served: Serve):
    reply = served(adding(refusing("400")))("POST /it?page=2", body={"n": 1})
    assert (reply.status, reply.header("x-mock-violations"), reply.header("link")) == (201, None, None)


def test_the_contract_s_example_is_not_changed_by_a_refusal(served: Serve):
    api = served(adding(refusing("400", "example: {message: No}")))
    api("POST /it", body={})
    assert api("POST /it?__code=400", body={"n": 1}).json() == {"message": "No"}


# What only one side sends

SIDES = """
paths:
  /users:
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
      responses:
        "201":
          description: Made
          content:
            application/json:
              schema: {$ref: "#/components/schemas/User"}
components:
  schemas:
    User:
      type: object
      required: [id, name, password]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        password: {type: string, writeOnly: true}
"""


def test_what_is_read_only_is_refused_in_a_request_and_not_required_there(served: Serve):
    api = served(SIDES)
    assert api("POST /users", body={"name": "Ada", "password": "x"}).status == 201
    refused = api("POST /users", body={"id": 1, "name": "Ada", "password": "x"})
    assert [each["pointer"] for each in refused.json()["violations"]] == ["/id"]


@pytest.mark.parametrize("prefer", ["", "dynamic=true", "seed=3"])
def test_what_is_write_only_is_not_answered(served: Serve, prefer):
    found = served(SIDES)("POST /users", {"prefer": prefer}, {"name": "Ada", "password": "x"}).json()
    assert set(found) == {"id", "name"}


def test_an_example_that_shows_what_is_write_only_is_flagged(served: Serve):
    text = SIDES.replace(
        "            application/json:\n",
        "            application/json:\n              example: {id: 1, name: Ada, password: x}\n",
    )
    api = served(text)
    reply = api("POST /users", body={"name": "Ada", "password": "x"}, on_contract=False)
    assert reply.header("x-mock-off-contract") == "1"


# Flags, and servers' base paths

DATED = """
paths:
  /it:
    get:
      parameters: [{name: on, in: query, schema: {type: string, format: date}}]
      responses: {"204": {description: Fine}}
"""


@pytest.mark.parametrize(("formats", "status"), [(True, 422), (False, 204)])
def test_formats_are_a_rule_unless_the_server_is_told_otherwise(served: Serve, formats, status):
    assert served(DATED, formats=formats)("GET /it?on=soon").status == status


FAULTY = get(json_of("schema: {type: integr}"))


def test_a_faulty_contract_is_served_as_far_as_it_goes_and_refused_if_strict(served: Serve):
    assert served(FAULTY)("GET /it").status == 200
    with pytest.raises(InvalidFiles) as caught:
        served(FAULTY, strict=True)
    assert "integer" in str(caught.value)


BASED = """
servers:
  - {url: "https://a.example/v1/"}
  - {url: "/{stage}/v2", variables: {stage: {default: live, enum: [live, test]}}}
"""


@pytest.mark.parametrize("path", ["/it", "/v1/it", "/live/v2/it", "/test/v2/it"])
def test_the_servers_base_paths_lead_to_the_operations(served: Serve, path):
    assert served(BASED + get('{"204": {description: .}}'))(f"GET {path}").status == 204


@pytest.mark.parametrize("path", ["/v2/it", "/v1/v1/it", "/prod/v2/it"])
def test_other_base_paths_lead_nowhere(served: Serve, path):
    assert problem(served(BASED + get('{"204": {description: .}}'))(f"GET {path}")) == "404 unknown-path"


@pytest.mark.parametrize(
    "header",
    [
        'X-E: {example: "a\\r\\nb: c"}',
        '"X G": {example: a}',
        "Content-Length: {example: 5}",
        "Connection: {example: close}",
    ],
)
def test_a_documented_header_that_cannot_go_onto_the_wire_is_left_out(served: Serve, header: str):
    document = f"""
paths:
  /it:
    get:
      responses:
        "200":
          description: Yes
          headers: {{{header}}}
          content: {{application/json: {{schema: {{const: fine}}}}}}
"""
    reply = served(document)("GET /it")
    assert (reply.status, reply.json()) == (200, "fine")
    assert reply.header(header.split(":", maxsplit=1)[0].strip('"')) in (None, "6")


@pytest.mark.parametrize("code", ["100", "101", "199"])
def test_an_interim_status_is_no_answer_that_can_be_asked_for(served: Serve, code: str):
    document = "paths: {/it: {get: {responses: {default: {description: x}}}}}"
    assert problem(served(document)(f"GET /it?__code={code}")) == "404 unknown-code"


def test_what_several_schemas_extend_may_be_the_same():
    operation = operation_of("""
paths: {/it: {get: {responses: {"200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Both"}}}}}}}}
components:
  schemas:
    Base: {type: object, required: [id], properties: {id: {type: integer}}}
    A: {allOf: [{$ref: "#/components/schemas/Base"}, {required: [a], properties: {a: {type: string}}}]}
    B: {allOf: [{$ref: "#/components/schemas/Base"}, {required: [b], properties: {b: {type: string}}}]}
    C: {allOf: [{$ref: "#/components/schemas/Base"}, {required: [c], properties: {c: {type: string}}}]}
    Both: {allOf: [{$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"}, {$ref: "#/components/schemas/C"}]}
""")  # noqa: E501
    media = operation.responses["200"].media
    assert media is not None
    assert media.schema is not None
    assert set(operation.value(media.schema)) == {"id", "a", "b", "c"}
