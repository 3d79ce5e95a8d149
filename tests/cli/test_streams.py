"""A command reaches its exit status even if its output cannot be written."""

import os
import select
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.live import PATIENCE
from tests.support.paths import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX streams")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
PAGE = ROOT / "tests/contract/markdown/pages/add-a-reader.md"
LOST = "mockserver: stdout: cannot be written: No space left on device\n"
SUITE = """\
import os, urllib.request
headers = {"Authorization": "Bearer flt_sk_demo", "Content-Type": "application/json"}
url = os.environ["MOCKSERVER_URL"] + "/carts/42"
urllib.request.urlopen(urllib.request.Request(url, b"{}", headers, method="PATCH")).close()
"""
PRINTING = [  # exit status 0, output on stdout only
    "check",
    "scenarios",
    f"import {PAGE}",
    "coverage --url {url}",
    f"mutate --kind empty-list -- {shlex.quote(sys.executable)} -c {shlex.quote(SUITE)}",
    "--help",
    "serve --help",
    "--version",
]
FAILING = [  # exit status 2, output on stderr only
    "nope.yaml",
    "--prot 1",
    "chek",
    "check nope.yaml",
    "scenarios --fixtures nope",
    "import nope.md",
    "coverage --url http://127.0.0.1:1",
    "mutate -- false",
    "mutate",
]
UNREAD = ">&{unread}"  # a pipe whose reader is gone


@contextmanager
def unread_pipe() -> Iterator[int]:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        yield writer
    finally:
        os.close(writer)


def run(line: str, redirections: str = "", **environment: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command with redirected streams."""
    with unread_pipe() as unread:
        script = f'exec "$0" -m mockserver "$@" {redirections.format(unread=unread)}'
        done = subprocess.run(
            ["bash", "-c", script, sys.executable, *shlex.split(line)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            pass_fds=[unread],
            env={**os.environ, **environment},
        )
    return done.returncode, done.stdout, done.stderr


def names(line: str) -> str:
    return line.partition(" --kind")[0].partition(str(PAGE))[0]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A `check` command that has one finding."""
    folder = tmp_path_factory.mktemp("scenarios")
    (folder / "one.yaml").write_text(
        "summary: .\noperation: update-a-cart\nrespond: {error: ORDER_NOT_CART}\nexpect: {status: 404}\n",
        encoding="utf-8",
    )
    return f"check --scenarios {folder}"


# The output


@full
@pytest.mark.parametrize("line", PRINTING, ids=names)
def test_output_to_a_full_disk_is_one_message_and_status_2(line, live_server):
    assert run(line.replace("{url}", live_server.url), ">/dev/full") == (2, "", LOST)


@pytest.mark.parametrize("stdout", [">&-", UNREAD], ids=["closed", "a reader that is gone"])
@pytest.mark.parametrize("line", PRINTING, ids=names)
def test_output_without_a_reader_changes_no_status_and_prints_no_message(line, stdout, live_server):
    assert run(line.replace("{url}", live_server.url), stdout) == (0, "", "")


@full
@pytest.mark.parametrize(
    "environment",
    [{"PYTHONUNBUFFERED": "1"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["unbuffered", "ASCII"],
)
def test_a_full_disk_is_reported_whatever_the_buffering_and_encoding(environment):
    assert run("check", ">/dev/full", **environment) == (2, "", LOST)


def test_a_reader_may_stop_after_the_first_line():
    status, out, errors = run("scenarios", "| head -1; exit ${{PIPESTATUS[0]}}")
    assert (status, out.count("\n"), errors) == (0, 1, "")


def test_a_slow_reader_of_a_non_blocking_pipe_gets_the_whole_output():
    _, whole, _ = run("scenarios")
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    filling = 0
    with suppress(BlockingIOError):
        while True:
            filling += os.write(writer, b"." * select.PIPE_BUF)
    process = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "scenarios"], stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.5)  # it waits for room
    with open(reader, "rb") as output:
        assert output.read()[filling:].decode() == whole
    assert process.communicate(timeout=PATIENCE) == (None, b"")
    assert process.returncode == 0


def test_a_file_does_not_get_the_descriptor_of_a_closed_stream(tmp_path):
    _, document, _ = run(f"import {PAGE}")
    assert run(f"import {PAGE} -o {tmp_path / 'api.yaml'}", ">&- 2>&- <&-") == (0, "", "")
    assert (tmp_path / "api.yaml").read_text(encoding="utf-8") == document


def test_characters_that_the_terminal_cannot_encode_are_escaped(tmp_path):
    (tmp_path / "one.yaml").write_text(
        "summary: é → ô\noperation: update-a-cart\nrespond: {error: ORDER_NOT_CART}\n", encoding="utf-8"
    )
    to_utf8 = "| iconv -f latin1 -t utf-8"
    _, out, _ = run(f"scenarios --scenarios {tmp_path}", to_utf8, PYTHONIOENCODING="latin-1")
    assert out.startswith("one: é \\u2192 ô\n")


# Findings and failures


@pytest.mark.parametrize("stdout", [">&-", UNREAD], ids=["closed", "a reader that is gone"])
def test_findings_are_counted_even_without_a_reader(findings, stdout):
    assert run(findings, stdout) == (1, "", "1 finding\n")


@full
def test_findings_on_a_full_disk_are_status_2(findings):
    assert run(findings, ">/dev/full") == (2, "", f"1 finding\n{LOST}")
    assert run(findings, ">/dev/full 2>&1") == (2, "", "")


@pytest.mark.parametrize(
    "streams",
    [pytest.param("2>/dev/full", marks=full), "2>&-", f"2{UNREAD}", ">&- 2>&- <&-", f"{UNREAD} 2>&1"],
)
def test_findings_are_status_1_even_if_stderr_fails(findings, streams):
    status, _, errors = run(findings, streams)
    assert (status, errors) == (1, "")


def test_low_coverage_is_status_1_even_if_nobody_reads_the_table(live_server):
    status, _, errors = run(f"coverage --url {live_server.url} --session nobody --fail-under 1", UNREAD)
    assert status == 1
    assert "of the contract was seen, less than 1 %" in errors


@pytest.mark.parametrize(
    "stderr",
    [pytest.param("2>/dev/full", id="full", marks=full), pytest.param("2>&-", id="closed"),
     pytest.param(f"2{UNREAD}", id="a reader that is gone"), pytest.param(">&- 2>&- <&-", id="none at all")],
)  # fmt: skip
@pytest.mark.parametrize("line", FAILING)
def test_a_failure_is_status_2_even_if_stderr_fails(line, stderr):
    assert run(line, stderr) == (2, "", "")


@full
@pytest.mark.parametrize("line", FAILING)
def test_a_failure_does_not_mention_a_full_stdout(line):
    status, out, errors = run(line, ">/dev/full")
    assert (status, out) == (2, "")
    assert errors != ""
    assert "cannot be written" not in errors
    assert "Traceback" not in errors
