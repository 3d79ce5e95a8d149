"""The pytest plugin, used in pytest runs of example suites."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpcore  # noqa: F401
import httpx
import pytest

# pytester unloads what a run within this one imported; httpx keeps errors of the first httpcore, and some
# modules with parts in C do not load twice.
import mockserver.testing.coverage_merge
import mockserver.testing.thread_server
import mockserver.testing.transport  # noqa: F401
from mockserver.settings.table import PYTEST, TABLE
from tests.support.live import Live, serve

pytest_plugins = ["pytester"]

PREAMBLE = """
import asyncio
import copy
import httpx
import pytest

TOKEN = {"Authorization": "Bearer flt_sk_shop"}

def change(session, body, path="/carts/42", client=httpx):
    return client.patch(session.url + path, json=body, headers={**TOKEN, **session.headers}).status_code
"""


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Run a suite of these tests; its warnings are errors."""

    def run_suite(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(PREAMBLE + tests)
        return pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider", *arguments)

    return run_suite


def test_a_session_is_ready_and_its_own(run):
    run("""
@pytest.mark.parametrize("purchaser", [12, 13])
def test_change(mock_session, purchaser):
    before = mock_session.state["carts"]["42"]["purchaser"]
    assert change(mock_session, {"purchaser_id": purchaser}) == 200
    assert mock_session.state["carts"]["42"]["purchaser"] == purchaser != before or before == 12
    assert len(mock_session.requests()) == 1
    assert mock_session.verify(method="PATCH", path="/carts/42", count=1)
""").assert_outcomes(passed=2)


def test_the_server_is_one_for_the_run_and_gone_afterwards(run, tmp_path: Path):
    run(f"""
from pathlib import Path

def test_one(mock_server):
    Path({str(tmp_path)!r}, "one").write_text(mock_server.url)

def test_two(mock_server):
    Path({str(tmp_path)!r}, "two").write_text(mock_server.url)
    assert httpx.get(mock_server.url + "/__mock/health").status_code == 200
""").assert_outcomes(passed=2)
    one, two = ((tmp_path / name).read_text() for name in ("one", "two"))
    assert one == two
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(one).port), timeout=5)


