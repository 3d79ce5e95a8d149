"""Mutation testing of a test suite: which changes of the answers does it notice?"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mockserver.settings import Settings
from mockserver.testing.mutate import run
from tests.support.live import PATIENCE

CONSUMER = Path(__file__).parents[1] / "consumer"
SLOW_PLUGINS = ("-p", "no:schemathesis", "-p", "no:hypothesispytest")  # each run would load them
SUITE = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *SLOW_PLUGINS]
EMPTY = ("--kind", "empty-list")
CURL = """\
import json, os, sys, urllib.request
url = os.environ["MOCKSERVER_URL"] + "/carts/42"
headers = {"Authorization": "Bearer flt_sk_demo", "Content-Type": "application/json"}
with urllib.request.urlopen(urllib.request.Request(url, b"{}", headers, method="PATCH")) as answer:
    cart = json.load(answer)["data"]
    is_changed = "x-mock-mutation" in answer.headers
"""
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


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
    outcomes = {line for line in lines if line.startswith(("noticed ", "missed ", "not met "))}
    assert {f"{each['outcome']:<8} {each['name']}" for each in written["mutations"]} == outcomes


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
    done = mutate(tmp_path, "--operation", "update-a-cart", *EMPTY, "--fail-under", "100", "--", *SUITE)
    assert done.stdout.splitlines()[0] == "noticed  update-a-cart 200 empty-list /data/devices", done.stderr
    assert done.returncode == 0


def test_any_command_is_a_suite_that_takes_the_address_from_its_environment(tmp_path: Path):
    (tmp_path / "suite.py").write_text(f"{CURL}assert cart['rent'] != ''\n", encoding="utf-8")
    done = mutate(tmp_path, *EMPTY, "--fail-under", "50", "--", sys.executable, "suite.py")
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
    done = mutate(suite, *EMPTY, "--", *SUITE)
    assert done.returncode == 0, done.stdout + done.stderr


# Which tests noticed


@pytest.fixture
def two_tests(tmp_path: Path) -> list[str]:
    """A suite with the plugin, of which one test reads the devices and another one does not."""
    (tmp_path / "test_carts.py").write_text(
        "import httpx, pytest\n"
        "@pytest.fixture\n"
        "def cart(mock_session):\n"
        "    headers = {'Authorization': 'Bearer flt_sk_demo', **mock_session.headers}\n"
        "    return httpx.patch(f'{mock_session.url}/carts/42', headers=headers, json={}).json()['data']\n"
        "def test_devices(cart): assert cart['devices']\n"
        "def test_id(cart): assert cart['id'] == 42\n",
        encoding="utf-8",
    )
    return [each for each in SUITE if each != "-x"]


def test_the_tests_that_noticed_and_those_that_could_have_are_named(tmp_path: Path, two_tests: list[str]):
    done = mutate(tmp_path, *EMPTY, "--kind", "extra-member", "--", *two_tests)
    assert done.returncode == 0, done.stderr
    noticed = (
        "noticed  update-a-cart 200 empty-list /data/devices\n         by test_carts.py::test_devices\nmissed"
    )
    assert noticed in done.stdout
    assert re.search(
        r"^  update-a-cart +200 /data: with an unknown member +test_devices and test_id got it and passed$",
        done.stdout,
        re.MULTILINE,
    )


def test_the_json_names_the_tests_of_another_runner_and_has_two_scores(tmp_path: Path):
    (tmp_path / "test_carts.py").write_text(
        f"import unittest\n{CURL}"
        "class Carts(unittest.TestCase):\n"
        "    def test_devices(self): self.assertTrue(cart.get('devices', 'gone'))\n"
        "    def test_rent(self): self.assertTrue(cart['rent'])\n",
        encoding="utf-8",
    )
    kinds = (*EMPTY, "--kind", "missing")
    done = mutate(tmp_path, *kinds, "--format", "json", "--", sys.executable, "-m", "unittest")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed.keys() == {"scores", "mutations"}
    by_name = {each["name"].removeprefix("update-a-cart "): each for each in printed["mutations"]}
    assert by_name["200 empty-list /data/devices"] == {
        "name": "update-a-cart 200 empty-list /data/devices",
        "outcome": "noticed",
        "noticed_by": ["test_carts.Carts.test_devices"],
    }
    assert by_name["200 missing /data/rent"]["noticed_by"] == ["test_carts.Carts.test_rent"]
    assert by_name["200 missing /data/id"]["outcome"] == "missed"
    assert by_name["409 missing /error"] == {
        "name": "update-a-cart 409 missing /error", "outcome": "not met", "noticed_by": [],
    }  # fmt: skip
    assert printed["scores"]["legal"] == 100.0
    assert 0 < printed["scores"]["breaks"] < 100


def test_a_suite_that_names_no_test_noticed_by_its_exit_status(tmp_path: Path):
    (tmp_path / "suite.py").write_text(f"{CURL}\nsys.exit(0 if cart['devices'] else 7)", encoding="utf-8")
    done = mutate(tmp_path, *EMPTY, "--", sys.executable, "suite.py")
    assert done.stdout.splitlines()[1] == "         by exit status 7", done.stderr


def test_an_application_with_a_fixed_base_url_is_adopted_by_the_running_test(tmp_path: Path):
    (tmp_path / "test_carts.py").write_text(
        "import httpx\n"
        "SENT = {'headers': {'Authorization': 'Bearer flt_sk_demo'}, 'json': {'acquisition_mode': 'BUY'}}\n"
        "def test_rent(mock_server, mock_session):\n"
        "    httpx.patch(f'{mock_server.url}/carts/42', **SENT)\n"
        "    mock_session.verify(method='PATCH', count=1)\n"
        "def test_devices(mock_server):\n"
        "    sent = {**SENT, 'json': {}}\n"
        "    cart = httpx.patch(f'{mock_server.url}/carts/42', **sent).json()['data']\n"
        "    assert cart['devices'] and cart['rent'] == '39.90'\n",
        encoding="utf-8",
    )
    done = mutate(tmp_path, *EMPTY, "--", *SUITE)
    assert done.stdout.splitlines()[:2] == [
        "noticed  update-a-cart 200 empty-list /data/devices",
        "         by test_carts.py::test_devices",
    ], done.stderr


# How the suite runs


def test_each_run_has_a_server_and_a_session_of_its_own(tmp_path: Path):
    (tmp_path / "suite.py").write_text(
        f"{CURL}\nvariables = [os.environ[f'MOCKSERVER_{{name}}'] for name in ('URL', 'SESSION')]\n"
        "print(*variables, file=open('urls', 'a'))\n",
        encoding="utf-8",
    )
    done = mutate(tmp_path, *EMPTY, "--jobs", "1", "--", sys.executable, "suite.py")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "urls").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    for number, line in enumerate(lines, 1):
        assert re.fullmatch(rf"http://127\.0\.0\.1:\d+/__mock/as/(mutate-{number}) \1", line)


def test_several_mutations_are_run_at_the_same_time(tmp_path: Path):
    (tmp_path / "suite.py").write_text(
        f"{CURL}\nimport pathlib, time\n"
        "if is_changed: pathlib.Path(f'changed-{os.getpid()}').touch()\n"
        "while is_changed and len([*pathlib.Path().glob('changed-*')]) < 2: time.sleep(0.01)\n",
        encoding="utf-8",
    )
    kinds = (*EMPTY, "--kind", "extra-member")
    done = mutate(tmp_path, *kinds, "--jobs", "2", "--", sys.executable, "suite.py")
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stdout.splitlines() if line.startswith("noticed")]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A suite with the plugin whose runs append their parent's process id to the file `parents`."""
    (tmp_path / "early.py").write_text(
        "import os\nURL = os.environ.get('MOCKSERVER_URL')\n", encoding="utf-8"
    )
    (tmp_path / "test_carts.py").write_text(
        "import httpx, os\n"
        "def test_cart(mock_session):\n"
        "    print(os.getppid(), file=open('parents', 'a'))\n"
        "    headers = {'Authorization': 'Bearer flt_sk_demo', **mock_session.headers}\n"
        "    httpx.patch(f'{mock_session.url}/carts/42', headers=headers, json={}).raise_for_status()\n",
        encoding="utf-8",
    )
    return tmp_path / "parents"


