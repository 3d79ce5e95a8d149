"""Access control of the control API: loopback hosts and origins, or the control token.

A web page must not control a developer's server, neither by a cross-origin request nor by DNS rebinding,
which shows as a foreign `Host`.
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
    """The access rules of one server; `token` is None if it listens on loopback only."""

    token: str | None
    hosts: frozenset[str]
    origins: frozenset[str]

    def admit(self, head: Head, own_host: str) -> None:
        """Check a call; `own_host` is the address that received it. Raises Forbidden and TokenNeeded."""
        authority = (head.header("host") or "").lower()
        host = host_name(authority)
        if self.token is None and not (is_loopback(host) or host == own_host or host in self.hosts):
            raise Forbidden(f"{redact(host)!r} is not a name of this server; allow it with --allow-host")
        origin = head.header("origin")
        if origin is not None and not (self.allows_origin(origin) or _authority(origin) == authority):
            raise Forbidden(f"the origin {redact(origin)!r} is not allowed; allow it with --allow-origin")
        if self.token is None or cors.is_preflight(head):  # browsers send preflights without the token
            return
        if not hmac.compare_digest(_sent_token(head), self.token.encode()):
            raise TokenNeeded

    def allows_origin(self, origin: str) -> bool:
        """Whether an origin is loopback or in `origins`."""
        return origin in self.origins or is_loopback(host_name(_authority(origin)))


@lru_cache(maxsize=16)  # bounded, because any client can send any name
def is_loopback(host: str) -> bool:
    """Whether a host name or address is loopback; names are not resolved."""
    if host == "localhost" or _UNDER_LOCALHOST.fullmatch(host):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_name(authority: str) -> str:
    """The host in `host:port` or `[::1]:port`, in lower case."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    return authority.partition(":")[0].lower()


def _authority(origin: str) -> str:
    """The `host:port` of an origin (RFC 6454, section 6.1), in lower case."""
    return origin.partition("://")[2].lower()


def _sent_token(head: Head) -> bytes:
    """The token of X-Mock-Token or Authorization; empty if there is none."""
    token = head.header("x-mock-token")
    if token is None:
        scheme, _, token = (head.header("authorization") or "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
    return token.encode("latin-1", "replace")  # the bytes as they were sent
