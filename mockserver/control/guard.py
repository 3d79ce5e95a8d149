"""Who may drive the server: its own machine on loopback, and beyond it whoever has the token.

A page of another origin must not reset a developer's server, neither by a request across origins nor by
DNS rebinding, which shows as a foreign `Host`.
"""

import hmac
import re
from functools import lru_cache
from ipaddress import ip_address

from msgspec import Struct

from mockserver.http import cors
from mockserver.http.message import Head
from mockserver.http.problem import Problem, ProblemError
from mockserver.http.redaction import redact

_UNDER_LOCALHOST = re.compile(r"[a-z0-9.-]+\.localhost")


class Forbidden(ProblemError):
    """A control call comes from a page of a foreign origin, or names the server by a foreign host."""

    kind = "forbidden"


class TokenNeeded(ProblemError):
    """The server listens on more than the loopback address, and the control token is missing or wrong."""

    def __init__(self) -> None:
        super().__init__(
            "the control API of this server requires its token, in X-Mock-Token or as Authorization: Bearer"
        )

    def problem(self) -> Problem:
        return Problem("control-token", str(self), headers=[("www-authenticate", "Bearer")])


class Guard(Struct, frozen=True):
    """The rules of one server; `token` is None where it listens on loopback only."""

    token: str | None
    hosts: frozenset[str]
    origins: frozenset[str]

    def admit(self, head: Head, own_host: str) -> None:
        """Let a call in, or raise Forbidden or TokenNeeded; `own_host` is the address that it came to."""
        authority = (head.header("host") or "").lower()
        host = host_name(authority)
        if self.token is None and not (is_loopback(host) or host == own_host or host in self.hosts):
            raise Forbidden(f"{redact(host)!r} is no name of this server; allow it with --allow-host")
        origin = head.header("origin")
        if origin is not None and not (self.welcomes(origin) or _authority(origin) == authority):
            raise Forbidden(f"pages of {redact(origin)!r} may not drive this server; see --allow-origin")
        if self.token is None or cors.is_preflight(head):  # which a browser sends without the token
            return
        if not hmac.compare_digest(_given(head), self.token.encode()):
            raise TokenNeeded

    def welcomes(self, origin: str) -> bool:
        """Whether a page's origin is loopback, or was allowed."""
        return origin in self.origins or is_loopback(host_name(_authority(origin)))


@lru_cache(maxsize=16)  # of names that any client may send
def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own, without asking a resolver."""
    if host == "localhost" or _UNDER_LOCALHOST.fullmatch(host):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_name(authority: str) -> str:
    """The host of `host:port` or `[::1]:port`, in lower case."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    return authority.partition(":")[0].lower()


def _authority(origin: str) -> str:
    """What stands behind `https://` of an origin (RFC 6454, section 6.1), in lower case."""
    return origin.partition("://")[2].lower()


def _given(head: Head) -> bytes:
    token = head.header("x-mock-token")
    if token is None:
        scheme, _, token = (head.header("authorization") or "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
    return token.encode("latin-1", "replace")  # the bytes that came
