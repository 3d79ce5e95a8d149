"""What a person types."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from mockserver.cli import main

HEAD = "summary: .\noperation: update-a-cart\n"


def typed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself, run as a process of its own."""
    command = [sys.executable, "-m", "mockserver", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def called(*arguments: str | Path, **environment: str) -> Result:
    """The same in process, where no server is started."""
    return CliRunner().invoke(main, [*map(str, arguments)], env=environment)


def scenarios(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(HEAD + text, encoding="utf-8")
    return folder
