"""How a command fails: its exit status, and a line on stderr that says why."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

FINDINGS, UNREADABLE = 1, 2  # exit codes


def fail(message: str) -> NoReturn:
    """End the command: it cannot do what was asked for."""
    click.echo(f"mockserver: {message}", err=True)
    sys.exit(UNREADABLE)


@contextmanager
def readable() -> Iterator[None]:
    """Files that cannot be read, or that contradict each other, end the command with a line for each."""
    from mockserver.data.source import CannotRead, InvalidFiles
    from mockserver.scenarios.choice import UnknownChoice

    try:
        yield
    except (CannotRead, InvalidFiles) as error:
        fail("\nmockserver: ".join(map(str, error.findings)))
    except UnknownChoice as error:
        fail(str(error))


def write(path: Path, text: str) -> None:
    """Write a file; one that cannot be written ends the command."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}")
