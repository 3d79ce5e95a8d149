"""Where the real backend is, and how its URLs become those of the mock server."""

import re
from urllib.parse import urlsplit

from msgspec import Struct

_DEFAULT_PORTS = {"http": 80, "https": 443}
_COOKIE_ATTRIBUTE = re.compile(r"\s*([^=\s]+)\s*(?:=\s*(.*?)\s*)?")


class Origin(Struct, frozen=True):
    """Scheme, host and port of the real backend, and the path below which all requests are sent."""

    scheme: str
    host: str
    port: int
    path: str = ""  # without a slash at its end

    @classmethod
    def of_url(cls, url: str) -> "Origin":
        """The origin of a valid URL of an upstream."""
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        return cls(parts.scheme, parts.hostname or "", port, parts.path.rstrip("/"))

    @property
    def authority(self) -> str:
        """Host and port as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    def own_reference(self, reference: str, own: str) -> str:
        """A URI reference in an answer, as clients of the mock server follow it.

        `own` is the origin of the mock server for this client, such as `http://127.0.0.1:4010`. References
        to other servers, and relative ones, stay as they are.
        """
        if reference.startswith("/") and not reference.startswith("//"):
            return self._without_path(reference)
        try:
            parts = urlsplit(reference)
            port = parts.port or _DEFAULT_PORTS.get(parts.scheme or self.scheme)
        except ValueError:
            return reference
        if (parts.hostname, port) != (self.host, self.port) or parts.scheme not in ("", *_DEFAULT_PORTS):
            return reference
        rest = reference.partition("//")[2].removeprefix(parts.netloc)
        return own + self._without_path(rest)

    def _without_path(self, path: str) -> str:
        """An absolute path without that of the upstream, which the client does not send."""
        rest = path.removeprefix(self.path)
        is_below = self.path and path.startswith(self.path) and rest[:1] in ("", "/", "?", "#")
        if not is_below:
            return path
        return rest if rest.startswith("/") else f"/{rest}"

    def own_cookie(self, cookie: str, *, encrypted: bool) -> str:
        """A Set-Cookie header, for the host of the mock server (RFC 6265, section 4.1.2).

        `encrypted`: whether clients reach the mock server by HTTPS; otherwise browsers refuse `Secure`.
        """
        pair, *attributes = cookie.split(";")
        kept = [pair]
        for attribute in attributes:
            found = _COOKIE_ATTRIBUTE.fullmatch(attribute)
            name, value = (found[1].lower(), found[2] or "") if found else ("", "")
            if name == "domain" or (name == "secure" and not encrypted):
                continue
            if name == "path":
                attribute = f" Path={self._without_path(value)}"
            elif name == "samesite" and value.lower() == "none" and not encrypted:
                attribute = " SameSite=Lax"  # which None without Secure is not
            kept.append(attribute)
        return ";".join(kept)