def test_a_request_that_breaks_the_contract_fails_its_test_though_the_answer_is_ignored(run):
    result = run("""
def test_careless(mock_session):
    change(mock_session, {"purchaser_id": 0})
    change(mock_session, {}, "/cart/42")
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([
        "*ERROR at teardown of test_careless*",
        "2 requests of this test broke the contract:",
        "x1  PATCH /carts/42 -> 400 Bad Request: body /purchaser_id: *",
        '  sent {"purchaser_id": 0}',
        "  violation: body /purchaser_id: *",
        "  match: update-a-cart *",
        "  answered 400 Bad Request (source: validation)",
        "x2  PATCH /cart/42 -> 404 Not Found: * the nearest path is /carts/{order_id}",
        "*mock_allow_violations*",
    ])  # fmt: skip


def test_an_exception_of_the_mock_fails_the_test_that_got_it(run):
    result = run("""
def test_crash(mock_session, monkeypatch):
    def crash(*_):
        raise ZeroDivisionError
    monkeypatch.setattr("mockserver.models.carts.model.CartModel.handle", crash)
    assert change(mock_session, {}) == 500
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([
        "*ERROR at teardown of test_crash*",
        "the mock failed with an exception in 1 request of this test; the log has the traceback:",
        "x1  PATCH /carts/42 -> 500 Internal Server Error: ZeroDivisionError at *",
    ])  # fmt: skip


def test_a_marked_test_may_break_the_contract(run):
    run("""
@pytest.mark.mock_allow_violations
def test_refused(mock_session):
    assert change(mock_session, {"purchaser_id": 0}) == 400
""").assert_outcomes(passed=1)


def test_a_browser_s_preflight_breaks_nothing(run):
    run("""
def test_preflight(mock_session):
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "PATCH"}
    answer = httpx.options(mock_session.url + "/carts/42", headers={**asked, **mock_session.headers})
    assert answer.status_code == 204
""").assert_outcomes(passed=1)


def test_a_required_stub_that_matched_nothing_fails_its_test(run):
    result = run("""
def test_matched(mock_session):
    with mock_session.respond("update-a-cart", error="ORDER_NOT_CART"):
        assert change(mock_session, {}) == 409

def test_left(mock_session):
    mock_session.respond("update-a-cart", {"path": "/carts/44"}, error="ORDER_NOT_CART")
    assert change(mock_session, {}) == 200

def test_block(mock_session):
    with mock_session.respond("update-a-cart", error="ORDER_NOT_CART"):
        pass

def test_fork(mock_session):
    mock_session.fork().respond("update-a-cart", error="ORDER_NOT_CART")

def test_permitted(mock_session):
    mock_session.respond("update-a-cart", error="ORDER_NOT_CART", required=False)
""")
    result.assert_outcomes(passed=5, errors=3)
    result.stdout.fnmatch_lines([
        "*ERROR at teardown of test_left*",
        "1 stub of this test matched no request:",
        "  s1  update-a-cart",
        "*/path: expected /carts/44, found /carts/42",
        "*ERROR at teardown of test_block*",
        "*ERROR at teardown of test_fork*",
    ])  # fmt: skip


def test_a_failed_test_s_report_shows_what_was_exchanged(run):
    result = run("""
@pytest.mark.mock_scenario("order-not-cart")
def test_fails(mock_session):
    assert change(mock_session, {}) == 200

def test_silent(mock_session):
    assert False
""")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines([
        "*- mockserver exchanges -*",
        "x1  PATCH /carts/42*",
        "  sent {}",
        "  pick_scenario: order-not-cart, chosen by *",
        "  answered 409 Conflict (source: scenario, scenario order-not-cart)",
        '  {"error": "ORDER_NOT_CART"}',
        "*- mockserver exchanges -*",
        "no request came in session test_silent-*; does the client send its requests to mock_session.url?",
    ])  # fmt: skip


def test_a_verification_that_fails_names_the_nearest_miss_at_the_test_s_own_line(run):
    result = run("""
def test_sent(mock_session):
    change(mock_session, {"purchaser_id": 12})
    mock_session.verify(bodyPartial={"purchaser_id": 13}, count={"atLeast": 1})
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        ">   *mock_session.verify(*",
        "E   *AssertionError: expected at least 1 * found 0 among 1 exchanges",
        'E *match: {"bodyPartial": {"purchaser_id": 13}}',
        "E *nearest: x1  PATCH /carts/42 -> 200",
        "E */bodyPartial/purchaser_id: expected 13, found 12",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*control_client.py*")


def test_a_call_that_the_server_refuses_says_why(run):
    result = run("""
def test_typo(mock_session):
    mock_session.verify(methd="PATCH")
""")
    result.stdout.fnmatch_lines(["E *CallRefused: *unknown key 'methd'; did you mean 'method'?"])
    result.stdout.no_fnmatch_line("*control_client.py*")


def test_a_scenario_holds_from_then_on_and_in_a_block_for_the_block(run):
    run("""
def test_chosen(mock_session):
    mock_session.scenario("order-not-cart")
    assert [change(mock_session, {}) for _ in range(2)] == [409, 409]

def test_block(mock_session):
    change(mock_session, {"purchaser_id": 12})
    found = mock_session.state
    for _ in range(2):  # the story begins again
        with mock_session.scenario("submitted-elsewhere") as same:
            assert same is mock_session
            assert [change(mock_session, {}) for _ in range(3)] == [200, 200, 409]
        assert mock_session.state == found
    assert change(mock_session, {}) == 200

def test_block_that_raises(mock_session):
    with pytest.raises(ZeroDivisionError), mock_session.scenario("already-ordered"):
        assert change(mock_session, {}) == 409
        1 / 0
    assert change(mock_session, {}) == 200

def test_blocks_within_each_other(mock_session):
    with mock_session.scenario("already-ordered"):
        with mock_session.scenario("gateway-down"):
            assert change(mock_session, {}) == 500
        assert change(mock_session, {}) == 409
""").assert_outcomes(passed=4)


def test_a_scenario_may_be_marked_for_a_test_for_a_case_and_for_a_class(run):
    run("""
@pytest.mark.mock_scenario("order-not-cart")
@pytest.mark.parametrize("cart", [42, 44])
def test_marked(mock_session, cart):
    assert change(mock_session, {}, f"/carts/{cart}") == 409

@pytest.mark.parametrize("status", [
    200,
    pytest.param(409, marks=pytest.mark.mock_scenario("order-not-cart")),
    pytest.param(500, marks=pytest.mark.mock_scenario("internal-error")),
])
def test_cases(mock_session, status):
    assert change(mock_session, {}) == status

@pytest.mark.mock_scenario("order-not-cart")
class TestAll:
    def test_inherited(self, mock_session):
        assert change(mock_session, {}) == 409

    @pytest.mark.mock_scenario("internal-error")
    def test_nearer(self, mock_session):
        assert change(mock_session, {}) == 500

    def test_of_something_else(self):
        pass
""").assert_outcomes(passed=8)


@pytest.mark.parametrize(
    ("marker", "argument", "sentence"),
    [
        ('mock_scenario("order-not-cat")', "mock_session", "*did you mean 'order-not-cart'?"),
        ("mock_scenario", "mock_session", 'write @pytest.mark.mock_scenario("NAME")'),
        (
            'mock_scenario("order-not-cart")',
            "tmp_path",
            "*needs the fixture mock_session, which is not used here",
        ),
    ],
    ids=["unknown", "nameless", "of no use"],
)
def test_a_marker_that_cannot_work_is_an_error_with_a_sentence(run, marker, argument, sentence):
    result = run(f"""
@pytest.mark.{marker}
def test_marked({argument}):
    pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([sentence])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_test_drives_state_and_events_and_asks_for_reasons(run):
    run("""
def test_driven(mock_session):
    assert mock_session.event(42, "submit")["state"] == "ordered"
    explained = mock_session.explain("PATCH", "/carts/42", headers=TOKEN, body={})
    assert (explained["response"]["status"], explained["id"]) == (409, None)
    assert mock_session.requests() == []
    state = copy.deepcopy(mock_session.state)
    state["carts"]["42"]["state"] = "cart"
    assert mock_session.replace_state(state) == state == mock_session.state
    assert [change(mock_session, {}), change(mock_session, {}, "/carts/404")] == [200, 404]
    assert [row["response"]["status"] for row in mock_session.requests()] == [200, 404]
    assert [row["id"] for row in mock_session.requests(status=404, valid=True)] == ["x2"]
""").assert_outcomes(passed=1)


def test_clients_without_a_socket_sync_and_async_share_the_test_s_session(run):
    run("""
def test_sync(mock_session, mock_transport):
    with httpx.Client(transport=mock_transport, base_url=mock_session.url) as client:
        assert client.patch("/carts/42", json={}, headers=TOKEN).json()["data"]["id"] == 42
        headers = {**TOKEN, "Content-Type": "application/json"}
        assert client.patch("/carts/42", content=iter([b"{", b"}"]), headers=headers).status_code == 200
    mock_session.verify(status=200, count=2)

def test_async(mock_session, mock_transport):
    async def both():
        async with httpx.AsyncClient(transport=mock_transport, base_url=mock_session.url) as client:
            mock_session.scenario("slow")
            calls = (client.patch("/carts/42", json={}, headers=TOKEN) for _ in range(2))
            return [answer.status_code for answer in await asyncio.gather(*calls)]
    assert asyncio.run(both()) == [200, 200]
    mock_session.verify(scenario="slow", count=2)

def test_violations(mock_transport):
    with httpx.Client(transport=mock_transport, base_url="http://shop.test") as client:
        client.patch("/carts/42", json=[], headers=TOKEN)
""").assert_outcomes(passed=3, errors=1)


def test_workers_of_xdist_have_a_server_each_and_their_coverage_is_one(run):
    result = run(
        """
@pytest.mark.parametrize("mode", ["BUY", "LEASING"])
@pytest.mark.parametrize("purchaser", [12, 13])
def test_change(mock_session, mode, purchaser):
    assert change(mock_session, {"acquisition_mode": mode, "purchaser_id": purchaser}) == 200

def test_without_a_socket(mock_session, mock_transport):
    with httpx.Client(transport=mock_transport) as client:
        assert change(mock_session, {}, "/carts/404", client) == 404
""",
        "-n4", "--mockserver-coverage-fail-under=90",
    )  # fmt: skip
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines([
        "*mockserver: coverage of the contract*",
        "update-a-cart",
        "  statuses        2/6  not seen: 400, 403, 409, 500",
        "  values         2/13*",
        "FAILED: * % of the contract was seen, less than 90 %",
    ])  # fmt: skip
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["--mockserver-coverage"], 0, "  statuses        1/6*"),
        (["--mockserver-coverage-fail-under=2"], 0, "all operations"),
        (["--mockserver-coverage-fail-under=99.5"], 1, "FAILED: * less than 99.5 %"),
        (["--mockserver-coverage-fail-under=99", "-k", "nothing"], 1, "no test used a mock server"),
    ],
    ids=["shown", "enough", "too little", "none"],
)
def test_coverage_is_shown_and_may_fail_the_run(run, arguments, status, line):
    result = run(
        """
def test_change(mock_session):
    assert change(mock_session, {}) == 200

def test_nothing():
    pass
""",
        *arguments,
    )
    assert result.ret == status
    result.stdout.fnmatch_lines(["*mockserver: coverage of the contract*", line])


