"""How a command fails: a message on stderr and an exit status."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from mockserver.cli.printing import print_text
from mockserver.data.quoting import printable

FINDINGS, UNREADABLE = 1, 2  # exit statuses


def fail(message: str) -> NoReturn:
    """Print the message on stderr and exit with status 2."""
    print_text(f"mockserver: {message}", err=True)
    sys.exit(UNREADABLE)


@contextmanager
def fail_if_unreadable() -> Iterator[None]:
    """Fail with one line per finding if files cannot be read or contradict each other."""
    from mockserver.data.source import CannotRead, InvalidFiles
    from mockserver.scenarios.choice import UnknownChoice
    from mockserver.settings.resolution import InvalidSettings

    try:
        yield
    except (CannotRead, InvalidFiles) as error:
        fail("\nmockserver: ".join(printable(str(each)) for each in error.findings))
    except InvalidSettings as error:
        fail("\nmockserver: ".join(map(printable, error.messages)))
    except UnknownChoice as error:
        fail(printable(str(error)))


def write_file(path: Path, text: str) -> None:
    """Write the text to a file; fail if that is not possible."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}")
