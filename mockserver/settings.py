"""What a server is started with: the flags of the command line as one value."""

from pathlib import Path

from msgspec import Struct

CONTROL_PREFIX = "/__mock"


class Settings(Struct, frozen=True):
    """Defaults are those of `mockserver` without arguments; sizes in bytes."""

    specs: tuple[Path, ...] = ()  # none: the bundled carts
    fixtures: Path | None = None
    scenarios: Path | None = None
    strict: bool = False  # a contract with faults is refused
    scenario: str | None = None
    dynamic: bool = False
    formats: bool = True  # `format` is a rule
    stateful: bool = False  # plain resources are created, read, changed and deleted
    seed: int = 0
    cors: bool = True
    auth: bool = True
    strict_sessions: bool = False
    max_sessions: int = 10_000
    session_ttl: float | None = None  # seconds; None: sessions do not grow old
    journal_size: int = 1_000  # exchanges of a session
    host: str = "127.0.0.1"  # beyond loopback, the control API wants a token
    control_prefix: str = CONTROL_PREFIX
    control_token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    body_limit: int = 1024 * 1024
    header_limit: int = 64 * 1024
    url_limit: int = 16 * 1024
    max_connections: int = 1_000
    request_timeout: float = 30.0  # seconds until a request that was begun must be whole
    keep_alive: float = 5.0  # seconds that a connection may be idle


def is_control_prefix(path: str) -> bool:
    """Whether a path can be the prefix of the control API: `/NAME`, without template or slash at its end."""
    return path.startswith("/") and not path.endswith("/") and "{" not in path
