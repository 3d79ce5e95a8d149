"""Takes the pictures of the dashboard for the documentation: `python -m tests.dashboard.pictures`."""

import shutil
import tempfile
from pathlib import Path

from tests.support.node import CLIENTS, chromium, install_packages, run, tool
from tests.support.paths import ROOT

SUITE = Path(__file__).parent
PICTURES = ("dashboard.png", "dashboard-dark.png", "dashboard-narrow.png", "dashboard-state.png")
SHARED = ("package.json", "package-lock.json", "tsconfig.json", "mock-server.ts")


def lay_out(folder: Path) -> None:
    """Copy the suite, and what it shares with that of the clients, into a folder."""
    for name in SHARED:
        shutil.copy(CLIENTS / name, folder)
    shutil.copy(CLIENTS / "playwright.config.ts", folder / "clients.config.ts")
    for path in SUITE.glob("*.ts"):
        shutil.copy(path, folder)


def take_pictures(suite: Path, target: Path) -> None:
    """Take the pictures with an installed suite, and write them to the target."""
    config = ("--config", "pictures.config.ts")
    run(suite, tool("npx"), "playwright", "test", *config, CHROMIUM=chromium(), PICTURES=str(target))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder))
        install_packages(Path(folder))
        take_pictures(Path(folder), ROOT / "docs/images")


if __name__ == "__main__":
    main()
