"""What does a test with `mock_session` cost? The same test beside it with pytest-httpserver and respx."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.machine import environment
from tests.benchmarks.table import Table

ABOUT = "a test with mock_session beside one with pytest-httpserver, with respx, and with nothing"
TESTS = 200  # of each kind
RUNS = 5
ALLOWED = 2.0  # times a test with pytest-httpserver
OURS, PEER, EMPTY = "mock_session", "pytest-httpserver", "nothing"

HEAD = """
import httpx
import pytest

HEADERS = {"Authorization": "Bearer flt_sk_demo"}
BODY = {"purchaser_id": 12}
ANSWER = {"data": {"id": 42, "purchaser_id": 12, "num_devices": 1, "rent": "39.90", "currency": "EUR"}}
each = pytest.mark.parametrize("number", range(TESTS))

@pytest.fixture(scope="module")
def client():
    with httpx.Client(headers=HEADERS) as client:
        yield client
"""
TEST: Mapping[str, tuple[str, str]] = {  # the module that the test needs, and the test
    EMPTY: ("pytest", "def test_nothing(number): pass"),
    "respx": ("respx", """
def test_respx(number, client, respx_mock):
    respx_mock.patch("http://shop.example/carts/42").respond(json=ANSWER)
    assert client.patch("http://shop.example/carts/42", json=BODY).status_code == 200
"""),
    PEER: ("pytest_httpserver", """
def test_httpserver(number, client, httpserver):
    httpserver.expect_request("/carts/42", method="PATCH").respond_with_json(ANSWER)
    assert client.patch(httpserver.url_for("/carts/42"), json=BODY).status_code == 200
    httpserver.check()
"""),
    OURS: ("mockserver", """
def test_mock_session(number, client, mock_session):
    headers = mock_session.headers
    assert client.patch(f"{mock_session.url}/carts/42", json=BODY, headers=headers).status_code == 200
"""),
}  # fmt: skip
CONFTEST = """
import json
from collections import defaultdict

seconds = defaultdict(lambda: defaultdict(float))

def pytest_collection_modifyitems(items):  # in turns, because the speed of the machine changes
    items.sort(key=lambda item: item.callspec.params["number"])

def pytest_runtest_logreport(report):
    assert report.passed, report.longrepr
    seconds[report.location[2].partition("[")[0]][report.nodeid] += report.duration

def pytest_sessionfinish():
    with open("seconds.json", "w") as file:
        json.dump({name: [*tests.values()] for name, tests in seconds.items()}, file)
"""


def run() -> Table:
    """Medians of several runs; a test's time is that of set-up, call and teardown."""
    kinds = {kind: code for kind, (module, code) in TEST.items() if find_spec(module) is not None}
    with tempfile.TemporaryDirectory() as folder:
        runs = [_run(Path(folder), kinds) for _ in range(RUNS)]
    medians = {kind: statistics.median(statistics.median(each[kind]) for each in runs) for kind in kinds}
    means = {kind: statistics.median(statistics.fmean(each[kind]) for each in runs) for kind in kinds}
    rows = [(kind, f"{1000 * medians[kind]:.2f}", f"{1000 * means[kind]:.2f}") for kind in kinds]
    return Table(("a test with", "ms", "ms with the start of the server"), rows, _verdict(medians))


def _run(folder: Path, kinds: Mapping[str, str]) -> Mapping[str, list[float]]:
    """The seconds of each test of one run of pytest, by kind."""
    code = "\n".join(
        [HEAD.replace("TESTS", str(TESTS)), *(f"@each\n{each.strip()}" for each in kinds.values())]
    )
    (folder / "test_suite.py").write_text(code, encoding="utf-8")
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    subprocess.run(command, cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)
    found = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
    return dict(zip(kinds, found.values(), strict=True))


def _verdict(medians: Mapping[str, float]) -> str:
    if PEER not in medians:
        return f"{PEER} is not installed: pip install '.[benchmarks]'."
    ratio = medians[OURS] / medians[PEER]
    judged = "within" if ratio <= ALLOWED else "above"
    return f"A test with {OURS} takes {ratio:.2f} times one with {PEER}, {judged} the {ALLOWED:g} allowed."
