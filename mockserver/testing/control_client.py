"""A client of the control API, for tests and commands; how a call reaches the server is a parameter."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit
from weakref import finalize

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json, plain
from mockserver.engine.session_path import SEGMENT
from mockserver.settings import CONTROL_PREFIX

__tracebackhide__ = True  # pytest shows the test's own line where a call fails
TIMEOUT = 10.0  # seconds

Headers = Mapping[str, str]
Transport = Callable[
    [str, str, Headers, bytes], tuple[int, bytes]
]  # method, path, headers, body -> status, body


class NoAnswer(ConnectionError):
    """No mockserver answers at this URL."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"no mockserver answers at {url}: {reason}")
        self.url = url
        self.reason = reason


class CallRefused(ValueError):
    """The server refused a control call; `problem` is the body of its answer (RFC 9457)."""

    def __init__(self, call: str, problem: Mapping[str, Any], hint: str = "") -> None:
        super().__init__(f"{call}: {problem['detail']}{hint}")
        self.call = call
        self.problem = problem

    @property
    def kind(self) -> str:
        """The last part of the problem's type, such as `unknown-scenario`."""
        return str(self.problem["type"]).rpartition(":")[2]


class ControlClient(Struct, frozen=True):
    """Calls the control API of the server at the base URL `url`, under the path `prefix`.

    `token`, where the server needs one, is sent with each call.
    """

    url: str
    transport: Transport
    prefix: str = CONTROL_PREFIX
    token: str | None = None

    def ask(self, method: str, path: str, *, key: str | None = None, body: object = None) -> Any:
        """Make a call; return the decoded body of its answer, or None if it has no body.

        `path` is relative to the prefix, `key` names the session, `body` is sent as JSON.
        Raises CallRefused and NoAnswer.
        """
        headers = {"Accept": "application/json"}
        if key is not None:
            headers["X-Mock-Session"] = key
        if self.token is not None:
            headers["X-Mock-Token"] = self.token
        sent = b"" if body is None else json.dumps(body, default=_plain).encode()
        status, answer = self.transport(method, self.prefix + path, headers, sent)
        return self._decoded(f"{method} {self.prefix}{path}", status, answer)

    def _decoded(self, call: str, status: int, answer: bytes) -> Any:
        try:
            decoded = json.loads(answer) if answer else None
        except ValueError:
            raise NoAnswer(self.url, f"{call}: the answer (status {status}) is not JSON") from None
        if status < 400:
            return decoded
        if not isinstance(decoded, dict) or not {"type", "detail"} <= decoded.keys():
            raise NoAnswer(self.url, f"{call}: the answer (status {status}) is not a problem of mockserver")
        is_mocked = str(decoded["type"]).endswith(":unknown-path")
        hint = f"; is the control API on a port of its own, or under another prefix than {self.prefix}?"
        raise CallRefused(call.partition("?")[0], decoded, hint if is_mocked else "")


def _plain(value: object) -> Json:
    """A mapping or a sequence that is not a dict or a list, as JSON; raises TypeError for anything else."""
    if isinstance(value, Mapping | Sequence):
        return plain(value)
    raise TypeError(f"expected JSON, found a {type(value).__name__}: {value!r}")


def connect(url: str, prefix: str = CONTROL_PREFIX, token: str | None = None) -> ControlClient:
    """A client of the running server whose control API is at a base URL; raises CallRefused and NoAnswer.

    The path of the base URL may carry a session, which is ignored. If the control API has a port of its own,
    the client's `url` is nevertheless that of the mocked API.
    """
    url = url.partition(f"{prefix}{SEGMENT}/")[0]
    client = ControlClient(url, http_transport(url), prefix, token)
    health = client.ask("GET", "/health")
    if health["control_port"] is None:
        return client
    parts = urlsplit(url)
    host = parts.netloc.removesuffix(f":{parts.port}")
    return replace(client, url=parts._replace(netloc=f"{host}:{health['port']}").geturl())


def http_transport(url: str) -> Transport:
    """Sends each call to a base URL and ignores proxies; raises NoAnswer, as does the transport itself."""
    return _HttpTransport(url)


class _HttpTransport:
    """A transport that keeps its connections open, because opening one takes as long as a call.

    Each call has a connection of its own while it lasts, so threads may share the transport.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            connection_type = {"http": HTTPConnection, "https": HTTPSConnection}[parts.scheme]
            self._connect: Callable[[], HTTPConnection] = partial(
                connection_type, str(parts.hostname), parts.port, timeout=TIMEOUT
            )
        except (ValueError, KeyError):
            raise NoAnswer(url, "not a valid URL; expected one such as http://127.0.0.1:4010") from None
        self._url = url
        self._path = parts.path
        self._idle: list[HTTPConnection] = []
        self._process = os.getpid()
        finalize(self, _close_all, self._idle)

    def __call__(self, method: str, path: str, headers: Headers, body: bytes) -> tuple[int, bytes]:
        try:
            with ExitStack() as unless_answered:
                connection = self._connection()
                unless_answered.callback(connection.close)
                answer = _exchange(connection, method, self._path + path, headers, body)
                unless_answered.pop_all()
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise NoAnswer(self._url, reason) from None
        self._idle.append(connection)
        return answer

    def _connection(self) -> HTTPConnection:
        """A connection that no call uses; a forked process uses none of its parent's."""
        if self._process != os.getpid():
            _close_all(self._idle)
            self._process = os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()


def _exchange(
    connection: HTTPConnection, method: str, path: str, headers: Headers, body: bytes
) -> tuple[int, bytes]:
    """Status and body of the answer to a call, sent again if the server had closed the connection."""
    was_open = connection.sock is not None
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
    except ConnectionError:
        if not was_open:
            raise
        connection.close()
        return _exchange(connection, method, path, headers, body)
    return answer.status, answer.read()


def _close_all(connections: list[HTTPConnection]) -> None:
    while connections:
        connections.pop().close()
