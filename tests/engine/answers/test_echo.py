"""A successful answer of the contract has what the request says under the same names."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.exchange import Exchange
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.runtime import Runtime, wire
from mockserver.settings import Settings
from tests.support.documents import HEAD

PETS = """
paths:
  /pets:
    post:
      operationId: add-pet
      requestBody:
        content:
          application/json: {}
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Form"}}
      responses: {"201": {$ref: "#/components/responses/Pet"}}
    get:
      operationId: list-pets
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
    get:
      operationId: read-pet
      responses:
        "200": {$ref: "#/components/responses/Pet"}
        "404": {description: none, content: {application/json: {example: {id: 1, error: none}}}}
    put:
      operationId: change-pet
      requestBody: {content: {application/json: {}}}
      responses: {"200": {$ref: "#/components/responses/Pet"}}
  /pets/{petId}/toys:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    post:
      operationId: add-toy
      requestBody: {content: {application/json: {}}}
      responses:
        "201":
          description: ok
          content: {application/json: {schema: {type: object}, example: {id: 1, petId: 2, name: ball}}}
  /pets/{petId}/adopt:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    post:
      operationId: adopt-pet
      requestBody: {content: {application/json: {}}}
      responses: {"200": {$ref: "#/components/responses/Pet"}}
  /owners/{owner}/pets/{pet}:
    get:
      operationId: read-pet-of-owner
      parameters:
        - {name: owner, in: path, required: true, schema: {type: integer}}
        - {name: pet, in: path, required: true, schema: {type: integer}}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {properties: {id: {type: string}, owner: {type: string}}}}}
components:
  responses:
    Pet:
      description: a pet
      content:
        application/json:
          schema: {$ref: "#/components/schemas/Pet"}
          examples:
            rex: {value: {id: 7, name: Rex}}
            tom: {value: {id: 8, name: Tom, age: 3}}
  schemas:
    Form: {type: object, properties: {name: {type: string}, age: {type: string}}}
    Pet:
      type: object
      required: [id, name]
      additionalProperties: false
      properties:
        id: {type: integer}
        name: {type: string, maxLength: 10}
        age: {type: integer, minimum: 0}
        chipped: {type: boolean, readOnly: true}
        note: {type: string, writeOnly: true}
        safeword: {type: string, format: password}
        token: {type: string}
        max_tokens: {type: integer}
        owner: {type: object, required: [name], properties: {name: {type: string}, password: {type: string}}}
        tags: {type: array, items: {type: string}}
"""


def mock_of(folder, text: str, **settings: Any) -> Runtime:
    path = folder / "api.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    chosen = Settings(specs=(path,), **settings)
    return wire(load_backend(chosen), chosen)


def send(mock: Runtime, line: str, body: object = None, *headers: tuple[str, str]) -> Exchange:
    """The exchange of a request such as `GET /pets/7?__seed=1`, with a JSON body if one is given."""
    method, _, target = line.partition(" ")
    path, _, query = target.partition("?")
    kind = [("content-type", "application/json")] if body is not None else []
    return mock.run(
        Request.build(
            method, path, query, [*headers, *kind], b"" if body is None else json.dumps(body).encode()
        )
    )


def answer(mock: Runtime, line: str, body: object = None, *headers: tuple[str, str]) -> Any:
    return json.loads(send(mock, line, body, *headers).final_answer.body)


def scenario_folder(folder: Path, scenario: str) -> Path:
    """A folder with the one scenario `it`."""
    made = folder / "scenarios"
    made.mkdir()
    (made / "it.yaml").write_text(scenario, encoding="utf-8")
    return made


def echoes(exchange: Exchange) -> list[str]:
    """What the trail says about the echo."""
    return [each.decided for each in exchange.trail if each.decided.startswith("echoed ")]


@pytest.fixture(scope="module")
def pets(tmp_path_factory) -> Runtime:
    return mock_of(tmp_path_factory.mktemp("pets"), PETS)


@pytest.fixture
def served(tmp_path):
    """Serves one operation that answers with the given schema and example, `POST /things/{thing}`."""

    def serve(schema: str, example: str, **settings: Any) -> Runtime:
        text = f"""