def test_coverage_that_is_no_percentage_is_a_usage_error(run):
    result = run("", "--mockserver-coverage-fail-under=much")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*expected a number from 0 to 100, found 'much'"])


SPEC = """
openapi: 3.1.0
info: {title: Doors, version: "1"}
paths:
  /doors:
    get:
      operationId: doors
      responses: {"200": {description: All, content: {application/json: {example: [front]}}}}
"""


def test_the_ini_file_names_contract_and_scenarios_relative_to_itself(run, pytester: pytest.Pytester):
    pytester.makeini("[pytest]\nmockserver_spec = api/doors.yaml\nmockserver_scenarios = stories\n")
    for path, text in {
        "api/doors.yaml": SPEC,
        "stories/shut.yaml": "summary: No doors.\noperation: doors\nrespond: {status: 200, body: []}\n",
    }.items():
        file = pytester.path / path
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    run("""
def test_doors(mock_session):
    ask = lambda: httpx.get(mock_session.url + "/doors", headers=mock_session.headers).json()
    assert ask() == ["front"]
    with mock_session.scenario("shut"):
        assert ask() == []
""").assert_outcomes(passed=1)


def test_the_ini_file_names_models(run, pytester: pytest.Pytester):
    pytester.makeini("[pytest]\nmockserver_spec = doors.yaml\nmockserver_model = door_models:DoorModel\n")
    (pytester.path / "doors.yaml").write_text(SPEC, encoding="utf-8")
    (pytester.path / "door_models.py").write_text(DOOR_MODEL, encoding="utf-8")
    run("""
def test_doors(mock_session):
    answer = httpx.get(mock_session.url + "/doors", headers=mock_session.headers)
    assert (answer.json(), answer.headers["x-mock-source"]) == (["back"], "model")
""").assert_outcomes(passed=1)


