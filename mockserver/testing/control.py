"""Calls of the control API from a test, whatever carries them to the server."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from mockserver.data.json import Json

__tracebackhide__ = True  # pytest shows the test's own line where a call fails
PREFIX = "/__mock"
SECONDS = 10.0  # until a server that does not answer is given up

Headers = Mapping[str, str]
Carry = Callable[[str, str, Headers, bytes], tuple[int, bytes]]  # method, path, headers, body -> status, body


class NoAnswer(ConnectionError):
    """Nothing that is a mockserver answers at this address."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"no mockserver answers at {url}: {reason}")
        self.url = url
        self.reason = reason


class Refused(ValueError):
    """The server refuses a control call; `problem` is its answer (RFC 9457)."""

    def __init__(self, call: str, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{call}: {problem['detail']}")
        self.call = call
        self.problem = problem

    @property
    def kind(self) -> str:
        """The last part of the problem's type, as the README's table lists it."""
        return str(self.problem["type"]).rpartition(":")[2]


class Control(Struct, frozen=True):
    """The control API of the server at `url`; `token` is sent with each call, where there is one."""

    url: str
    carry: Carry
    token: str | None = None

    def ask(self, method: str, path: str, *, key: str | None = None, body: Json = None) -> Any:
        """The decoded answer of a call, None where it has no body; its shape is in the API's own contract.

        `path` stands below the prefix, `key` names the session. Raises Refused, NoAnswer.
        """
        headers = {"Accept": "application/json"}
        if key is not None:
            headers["X-Mock-Session"] = key
        if self.token is not None:
            headers["X-Mock-Token"] = self.token
        sent = b"" if body is None else json.dumps(body).encode()
        status, answer = self.carry(method, PREFIX + path, headers, sent)
        try:
            decoded = json.loads(answer) if answer else None
        except ValueError:
            raise NoAnswer(
                self.url, f"{method} {PREFIX}{path} is answered with {status} and no JSON"
            ) from None
        if status < 400:
            return decoded
        if not isinstance(decoded, dict) or not {"type", "detail"} <= decoded.keys():
            raise NoAnswer(self.url, f"{method} {PREFIX}{path} is answered with {status} and no problem")
        raise Refused(f"{method} {PREFIX}{path.partition('?')[0]}", decoded)


def over_http(url: str) -> Carry:
    """Carries calls to a base URL, each on a connection of its own, and past any proxy; raises NoAnswer."""
    try:
        parts = urlsplit(url)
        kind = {"http": HTTPConnection, "https": HTTPSConnection}[parts.scheme]
        host, port = str(parts.hostname), parts.port
    except (ValueError, KeyError):
        raise NoAnswer(url, "that is no address; expected one such as http://127.0.0.1:4010") from None

    def carry(method: str, path: str, headers: Headers, body: bytes) -> tuple[int, bytes]:
        try:
            with closing(kind(host, port, timeout=SECONDS)) as connection:
                connection.request(
                    method, parts.path + path, body or None, {**headers, "Connection": "close"}
                )
                answer = connection.getresponse()
                return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            raise NoAnswer(url, str(error) or type(error).__name__) from None

    return carry
