"""`--stateful`: created items are stored for each session, and answered as the contract describes them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mockserver.data.reading import BadData
from mockserver.engine.exchange import Exchange
from mockserver.engine.session_data import dumps, loads
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.model import Absent, Call, StateFull, UnknownSubject
from mockserver.models.resources.model import MOST_ITEMS, ResourceModel
from mockserver.models.resources.state import Address, Resources
from mockserver.runtime import Runtime
from mockserver.settings import Settings
from tests.support.console import Console, open_console
from tests.support.documents import HEAD
from tests.support.patches import headers, runtime, shown, status, summary

USERS = """
paths:
  /users:
    get:
      responses: {"200": {description: All, content: {application/json: {schema:
        {type: array, items: {$ref: "#/components/schemas/User"}}}}}}
    post:
      requestBody: {$ref: "#/components/requestBodies/User"}
      responses: {"201": {$ref: "#/components/responses/User"}}
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        "200": {$ref: "#/components/responses/User"}
        "404": {description: None, content: {application/json: {schema: {const: {error: nobody}}}}}
    put:
      requestBody: {$ref: "#/components/requestBodies/User"}
      responses: {"200": {$ref: "#/components/responses/User"}}
    patch:
      requestBody: {content: {application/merge-patch+json: {schema: {type: object, properties: {nick: {}}}}}}
      responses: {"200": {$ref: "#/components/responses/User"}}
    delete:
      responses: {"204": {description: Gone}}
  /users/{id}/posts:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses: {"200": {description: All, content: {application/json: {schema:
        {type: object, required: [data, total], properties: {
          data: {type: array, items: {$ref: "#/components/schemas/Post"}},
          total: {type: integer}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {"201": {$ref: "#/components/responses/Post"}}
  /users/{id}/posts/{post_id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: post_id, in: path, required: true, schema: {type: string, format: uuid}}
    get:
      responses: {"200": {$ref: "#/components/responses/Post"}}
    delete:
      responses: {"200": {$ref: "#/components/responses/Post"}}
components:
  requestBodies:
    User:
      required: true
      content:
        application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}
  responses:
    User: {description: One, content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}}
    Post: {description: One, content: {application/json: {schema: {$ref: "#/components/schemas/Post"}}}}
  schemas:
    User:
      type: object
      required: [id, name, active]
      properties:
        id: {type: integer}
        name: {type: string}
        nick: {type: string, maxLength: 5}
        active: {type: boolean}
    Post:
      type: object
      additionalProperties: false
      required: [post_id, title]
      properties: {post_id: {type: string, format: uuid}, title: {type: string, minLength: 1}}
"""


def stateful(folder: Path, text: str) -> Runtime:
    """A server that keeps the resources of a document, `openapi` and `info` left out."""
    (folder / "api.yaml").write_text(HEAD + text, encoding="utf-8")
    chosen = Settings(specs=(folder / "api.yaml",), stateful=True)
    return runtime(chosen, load_backend(chosen))


def ask(
    pipe: Runtime, line: str, body: Any = None, session: str = "default", kind: str = "application/json"
) -> Exchange:
    """One request, `POST /users`; every answer to it is on contract."""
    method, _, path = line.partition(" ")
    head = [("x-mock-session", session)]
    if body is not None:
        head.append(("content-type", kind))
    content = b"" if body is None else json.dumps(body).encode()
    exchange = pipe.run(Request.build(method, path, "", head, content))
    assert [str(each) for each in exchange.own_violations] == []
    return exchange


@pytest.fixture
def users(tmp_path: Path) -> Runtime:
    return stateful(tmp_path, USERS)


def names(pipe: Runtime, session: str = "default") -> list[str]:
    return [each["name"] for each in shown(ask(pipe, "GET /users", session=session))]


# The life of a resource


def test_what_was_created_is_read_listed_changed_replaced_and_deleted(users):
    made = ask(users, "POST /users", {"name": "Ada", "nick": "a"})
    assert (status(made), headers(made)["x-mock-source"]) == (201, "model")
    ada = shown(made)
    assert ada == {"id": 1, "name": "Ada", "nick": "a", "active": ada["active"]}
    assert shown(ask(users, "GET /users/1")) == ada
    assert shown(ask(users, "GET /users")) == [ada]

    patched = ask(users, "PATCH /users/1", {"nick": "b"}, kind="application/merge-patch+json")
    assert shown(patched) == {**ada, "nick": "b"}
    replaced = ask(users, "PUT /users/1", {"name": "Bea", "id": 9})
    assert shown(replaced) == {"id": 1, "name": "Bea", "active": ada["active"]}
    assert shown(ask(users, "GET /users/1")) == shown(replaced)

    gone = ask(users, "DELETE /users/1")
    assert (status(gone), gone.final_answer.body) == (204, b"")
    assert shown(ask(users, "GET /users")) == []


def test_a_null_in_a_merge_patch_removes_the_member(users):
    ask(users, "POST /users", {"name": "Ada", "nick": "a"})
    patched = ask(users, "PATCH /users/1", {"nick": None}, kind="application/merge-patch+json")
    assert "nick" not in shown(patched)


@pytest.mark.parametrize("line", ["GET /users/1", "PUT /users/1", "PATCH /users/1", "DELETE /users/1"])
def test_a_missing_item_is_absent(users, line):
    body = {"name": "x"} if line.startswith("PU") else None
    assert status(ask(users, line, body)) == 404


def test_a_deleted_item_is_the_documented_404_or_a_problem(users):
    ask(users, "POST /users", {"name": "Ada"})
    ask(users, "DELETE /users/1")
    assert shown(ask(users, "GET /users/1")) == {"error": "nobody"}
    assert summary(ask(users, "DELETE /users/1")) == "404 absent"


def test_an_id_is_never_given_twice(users):
    for _ in range(2):
        ask(users, "POST /users", {"name": "Ada"})
    ask(users, "DELETE /users/2")
    assert shown(ask(users, "POST /users", {"name": "Bea"}))["id"] == 3


def test_a_free_id_of_the_client_is_kept(users):
    assert [shown(ask(users, "POST /users", {"name": "x", "id": given}))["id"] for given in (2, 2, 7)] == [
        2,
        1,
        7,
    ]
    assert shown(ask(users, "POST /users", {"name": "x"}))["id"] == 3, "2 is taken"


@pytest.mark.parametrize("given", ["seven", 1.5, None, True, {}], ids=repr)
def test_an_id_that_is_not_valid_in_the_path_is_replaced(users, given):
    assert shown(ask(users, "POST /users", {"name": "x", "id": given}))["id"] == 1


# Where a new resource is (RFC 9110, section 10.2.2)

SHOPS = """
servers: [{url: /v1}]
paths:
  /shops/:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {description: Made, headers: HEADERS, content: {application/json: {schema:
        {type: object, required: [id], properties: {id: {type: string}}}}}}}
  /shops/{id}END:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses: {"200": {description: One, content: {application/json: {schema:
        {type: object, required: [id], properties: {id: {type: string}}}}}}}
"""


def location(folder: Path, headers_: str, end: str = "/", path: str = "/shops/", **body: Any) -> str | None:
    """What `Location` says of a shop that was made, after a look that a path in it leads there."""
    pipe = stateful(folder, SHOPS.replace("HEADERS", headers_).replace("END", end))
    made = ask(pipe, f"POST {path}", body)
    said = headers(made).get("location")
    if said is not None and said.startswith("/"):
        assert shown(ask(pipe, f"GET {said}")) == shown(made)
    return said


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("type: string", "/shops/1/"),
        ("type: string, format: uri-reference", "/shops/1/"),
        ("type: string, format: uri", "http://localhost/shops/1/"),
        ("type: string, const: elsewhere", "elsewhere"),
    ],
    ids=["a path", "a reference", "a whole URI", "what the contract fixes"],
)
def test_a_documented_location_leads_to_what_was_created(tmp_path, schema, expected):
    assert location(tmp_path, f"{{location: {{schema: {{{schema}}}}}}}") == expected


def test_the_location_keeps_the_base_path_and_the_end_of_the_item_s_path(tmp_path):
    header = "{Location: {schema: {type: string}, example: /shops/of-an-example}}"
    assert location(tmp_path, header, path="/v1/shops/") == "/v1/shops/1/"
    assert location(tmp_path, header, end="") == "/shops/1"


def test_an_id_is_percent_encoded_in_the_location(tmp_path):
    made = location(tmp_path, "{Location: {schema: {type: string}}}", id="à la/carte?")
    assert made == "/shops/%C3%A0%20la%2Fcarte%3F/"


def test_a_location_that_is_not_documented_is_not_sent(tmp_path):
    assert location(tmp_path, "{X-Other: {schema: {type: string}}}") is None


# Sessions and the control API's view of the state


def test_each_session_has_its_own_resources(users):
    ask(users, "POST /users", {"name": "Ada"}, "a")
    ask(users, "POST /users", {"name": "Bea"}, "b")
    assert (names(users, "a"), names(users, "b"), names(users, "c")) == (["Ada"], ["Bea"], [])


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    (tmp_path / "api.yaml").write_text(HEAD + USERS, encoding="utf-8")
    chosen = Settings(specs=(tmp_path / "api.yaml",), stateful=True)
    with open_console(chosen, load_backend(chosen)) as opened:
        yield opened


def found(console: Console, path: str = "/users") -> Any:
    return console.send("GET", path, headers={"x-mock-session": console.session}).json()


def test_the_control_api_shows_and_sets_the_state(console):
    ada = {"id": 5, "name": "Ada", "active": True}
    state = {"users": {"5": ada}, "posts": {}, "resources": {"ids": {"next": 6}}}
    console.call("PUT session/state", {"users": {"5": ada}, "resources": {"ids": {"next": 6}}})
    assert found(console) == [ada]
    assert console.state() == state
    console.call("PATCH session/state", {"users": {"5": {"name": "Bea"}}})
    assert found(console, "/users/5") == {**ada, "name": "Bea"}


def test_a_session_starts_with_every_collection_empty(console):
    assert console.state() == {"users": {}, "posts": {}, "resources": {"ids": {"next": 1}}}


def test_a_reset_forgets_what_was_created(console):
    console.call("PATCH session/state", {"users": {"5": {"name": "Ada", "active": True}}})
    assert found(console) != []
    console.call("POST session/reset")
    assert found(console) == []


ADA = {"id": 5, "name": "Ada", "active": True}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({**ADA, "name": 7}, "/users/5/name"),
        ({**ADA, "nick": "sixsix"}, "/users/5/nick"),
        ({"name": "Ada"}, "/users/5"),
        ({**ADA, "id": 6}, "/users/5/id"),
        ("Ada", "/users/5"),
    ],
)
def test_an_item_that_breaks_its_schema_is_refused_with_its_pointer(console, method, item, pointer):
    before = console.state()
    reply = console.call(f"{method} session/state", {"users": {"5": item}})
    assert (reply.status, reply.json()["type"]) == (422, "urn:mockserver:problem:bad-data")
    assert [each["pointer"] for each in reply.json()["faults"]] == [pointer]
    assert console.state() == before


def test_a_parent_that_does_not_exist_is_refused(console):
    post = f"7/{UUID(int=9)}"
    console.call("PATCH session/state", {"users": {"7": {"name": "Ada", "active": True}}})
    console.call("PATCH session/state", {"posts": {post: {"title": "one"}}})
    reply = console.call("PATCH session/state", {"users": {"7": None}})
    assert reply.json()["faults"] == [
        {"pointer": f"/posts/{post.replace('/', '~1')}", "message": "there is no '7' in users"}
    ]
    assert console.call("PATCH session/state", {"users": {"7": None}, "posts": None}).status == 200


def test_items_keep_their_order(console):
    names = "cab"
    users = {str(number): {**ADA, "id": number, "name": names[number - 1]} for number in (3, 1, 2)}
    console.call("PUT session/state", {"users": users})
    console.call("PATCH session/state", {"users": {"1": {"nick": "x"}, "0": {**ADA, "id": 0, "name": "z"}}})
    assert [each["name"] for each in found(console)] == ["b", "c", "a", "z"]
    assert [*console.state()["users"]] == ["3", "1", "2", "0"]


def test_a_state_with_an_unknown_collection_is_refused(console):
    reply = console.call("PATCH session/state", {"usrs": {}})
    assert reply.status == 422
    assert "did you mean 'users'" in reply.body.decode()


def test_items_of_a_nested_collection_are_shown_by_the_ids_of_their_parents_and_their_own(console):
    post_id = str(UUID(int=9))
    users = {number: {"id": int(number), "name": "Ada", "active": True} for number in "78"}
    console.call("PATCH session/state", {"users": users, "posts": {f"7/{post_id}": {"title": "one"}}})
    assert found(console, f"/users/7/posts/{post_id}")["title"] == "one"
    assert found(console, "/users/8/posts") == {"data": [], "total": 0}
    console.send("DELETE", f"/users/7/posts/{post_id}", headers={"x-mock-session": console.session})
    assert console.state()["posts"] == {}


# Nested collections, envelopes, ids


def test_a_nested_collection_belongs_to_its_parent(users):
    for name in ("Ada", "Bea"):
        ask(users, "POST /users", {"name": name})
    ask(users, "POST /users/1/posts", {"title": "one"})
    ask(users, "POST /users/2/posts", {"title": "two"})
    assert [each["title"] for each in shown(ask(users, "GET /users/1/posts"))["data"]] == ["one"]


def test_a_list_in_an_envelope_is_counted(users):
    ask(users, "POST /users", {"name": "Ada"})
    assert shown(ask(users, "GET /users/1/posts")) == {"data": [], "total": 0}
    post = shown(ask(users, "POST /users/1/posts", {"title": "one"}))
    assert shown(ask(users, "GET /users/1/posts")) == {"data": [post], "total": 1}


def test_a_uuid_in_the_path_makes_uuids(users):
    ask(users, "POST /users", {"name": "Ada"})
    post = shown(ask(users, "POST /users/1/posts", {"title": "one"}))
    assert str(UUID(post["post_id"])) == post["post_id"]
    assert shown(ask(users, f"GET /users/1/posts/{post['post_id']}")) == post


def test_a_documented_body_of_delete_shows_what_is_gone(users):
    ask(users, "POST /users", {"name": "Ada"})
    post = shown(ask(users, "POST /users/1/posts", {"title": "one"}))
    assert shown(ask(users, f"DELETE /users/1/posts/{post['post_id']}")) == post


THINGS = """
paths:
  /things:
    get:
      responses:
        "200":
          description: All
          content:
            application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Thing"}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {description: Made, content: {application/json: {schema: CREATED}}}}
  /things/{key}:
    get:
      parameters: [{name: key, in: path, required: true, schema: {$ref: "#/components/schemas/Key"}}]
      responses:
        "200":
          description: One
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
components:
  schemas:
    Key: KEY
    Thing: THING
"""


def things(key: str, thing: str, created: str) -> str:
    return THINGS.replace("KEY", key).replace("THING", thing).replace("CREATED", created)


REFERRED = '{$ref: "#/components/schemas/Thing"}'


@pytest.mark.parametrize(
    ("key", "thing", "expected"),
    [
        ("{type: integer}", "{type: object, required: [key], properties: {key: {type: integer}}}", [1, 2]),
        ("{type: string}", "{type: object, required: [key], properties: {key: {type: string}}}", ["1", "2"]),
        ("{type: string}", "{type: object, required: [id], properties: {id: {type: integer}}}", [1, 2]),
        ("{type: [integer, 'null']}", "{type: object, required: [id], properties: {id: {}}}", [1, 2]),
        ("{type: integer}", "{type: object, required: [id], properties: {id: {type: string}}}", ["1", "2"]),
        ("{}", "{type: object, required: [id], properties: {id: {format: uuid, type: string}}}", None),
        ("{type: integer, minimum: 7}", "{type: object, required: [id], properties: {id: {}}}", [7, 8]),
        ("{type: string, pattern: '^T-[0-9]{3}$'}", "{type: object, required: [key]}", None),
        (
            "{type: integer}",
            "{type: object, required: [id], properties: {id: {type: integer, example: 7}}}",
            [1, 2],
        ),
    ],
    ids=[
        "an integer",
        "a text",
        "a text in the path, an integer in the item",
        "a list of types",
        "an integer in the path, a text in the item",
        "a UUID in the item alone",
        "a range",
        "a pattern",
        "an example",
    ],
)
def test_ids_are_as_the_path_and_the_item_want_them(tmp_path, key, thing, expected):
    pipe = stateful(tmp_path, things(key=key, thing=thing, created=REFERRED))
    made = [shown(ask(pipe, "POST /things", {"n": number})) for number in (1, 2)]
    ids = [each.get("key", each.get("id")) for each in made]
    assert ids == expected if expected else len(set(ids)) == 2
    for number, each in enumerate(ids, start=1):
        found = ask(pipe, f"GET /things/{each}")
        assert (status(found), shown(found)["n"]) == (200, number)


def test_members_that_post_does_not_answer_are_kept_for_get(tmp_path):
    thing = "{type: object, required: [id, n], properties: {id: {type: integer}, n: {type: integer}}}"
    created = "{type: object, required: [id], additionalProperties: false, properties: {id: {type: integer}}}"
    pipe = stateful(tmp_path, things(key="{type: integer}", thing=thing, created=created))
    assert shown(ask(pipe, "POST /things", {"n": 5})) == {"id": 1}
    assert shown(ask(pipe, "GET /things/1")) == {"id": 1, "n": 5}
    assert shown(ask(pipe, "GET /things")) == [{"id": 1, "n": 5}]


def test_members_that_the_answer_forbids_are_omitted_and_the_others_generated(tmp_path):
    thing = """
      {type: object, additionalProperties: false, required: [id, size, at], properties: {
        id: {type: integer}, at: {type: string, format: date-time}, note: {type: string},
        size: {type: object, required: [unit], properties: {unit: {enum: [cm]}, width: {type: integer}}}}}"""
    pipe = stateful(tmp_path, things(key="{type: integer}", thing=thing, created=REFERRED))
    sent = {"size": {"width": 4, "unit": "inch"}, "note": 7, "colour": "red"}
    found = shown(ask(pipe, "POST /things", sent))
    assert found == {"id": 1, "at": found["at"], "size": {"width": 4, "unit": "cm"}, "note": "7"}


def test_a_path_with_a_slash_at_the_end_is_a_resource_too(tmp_path):
    text = USERS.replace("/users:", "/users/:").replace("/users/{id}:", "/users/{id}/:")
    pipe = stateful(tmp_path, text)
    ask(pipe, "POST /users/", {"name": "Ada"})
    assert shown(ask(pipe, "GET /users/1/"))["name"] == "Ada"


def test_without_the_flag_the_contract_answers(tmp_path):
    (tmp_path / "api.yaml").write_text(HEAD + USERS, encoding="utf-8")
    chosen = Settings(specs=(tmp_path / "api.yaml",))
    exchange = ask(runtime(chosen, load_backend(chosen)), "GET /users/1")
    assert headers(exchange)["x-mock-source"] == "generated"


def test_a_chosen_answer_takes_precedence_over_the_resource(users):
    ask(users, "POST /users", {"name": "Ada"})
    forced = users.run(Request.build("GET", "/users/1", headers=[("prefer", "code=404")]))
    assert shown(forced) == {"error": "nobody"}


# Only what the contract allows

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
BODIES = st.dictionaries(st.sampled_from(["id", "post_id", "name", "nick", "active", "title", "x"]), VALUES)
LINES = st.sampled_from(
    [
        f"{method} {path}"
        for path, methods in {
            "/users": ("GET", "POST", "POST"),
            "/users/1": ("GET", "PUT", "PATCH", "DELETE"),
            "/users/1/posts": ("GET", "POST"),
            f"/users/1/posts/{UUID(int=2, version=4)}": ("GET", "DELETE"),
        }.items()
        for method in methods
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(LINES, BODIES | VALUES), max_size=8))
def test_every_answer_to_any_request_conforms_to_the_contract(users, calls):
    for line, body in calls:
        merge = line.startswith("PATCH")
        kind = "application/merge-patch+json" if merge else "application/json"
        sent = body if line.startswith("P") else None
        assert status(ask(users, line, sent, kind=kind)) < 500


class Users(RuleBasedStateMachine):
    """The server beside a plain dictionary."""

    pipe: Runtime
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.session = f"run-{self.runs}"
        self.known: dict[int, str] = {}

    def ask(self, line: str, body: Any = None) -> Exchange:
        return ask(self.pipe, line, body, self.session)

    @rule(name=st.text(max_size=3))
    def create(self, name: str) -> None:
        made = shown(self.ask("POST /users", {"name": name}))
        assert made["id"] not in self.known
        self.known[made["id"]] = made["name"]
        assert made["name"] == name

    @rule(number=st.integers(1, 4), name=st.text(max_size=3))
    def replace(self, number: int, name: str) -> None:
        assert status(self.ask(f"PUT /users/{number}", {"name": name})) == (
            200 if number in self.known else 404
        )
        if number in self.known:
            self.known[number] = name

    @rule(number=st.integers(1, 4))
    def delete(self, number: int) -> None:
        gone = self.ask(f"DELETE /users/{number}")
        assert status(gone) == (204 if self.known.pop(number, None) is not None else 404)

    @invariant()
    def survives_as_json(self) -> None:
        session, models = self.pipe.sessions.open(self.session, 0), self.pipe.backend.distinct_models
        assert loads(dumps(session, models), models) == session

    @invariant()
    def agrees(self) -> None:
        assert {each["id"]: each["name"] for each in shown(self.ask("GET /users"))} == self.known


def test_the_server_agrees_with_a_dictionary(users):
    Users.pipe = users
    run_state_machine_as_test(Users, settings=settings(max_examples=20, stateful_step_count=15))


# The model itself

USER = Address("users")
MODEL_CALL = {"create": Call("POST /users", {}, {"name": "Ada"}, None)}


@pytest.fixture
def model(tmp_path: Path) -> ResourceModel:
    (tmp_path / "api.yaml").write_text(HEAD + USERS, encoding="utf-8")
    return ResourceModel(load_backend(Settings(specs=(tmp_path / "api.yaml",))).contract)


@pytest.fixture(scope="module")
def own_model(tmp_path_factory: pytest.TempPathFactory) -> ResourceModel:
    path = tmp_path_factory.mktemp("api") / "api.yaml"
    path.write_text(HEAD + USERS, encoding="utf-8")
    return ResourceModel(load_backend(Settings(specs=(path,))).contract)


def test_a_call_does_not_modify_the_previous_state(model):
    outcome = model.handle(model.initial, MODEL_CALL["create"])
    assert (model.initial.stored, list(outcome.state.items(USER))) == ({}, ["1"])


IDS = st.text(max_size=3) | st.sampled_from(["a/b", "%", "\ud800"])


@given(
    st.dictionaries(IDS, VALUES, max_size=3),
    st.dictionaries(st.tuples(IDS, IDS), VALUES, max_size=3),
    st.integers(1, 9),
)
def test_every_state_survives_its_json_form(own_model, users, posts, next_id):
    state = Resources(next_id=next_id)
    for item_id, item in users.items():
        state = state.with_item(USER, item_id, item)
    for (parent, item_id), item in posts.items():
        state = state.with_item(Address("posts", (parent,)), item_id, item)
    assert own_model.load(json.loads(json.dumps(own_model.dump(state)))) == state


def test_a_deleted_item_leaves_the_others_in_their_order(model):
    state = model.initial
    for parent, item_id in ("7a", "8b", "7c"):
        state = state.with_item(Address("posts", (parent,)), item_id, {})
    assert [*model.dump(state.without(Address("posts", ("7",)), "a"))["posts"]] == ["7/c", "8/b"]


def test_a_deleted_item_leaves_nothing_behind(model):
    state = model.initial.with_item(USER, "1", {}).without(USER, "1")
    assert state == model.initial


def test_a_collection_keeps_100_000_items_over_all_parents(model):
    halves = {
        Address("posts", (parent,)): {str(number): {} for number in range(MOST_ITEMS // 2)} for parent in "78"
    }
    full = Resources.of_items(halves, 1)
    full = full.with_item(USER, "9", {"id": 9})
    create = Call("POST /users/{id}/posts", {"id": 9}, {}, None)
    with pytest.raises(StateFull, match="posts has 100,000 items, and no more are kept"):
        model.handle(full, create)
    with_room = full.without(Address("posts", ("7",)), "1")
    assert model.handle(with_room, create).state.count("posts") == MOST_ITEMS
    assert model.handle(full, MODEL_CALL["create"]).state.count("users") == 2


def test_a_loaded_state_has_no_more_items_than_a_collection_keeps(model):
    data = {"users": {str(number): {} for number in range(MOST_ITEMS + 1)}}
    with pytest.raises(BadData, match="/users: expected at most 100,000 items, found 100,001"):
        model.load(data)


def test_given_overlays_the_state(model):
    state = model.handle(model.initial, MODEL_CALL["create"]).state
    eve = {"id": 5, "name": "Eve", "active": False}
    laid = model.lay(state, {"users": {"1": {"nick": "a"}, "5": eve}})
    ada = {"id": 1, "name": "Ada", "nick": "a", "active": True}
    assert laid.items(USER) == {"1": ada, "5": eve}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ([], "(root): expected an object, found an array"),
        ({"usrs": {}}, "/usrs: unknown collection 'usrs'; did you mean 'users'?"),
        ({"users": []}, "/users: expected an object, found an array"),
        ({"posts": {"7": {}}}, "/posts/7: expected 2 ids, percent-encoded and joined by '/', found '7'"),
        ({"resources": {"ids": {"next": 0}}}, "/resources/ids/next: 0 is less than 1"),
        ({"resources": {"id": {}}}, "/resources/id: unknown key 'id'; did you mean 'ids'?"),
    ],
    ids=[
        "no object",
        "an unknown collection",
        "a list of items",
        "too few ids",
        "the next id",
        "the counter",
    ],
)
def test_an_invalid_state_is_refused_with_its_pointer(model, data, fault):
    with pytest.raises(BadData) as caught:
        model.load(data)
    assert [str(each) for each in caught.value.errors] == [fault]


def test_resources_have_no_events(model):
    call = Call("GET /users/{id}", {"id": 1}, None, None)
    subject = model.subject(call)
    assert (subject.collection, subject.id) == ("users", "1")
    with pytest.raises(UnknownSubject):
        model.fire(model.initial, subject, "submit")


def test_a_missing_item_is_named(model):
    with pytest.raises(Absent) as caught:
        model.handle(model.initial, Call("GET /users/{id}", {"id": 7}, None, None))
    assert str(caught.value) == "there is no '7' in users"
