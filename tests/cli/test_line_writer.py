"""Lines are written without waiting for their reader; what is lost is counted, and no line is torn."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.cli.line_writer import ATOMIC, LIMIT, LineWriter, _pieces
from mockserver.cli.output import loss_as_text
from tests.support.live import PATIENCE

LINE = b"x" * 999 + b"\n"
LOST = re.compile(r"(\d+) lines of the log were dropped because nothing read them")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The descriptors for reading from and writing to a pipe.

    The latter stays open, because a writer's thread may still use it after the test.
    """
    reading, writing = os.pipe()
    yield reading, writing
    with suppress(OSError):
        os.close(reading)


def read_in_background(descriptor: int, last: bytes) -> list[bytes]:
    """Read until the line `last` came; the result is complete then."""
    got: list[bytes] = []

    def read() -> None:
        while not b"".join(got[-2:]).endswith(last):
            got.append(os.read(descriptor, 65_536))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return got


def test_lines_for_a_pipe_that_nobody_reads_are_dropped_and_counted_when_there_is_room(pipe):
    reading, writing = pipe
    writer = LineWriter(writing, loss_as_text)
    sent = 2 * LIMIT // len(LINE)
    for _ in range(sent):
        writer.write(LINE)  # returns although nothing reads
    assert not writer.accepts
    writer.drop(5)
    lines = b"".join(read_in_background(reading, b"nothing read them\n")).splitlines(keepends=True)
    assert set(lines[:-1]) == {LINE}
    told = LOST.fullmatch(lines[-1].decode().strip())
    assert told
    assert len(lines) - 1 + int(told[1]) == sent + 5
    writer.write(b"more\n")
    assert os.read(reading, 100) == b"more\n"


def test_a_line_that_comes_after_a_loss_comes_after_its_report(pipe):
    reading, writing = pipe
    writer = LineWriter(writing, loss_as_text)
    writer.write(b"first\n")
    writer.drop(3)
    writer.write(b"last\n")
    lines = b"".join(read_in_background(reading, b"last\n")).decode().splitlines()
    assert lines == ["first", "3 lines of the log were dropped because nothing read them", "last"]


def test_a_pipe_that_nobody_reads_holds_whole_lines(pipe):
    reading, writing = pipe
    writer = LineWriter(writing, loss_as_text)
    for _ in range(LIMIT // len(LINE)):
        writer.write(LINE)
    writer.drain(0.05)  # which does not wait for ever
    held = os.read(reading, 10 * LIMIT)
    assert held
    assert held.replace(LINE, b"") == b""


def test_a_descriptor_that_another_process_made_non_blocking_loses_nothing(pipe):
    reading, writing = pipe
    os.set_blocking(writing, False)
    writer = LineWriter(writing, loss_as_text)
    for _ in range(500):
        writer.write(LINE)
    writer.write(b"last\n")
    assert b"".join(read_in_background(reading, b"last\n")) == 500 * LINE + b"last\n"


def test_a_pipe_without_a_reader_raises_nothing(pipe):
    reading, writing = pipe
    os.close(reading)
    writer = LineWriter(writing, loss_as_text)
    writer.write(LINE)
    writer.drain(PATIENCE)
    writer.write(LINE)
    writer.drain(PATIENCE)
    assert writer.accepts


def test_a_file_has_each_line_at_once(tmp_path):
    with (tmp_path / "log.txt").open("wb") as file:
        LineWriter(file.fileno(), loss_as_text).write(LINE)
        assert Path(file.name).read_bytes() == LINE


class FullDisk(LineWriter):
    """Writes to a disk with room for so many bytes."""

    room = 0

    def _write_part(self, data: bytes) -> int:
        if not self.room:
            raise OSError(28, "No space left on device")
        written = super()._write_part(data[: self.room])
        self.room -= written
        return written


def test_a_torn_line_is_ended_and_the_lost_lines_are_counted_when_the_disk_has_room_again(tmp_path):
    with (tmp_path / "log.txt").open("wb") as file:
        writer = FullDisk(file.fileno(), loss_as_text)
        writer.room = 8
        for line in (b"first\n", b"second\n", b"third\n"):
            writer.write(line)
        writer.room = 1_000
        writer.write(b"fourth\n")
        assert Path(file.name).read_text(encoding="utf-8").splitlines() == [
            "first",
            "se",
            "2 lines of the log were dropped because they could not be written: No space left on device",
            "fourth",
        ]


@given(st.lists(st.integers(0, 3 * ATOMIC), max_size=20))
def test_pieces_are_whole_lines_that_a_pipe_takes_at_once(lengths):
    data = b"".join(b"x" * length + b"\n" for length in lengths)
    pieces = list(_pieces(data))
    assert b"".join(pieces) == data
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert all(len(piece) <= ATOMIC or piece.count(b"\n") == 1 for piece in pieces)
