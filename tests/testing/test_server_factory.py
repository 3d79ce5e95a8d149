"""Further servers of a run, in pytest runs of example suites."""

import httpcore  # noqa: F401
import httpx  # noqa: F401
import pytest

# pytester unloads what a run within this one imported; some modules with parts in C do not load twice
import mockserver.testing.coverage_merge
import mockserver.testing.server_factory
import mockserver.testing.verdict  # noqa: F401
from tests.support.guarded_suites import OPTIONS, PREAMBLE, failed_at_teardown

pytest_plugins = ["pytester"]

LAMPS = """
openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps:
    get:
      operationId: show-lamps
      parameters: [{name: room, in: query, schema: {type: string, enum: [hall, attic]}}]
      responses:
        "200":
          description: The lamps.
          content: {application/json: {schema: {type: object}, example: {example: {is: "on"}}}}
"""
TREES = """
openapi: 3.1.0
info: {title: Trees, version: "1"}
paths:
  /trees:
    get:
      operationId: list-trees
      responses: {"200": {description: All, content: {application/json: {schema: {$ref: "#/components/schemas/Trees"}}}}}
    post:
      operationId: plant-tree
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}
      responses: {"201": {description: It, content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}}
  /trees/{id}:
    get:
      operationId: show-tree
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {description: It, content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}}
components:
  schemas:
    Tree: {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
    Trees: {type: array, items: {$ref: "#/components/schemas/Tree"}}
"""  # noqa: E501
SERVERS = """
from mockserver.testing.server_factory import RunningServer
from tests.support.lamps import LampModel

@pytest.fixture(scope="session")
def lamps(mock_server_factory):
    return mock_server_factory(specs=["lamps.yaml"], models=[LampModel(initial={"attic": "off"})])

@pytest.fixture(scope="session")
def trees(mock_server_factory):
    return mock_server_factory(specs=["trees.yaml"], stateful=True, seed=3)
"""


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Run a suite of these tests beside the two documents."""
    for name, text in (("lamps", LAMPS), ("trees", TREES)):
        (pytester.path / f"{name}.yaml").write_text(text, encoding="utf-8")

    def run_suite(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(PREAMBLE + SERVERS + tests)
        return pytester.runpytest_inprocess(*OPTIONS, *arguments)

    return run_suite


def test_several_contracts_are_served_at_once_each_with_sessions_of_its_own(run):
    run("""
def test_all(mock_session, lamps, trees):
    assert len({mock_session.url, lamps.url, trees.url}) == 3
    assert send(mock_session, {}) == 200
    lit, planted = lamps.session("lit"), trees.session()
    assert httpx.get(lit.base_url + "/lamps").json() == {"attic": "off"}
    lit.event("attic", "toggle", collection="lamps")
    assert httpx.get(lit.base_url + "/lamps").json() == {"attic": "on"}
    assert httpx.get(lamps.session("lit").base_url + "/lamps").json() == {"attic": "off"}
    made = httpx.post(planted.base_url + "/trees", json={"name": "oak"}).json()
    assert httpx.get(f"{planted.base_url}/trees/{made['id']}").json() == made
    assert "lit" in lit.key and lit.state == {"lamps": {"attic": {"is": "on"}}}

def test_the_same_servers_again(lamps, trees):
    assert isinstance(lamps, RunningServer)
    assert httpx.get(trees.session().base_url + "/trees").json() == []
""").assert_outcomes(passed=2)


def test_a_model_may_be_an_object_a_class_or_a_name(run):
    run("""
import pathlib

@pytest.mark.parametrize("model", [LampModel(), LampModel, "attic_lamps:AtticLamps", "attic_lamps:LAMPS"])
def test_model(mock_server_factory, model, monkeypatch, tmp_path):
    pathlib.Path(__file__).with_name("attic_lamps.py").write_text(
        "from tests.support.lamps import LampModel\\n"
        "class AtticLamps(LampModel): pass\\n"
        "LAMPS = AtticLamps()\\n"
    )
    monkeypatch.chdir(tmp_path)  # names are found in pytest's root directory
    server = mock_server_factory(specs="lamps.yaml", models=[model])
    answer = httpx.get(server.session().base_url + "/lamps")
    assert (answer.json(), answer.headers["x-mock-source"]) == ({"hall": "off"}, "model")
""").assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("specs=['lamp.yaml']", "*lamp.yaml: *"),
        ("models=[3]", "*int is not a model, because it has no name, *"),
        ("models=['lamps']", "*expected a model as MODULE:NAME*"),
        ("specs=['lamps.yaml'], scenarios='stories'", "*stories: there is no such folder*"),
    ],
)
def test_what_cannot_be_served_fails_the_test_with_a_sentence(run, arguments, sentence):
    result = run(f"""
def test_server(mock_server_factory):
    mock_server_factory({arguments})
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([sentence])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_settings_of_the_run_hold_for_further_servers_except_those_of_its_contract(run, pytester):
    pytester.makeini(
        "[pytest]\nmockserver_spec = trees.yaml\nmockserver_stateful = true\n"
        "mockserver_control_prefix = /admin\nmockserver_no_auth = true\n"
    )
    run("""
def test_settings(mock_server_factory, mock_session):
    carts = mock_server_factory(specs=[]).session()
    assert carts.base_url.startswith(carts.url + "/admin/as/")
    assert httpx.patch(carts.base_url + "/carts/42", json={}).status_code == 200
    strict = mock_server_factory(specs=[], no_auth=False).session()
    assert strict.explain("PATCH", "/carts/42", body={})["response"]["status"] == 401
    same = mock_server_factory().session()
    assert httpx.post(same.base_url + "/trees", json={"name": "oak"}).status_code == 201
""").assert_outcomes(passed=1)


def test_a_session_of_a_further_server_is_judged_with_the_test_that_ran(run):
    result = run("""
@pytest.fixture(scope="module")
def dark(lamps):
    return lamps.session("dark")

def test_careful(dark):
    assert httpx.get(dark.base_url + "/lamps?room=hall").status_code == 200

def test_careless(dark):
    httpx.get(dark.base_url + "/lamps?room=cellar")

def test_after(dark):
    assert httpx.get(dark.base_url + "/lamps?room=attic").status_code == 200

def test_stub_that_is_not_used(dark):
    dark.respond("show-lamps", status=200, body={})
""")
    assert failed_at_teardown(result) == ["test_careless", "test_stub_that_is_not_used"]


def test_requests_without_a_key_belong_to_the_running_test_on_further_servers_too(run):
    result = run("""
def test_careful(lamps):
    assert httpx.get(lamps.url + "/lamps").status_code == 200

def test_careless(lamps):
    httpx.get(lamps.url + "/lamps?room=cellar")
""")
    assert failed_at_teardown(result) == ["test_careless"]


def test_the_coverage_of_all_servers_is_one(run):
    result = run(
        """
def test_lamps(lamps, mock_session):
    httpx.get(lamps.session().base_url + "/lamps")
""",
        "--mockserver-coverage",
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines_random(["*show-lamps*", "*update-a-cart*"])
