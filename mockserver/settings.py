"""What a server is started with: the flags of the command line as one value."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults are those of `mockserver` without arguments; sizes in bytes."""

    specs: tuple[Path, ...] = ()  # none: the bundled carts
    fixtures: Path | None = None
    scenarios: Path | None = None
    scenario: str | None = None
    dynamic: bool = False
    seed: int = 0
    cors: bool = True
    auth: bool = True
    strict_sessions: bool = False
    body_limit: int = 1024 * 1024
