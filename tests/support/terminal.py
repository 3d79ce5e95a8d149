"""Runs commands of the command line, as processes and in process."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from mockserver.cli import main

HEAD = "summary: .\noperation: update-a-cart\n"


def typed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a process, until it ends."""
    command = [sys.executable, "-m", "mockserver", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def called(*arguments: str | Path, **environment: str) -> Result:
    """Run a command in process; for commands that do not start a server."""
    return CliRunner().invoke(main, [*map(str, arguments)], env=environment)


def scenarios(folder: Path, **files: str) -> Path:
    """Write a folder of scenario files, each with a summary and an operation; return the folder."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(HEAD + text, encoding="utf-8")
    return folder
