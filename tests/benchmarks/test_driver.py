"""Both drivers against a real server: each counts what the server saw."""

import json
import shutil
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from tests.benchmarks.contestants import OURS, own
from tests.benchmarks.driver import Driver, driver_of
from tests.benchmarks.load import REFUSED, SCENARIO, SESSIONS, VALID, Load
from tests.benchmarks.process import NeverReady, Running, running

NO_WRK = pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    ours = next(each for each in own(tmp_path_factory.mktemp("own")) if each.name == OURS)
    with running(ours.command, ours.load, core=None) as server:
        yield server


@pytest.fixture(params=[pytest.param("wrk", marks=NO_WRK), "python"])
def driver(request: pytest.FixtureRequest) -> Driver:
    return driver_of([request.param])


@pytest.mark.parametrize("load", [VALID, SCENARIO, REFUSED], ids=["valid", "scenario", "refused"])
def test_each_answer_is_the_one_that_the_load_expects(driver: Driver, load: Load, server: Running) -> None:
    found = driver.drive(load, server.port, 0.2)
    assert found.requests > 0
    assert 0 < found.p50 <= found.p99


def test_a_load_over_sessions_opens_them(driver: Driver, server: Running) -> None:
    found = driver.drive(SESSIONS, server.port, 0.2)
    with urlopen(f"http://127.0.0.1:{server.port}/__mock/health", timeout=10) as answer:
        opened = json.load(answer)["sessions"]["open"]
    assert opened > min(found.requests, SESSIONS.turns) / 2


def test_memory_and_the_first_answer_are_those_of_a_running_server(server: Running) -> None:
    assert server.first_answer > 0
    assert server.resident() > 10


def test_a_server_that_does_not_start_is_named() -> None:
    with pytest.raises(NeverReady, match="false"), running(["false"], VALID, core=None):
        pass
