"""The guard of the pytest plugin in runs with other plugins, which change when and how tests run.

The extra `pytest-plugins` installs them. Their tests are skipped without them.
"""

import pytest

from tests.support.guarded_suites import (
    BROKEN,
    CARELESS,
    OPTIONS,
    PREAMBLE,
    WITH_AN_APPLICATION,
    failed_at_teardown,
)

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tests_in_a_random_order_are_judged(pytester: pytest.Pytester, seed: int):
    pytest.importorskip("pytest_randomly")
    pytester.makepyfile(WITH_AN_APPLICATION)
    result = pytester.runpytest_subprocess(*OPTIONS, "-p", "randomly", f"--randomly-seed={seed}")
    result.assert_outcomes(passed=8, errors=4)
    assert failed_at_teardown(result) == CARELESS


def test_each_run_of_a_test_is_judged_by_its_own_requests(pytester: pytest.Pytester):
    pytest.importorskip("pytest_rerunfailures")
    pytester.makepyfile(f"""{PREAMBLE}
RUNS = []

def test_flaky(mock_server):
    RUNS.append(1)
    keyless(mock_server.url, {BROKEN} if len(RUNS) < 3 else {{}})
    assert len(RUNS) != 2

def test_flaky_session(mock_session):
    RUNS.append(1)
    send(mock_session, {BROKEN} if len(RUNS) < 5 else {{}})
    assert len(mock_session.requests()) == 1

def test_always(mock_session):
    send(mock_session, {BROKEN})
""")
    result = pytester.runpytest_subprocess(*OPTIONS, "--reruns=2")
    outcomes = result.parseoutcomes()
    assert failed_at_teardown(result) == ["test_always"]
    assert (outcomes["errors"], outcomes["rerun"], "failed" in outcomes) == (1, 6, False)


COROUTINES = f"""
@FIXTURE
async def client(mock_session, anyio_backend):
    async with httpx.AsyncClient(base_url=mock_session.url, headers=HEADERS, trust_env=False) as opened:
        yield opened
        await opened.patch("/carts/42", json={{}})

@pytest.mark.MARKER
async def test_careful(client, mock_session):
    calls = (client.patch("/carts/42", json={{}}) for _ in range(3))
    assert [answer.status_code for answer in await asyncio.gather(*calls)] == [200] * 3
    assert len(mock_session.requests()) == 3

@pytest.mark.MARKER
async def test_careless(client):
    await client.patch("/carts/42", json={BROKEN})

@pytest.mark.MARKER
async def test_without_a_session(mock_server):
    async with httpx.AsyncClient(base_url=mock_server.url, headers=HEADERS, trust_env=False) as client:
        await client.patch("/carts/42", json={BROKEN})

class TestOfUnittest(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def _use(self, mock_server):
        self.url = mock_server.url

    async def test_careless_method(self):
        async with httpx.AsyncClient(base_url=self.url, headers=HEADERS, trust_env=False) as client:
            await client.patch("/carts/42", json={BROKEN})
"""
BACKEND = """
@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


@pytest.mark.parametrize("plugin", ["anyio", "asyncio"])
def test_tests_that_are_coroutines_are_judged(pytester: pytest.Pytester, plugin: str):
    fixture, options, suite = "pytest.fixture", OPTIONS, COROUTINES
    if plugin == "asyncio":
        pytest.importorskip("pytest_asyncio")
        fixture, suite = "pytest_asyncio.fixture", suite.replace(", anyio_backend", "")
        options = (*OPTIONS, "-p", "asyncio", "-o", "asyncio_default_fixture_loop_scope=function")
    suite = suite.replace("MARKER", plugin).replace("FIXTURE", fixture)
    pytester.makepyfile(f"import {fixture.partition('.')[0]}\n{PREAMBLE}{BACKEND}{suite}")
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(passed=4, errors=3)
    assert failed_at_teardown(result) == ["test_careless", "test_careless_method", "test_without_a_session"]
