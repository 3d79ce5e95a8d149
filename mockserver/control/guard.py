"""Access control of the control API: local callers, or those that send the control token.

A caller is local if its connection comes from this machine and no proxy passed the request on. A web page
must not control a developer's server, neither by a cross-origin request nor by DNS rebinding, which shows as
a foreign `Host`.
"""

import hmac
import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from msgspec import Struct

from mockserver.asgi.http_rules import is_host
from mockserver.asgi.io import Scope
from mockserver.http import cors
from mockserver.http.message import Head
from mockserver.http.problem import Problem, ProblemError
from mockserver.http.redaction import redact

_UNDER_LOCALHOST = re.compile(r"[a-z0-9.-]+\.localhost")
# Headers by which proxies say that they passed a request on, or for which client.
_FORWARDING = re.compile(
    r"via|forwarded|x-(.*-)?forwarded(-.*)?|(.*-)?(client|connecting|real)-ip", re.DOTALL
)
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(.+)", re.IGNORECASE)  # RFC 6454, section 6.2


class Forbidden(ProblemError):
    """The caller may not make control calls: its origin or host is foreign, or it is not local."""

    kind = "forbidden"


class TokenNeeded(ProblemError):
    """The caller needs the control token, and its token is missing or wrong."""

    def __init__(self) -> None:
        super().__init__(
            "this call requires the control token of the server (--control-token), in X-Mock-Token or as"
            " Authorization: Bearer"
        )

    def problem(self) -> Problem:
        return Problem("control-token", str(self), headers=[("www-authenticate", "Bearer")])


class Caller(Struct, frozen=True):
    """The connection of a call: the address that received it, and whether it comes from this machine."""

    own_host: str | None = None
    is_local: bool = True


class Guard(Struct, frozen=True):
    """The access rules of one server.

    Whoever sends the `token` may call. Without it, only local callers may, and nobody if `is_token_required`.
    """

    token: str | None
    hosts: frozenset[str]
    origins: frozenset[str]
    is_token_required: bool = False

    def admit(self, head: Head, caller: Caller) -> None:
        """Check a call; raises Forbidden and TokenNeeded."""
        self._check_origin(head)
        if self._has_token(head):
            return
        if self._is_beyond_loopback(head, caller):
            self._refuse_without_token(head)
        else:
            self._check_host(head, caller)

    def admit_to_page(self, head: Head, caller: Caller) -> None:
        """Check a request for the dashboard's own files, which need no token; raises Forbidden."""
        self._check_origin(head)
        if not self._is_beyond_loopback(head, caller):
            self._check_host(head, caller)

    def _is_beyond_loopback(self, head: Head, caller: Caller) -> bool:
        """Whether a call of this caller needs the token."""
        return self.is_token_required or not caller.is_local or forwarding_header(head) is not None

    def _check_origin(self, head: Head) -> None:
        for origin in head.all("origin"):
            if not (self.allows_origin(origin) or _is_authority(_authority_of(head), origin)):
                raise Forbidden(f"the origin {redact(origin)!r} is not allowed; allow it with --allow-origin")

    def _check_host(self, head: Head, caller: Caller) -> None:
        host = host_name(_authority_of(head))
        if not host:
            raise Forbidden("the call names no host; send a header Host that names this server")
        if not (is_loopback(host) or host == caller.own_host or host in self.hosts):
            raise Forbidden(f"{redact(host)!r} is not a name of this server; allow it with --allow-host")

    def allows_origin(self, origin: str) -> bool:
        """Whether an origin is loopback or in `origins`."""
        return origin in self.origins or is_loopback(host_name(_authority(origin)))

    def _has_token(self, head: Head) -> bool:
        return self.token is not None and hmac.compare_digest(_sent_token(head), self.token.encode())

    def _refuse_without_token(self, head: Head) -> None:
        """Refuse a call that needs the token; preflights pass, because browsers send them without it."""
        if cors.is_preflight(head):
            return
        if self.token is not None:
            raise TokenNeeded
        via = forwarding_header(head)
        found = f"through a proxy (it has the header {via})" if via is not None else "from another machine"
        raise Forbidden(
            f"the call comes {found}, and such calls need a control token: start the server with"
            " --control-token TOKEN, and send it in X-Mock-Token"
        )


def caller(scope: Scope) -> Caller:
    """The caller of an ASGI scope. One without an IP address is local: in process, or on a UNIX socket."""
    own_host: str | None = (scope.get("server") or (None, 0))[0]
    # uvicorn has no address of a client that has left; such a client of a loopback server was local
    peer: str | None = (scope.get("client") or (own_host, 0))[0]
    address = _address(peer.partition("%")[0]) if peer else None
    return Caller(own_host and own_host.lower(), address is None or _is_loopback_address(address))


def forwarding_header(head: Head) -> str | None:
    """The first header by which a proxy says that it passed the request on; None if there is none."""
    names = (name for name, _ in head.headers)
    return next((name for name in names if _FORWARDING.fullmatch(name.replace("_", "-"))), None)


@lru_cache(maxsize=16)  # bounded, because any client can send any name
def is_loopback(host: str) -> bool:
    """Whether a host name or address is loopback; names are not resolved."""
    if host == "localhost" or _UNDER_LOCALHOST.fullmatch(host):
        return True
    address = _address(host)
    return address is not None and _is_loopback_address(address)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address in a text; None for a name or a path."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_loopback_address(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is loopback, also as an IPv4-mapped one (RFC 4291, section 2.5.5.2)."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def host_name(authority: str) -> str:
    """The host in `host:port` or `[::1]:port`, in lower case."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    return authority.partition(":")[0].lower()


def _authority_of(head: Head) -> str:
    """The `host:port` that a request names, in lower case; empty if it names none."""
    return (head.header("host") or "").lower()


def _authority(origin: str) -> str:
    """The `host:port` of an origin (RFC 6454, section 6.2), in lower case; empty if it is not valid."""
    match = _ORIGIN.fullmatch(origin)
    return match[1].lower() if match is not None and is_host(match[1].encode("latin-1", "replace")) else ""


def _is_authority(authority: str, origin: str) -> bool:
    """Whether an origin is that of the server under the authority that the request names."""
    return authority != "" and _authority(origin) == authority


def _sent_token(head: Head) -> bytes:
    """The token of X-Mock-Token or Authorization; empty if there is none."""
    token = head.header("x-mock-token")
    if token is None:
        scheme, _, token = (head.header("authorization") or "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
    return token.encode("latin-1", "replace")  # the bytes as they were sent
