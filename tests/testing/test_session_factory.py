"""Sessions of wider scopes than one test, in pytest runs of example suites."""

import httpcore  # noqa: F401
import httpx  # noqa: F401
import pytest

# pytester unloads what a run within this one imported; some modules with parts in C do not load twice
import mockserver.testing.session_factory
import mockserver.testing.verdict  # noqa: F401
from tests.support.guarded_suites import BROKEN, OPTIONS, PREAMBLE, failed_at_teardown

pytest_plugins = ["pytester"]


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Run a suite of these tests."""

    def run_suite(tests: str) -> pytest.RunResult:
        pytester.makepyfile(PREAMBLE + tests)
        return pytester.runpytest_inprocess(*OPTIONS)

    return run_suite


def test_a_module_shares_a_session_which_ends_with_the_run(run):
    result = run(f"""
@pytest.fixture(scope="module")
def shared(make_mock_session):
    session = make_mock_session("shared")
    session.patch_state({{"carts": {{"42": {{"purchaser": 13}}}}}})
    return session

def test_first(shared, mock_session):
    assert "shared" in shared.key and shared.key != mock_session.key
    assert send(shared, {{}}) == 200

def test_second(shared):
    assert len(shared.requests()) == 1
    assert shared.state["carts"]["42"]["purchaser"] == 13

def test_careless(shared):
    send(shared, {BROKEN})

def test_others(make_mock_session, mock_server):
    assert make_mock_session("shared").key != make_mock_session("shared").key
    assert make_mock_session().url == mock_server.url
""")
    result.assert_outcomes(passed=4, errors=1)
    assert failed_at_teardown(result) == ["test_careless"]