paths:
  /things/{{thing}}:
    post:
      operationId: post-thing
      parameters: [{{name: thing, in: path, required: true, schema: {{type: string}}}}]
      requestBody: {{content: {{application/json: {{}}}}}}
      responses:
        "200":
          description: ok
          content: {{application/json: {{schema: {schema}, example: {example}}}}}
"""
        return mock_of(tmp_path, text, **settings)

    return serve


class TestPath:
    def test_the_last_parameter_is_the_id(self, pets):
        assert answer(pets, "GET /pets/42") == {"id": 42, "name": "Rex"}

    def test_a_text_that_the_schema_does_not_allow_is_left_out(self, pets):
        found = send(pets, "GET /pets/rex")

        assert json.loads(found.final_answer.body) == {"id": 7, "name": "Rex"}
        assert echoes(found) == []

    def test_numbers_become_strings_where_the_answer_has_strings(self, pets):
        assert answer(pets, "GET /owners/3/pets/4") == {"id": "4", "owner": "3"}

    def test_percent_encoding_is_decoded(self, served):
        mock = served("{type: object, properties: {thing: {type: string}}}", "{thing: x}")

        assert answer(mock, "POST /things/a%20%C3%A4") == {"thing": "a ä"}

    def test_an_item_below_a_resource_does_not_get_its_id(self, pets):
        assert answer(pets, "POST /pets/42/toys", {"name": "bone"}) == {"id": 1, "petId": 42, "name": "bone"}

    def test_an_action_on_a_resource_answers_with_its_id(self, pets):
        assert answer(pets, "POST /pets/42/adopt", {})["id"] == 42

    def test_an_id_in_the_body_comes_after_the_one_in_the_path(self, pets):
        assert answer(pets, "PUT /pets/42", {"id": 9, "name": "Al"})["id"] == 42

    def test_an_id_in_the_body_comes_first_below_the_resource(self, pets):
        assert answer(pets, "POST /pets/42/adopt", {"id": 9})["id"] == 9


class TestBody:
    def test_members_of_the_same_name(self, pets):
        assert answer(pets, "POST /pets", {"name": "Al", "color": "red"}) == {"id": 7, "name": "Al"}

    def test_a_member_that_the_example_lacks(self, pets):
        assert answer(pets, "POST /pets", {"age": 4, "tags": ["a"]}) == {
            "id": 7, "name": "Rex", "age": 4, "tags": ["a"],
        }  # fmt: skip

    @pytest.mark.parametrize("body", [{"age": "4"}, {"age": -1}, {"age": None}, {"name": "far too long"}])
    def test_a_value_that_does_not_fit(self, pets, body):
        assert answer(pets, "POST /pets", body) == {"id": 7, "name": "Rex"}

    def test_one_value_that_does_not_fit_leaves_the_others(self, pets):
        assert answer(pets, "POST /pets", {"age": -1, "name": "Al"}) == {"id": 7, "name": "Al"}

    def test_an_object_is_replaced_whole(self, pets):
        assert answer(pets, "POST /pets", {"owner": {"name": "Ada", "city": "London"}})["owner"] == {
            "name": "Ada", "city": "London",
        }  # fmt: skip

    def test_a_form(self, pets):
        form = Request.build(
            "POST", "/pets", "", [("content-type", "application/x-www-form-urlencoded")], b"name=Al&age=12"
        )

        assert json.loads(pets.run(form).final_answer.body) == {"id": 7, "name": "Al", "age": 12}

    @pytest.mark.parametrize(
        "body",
        [
            {"chipped": True},
            {"note": "x"},
            {"safeword": "x"},
            {"token": "x"},
            {"owner": {"name": "Ada", "password": "x"}},
        ],
        ids=["read-only", "write-only", "password", "secret name", "secret inside"],
    )
    def test_what_the_server_sets_and_secrets_are_left_out(self, pets, body):
        assert answer(pets, "POST /pets", body) == {"id": 7, "name": "Rex"}

    def test_a_number_of_tokens_is_no_secret(self, pets):
        assert answer(pets, "POST /pets", {"max_tokens": 5})["max_tokens"] == 5

    def test_a_name_that_the_user_masks(self, tmp_path):
        mock = mock_of(tmp_path, PETS, mask=("age",))

        assert answer(mock, "POST /pets", {"age": 4}) == {"id": 7, "name": "Rex"}

    @pytest.mark.parametrize("body", [[1], "text", 5, None])
    def test_other_bodies_have_no_members(self, pets, body):
        assert answer(pets, "POST /pets", body) == {"id": 7, "name": "Rex"}


class TestEnvelope:
    THING = "{type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}"

    @pytest.mark.parametrize(
        ("members", "name"),
        [
            ("data: THING, name: {type: string}", "data"),
            ("thing: THING, size: {type: integer}", "thing"),
            ("gadget: THING, meta: {type: object, properties: {name: {type: string}}}", "gadget"),
        ],
        ids=["usual name", "name of the resource", "only object beside metadata"],
    )
    def test_members_go_into_the_resource(self, served, members, name):
        schema = f"{{type: object, properties: {{{members.replace('THING', self.THING)}}}}}"
        mock = served(schema, f'{{{name}: {{id: "1"}}}}')

        assert answer(mock, "POST /things/7", {"name": "Al"}) == {name: {"id": "7", "name": "Al"}}

    def test_a_body_with_an_id_is_the_resource_itself(self, served):
        schema = f"{{type: object, properties: {{id: {{type: string}}, data: {self.THING}}}}}"
        mock = served(schema, '{id: "1", data: {id: "2"}}')

        assert answer(mock, "POST /things/7", {"name": "Al"}) == {"id": "7", "data": {"id": "2"}}

    def test_a_member_beside_the_resource(self, served):
        schema = f"{{type: object, properties: {{data: {self.THING}, request: {{type: string}}}}}}"
        mock = served(schema, '{data: {id: "1"}, request: r}')

        assert answer(mock, "POST /things/7", {"request": "mine"}) == {"data": {"id": "7"}, "request": "mine"}

    def test_a_request_in_the_same_envelope(self, served):
        schema = f"{{type: object, properties: {{thing: {self.THING}}}}}"
        mock = served(schema, '{thing: {id: "1", name: a}}')

        assert answer(mock, "POST /things/7", {"thing": {"name": "Al"}}) == {
            "thing": {"id": "7", "name": "Al"}
        }

    def test_an_envelope_that_declares_nothing_stays_empty(self, served):
        mock = served("{type: object, properties: {data: {type: object}}}", "{data: {}}")

        assert answer(mock, "POST /things/7", {"data": {"name": "Al"}}) == {"data": {}}

    @pytest.mark.parametrize("name", ["data", "things", "rows"])
    def test_lists_are_left_alone(self, served, name):
        schema = f"{{type: object, properties: {{{name}: {{type: array, items: {self.THING}}}}}}}"
        mock = served(schema, f'{{{name}: [{{id: "1"}}]}}')

        assert answer(mock, "POST /things/7", {"name": "Al", name: []}) == {name: [{"id": "1"}]}

    def test_an_array_is_left_alone(self, pets):
        assert echoes(send(pets, "GET /pets")) == []


class TestWholeBody:
    def test_members_that_belong_together(self, served):
        schema = """{oneOf: [
            {required: [kind, lives], properties: {kind: {const: cat}, lives: {type: integer}}},
            {required: [kind, breed], properties: {kind: {const: dog}, breed: {type: string}}}]}"""
        mock = served(schema, "{kind: cat, lives: 9}")

        assert answer(mock, "POST /things/7", {"kind": "dog"}) == {"kind": "cat", "lives": 9}
        assert answer(mock, "POST /things/7", {"lives": 8}) == {"kind": "cat", "lives": 8}
        assert answer(mock, "POST /things/7", {"kind": "dog", "breed": "pug"}) == {
            "kind": "dog", "lives": 9, "breed": "pug",
        }  # fmt: skip

    def test_a_closed_body_that_has_too_many_members(self, served):
        schema = "{type: object, maxProperties: 2, properties: {a: {type: integer}, b: {}, thing: {}}}"
        mock = served(schema, "{a: 1}")

        assert answer(mock, "POST /things/7", {"a": 2, "b": 3}) == {"a": 2, "thing": "7"}

    def test_an_example_that_breaks_the_contract_gets_no_further_violations(self, served):
        schema = (
            "{type: object, required: [size], properties: {thing: {}, a: {type: integer}, b: {const: 1}}}"
        )
        exchange = send(served(schema, "{a: x, b: 1}"), "POST /things/7", {"b": 2, "other": 1})

        assert json.loads(exchange.final_answer.body) == {"a": "x", "b": 1, "thing": "7"}
        assert sorted(each.pointer for each in exchange.own_violations) == ["", "/a"]

    def test_members_of_the_example_that_the_schema_allows_count(self, served):
        mock = served("{type: object}", '{id: "1", name: a, at: {id: "2"}}')

        assert answer(mock, "POST /things/7", {"name": "Al", "size": 3, "id": "9"}) == {
            "id": "7", "name": "Al", "at": {"id": "2"},
        }  # fmt: skip

    def test_nothing_fits_without_a_schema(self, tmp_path):
        text = """
