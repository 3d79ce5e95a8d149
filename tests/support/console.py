"""Control calls and requests to an application in process, for tests of the control API."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mockserver.app import MockServer
from mockserver.engine.backend import Backend
from mockserver.runtime import Log, Runtime, wire
from mockserver.settings import Settings
from tests.support.asgi import InProcess, Reply, in_process
from tests.support.patches import BUNDLED, TOKEN

Headers = Mapping[str, str]
OWN: list[tuple[str, object]] = [  # every call that concerns a session, with a valid body
    ("GET session", None),
    ("DELETE session", None),
    ("PUT session/scenario", {"name": "order-not-cart"}),
    ("DELETE session/scenario", None),
    ("GET session/stubs", None),
    ("PUT session/stubs", {"stubs": []}),
    ("POST session/stubs", {"delay": "1ms"}),
    ("DELETE session/stubs", None),
    ("GET session/network", None),
    ("PUT session/network", {"delay": "1ms"}),
    ("DELETE session/network", None),
    ("GET session/upstream", None),
    ("PUT session/upstream", {"mock": ["update-a-cart"]}),
    ("DELETE session/upstream", None),
    ("PUT session/mutation", {"name": "update-a-cart 200 null /data/rent"}),
    ("DELETE session/mutation", None),
    ("POST session/reset", None),
    ("POST session/fork", {"from": "default"}),
    ("GET session/state", None),
    ("GET session/changes", None),
    ("GET session/transitions", None),
    ("PATCH session/state", {}),
    ("POST session/carts/42/events", {"event": "submit"}),
    ("GET requests", None),
    ("DELETE requests", None),
    ("GET events", None),
    ("POST requests/verify", {"match": {}, "count": 0}),
    ("GET violations", None),
    ("DELETE violations", None),
    ("GET coverage", None),
    ("POST explain", {"method": "GET", "path": "/"}),
]


@dataclass(frozen=True, slots=True)
class Console:
    """A client of an application in process; `session` is the session key that it sends by default."""

    app: MockServer
    process: InProcess
    session: str = "default"

    @property
    def server(self) -> Runtime:
        return self.app.runtime

    def send(self, method: str, target: str, body: bytes = b"", headers: Headers | None = None) -> Reply:
        """The answer to a request; a Host header is added if there is none."""
        sent = {"host": "127.0.0.1:4010", **(headers or {})}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]
        return self.process.send(method, target.encode("latin-1"), raw, body)

    def call(
        self,
        call: str,
        body: object = None,
        *,
        session: str | None = None,
        headers: Headers | None = None,
    ) -> Reply:
        """The answer to a control call such as `GET session/state`; None means no body."""
        method, _, path = call.partition(" ")
        content = b"" if body is None else json.dumps(body).encode()
        key = {"x-mock-session": session or self.session}
        return self.send(
            method, f"{self.server.settings.control_prefix}/{path}", content, {**key, **(headers or {})}
        )

    def patch(
        self,
        order: str = "42",
        body: object = None,
        *,
        session: str | None = None,
        headers: Headers | None = None,
        token: str = TOKEN,
    ) -> Reply:
        """The answer to a PATCH of a cart; the default body is a valid change."""
        sent = {
            "x-mock-session": session or self.session,
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
        }
        content = json.dumps({"purchaser_id": 12} if body is None else body).encode()
        return self.send("PATCH", f"/carts/{order}", content, {**sent, **(headers or {})})

    def state(self, session: str | None = None) -> Any:
        return self.call("GET session/state", session=session).json()

    def exchanges(self, query: str = "", session: str | None = None) -> list[Any]:
        """The exchanges of the journal as JSON, newest first."""
        rows: list[Any] = self.call(f"GET requests{query}", session=session).json()["requests"]
        return rows


@contextmanager
def open_console(
    settings: Settings | None = None, backend: Backend = BUNDLED, log: Log | None = None
) -> Iterator[Console]:
    """A new application in process and its client."""
    app = MockServer(wire(backend, settings or Settings()), log or Log())
    with in_process(app) as process:
        yield Console(app, process)


def problem(reply: Reply) -> str:
    """Status and kind of a problem, such as `404 unknown-session`."""
    assert reply.header("content-type") == "application/problem+json"
    body = reply.json()
    assert body["status"] == reply.status
    return f"{reply.status} {body['type'].removeprefix('urn:mockserver:problem:')}"