DOOR_MODEL = """
from mockserver import Outcome

class DoorModel:
    name = "doors"
    initial = ("back",)
    events = ()
    def codes(self, operation): return ()
    def handles(self, operation, method, path): return operation == "doors"
    def admit(self, state, credential): pass
    def subject(self, call): return None
    def handle(self, state, call): return Outcome(state, list(state))
    def lay(self, state, given): return state
    def fire(self, state, subject, event): return state
    def dump(self, state): return {"doors": {name: {} for name in state}}
    def load(self, data): return tuple(data["doors"])
"""


@pytest.mark.parametrize(
    ("ini", "sentence"),
    [
        ("mockserver_model = nothing:Model", "*nothing: there is no module 'nothing'*"),
        ("mockserver_spec = nothing.yaml", "*nothing.yaml: there is no such file"),
        (
            "mockserver_fixtures = one two",
            "tox.ini:2: mockserver_fixtures: expected one folder, found *one and *two",
        ),
        ("mockserver_url = http://127.0.0.1:9", "no mockserver answers at http://127.0.0.1:9: *"),
        (
            "mockserver_control_prefix = mock/",
            "tox.ini:2: mockserver_control_prefix: expected a path such as /__mock, found 'mock/'",
        ),
        ("mockserver_seed = x", "tox.ini:2: mockserver_seed: expected an integer, found 'x'"),
        (
            "mockserver_no_auth = perhaps",
            "tox.ini:2: mockserver_no_auth: expected true or false, found 'perhaps'",
        ),
        ("mockserver_scenario = nothing", "there is no scenario 'nothing'*"),
        ("mockserver_config = nothing.toml", "*nothing.toml: there is no such file"),
    ],
    ids=["model", "spec", "fixtures", "url", "control prefix", "number", "flag", "scenario", "config"],
)
def test_what_the_ini_file_gets_wrong_is_told_in_a_sentence(run, pytester: pytest.Pytester, ini, sentence):
    pytester.makeini(f"[pytest]\n{ini}\n")
    result = run("def test_any(mock_session): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([sentence])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_an_unknown_key_of_the_ini_file_is_an_error(run, pytester: pytest.Pytester):
    pytester.makeini("[pytest]\nmockserver_sed = 1\n")
    result = run("def test_any(mock_session): pass", "-W", "ignore::pytest.PytestConfigWarning")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["tox.ini:2: unknown setting 'mockserver_sed'; did you mean 'mockserver_seed'[?]"]
    )