paths:
  /things/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok, content: {application/json: {example: {id: a}}}}}
"""
        assert answer(mock_of(tmp_path, text), "GET /things/7") == {"id": "a"}


class TestForced:
    """What a client chose stays as it is."""

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("__code=404", {"id": 1, "error": "none"}),
            ("__code=200", {"id": 7, "name": "Rex"}),
            ("__example=tom", {"id": 8, "name": "Tom", "age": 3}),
        ],
    )
    def test_a_chosen_code_or_example(self, pets, query, expected):
        assert answer(pets, f"GET /pets/42?{query}") == expected

    @pytest.mark.parametrize("query", ["__seed=3", "__dynamic=true"])
    def test_a_generated_body_that_the_client_asks_for(self, pets, query):
        assert echoes(send(pets, f"GET /pets/42?{query}")) == []

    def test_the_same_seed_gets_the_same_body(self, pets):
        assert answer(pets, "GET /pets/42?__seed=3") == answer(pets, "GET /pets/43?__seed=3")

    def test_a_body_that_the_server_generates_is_echoed_into(self, tmp_path):
        mock = mock_of(tmp_path, PETS, dynamic=True)

        assert [answer(mock, f"GET /pets/{number}")["id"] for number in (42, 43)] == [42, 43]
        assert answer(mock, "GET /pets/44", None, ("prefer", "dynamic=false")) == {"id": 44, "name": "Rex"}

    def test_no_echo(self, tmp_path):
        assert answer(mock_of(tmp_path, PETS, echo=False), "GET /pets/42") == {"id": 7, "name": "Rex"}

    def test_a_scenario_that_answers(self, tmp_path):
        scenario = "summary: The example.\noperation: read-pet\nrespond: {status: 200}\n"
        mock = mock_of(tmp_path, PETS, scenarios=scenario_folder(tmp_path, scenario))

        assert answer(mock, "GET /pets/42", None, ("x-mock-scenario", "it")) == {"id": 7, "name": "Rex"}

    def test_a_scenario_that_only_disturbs_lets_the_contract_answer(self, tmp_path):
        scenario = "summary: Slow.\noperation: read-pet\nrespond: {delay: 1ms}\n"
        mock = mock_of(tmp_path, PETS, scenarios=scenario_folder(tmp_path, scenario))

        assert answer(mock, "GET /pets/42", None, ("x-mock-scenario", "it")) == {"id": 42, "name": "Rex"}

    def test_a_step_without_an_answer_lets_the_contract_answer(self, tmp_path):
        scenario = """