@forks
def test_runs_of_pytest_are_copies_of_one_process_but_for_the_first(tmp_path: Path, recording: Path):
    done = mutate(tmp_path, *EMPTY, "--jobs", "2", "--", *SUITE)
    assert done.stdout.startswith("missed   update-a-cart 200 empty-list /data/devices\n"), done.stderr
    first, *others = recording.read_text(encoding="utf-8").splitlines()
    assert len(others) == 3
    assert {*others} != {first}
    assert len({*others}) == 1


@forks
@pytest.mark.parametrize("wrapper", [["sh", "-c", '"$@"; true', "sh"], ["-p", "early"]])
def test_runs_that_copies_would_change_are_processes_of_their_own(
    tmp_path: Path, recording: Path, wrapper: list[str], monkeypatch: pytest.MonkeyPatch
):
    """The command does more than run pytest, or a part of it reads the URL before it can be copied."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = [*wrapper, *SUITE] if wrapper[0] == "sh" else [*SUITE, *wrapper]
    if wrapper[0] == "-p":
        with (tmp_path / "test_carts.py").open("a", encoding="utf-8") as file:
            file.write("def test_url(): import early; assert early.URL == os.environ['MOCKSERVER_URL']\n")
    done = mutate(tmp_path, *EMPTY, "--jobs", "1", "--", *command)
    assert done.stdout.startswith("missed   update-a-cart 200 empty-list /data/devices\n"), done.stderr
    parents = recording.read_text(encoding="utf-8").splitlines()
    if wrapper[0] == "sh":
        assert len({*parents}) == len(parents) == 3
    else:
        first, _, _, *others = parents  # two are those of copies, which failed
        assert {*others} == {first}


def flaky(failing: str) -> str:
    """A suite of which the runs fail whose `number` meets a condition, before they send a request."""
    return (
        "import pathlib, sys, uuid\n"
        "pathlib.Path(f'run-{uuid.uuid4()}').touch()\n"
        "number = len([*pathlib.Path().glob('run-*')])\n"
        f"if {failing}: print('FAILED test_carts.py::test_flaky'), sys.exit(1)\n"
        f"{CURL}"
    )


@forks
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_suite_that_fails_every_second_time_is_not_stable_also_if_it_is_forked(tmp_path: Path, jobs: str):
    (tmp_path / "test_carts.py").write_text(
        "import httpx, pathlib, uuid\n"
        "def test_cart(mock_session):\n"
        "    headers = {'Authorization': 'Bearer flt_sk_demo', **mock_session.headers}\n"
        "    httpx.patch(f'{mock_session.url}/carts/42', headers=headers, json={}).raise_for_status()\n"
        "def test_flaky():\n"
        "    with open('runs', 'a') as file: file.write('x')\n"
        "    assert len(open('runs').read()) % 2 == 1\n",
        encoding="utf-8",
    )
    done = mutate(tmp_path, *EMPTY, "--jobs", jobs, "--", *SUITE)
    assert (done.returncode, done.stdout) == (2, "")
    assert "runs without a mutation failed:\n  test_carts.py::test_flaky\n" in done.stderr


@pytest.mark.parametrize("failing", ["number == 1", "number == 2", "number > 1"])
def test_a_suite_that_is_not_stable_is_told_with_its_unstable_tests(tmp_path: Path, failing: str):
    (tmp_path / "suite.py").write_text(flaky(failing), encoding="utf-8")
    done = mutate(tmp_path, *EMPTY, "--jobs", "1", "--", sys.executable, "suite.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "mockserver: the suite is not stable: 1 of 2 runs without a mutation failed:\n"
        "  test_carts.py::test_flaky\n"
    )


def test_a_suite_that_fails_although_no_answer_was_changed_is_not_stable(tmp_path: Path):
    (tmp_path / "suite.py").write_text(flaky("number > 2"), encoding="utf-8")
    done = mutate(tmp_path, *EMPTY, "--jobs", "1", "--", sys.executable, "suite.py")
    assert done.returncode == 2, done.stdout
    assert "1 run failed although no answer was changed:\n  test_carts.py::test_flaky\n" in done.stderr


def test_two_runs_at_the_same_time_that_disturb_each_other_are_told(tmp_path: Path):
    (tmp_path / "suite.py").write_text(
        f"{CURL}\nimport pathlib, time\n"
        "pathlib.Path(f'running-{os.getpid()}').touch()\n"
        "number = len([*pathlib.Path().glob('started-*')])\n"
        "pathlib.Path(f'started-{os.getpid()}').touch()\n"
        "while number and len([*pathlib.Path().glob('running-*')]) < 2: time.sleep(0.01)\n"
        "if number: time.sleep(0.5), sys.exit(1)\n"
        "pathlib.Path(f'running-{os.getpid()}').unlink()\n",
        encoding="utf-8",
    )
    done = mutate(tmp_path, *EMPTY, "--jobs", "2", "--", sys.executable, "suite.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the suite is not stable: 2 of 3 runs without a mutation failed" in done.stderr
    assert "If it cannot run more than once at the same time, use --jobs 1." in done.stderr


def test_a_run_that_is_stopped_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mockserver.testing.mutate.MINIMUM_TIMEOUT", 3.0)
    monkeypatch.setattr("mockserver.testing.mutate.TIMEOUT_FACTOR", 0)
    script = tmp_path / "suite.py"
    script.write_text(f"{CURL}\nimport time\nif not cart['devices']: time.sleep(600)\n", encoding="utf-8")
    [result] = run(Settings(), 0, [sys.executable, str(script)], ["update-a-cart"], ["empty-list"])
    assert [*result.lines()][1:] == ["         stopped after 3 s, the time limit of a run"]


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_all_runs_and_the_results_so_far_are_summed_up(tmp_path: Path, name: str):
    (tmp_path / "suite.py").write_text(
        f"{CURL}\nimport pathlib, time\n"
        "if not cart['devices']: pathlib.Path('pid').write_text(str(os.getpid())), time.sleep(600)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mockserver", "mutate", "--jobs", "1", *EMPTY, "--", sys.executable]
    process = subprocess.Popen(
        [*command, "suite.py"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    pid = tmp_path / "pid"
    end = time.monotonic() + PATIENCE
    while not (pid.exists() and pid.read_text()):
        assert time.monotonic() < end, "no run was started"
        time.sleep(0.01)
    process.send_signal(signal.Signals[name])
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + signal.Signals[name]
    assert errors == "mockserver: interrupted before all mutations were run\n"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_the_server_has_the_settings_of_the_suite_s_own_server(tmp_path: Path):
    (tmp_path / "suite.py").write_text(CURL.replace('"Authorization": "Bearer flt_sk_demo", ', ""))
    done = mutate(tmp_path, *EMPTY, "--no-auth", "--", sys.executable, "suite.py")
    assert done.returncode == 0, done.stderr
