"""Finds the settings file of a folder, without reading it as TOML."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PROJECT_FILE = "pyproject.toml"
OWN_FILE = "mockserver.toml"


class Located(NamedTuple):
    """A file that can have settings, its content if it was read, and whether the user names it."""

    path: Path
    content: bytes | None = None
    is_named: bool = False


def locate(folders: Iterable[Path]) -> Iterator[Located]:
    """The file of each folder that can have settings: mockserver.toml, else pyproject.toml if it names us."""
    for folder in folders:
        if os.path.lexists(own := folder / OWN_FILE):
            yield Located(own)
        elif os.path.lexists(project := folder / PROJECT_FILE):
            content = _content(project)
            if content is None or b"mockserver" in content:
                yield Located(project, content)


def _content(path: Path) -> bytes | None:
    """The content of a file; None if it cannot be read, which the reader of the file reports."""
    try:
        return path.read_bytes() if path.is_file() else None  # opening a pipe would wait for a writer
    except OSError:
        return None