NO_CREDENTIALS = """
def test_server(mock_session):
    url = mock_session.url + "/carts/42"
    assert httpx.patch(url, json={}, headers=mock_session.headers).status_code == 200

def test_application(mock_session, mock_transport):
    with httpx.Client(transport=mock_transport, base_url=mock_session.url) as client:
        assert client.patch("/carts/42", json={}).status_code == 200
"""


def test_an_ini_key_configures_the_server_and_the_application(run):
    run(NO_CREDENTIALS, "-o", "mockserver_no_auth=true").assert_outcomes(passed=2)


def test_the_settings_file_configures_the_server_and_the_application(run, pytester: pytest.Pytester):
    (pytester.path / "mockserver.toml").write_text("no-auth = true\n", encoding="utf-8")
    run(NO_CREDENTIALS).assert_outcomes(passed=2)


def test_the_project_file_of_the_root_directory_counts_below_it(run, pytester: pytest.Pytester, monkeypatch):
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n[tool.mockserver]\nno_auth = true\n")
    (pytester.path / "below").mkdir()
    monkeypatch.chdir(pytester.path / "below")
    run(NO_CREDENTIALS, "..", "--rootdir", "..").assert_outcomes(passed=2)


def test_the_environment_goes_before_ini_and_ini_before_the_file(run, pytester: pytest.Pytester, monkeypatch):
    (pytester.path / "mockserver.toml").write_text("no-auth = false\n", encoding="utf-8")
    run(NO_CREDENTIALS, "-o", "mockserver_no_auth=yes").assert_outcomes(passed=2)
    monkeypatch.setenv("MOCKSERVER_NO_AUTH", "on")
    run(NO_CREDENTIALS, "-o", "mockserver_no_auth=no").assert_outcomes(passed=2)


