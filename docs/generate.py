"""Writes the reference pages in docs/reference from the code.

`python docs/generate.py` writes them; with `--check` it only exits with status 1 if a page is out of date.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from generator import command_line, control_api, problems, scenario_files, settings

FOLDER = Path(__file__).parent / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line.page,
    "control-api.md": control_api.page,
    "problems.md": problems.page,
    "scenario-files.md": scenario_files.page,
    "settings.md": settings.page,
}


def main(arguments: list[str]) -> int:
    """Write or check all pages; return the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: python docs/generate.py [--check]", file=sys.stderr)
        return 2
    texts = {FOLDER / name: page() for name, page in PAGES.items()}
    stale = [path for path, text in texts.items() if not is_current(path, text)]
    for path in stale:
        if arguments:
            print(f"{path} is out of date; run: python docs/generate.py", file=sys.stderr)
        else:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
    return 1 if arguments and stale else 0


def is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
