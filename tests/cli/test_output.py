"""A full disk, a closed stream or a pipe without a reader does not stop the server."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from mockserver.cli.output import Output
from tests.support.live import PATIENCE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="streams and signals are those of POSIX")
AUTHORIZED = {"Authorization": "Bearer flt_sk_a"}
GONE = ">(exit 0)"  # in bash: a pipe whose reader exits at once
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def started(redirections: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server that bash starts with redirected streams; yields when it answers."""
    port = free_port()
    line = f'exec "$0" -m mockserver -p {port} "$@" {redirections}'
    process = subprocess.Popen(["bash", "-c", line, sys.executable, *arguments], start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process)
        yield process, url
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
        try:
            httpx.get(f"{url}/__mock/health")
            return
        except httpx.ConnectError:
            time.sleep(0.05)
    raise RuntimeError(f"the server is not ready; its exit status is {process.poll()}")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "stdout",
    [
        pytest.param(">&-", id="closed"),
        pytest.param(">/dev/full", id="a full disk", marks=full),
        pytest.param(f"> {GONE}", id="a reader that is gone"),
        pytest.param("> >(head -1 >/dev/null)", id="head -1"),
    ],
)
def test_a_server_without_stdout_serves_and_exits_with_status_0_and_an_empty_stderr(
    stdout: str, form: str, tmp_path: Path
) -> None:
    errors = tmp_path / "errors.txt"
    with started(f"{stdout} 2>{errors}", "--log-format", form) as (process, url):
        for _ in range(50):  # more than fits into a buffer
            answer = httpx.patch(f"{url}/carts/42", json={}, headers=AUTHORIZED)
            assert answer.status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert errors.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    "stderr",
    [
        pytest.param("2>&-", id="closed"),
        pytest.param("2>/dev/full", id="a full disk", marks=full),
        pytest.param(f"2> {GONE}", id="a reader that is gone"),
    ],
)
def test_a_server_without_stderr_logs_serves_and_reloads(stderr: str, tmp_path: Path) -> None:
    log, folder = tmp_path / "log.txt", tmp_path / "scenarios"
    folder.mkdir()
    with started(f">{log} {stderr}", "--watch", "--scenarios", str(folder)) as (process, url):
        broken = folder / "broken.yaml"
        broken.write_text("nothing\n", encoding="utf-8")
        until(lambda: httpx.get(f"{url}/__mock/health").json()["reload_failure"] is not None)
        broken.unlink()
        until(lambda: httpx.get(f"{url}/__mock/health").json()["reload_failure"] is None)
        assert httpx.patch(f"{url}/carts/42", json={}, headers=AUTHORIZED).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("reloaded", "Traceback"))] == [
        "reloaded: 1 operation, 0 scenarios"
    ]
    assert lines[-2].startswith("PATCH   /carts/42  200")
    assert lines[-1] == "mockserver stopped; no answer broke the contract"


@full
@pytest.mark.parametrize("streams", [">&- 2>&- <&-", ">/dev/full 2>/dev/full"], ids=["closed", "full"])
def test_a_server_without_any_stream_serves_and_exits_with_status_0(streams: str) -> None:
    with started(streams) as (process, url):
        assert httpx.patch(f"{url}/carts/42", json={}, headers=AUTHORIZED).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def until(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)


# Lines


class Disk(io.StringIO):
    """A stream on a disk that may be full."""

    full = False

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_lines_are_lost_while_a_disk_is_full_and_written_when_it_has_room_again() -> None:
    disk = Disk()
    out = Output(disk)
    for text, is_full in (("one", False), ("two", True), ("three", False)):
        disk.full = is_full
        out.write_line(text)
    assert disk.getvalue() == "one\nthree\n"


def test_writing_to_a_closed_stream_raises_nothing() -> None:
    stream = io.StringIO()
    out = Output(stream)
    stream.close()
    out.write_line("lost")
    out.drain(0)


def test_a_missing_stream_is_not_a_terminal() -> None:
    out = Output(None)
    out.write_line("lost")
    out.drain(0)
    assert not out.is_terminal


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_server_whose_output_nobody_reads_answers_and_stops(form: str) -> None:
    """Its pipe then holds whole lines, and what did not fit in is counted once somebody reads."""
    port = free_port()
    command = [sys.executable, "-m", "mockserver", "-p", str(port), "--log-format", form]
    url, long = f"http://127.0.0.1:{port}", "/" + 3_900 * "x"
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        wait_for(url, process)
        with httpx.Client(base_url=url) as client:
            for _ in range(350):  # more than a pipe and the server's own bound hold
                assert client.get(long).status_code == 404
        assert process.stdout is not None
        read = iter(process.stdout.readline, b"")
        told = next(line for line in read if b"lines of the log were dropped because nothing read" in line)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert (last := process.stdout.read()).count(b"\n") == 1
        assert b"stopped" in last
    if form == "json":
        assert json.loads(told)["dropped_lines"] > 0
