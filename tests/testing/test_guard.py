"""The guard of the pytest plugin, in pytest runs of example suites."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from xml.etree import ElementTree

import httpcore  # noqa: F401
import httpx
import pytest

# pytester unloads what a run within this one imported; some modules with parts in C do not load twice
import mockserver.testing.thread_server
import mockserver.testing.transport
import mockserver.testing.verdict  # noqa: F401
from tests.support.guarded_suites import (
    BROKEN,
    CARELESS,
    OPTIONS,
    PREAMBLE,
    WITH_AN_APPLICATION,
    failed_at_teardown,
)
from tests.support.live import Live

pytest_plugins = ["pytester"]


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Run a suite of these tests; its warnings are errors."""

    def run_suite(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(PREAMBLE + tests)
        return pytester.runpytest_inprocess(*OPTIONS, *arguments)

    return run_suite


LATER = {
    "1,005 further requests": """
    with httpx.Client(base_url=mock_session.url, headers={**HEADERS, **mock_session.headers}) as client:
        for _ in range(1_005):
            client.patch("/carts/42", json={})
""",
    "a reset": """
    mock_session.client.ask("POST", "/session/reset", key=mock_session.key)
""",
    "a fork into the session": """
    mock_session.client.ask("GET", "/session", key="other")
    mock_session.client.ask("POST", "/session/fork", key=mock_session.key, body={"from": "other"})
""",
    "an emptied journal": """
    mock_session.client.ask("DELETE", "/requests", key=mock_session.key)
""",
    "an eviction that a reset undoes": """
    for number in range(3):
        keys = {"X-Mock-Session": f"other-{number}"}
        httpx.patch(mock_session.url + "/carts/42", json={}, headers={**HEADERS, **keys})
    mock_session.client.ask("POST", "/session/reset", key=mock_session.key)
""",
    "a scenario for a block": """
    with mock_session.scenario("order-not-cart"):
        pass
""",
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_nothing_that_comes_later_hides_a_violation(run, later):
    result = run(
        f"""
def test_careless(mock_session):
    send(mock_session, {BROKEN})
{later}
def test_careful(mock_session):
    send(mock_session, {{}})
""",
        "-o",
        "mockserver_max_sessions=3",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_careless*", "* of this test broke the contract:"]
    )


def test_a_request_without_a_key_belongs_to_the_session_of_the_test(run):
    result = run(f"""
def test_careful(mock_session):
    mock_session.scenario("order-not-cart")
    assert keyless(mock_session.url, {{}}) == 409
    assert [each["response"]["status"] for each in mock_session.requests()] == [409]

def test_careless(mock_session):
    keyless(mock_session.url, {BROKEN})

def test_between(mock_session):
    assert keyless(mock_session.url, {{}}) == 200

def test_without_a_session(mock_server):
    keyless(mock_server.url, {BROKEN})

def test_that_uses_neither():
    pass
""")
    result.assert_outcomes(passed=5, errors=2)
    result.stdout.fnmatch_lines([
        "*ERROR at teardown of test_careless*",
        "1 request of this test broke the contract:",
        "x1  PATCH /carts/42 -> 400 Bad Request: body /purchaser_id: *",
        "x1 has no session key and belongs to the running test; *mock_session.base_url*",
        "*ERROR at teardown of test_without_a_session*",
        "1 request of this test broke the contract:",
    ])  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["in one process", "with xdist"])
def test_an_application_with_a_fixed_base_url_needs_no_change(run, arguments):
    result = run(WITH_AN_APPLICATION, *arguments)
    result.assert_outcomes(passed=8, errors=4)
    assert failed_at_teardown(result) == CARELESS


KEYLESS = f"""
def test_careful(mock_session):
    assert send(mock_session, {{}}) == 200

@pytest.mark.mock_allow_violations
@pytest.mark.mock_allow_off_contract
def test_without_a_key(mock_session):
    print("status", keyless(mock_session.url, {{}}))

def test_without_a_session(mock_server):
    print("status", keyless(mock_server.url, {BROKEN}))
"""


def test_requests_without_a_key_can_be_refused(run):
    result = run(KEYLESS, "-o", "mockserver_keyless=refuse", "-rP")
    result.assert_outcomes(passed=3, errors=2)
    assert "status 400" in result.outlines
    assert "status 200" not in result.outlines
    result.stdout.fnmatch_lines([
        "1 request of this test had no session key, which mockserver_keyless = refuse does not permit:",
        "x1  PATCH /carts/42 -> 400 Bad Request: this server requires a session key*",
        "*mock_session.base_url*",
    ])  # fmt: skip


def test_requests_without_a_key_can_go_to_the_default_session(run, monkeypatch):
    monkeypatch.setenv("MOCKSERVER_KEYLESS", "default")
    result = run(KEYLESS, "-o", "mockserver_keyless=refuse", "-rP")
    result.assert_outcomes(passed=3)
    assert result.outlines.count("status 200") == 1


def test_strict_sessions_refuse_requests_without_a_key(run):
    result = run(KEYLESS, "-o", "mockserver_strict_sessions=true")
    result.assert_outcomes(passed=3, errors=2)


@pytest.mark.parametrize(
    ("keyless", "arguments", "sentence"),
    [
        (
            "refuse",
            (),
            "'refuse' needs a server that the plugin starts, but mockserver_url names *",
        ),
        ("adopt", ("-n1",), "'adopt' needs * names a running one, which the workers of pytest-xdist share"),
    ],
    ids=["cannot refuse", "cannot adopt for several workers"],
)
def test_a_running_server(run, keyless, arguments, sentence):
    options = ["-o", f"mockserver_keyless={keyless}", "-o", "mockserver_url=http://127.0.0.1:9"]
    result = run(KEYLESS, *options, *arguments)
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines([f"*mockserver_keyless: {sentence}"])


def test_a_running_server_adopts_if_the_setting_says_so(run, live_server: Live, monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # of this run
    with_url = ("-o", f"mockserver_url={live_server.url}")
    before = httpx.get(f"{live_server.url}/__mock/sessions").json()["sessions"]
    adopting = run(WITH_AN_APPLICATION, *with_url, "-o", "mockserver_keyless=adopt")
    adopting.assert_outcomes(passed=8, errors=4)
    assert failed_at_teardown(adopting) == CARELESS
    assert httpx.get(f"{live_server.url}/__mock/session").json()["key"] == "default"
    after = httpx.get(f"{live_server.url}/__mock/sessions").json()["sessions"]
    assert [each["key"] for each in after] == [each["key"] for each in before]
    run(WITH_AN_APPLICATION, *with_url).assert_outcomes(passed=8)


OFF_CONTRACT = """
openapi: 3.1.0
info: {title: Doors, version: "1"}
paths:
  /doors/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: A door.
          content: {application/json: {schema: {type: object, required: [id]}, example: {open: true}}}
"""


def test_an_answer_that_breaks_the_contract_without_being_meant_to_fails_its_test(run, pytester):
    (pytester.path / "doors.yaml").write_text(OFF_CONTRACT, encoding="utf-8")
    result = run(
        """
def get(session, path="/doors/7"):
    return httpx.get(session.url + path, headers=session.headers, trust_env=False).status_code

def test_off_contract(mock_session):
    assert get(mock_session) == 200

@pytest.mark.mock_allow_off_contract
def test_permitted(mock_session):
    assert get(mock_session) == 200

@pytest.mark.mock_allow_violations
def test_that_permits_something_else(mock_session):
    for _ in range(101):
        get(mock_session, "/doors/x")
    get(mock_session)

@pytest.mark.mock_allow_off_contract
def test_careless(mock_session):
    get(mock_session, "/doors/x")

def test_on_purpose(mock_session):
    stub = {"respond": {"status": 200, "body": {}, "offContract": True}}
    mock_session.client.ask("POST", "/session/stubs", key=mock_session.key, body=stub)
    assert get(mock_session) == 200
""",
        "-o",
        "mockserver_spec=doors.yaml",
    )
    result.assert_outcomes(passed=5, errors=3)
    result.stdout.fnmatch_lines([
        "*ERROR at teardown of test_off_contract*",
        "1 answer of the mock, which no scenario, stub or mutation asked for, broke the contract:",
        "x1  GET /doors/7 -> 200 OK: the answer: body: *'id'*",
        "*@pytest.mark.mock_allow_off_contract.",
        "*ERROR at teardown of test_that_permits_something_else*",
        "further answers of the mock, * broke the contract:",
        "  … and 1 more violation, which is only counted",
        "*ERROR at teardown of test_careless*",
        "1 request of this test broke the contract:",
    ])  # fmt: skip
    assert failed_at_teardown(result) == [
        "test_careless", "test_off_contract", "test_that_permits_something_else",
    ]  # fmt: skip


WIDER = f"""
@pytest.fixture(scope="module")
def shared(make_mock_session):
    return make_mock_session("shared")

@pytest.fixture(scope="session", autouse=True)
def careless_at_the_end(make_mock_session):
    session = make_mock_session("last")
    yield
    send(session, {BROKEN})

def test_careful(shared):
    assert send(shared, {{}}) == 200

def test_careless(shared):
    send(shared, {BROKEN})

def test_careful_again(shared):
    assert send(shared, {{}}) == 200
    assert keyless(shared.url, {{}}) == 200
    assert len(shared.requests()) == 4

def test_careless_again(shared):
    keyless(shared.url, {BROKEN})

def test_fork(mock_session):
    send(mock_session.fork(), {BROKEN})

def test_of_other_things(mock_server):
    keys = [each["key"].partition("-")[0] for each in mock_server.ask("GET", "/sessions")["sessions"]]
    assert sorted(keys) == ["default", "last", "shared"]

def test_another_server(mock_server_factory):
    session = mock_server_factory().session()
    assert keyless(session.url, {{}}) == 200
    assert len(session.requests()) == 1
    send(session, {BROKEN})

def test_the_last(mock_session):
    assert send(mock_session, {{}}) == 200
"""


def test_sessions_of_wider_scopes_and_forks_are_judged_with_the_test_that_was_running(run):
    result = run(WIDER)
    result.assert_outcomes(passed=8, errors=5)
    expected = ["test_another_server", "test_careless", "test_careless_again", "test_fork", "test_the_last"]
    assert failed_at_teardown(result) == expected


def test_what_comes_between_two_tests_is_judged_with_the_second(run, pytester: pytest.Pytester):
    pytester.makeconftest(
        "import httpx\n"
        "def pytest_runtest_logfinish(nodeid):\n"
        "    from test_what_comes_between_two_tests_is_judged_with_the_second import URL\n"
        "    if nodeid.endswith('one'):\n"
        "        httpx.patch(URL[0] + '/carts/42', json=[])\n"
    )
    result = run("""
URL = []

def test_one(mock_server):
    URL.append(mock_server.url)

def test_two():
    pass

def test_three():
    pass
""")
    result.assert_outcomes(passed=3, errors=1)
    assert failed_at_teardown(result) == ["test_two"]


FAILING = f"""
def test_refused(mock_session):
    httpx.patch(mock_session.url + "/carts/42", json={{}}, headers=mock_session.headers)
    assert send(mock_session, {{}}, "/carts/404") == 404

def test_that_fails_twice(mock_session):
    assert send(mock_session, {BROKEN}, "/carts/7") == 200

def test_keyless(mock_server):
    assert keyless(mock_server.url, {BROKEN}) == 200

@pytest.mark.mock_scenario("no-such-scenario")
def test_not_begun(mock_session):
    pass

def test_silent(mock_session):
    assert False

def test_silent_transport(mock_session, mock_transport):
    assert False

@pytest.mark.mock_allow_violations
def test_permitted(mock_session):
    assert send(mock_session, {BROKEN}) == 400
"""


def test_a_report_says_what_failed_and_why_and_each_exchange_once(run):
    result = run(FAILING)
    result.assert_outcomes(passed=2, failed=4, errors=4)
    output = result.stdout.str()
    for headline in (
        "x1  PATCH /carts/42 -> 401 Unauthorized: the request has no credentials; send Authorization: *",
        "x1  PATCH /carts/7 -> 400 Bad Request: body /purchaser_id: 0 is not greater *",
        "x1: body /purchaser_id: 0 is not greater *; the failure of the test shows the exchange",
        "x1 has no session key and belongs to the running test; *mock_session.base_url*",
        "no request came in session test_silent-*; does the client send its requests to mock_session.url[?]",
        "no request came in session test_silent_transport-*; does the client use mock_transport[?]",
    ):
        result.stdout.fnmatch_lines([f"*{headline}"])
    assert output.count("PATCH /carts/7 ->") == 1
    assert output.count("no request came") == 2
    assert "(/" not in output, "paths are relative"
    assert "fixtures/spec/carts.yaml:" in output


def test_junit_xml_carries_the_exchanges_of_failed_tests(run, pytester: pytest.Pytester):
    run(FAILING, "--junitxml=results.xml")
    cases = ElementTree.parse(pytester.path / "results.xml").getroot().iter("testcase")
    found = {
        case.get("name"): {each.get("name"): each.get("value", "") for each in case.iter("property")}
        for case in cases
        if list(case.iter("property"))
    }
    assert {*found} == {
        "test_refused", "test_that_fails_twice", "test_keyless", "test_silent", "test_silent_transport",
    }  # fmt: skip
    refused = found["test_refused"]
    assert refused["mockserver violations"].startswith("PATCH /carts/42: the request has no credentials")
    assert "x1  PATCH /carts/42 -> 401 Unauthorized" in refused["mockserver exchanges"]


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["in one process", "with xdist"])
def test_github_shows_violations_beside_the_test(run, pytester: pytest.Pytester, monkeypatch, arguments):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(pytester.path.parent))
    annotations = [line for line in run(FAILING, *arguments).outlines if line.startswith("::error ")]
    file = f"{pytester.path.name}/{pytester.path.name[:-1]}.py"
    expected = f"::error file={file},line=15,title=mockserver%3A test_refused::PATCH /carts/42: the"
    assert len(annotations) == 3
    assert any(line.startswith(expected) for line in annotations)


