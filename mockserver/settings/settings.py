"""The settings of a server, with their defaults."""

from pathlib import Path

from msgspec import Struct

from mockserver.settings.control_prefix import CONTROL_PREFIX


class Settings(Struct, frozen=True):
    """What `create_app` takes; sizes are in bytes, times in seconds.

    `mockserver.settings.table` has the names by which users set the fields.
    """

    specs: tuple[Path, ...] = ()  # none: the bundled cart API
    fixtures: Path | None = None
    scenarios: Path | None = None
    allow_refs: tuple[Path, ...] = ()  # folders, besides its project, to which a document may refer
    strict: bool = False  # errors in the contract prevent the start
    lenient_read_only: bool | None = None  # drop read-only members from requests; None: if `stateful`
    errors: bool = False  # what breaks the contract without being meant to is a 500, or refused
    scenario: str | None = None
    stubs: tuple[Path, ...] = ()  # files of stubs; sessions start with them
    delay: str | None = None  # of each answer, as in X-Mock-Delay; sessions start with it
    fault: str | None = None  # of each answer, as in X-Mock-Fault; sessions start with it
    dynamic: bool = False
    echo: bool = True  # a successful answer of the contract takes values from the request
    formats: bool = True  # validate `format`
    models: tuple[str, ...] = ()  # models of users as MODULE:NAME; they replace the cart model
    model: bool = True  # answer by the cart model if no other model is named
    stateful: bool = False  # answer operations on plain resources from a stored state
    upstream: str | None = None  # the URL of the real backend, to which requests are passed on
    upstream_ca: Path | None = None  # certificates that are trusted there, instead of the system's
    record: Path | None = None  # a folder, in which what passed to the upstream becomes stubs
    mock: tuple[str, ...] = ()  # operations that are not passed on
    seed: int = 0
    cors: bool = True
    auth: bool = True
    strict_parameters: bool = False  # parameters and forms only as the contract spells them
    strict_sessions: bool = False
    max_sessions: int = 10_000
    session_ttl: float | None = None  # None: sessions do not expire
    memory_limit: int = 1024 * 1024 * 1024  # of all sessions, with their journals
    journal_size: int = 1_000  # exchanges per session
    host: str = "127.0.0.1"  # if it is not a loopback address, the control API requires a token
    tls: bool = False  # serve HTTPS by a certificate that is made at the start
    certfile: Path | None = None  # serve HTTPS by this certificate
    keyfile: Path | None = None  # None: the key is in `certfile`
    control_prefix: str = CONTROL_PREFIX
    control_token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()  # names whose values are masked, besides the usual ones and the contract's
    body_limit: int = 1024 * 1024
    header_limit: int = 64 * 1024
    url_limit: int = 16 * 1024
    max_connections: int = 1_000
    request_timeout: float = 30.0  # until a request must be complete
    keep_alive: float = 5.0  # until an idle connection is closed

    @property
    def drops_read_only(self) -> bool:
        """Whether read-only members are dropped from requests."""
        return self.stateful if self.lenient_read_only is None else self.lenient_read_only

    @property
    def largest_state(self) -> int:
        """The number of bytes that the state of one session may take: a quarter of the memory."""
        return self.memory_limit // 4

    @property
    def scheme(self) -> str:
        """The scheme of the server's URL."""
        return "https" if self.tls or self.certfile is not None else "http"
