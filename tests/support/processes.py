"""Other processes, as tests see them: what they have written, and whether they have ended."""

import time
from pathlib import Path

from tests.support.live import PATIENCE


def wait_for(path: Path) -> str:
    """The content of a file, as soon as it has any."""
    end = time.monotonic() + PATIENCE
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < end, f"{path} was not written"
        time.sleep(0.01)
    return path.read_text()


def has_ended(process: int) -> bool:
    """Whether a process ends soon."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
