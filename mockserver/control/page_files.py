"""The files of the dashboard, which are served below the prefix of the control API.

They are read when a browser first asks for one of them: a server whose dashboard nobody opens does no work
for it. Only the files of the package are served, by their names: no request's path becomes a path of a file.
"""

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

from msgspec import Struct

from mockserver.asgi.io import Scope, head_of
from mockserver.control.request import ControlRequest
from mockserver.engine.answers.dashboard_redirect import is_browser, redirect, relative_url
from mockserver.http.message import Answer, Head, Headers
from mockserver.runtime import Runtime

INDEX = "index.html"
_CONTENT_TYPES = {  # files with another suffix are not served
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_POLICY = (  # Content Security Policy Level 3
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'{mocked};"
    " require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAFE = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),  # the address may name a session
    ("cross-origin-resource-policy", "same-origin"),
)
_HOST = re.compile(r"[A-Za-z0-9.-]+")  # what a policy can name; an IPv6 address is not
_CONDITION = "if-none-match"
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


class PageFile(Struct, frozen=True):
    """A file of the page: its content type, its strong entity tag, and its content."""

    content_type: str
    entity_tag: str
    content: bytes


@cache
def page_files() -> Mapping[str, PageFile]:
    """The files of the page by their paths in its folder, such as `views/traffic.js`."""
    folder = Path(str(files("mockserver"))) / "control" / "page"
    return {
        path.relative_to(folder).as_posix(): _page_file(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in _CONTENT_TYPES
    }


def _page_file(path: Path) -> PageFile:
    content = path.read_bytes()
    return PageFile(_CONTENT_TYPES[path.suffix], f'"{sha256(content).hexdigest()[:32]}"', content)


def is_page(scope: Scope, runtime: Runtime) -> bool:
    """Whether a request without a route is for a file of the page, or leads to the page.

    `/` comes here only on a port of the control API.
    """
    path: str = scope["path"]
    prefix = runtime.settings.control_prefix
    if path == "/":
        return is_browser(head_of(scope))
    return path == prefix or (path.startswith(f"{prefix}/") and _file_name(path, prefix) in page_files())


def _file_name(path: str, prefix: str) -> str:
    return path[len(prefix) + 1 :] or INDEX


def show_page(call: ControlRequest) -> Answer:
    """The file of the page that the path names, or a redirect to the page."""
    runtime, head = call.runtime, call.request.head
    path, prefix = unquote(head.path), runtime.settings.control_prefix
    if path == prefix:
        return redirect(head, relative_url(prefix.rpartition("/")[2]))
    if path == "/":
        return redirect(head, relative_url(prefix[1:]))
    file = page_files()[_file_name(path, prefix)]
    headers: Headers = [
        ("etag", file.entity_tag),
        ("cache-control", "no-cache"),
        ("content-security-policy", _POLICY.format(mocked=_mocked_origin(call))),
        *_SAFE,
    ]
    if _is_known(file, head):
        return Answer(304, headers)
    return Answer(200, [("content-type", file.content_type), *headers], file.content)


def _mocked_origin(call: ControlRequest) -> str:
    """What the policy must allow besides the page's own origin: that of the mocked API, if it is another."""
    runtime = call.runtime
    if runtime.control_port is None or runtime.port is None:
        return ""
    host = call.request.head.host_name
    name = host if _HOST.fullmatch(host) else "*"
    return f" {runtime.settings.scheme}://{name}:{runtime.port}"


def _is_known(file: PageFile, head: Head) -> bool:
    """Whether the client has this version of the file (RFC 9110, section 13.1.2)."""
    tags = ",".join(head.all(_CONDITION))
    return tags.strip() == "*" or file.entity_tag in _ENTITY_TAG.findall(tags)
