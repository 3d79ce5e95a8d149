"""A mock with `--stateful`, requests to it, and a look that no answer breaks the contract."""

import json
from pathlib import Path
from typing import Any

from mockserver.engine.exchange import Exchange
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.models.resources.model import ResourceModel
from mockserver.runtime import Runtime
from mockserver.settings import Settings
from tests.support.patches import runtime

FORM = "application/x-www-form-urlencoded"


class Api:
    """A running mock of one document with `--stateful`."""

    def __init__(self, path: Path) -> None:
        chosen = Settings(specs=(path,), stateful=True)
        self.backend = load_backend(chosen)
        self.runtime: Runtime = runtime(chosen, self.backend)

    @property
    def model(self) -> ResourceModel:
        """The model of the resources."""
        model = self.backend.distinct_models["resources"]
        assert isinstance(model, ResourceModel)
        return model

    def ask(
        self,
        line: str,
        body: Any = None,
        *,
        kind: str = "application/json",
        session: str = "default",
        **headers: str,
    ) -> Exchange:
        """The exchange for a request such as `GET /users?page=2`; its answer is on contract."""
        method, _, target = line.partition(" ")
        path, _, query = target.partition("?")
        sent = [
            ("x-mock-session", session),
            *((name.replace("_", "-"), value) for name, value in headers.items()),
        ]
        content = b""
        if body is not None:
            sent.append(("content-type", kind))
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        exchange = self.runtime.run(Request.build(method, path, query, sent, content))
        assert [str(each) for each in exchange.own_violations] == []
        return exchange

    def body(self, line: str, body: Any = None, expected: int | None = None, **more: Any) -> Any:
        """The JSON of an answer; a status of 2xx, or the expected one."""
        answer = self.ask(line, body, **more).final_answer
        assert answer.status == expected if expected else 200 <= answer.status < 300, (
            answer.status,
            answer.body,
        )
        return json.loads(answer.body) if answer.body else None