def test_what_the_settings_file_gets_wrong_fails_with_a_sentence(run, pytester: pytest.Pytester):
    (pytester.path / "mockserver.toml").write_text("# ours\nprot = 1\n", encoding="utf-8")
    result = run("def test_any(mock_session): pass\ndef test_other(): pass")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["mockserver.toml:2: unknown setting 'prot'; did you mean 'port'[?]"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*During handling*")


def test_every_setting_of_a_server_is_an_ini_key(pytestconfig: pytest.Config):
    fields = {each.ini for each in TABLE if each.field is not None and each.takes(PYTEST)}
    assert {"mockserver_spec", "mockserver_stateful", "mockserver_session_ttl"} <= fields
    assert [pytestconfig.getini(name) for name in sorted(fields)] == [None] * len(fields)


def test_a_server_that_runs_already_is_shared(run, live_server: Live):
    tests = "def test_any(mock_session):\n    assert change(mock_session, {'purchaser_id': 12}) == 200\n"
    before = httpx.get(f"{live_server.url}/__mock/sessions").json()
    run(tests, "-o", f"mockserver_url={live_server.url}/", "--mockserver-coverage").assert_outcomes(passed=1)
    after = httpx.get(f"{live_server.url}/__mock/sessions").json()
    assert [each["key"] for each in before["sessions"]] == [each["key"] for each in after["sessions"]]


@pytest.fixture(scope="module")
def moved() -> Iterator[Live]:
    """A server whose control API is under another prefix."""
    with serve("--control-prefix", "/control/api") as live:
        yield live


CHANGE = """
def test_any(mock_session):
    assert change(mock_session, {"purchaser_id": 12}) == 200
    mock_session.verify(method="PATCH", count=1)
"""


def test_a_running_server_is_reached_under_the_control_prefix_of_the_ini_file(run, moved: Live):
    options = ["-o", f"mockserver_url={moved.url}", "-o", "mockserver_control_prefix=/control/api"]
    run(CHANGE, *options, "--mockserver-coverage").assert_outcomes(passed=1)


def test_the_control_prefix_of_the_environment_goes_before_the_ini_file(run, moved: Live, monkeypatch):
    monkeypatch.setenv("MOCKSERVER_CONTROL_PREFIX", "/control/api")
    options = ["-o", f"mockserver_url={moved.url}", "-o", "mockserver_control_prefix=/other"]
    run(CHANGE, *options).assert_outcomes(passed=1)


def test_a_running_server_under_another_prefix_is_an_error_that_says_so(run, moved: Live):
    result = run(CHANGE, "-o", f"mockserver_url={moved.url}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*GET /__mock/health: * under another prefix than /__mock?"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_running_server_with_a_control_port_is_named_by_that_port(run):
    with serve("--control-port", "0") as live:
        control = live.control_url.removesuffix("/__mock")
        run(CHANGE, "-o", f"mockserver_url={control}", "--mockserver-coverage").assert_outcomes(passed=1)
        result = run(CHANGE, "-o", f"mockserver_url={live.url}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*is the control API on a port of its own, or under another prefix*"])


def test_the_plugin_s_own_server_and_application_use_the_control_prefix(run):
    run(
        """
@pytest.mark.mock_allow_violations
def test_server(mock_server, mock_session):
    assert httpx.get(mock_server.url + "/control/api/health").status_code == 200
    assert httpx.get(mock_server.url + "/__mock/health").status_code == 404
    assert change(mock_session, {}) == 200
    mock_session.verify(method="PATCH", count=1)

def test_application(mock_session, mock_transport):
    with httpx.Client(transport=mock_transport, base_url=mock_session.url) as client:
        assert client.get("/control/api/health").status_code == 200
        assert change(mock_session, {}, "/carts/42", client) == 200
    mock_session.verify(count=1)
""",
        "-o", "mockserver_control_prefix=/control/api",
    ).assert_outcomes(passed=2)  # fmt: skip


def test_no_session_is_left_on_the_server(run):
    run("""
def test_chosen(mock_session):
    mock_session.scenario("order-not-cart")
    with mock_session.scenario("gateway-down"):
        pass

def test_left(mock_server):
    assert [each["key"] for each in mock_server.ask("GET", "/sessions")["sessions"]] == ["default"]
""").assert_outcomes(passed=2)


def test_a_suite_that_uses_no_fixture_loads_neither_server_nor_client():
    program = "import sys, pytest, mockserver.pytest_plugin; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {*ran.stdout.split()}
    assert loaded & {"starlette", "uvicorn", "httpx", "jsonschema", "yaml", "http.client", "asyncio"} == set()
    assert {name for name in loaded if name.startswith("mockserver")} == {
        "mockserver", "mockserver.version", "mockserver.pytest_plugin", "mockserver.testing",
        "mockserver.testing.coverage_plugin", "mockserver.testing.fixtures", "mockserver.testing.guard",
        "mockserver.testing.mutation_run", "mockserver.testing.run_settings",
    }  # fmt: skip


CONSUMER = Path(__file__).parent / "consumer"


@pytest.fixture
def consume(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run the example consumer's own suite with a change to its client."""

    def run_consumer(written: str = "", planted: str = "") -> pytest.RunResult:
        for module in ("carts_client", "test_carts_client"):
            monkeypatch.delitem(sys.modules, module, raising=False)
        for path in CONSUMER.glob("*.py"):
            text = path.read_text(encoding="utf-8")
            if path.name == "carts_client.py":
                assert written in text
                text = text.replace(written, planted)
            (pytester.path / path.name).write_text(text, encoding="utf-8")
        return pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider")

    return run_consumer


def test_the_consumer_passes_in_fewer_than_60_lines(consume):
    consume().assert_outcomes(passed=4)
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in CONSUMER.glob("*.py")) < 60


BUGS = {
    "a number as text": (
        '"product_id": product',
        '"product_id": str(product)',
        "*-> 400 Bad Request: body /order_items/0/product_id: *",
    ),
    "an answer ignored": (
        '"purchaser_id": person',
        '"purchaser_id": str(person)',
        "*-> 400 Bad Request: body /purchaser_id: *",
    ),
    "a member misspelt": (
        '"purchaser_id"',
        '"purchaser"',
        "*/bodyPartial/purchaser_id: expected 12, found null",
    ),
    "a wrong path": (
        '/carts/{cart}", json=body',
        '/cart/{cart}", json=body',
        "*the nearest path is /carts/{order_id}",
    ),
    "a form": ("json=body", "data=body", "*: header /content-type: *"),
    "a status missed": ("== 409", "== 410", '  {"error": "ORDER_NOT_CART"}'),
}


@pytest.mark.parametrize(("written", "planted", "place"), BUGS.values(), ids=[*BUGS])
def test_a_bug_of_the_consumer_fails_its_suite_and_is_named(consume, written, planted, place):
    result = consume(written, planted)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([place])


def test_a_test_whose_session_was_evicted_fails_and_says_why(run):
    """Whatever it would verify is lost."""
    result = run(
        """
def crowd(session):
    for number in range(3):
        httpx.get(session.url + "/__mock/session", headers={"X-Mock-Session": f"other-{number}"})

def test_crowded_out(mock_session):
    assert change(mock_session, {}) == 200
    crowd(mock_session)

def test_that_fails_anyway(mock_session):
    assert change(mock_session, {}) == 200
    crowd(mock_session)
    assert change(mock_session, {}) == 200
""",
        "-o",
        "mockserver_max_sessions=3",
    )
    result.assert_outcomes(passed=1, failed=1, errors=2)
    result.stdout.fnmatch_lines(["*was evicted*(--max-sessions 3)*"])
