"""Mutation testing of a test suite: which changes of the answers does it notice?"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.settings import Settings
from mockserver.testing.mutate import run

CONSUMER = Path(__file__).parents[1] / "consumer"
SUITE = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
CURL = """\
import json, os, sys, urllib.request
url = os.environ["MOCKSERVER_URL"] + "/carts/42"
headers = {"Authorization": "Bearer flt_sk_demo", "Content-Type": "application/json"}
with urllib.request.urlopen(urllib.request.Request(url, b"{}", headers, method="PATCH")) as answer:
    cart = json.load(answer)["data"]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return shutil.copytree(CONSUMER, tmp_path / "consumer", ignore=shutil.ignore_patterns("__pycache__"))


def mutate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mockserver", "mutate", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def test_the_consumer_notices_what_it_reads_and_tolerates_the_rest(suite: Path):
    report = suite / "report.json"
    done = mutate(suite, "--kind", "missing", "--kind", "null", "--json", str(report), "--", *SUITE)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "noticed  update-a-cart 200 missing /data" in lines
    assert "noticed  update-a-cart 200 missing /data/rent" in lines
    assert "missed   update-a-cart 200 null /data/currency" in lines
    assert "not met  update-a-cart 403 missing /error" in lines
    assert lines[-1] == (
        "23 mutations: 3 noticed, 17 missed, 3 not met; score 13.0 %, 15.0 % of those that the suite met"
    )
    written = json.loads(report.read_text(encoding="utf-8"))
    assert [written[name] for name in ("score", "score_of_met", "noticed", "missed", "not_met")] == [
        13.0, 15.0, 3, 17, 3,
    ]  # fmt: skip
    assert {f"{each['outcome']:<8} {each['name']}" for each in written["mutations"]} == set(lines[:-1])


def test_a_suite_without_a_socket_is_led_to_the_server_and_may_fall_short(tmp_path: Path):
    (tmp_path / "test_rent.py").write_text(
        "import asyncio, httpx\n"
        "SENT = {'headers': {'Authorization': 'Bearer flt_sk_demo'}, 'json': {}}\n"
        "def test_rent(mock_session, mock_transport):\n"
        "    with httpx.Client(transport=mock_transport, base_url=mock_session.url) as client:\n"
        "        assert client.patch('/carts/42', **SENT).json()['data']['rent']\n"
        "async def devices(mock_session, mock_transport):\n"
        "    async with httpx.AsyncClient(transport=mock_transport, base_url=mock_session.url) as client:\n"
        "        return (await client.patch('/carts/42', **SENT)).json()['data']['devices']\n"
        "def test_devices(mock_session, mock_transport):\n"
        "    assert asyncio.run(devices(mock_session, mock_transport))\n",
        encoding="utf-8",
    )
    done = mutate(
        tmp_path, "--operation", "update-a-cart", "--kind", "empty-list", "--fail-under", "100", "--", *SUITE
    )
    assert done.stdout.splitlines()[0] == "noticed  update-a-cart 200 empty-list /data/devices", done.stderr
    assert done.returncode == 0


def test_any_command_is_a_suite_that_takes_the_address_from_its_environment(tmp_path: Path):
    (tmp_path / "suite.py").write_text(f"{CURL}assert cart['rent'] != ''\n", encoding="utf-8")
    done = mutate(tmp_path, "--kind", "empty-list", "--fail-under", "50", "--", sys.executable, "suite.py")
    assert done.stdout.splitlines()[0] == "missed   update-a-cart 200 empty-list /data/devices", done.stderr
    assert (done.returncode, done.stderr) == (1, "mockserver: the score is less than 50 %\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "no COMMAND after --; expected, for example: mockserver mutate -- pytest -x"),
        (("--",), "no COMMAND after --"),
        (("--kind", "nul", "--", "true"), "'nul' is not a kind of mutation; did you mean 'null'?"),
        (("--operation", "update", "--", "true"), "has no operation 'update'; did you mean 'update-a-cart'?"),
        (("--kind", "left-out", "--", "true"), "the contract has no answer that such a mutation can change"),
        (("--", "no-such-command"), "cannot run 'no-such-command': No such file or directory"),
        (("--", "true"), "the suite sent no request to http://127.0.0.1:"),
        (
            ("--", "sh", "-c", "echo broken; exit 3"),
            "the suite fails without a mutation (exit status 3):\nbroken",
        ),
        (("nothing.yaml", "--", "true"), "nothing.yaml: there is no such file"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_what_cannot_tell_anything_is_told_in_a_sentence(tmp_path: Path, arguments, sentence: str):
    done = mutate(tmp_path, *arguments)
    assert sentence in done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_a_run_that_does_not_end_is_stopped_and_counts_as_noticed(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("mockserver.testing.mutate.MINIMUM_TIMEOUT", 3.0)
    monkeypatch.setattr("mockserver.testing.mutate.TIMEOUT_FACTOR", 0)

    script = tmp_path / "suite.py"
    script.write_text(f"{CURL}\nimport time\nif not cart['devices']: time.sleep(600)\n", encoding="utf-8")
    results = run(Settings(), 0, [sys.executable, str(script)], ["update-a-cart"], ["empty-list"])
    assert [str(result) for result in results] == ["noticed  update-a-cart 200 empty-list /data/devices"]


def test_the_suite_reaches_the_server_whatever_control_prefix_the_environment_names(
    suite: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MOCKSERVER_CONTROL_PREFIX", "/other")
    done = mutate(suite, "--kind", "empty-list", "--", *SUITE)
    assert done.returncode == 0, done.stdout + done.stderr