summary: One failure, then it works.
operation: read-pet
steps: [{respond: {status: 503, offContract: true}}, {}]
"""
        mock = mock_of(tmp_path, PETS, scenarios=scenario_folder(tmp_path, scenario), scenario="it")

        assert send(mock, "GET /pets/42").final_answer.status == 503
        assert answer(mock, "GET /pets/42") == {"id": 42, "name": "Rex"}

    def test_a_model_answers_by_itself(self, tmp_path):
        mock = mock_of(tmp_path, PETS, stateful=True)

        assert echoes(send(mock, "POST /pets", {"name": "Al"})) == []


class TestMediaTypes:
    TEXT = """
paths:
  /things/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: ok
          content:
            application/hal+json: {schema: {type: object, properties: {id: {type: string}}}, example: {id: a}}
            application/xml:
              schema: {type: object, xml: {name: it}, properties: {id: {type: string}}}
              example: {id: b}
            text/plain: {example: id}
"""

    @pytest.mark.parametrize(
        ("accept", "expected"),
        [("application/hal+json", b'{"id":"7"}'), ("application/xml", b"<id>b</id>"), ("text/plain", b"id")],
    )
    def test_only_json_is_changed(self, tmp_path, accept, expected):
        body = send(mock_of(tmp_path, self.TEXT), "GET /things/7", None, ("accept", accept)).final_answer.body

        assert expected in body


def test_the_trail_lists_each_pointer(pets):
    exchange = send(pets, "PUT /pets/42", {"name": "Al", "age": 4, "token": "x", "tags": 3})

    assert echoes(exchange) == ["echoed from the path: /id; from the body: /name, /age"]
    assert exchange.source == "example"
    assert exchange.own_violations == []


def test_the_example_itself_does_not_change(pets):
    answer(pets, "PUT /pets/42", {"name": "Al", "owner": {"name": "Ada"}})

    assert answer(pets, "POST /pets", {}) == {"id": 7, "name": "Rex"}


TRICKY = {
    "plain": "{required: [id], properties: {id: {type: integer}, a: {}, b: {type: string}}}",
    "closed": "{additionalProperties: false, properties: {id: {}, a: {type: [integer, 'null']}}}",
    "few": "{maxProperties: 3, properties: {id: {}, a: {}, b: {}, data: {}}}",
    "dependent": "{properties: {a: {}, b: {}}, dependentRequired: {a: [b]}}",
    "either": "{oneOf: [{required: [a], properties: {a: {type: string}}},"
    " {required: [b], properties: {b: {type: integer}}}]}",
    "not": "{properties: {a: {}, b: {}}, not: {properties: {a: {const: 1}}, required: [a]}}",
    "pattern": "{properties: {id: {type: string, pattern: '^[a-c]+$'}},"
    " patternProperties: {'^a': {type: integer}}}",
    "all": "{allOf: [{properties: {a: {type: integer}}}, {properties: {a: {minimum: 2}, b: {}}}],"
    " unevaluatedProperties: false}",
    "data": "{properties: {a: {type: string}, data: {minProperties: 1, properties: {id: {type: integer},"
    " a: {type: array, uniqueItems: true}, b: {enum: [1, x, null]}}}}}",
    "apart": "{allOf: [{properties: {a: {}, b: {type: string}}}, {additionalProperties: false}]}",
    "both": "{allOf: [{properties: {a: {type: integer}}}, {properties: {a: {maximum: 1}, id: {}}}]}",
    "inside": "{additionalProperties: false, properties: {data: {required: [a], additionalProperties: false,"
    " properties: {a: {type: integer}, b: {allOf: [{type: string}, {minLength: 1}]}}}}}",
    "if": "{properties: {a: {}, b: {}, id: {}}, if: {required: [a]}, then: {properties: {b: {const: 1}}}}",
}
NAMES = st.sampled_from(("id", "a", "b", "data"))
SCALARS = st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(("", "a", "x", "1"))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)


@pytest.fixture(scope="module")
def tricky(tmp_path_factory) -> tuple[Runtime, Runtime]:
    """A mock that echoes and one that does not, with an operation `/NAME/{id}` for each schema in TRICKY."""
    paths = "".join(
        f"""
  /{name}/{{id}}:
    put:
      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
      requestBody: {{content: {{application/json: {{}}}}}}
      responses: {{"200": {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}}}"""
        for name, schema in TRICKY.items()
    )
    folder = tmp_path_factory.mktemp("tricky")
    return mock_of(folder, f"\npaths:{paths}\n"), mock_of(folder, f"\npaths:{paths}\n", echo=False)


@given(
    name=st.sampled_from(list(TRICKY)),
    thing=st.sampled_from(("1", "abc", "x", "null", "true", "1.0")),
    body=st.dictionaries(NAMES, VALUES, max_size=4),
)
def test_an_echoed_answer_is_valid_whenever_the_plain_one_is(tricky, name, thing, body):
    echoing, plain = (send(mock, f"PUT /{name}/{thing}", body) for mock in tricky)

    assert plain.own_violations == []
    assert echoing.own_violations == []
    assert echoing.final_answer.status == plain.final_answer.status == 200
    response = echoing.matched_operation.response(200)
    judge = echoing.matched_operation.answers.judges.judge(response.media.schema)
    assert judge.evaluated_violations(json.loads(echoing.final_answer.body)) == []  # none is remembered
