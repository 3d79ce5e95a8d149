"""`--record` writes stubs of what passes, and `--stubs` answers from them: docs/upstream.md."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from mockserver.http.message import Answer, Request
from mockserver.loading import load_backend
from mockserver.runtime import wire
from mockserver.settings import Settings
from mockserver.upstream.recorder import Recorder
from tests.support.live import serve
from tests.support.provider import provider

TOKEN = {"authorization": "Bearer flt_sk_demo"}


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    with provider() as url:
        yield url


def send(client: httpx.Client) -> list[tuple[int, object]]:
    """What the server answers to some requests, in brief."""
    answers = [
        client.patch("/carts/42", json={"purchaser_id": 12}, headers=TOKEN),
        client.patch("/carts/43", json={}, headers=TOKEN),  # in a content coding
        client.get("/page"),
        client.head("/page"),
        client.post("/any", json={"a": [1.5, None]}, params={"b": "c d"}),
        client.get("/redirect"),
        client.get("/large", params={"mib": 0}),
    ]
    return [
        (each.status_code, each.json() if "json" in each.headers.get("content-type", "") else each.content)
        for each in answers
    ]


def eventually(is_true: Callable[[], bool]) -> None:
    for _ in range(100):
        if is_true():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen within 10 seconds")


def content(folder: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_recorded_traffic_is_answered_without_the_upstream(upstream: str, tmp_path: Path):
    headers = {"user-agent": "test", "x-mock-session": "recording"}
    recordings = []
    for _ in range(2):
        with (
            serve("--upstream", upstream, "--record", str(tmp_path), "-p", "0") as live,
            httpx.Client(base_url=live.url, headers={**headers, "host": "api.example"}) as client,
        ):
            passed = send(client)
            eventually(lambda: b"/large" in (tmp_path / "stubs.yaml").read_bytes())
        recordings.append(content(tmp_path))
    assert recordings[0] == recordings[1]
    stubs = str(tmp_path / "stubs.yaml")
    with (
        serve("--stubs", stubs) as live,
        httpx.Client(base_url=live.url, headers={**headers, "host": "api.example"}) as client,
    ):
        assert send(client) == passed
    checked = subprocess.run(
        [sys.executable, "-m", "mockserver", "check", "--stubs", stubs], capture_output=True, text=True
    )
    assert (checked.returncode, "off contract: /data" in checked.stdout) == (0, True)


def test_what_is_left_out_is_a_warning(upstream: str, tmp_path: Path):
    with serve("--upstream", upstream, "--record", str(tmp_path)) as live:
        httpx.get(f"{live.url}/large?mib=2")
        eventually(lambda: "a body of more than 1 MiB" in live.log())
        httpx.get(f"{live.url}/page")
        output = live.output
        live.process.terminate()
        live.process.wait(20)
        assert "1 exchange was left out" in output.read_text(encoding="utf-8")
    assert "/page" in (tmp_path / "stubs.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--record", "rec"], "--record: expected an --upstream, too; nothing else is recorded"),
        (["--record", "file", "--upstream", "http://127.0.0.1:1"], "--record: cannot write to"),
        (
            ["--record", "bad", "--upstream", "http://127.0.0.1:1"],
            "expected an object with the array 'stubs'",
        ),
    ],
)
def test_a_folder_that_cannot_be_used_prevents_the_start(tmp_path: Path, arguments: list[str], message: str):
    (tmp_path / "file").write_text("")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "stubs.yaml").write_text(json.dumps([]))
    result = subprocess.run(
        [sys.executable, "-m", "mockserver", "-p", "0", *arguments],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 2
    assert message in result.stderr


def test_what_comes_faster_than_it_can_be_recorded_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("mockserver.upstream.recorder.MOST_WAITING", 0)
    runtime = wire(load_backend(Settings()), Settings())
    begun = runtime.begin_passed(Request.build("GET", "/any"))
    assert begun is not None
    recorder, answer = Recorder(tmp_path), Answer(200)
    exchange = runtime.end_passed(begun, answer, 0.0)
    recorder.record(exchange, answer)
    recorder.record(exchange, answer)
    recorder.close()
    assert [each.getMessage().partition(": ")[2] for each in caplog.records] == [
        "requests come faster than they can be recorded",
        "2 exchanges were left out",
    ]
    assert (tmp_path / "stubs.yaml").read_text(encoding="utf-8") == "stubs: []\n"


def test_a_folder_that_cannot_be_written_any_more_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    runtime = wire(load_backend(Settings()), Settings())
    begun = runtime.begin_passed(Request.build("GET", "/any"))
    assert begun is not None
    recorder, answer = Recorder(tmp_path / "a"), Answer(200, [("content-type", "image/png")], b"\x89")
    shutil.rmtree(tmp_path / "a")
    recorder.record(runtime.end_passed(begun, answer, 0.0), answer)
    recorder.close()
    assert "cannot be written: No such file or directory" in caplog.text