def test_elsewhere_there_are_no_annotations(run, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    run(FAILING).stdout.no_fnmatch_line("::error *")


class Backend(BaseHTTPRequestHandler):
    """A real backend whose answers break the contract."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


def test_an_answer_of_the_real_backend_that_breaks_the_contract_fails_its_test(run, pytester):
    (pytester.path / "doors.yaml").write_text(OFF_CONTRACT, encoding="utf-8")
    with HTTPServer(("127.0.0.1", 0), Backend) as backend:
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        upstream = f"mockserver_upstream=http://127.0.0.1:{backend.server_port}"
        result = run(
            """
def test_passed_on(mock_session):
    assert httpx.get(mock_session.base_url + "/doors/7", trust_env=False).json() == {}

@pytest.mark.mock_allow_off_contract
def test_permitted(mock_session):
    assert httpx.get(mock_session.base_url + "/doors/7", trust_env=False).json() == {}
""",
            "-o", "mockserver_spec=doors.yaml", "-o", upstream,
        )  # fmt: skip
        backend.shutdown()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([
        "*ERROR at teardown of test_passed_on*",
        "1 answer of the real backend broke the contract:",
        "x1  GET /doors/7 -> 200 OK: the answer: body: the property 'id' is missing",
        "  the backend's answer breaks the contract: *",
    ])  # fmt: skip
