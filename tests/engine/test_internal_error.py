"""An unexpected exception in a model leaves a problem, a record and one traceback, and no change of state."""

import asyncio
import math
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn

from mockserver.app import MockServer
from mockserver.engine.internal_error import Origin, internal_error
from mockserver.loading import load_backend
from mockserver.model import Call, Outcome
from mockserver.runtime import Log, wire
from mockserver.server.server import bind, url_of
from mockserver.settings import Settings
from mockserver.testing.thread_server import serve_in_thread
from tests.support.lamps import LampModel, Lamps

DOCUMENT = """
openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps:
    post:
      operationId: show-lamps
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object}}}}
"""
SECRET = "flt_sk_super-secret-0123456789"


class Untold(Exception):
    def __str__(self) -> str:
        raise ValueError("no text")


class Annotated(Exception):
    @property
    def __notes__(self) -> list[str]:  # type: ignore[override]
        raise KeyError("no notes")


def again(depth: int) -> int:
    return and_again(depth + 1)


def and_again(depth: int) -> int:
    return again(depth + 1)


def nested(depth: int) -> object:
    value: object = []
    for _ in range(depth):
        value = [value]
    return value


def endless() -> dict[str, object]:
    value: dict[str, object] = {}
    value["itself"] = value
    return value


class Broken(LampModel):
    """Lamps that fail in the method `part`; `raised` is an exception, and `body` what it answers with."""

    part: str = ""
    raised: BaseException | None = None
    body: object = None

    def _fail(self, part: str) -> None:
        if part == self.part:
            if self.raised is None:
                again(0)
            else:
                raise self.raised

    def admit(self, state, credential):
        self._fail("admit")

    def handle(self, state: Lamps, call: Call) -> Outcome[Lamps]:
        self._fail("handle")
        return Outcome({**state, "attic": "on"}, self.body if self.part == "body" else dict(state))

    def lay(self, state, given):
        self._fail("lay")
        return super().lay(state, given)

    def fire(self, state, subject, event):
        self._fail("fire")
        return super().fire(state, subject, event)

    def dump(self, state):
        self._fail("dump")
        return super().dump(state)


class CollectingLog(Log):
    """Keeps the internal errors that a server logs."""

    def __init__(self) -> None:
        self.errors: list[object] = []

    def internal_error(self, error):
        self.errors.append(error)


@pytest.fixture
def served(tmp_path) -> Callable[[Broken], tuple[MockServer, CollectingLog]]:
    """Make an application with a model, and with its log."""
    (tmp_path / "lamps.yaml").write_text(DOCUMENT, encoding="utf-8")
    settings = Settings(specs=(tmp_path / "lamps.yaml",))

    def app(model: Broken) -> tuple[MockServer, CollectingLog]:
        log = CollectingLog()
        part, model.part = model.part, ""  # nothing fails while it is loaded
        application = MockServer(wire(load_backend(settings, [model]), settings, log), log)
        model.part = part
        return application, log

    return app


class InProcess:
    """Sends requests to an application in this process."""

    def __init__(self, app: MockServer) -> None:
        self._app = app

    def request(self, method: str, path: str, **options: object) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())


@contextmanager
def in_process(app: MockServer) -> Iterator[InProcess]:
    yield InProcess(app)


@contextmanager
def under_our_server(app: MockServer) -> Iterator[httpx.Client]:
    with serve_in_thread(app) as url, httpx.Client(base_url=url) as client:
        yield client


@contextmanager
def under_uvicorn(app: MockServer) -> Iterator[httpx.Client]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    listener = bind("127.0.0.1", 0)
    url = url_of(listener)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    with httpx.Client(base_url=url, transport=httpx.HTTPTransport(retries=5)) as client:
        yield client
    server.should_exit = True
    thread.join()


FAILURES = [
    pytest.param("handle", ZeroDivisionError(f"with {SECRET}"), None, "ZeroDivisionError", id="exception"),
    pytest.param("handle", SystemExit(3), None, "SystemExit", id="sys.exit()"),
    pytest.param("handle", KeyboardInterrupt(), None, "KeyboardInterrupt", id="KeyboardInterrupt"),
    pytest.param("handle", asyncio.CancelledError(), None, "CancelledError", id="CancelledError"),
    pytest.param("handle", GeneratorExit(), None, "GeneratorExit", id="GeneratorExit"),
    pytest.param("handle", StopIteration(), None, "StopIteration", id="StopIteration"),
    pytest.param("handle", MemoryError(), None, "MemoryError", id="MemoryError"),
    pytest.param("handle", None, None, "RecursionError", id="RecursionError"),
    pytest.param("handle", Untold(), None, "Untold", id="an exception without a text"),
    pytest.param("handle", Annotated(), None, "Annotated", id="an exception whose attributes raise"),
    pytest.param("admit", KeyError(SECRET), None, "KeyError", id="in admit"),
    pytest.param("body", None, {1, 2}, "NotJson", id="a set"),
    pytest.param("body", None, {"a": [math.nan]}, "NotJson", id="NaN"),
    pytest.param("body", None, {"a": math.inf, "b": 10**30}, "NotJson", id="infinity and a big integer"),
    pytest.param("body", None, {"a": b"bytes"}, "NotJson", id="bytes"),
    pytest.param("body", None, {"a": object()}, "NotJson", id="an object"),
    pytest.param("body", None, endless(), "NotJson", id="an endless structure"),
    pytest.param("body", None, {"a": nested(100_000)}, "NotJson", id="a deep structure"),
    pytest.param("body", None, {"a": "\ud800"}, "NotJson", id="a lone surrogate"),
]


@pytest.mark.parametrize("serving", [in_process, under_our_server, under_uvicorn])
@pytest.mark.parametrize(("part", "raised", "body", "kind"), FAILURES)
def test_a_model_that_fails_leaves_a_problem_a_record_and_one_traceback(
    served, serving, part, raised, body, kind, monkeypatch
):
    # asyncio.run and the servers of users handle SIGINT, so only the model raises KeyboardInterrupt
    monkeypatch.setattr("signal.getsignal", lambda signal: None)
    app, log = served(Broken(part=part, raised=raised, body=body))
    with serving(app) as client:
        before = client.request("GET", "/__mock/session/state").json()
        answer = client.request("POST", "/lamps", json={}, headers={"Origin": "http://localhost:3000"})
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert answer.headers["x-mock-exchange"] == "x1"
        assert (answer.headers["x-mock-source"], answer.headers["x-mock-session"]) == ("mock", "default")
        problem = answer.json()
        assert problem["type"] == "urn:mockserver:problem:internal"
        assert problem["exception"] == kind
        assert client.request("GET", "/__mock/session/state").json() == before
        (record,) = client.request("GET", "/__mock/requests").json()["requests"]
        assert (record["id"], record["response"]["status"], record["source"]) == ("x1", 500, "mock")
        assert record["operation"] == "show-lamps"
        found = f"{kind} at {problem['location']}"
        assert record["trail"][-1]["decided"] == found
        (violation,) = client.request("GET", "/__mock/violations").json()["violations"]
        assert (violation["side"], violation["keyword"], violation["message"]) == (
            "answer",
            "internal",
            found,
        )
        (logged,) = log.errors
        assert kind in logged.traceback
        assert (logged.origin.exchange, logged.origin.operation) == ("x1", "show-lamps")
        for text in (answer.text, str(record), logged.traceback):
            assert "super-secret" not in text
    app.runtime.backend.models["show-lamps"].part = ""
    with serving(app) as client:
        assert client.request("POST", "/lamps", json={}).status_code == 200
        assert "attic" in client.request("GET", "/__mock/session/state").json()["lamps"]


@pytest.mark.parametrize(
    ("part", "method", "path", "body"),
    [
        ("dump", "GET", "session/state", None),
        ("dump", "PATCH", "session/state", {}),
        ("fire", "POST", "session/lamps/hall/events", {"event": "toggle"}),
    ],
)
@pytest.mark.parametrize("raised", [RuntimeError(SECRET), SystemExit(1), asyncio.CancelledError()], ids=repr)
def test_a_model_that_fails_in_a_control_call_leaves_a_problem_and_one_traceback(
    served, part, method, path, body, raised
):
    app, log = served(Broken(part=part, raised=raised))
    with in_process(app) as client:
        answer = client.request(method, f"/__mock/{path}", json=body)
        assert answer.status_code == 500
        assert answer.json()["type"] == "urn:mockserver:problem:internal"
        assert answer.json()["exception"] == type(raised).__name__
        (logged,) = log.errors
        assert logged.origin.doing == f"{method} /__mock/{path}"
        assert "super-secret" not in answer.text + logged.traceback
        app.runtime.backend.models["show-lamps"].part = ""
        state = client.request("GET", "/__mock/session/state").json()
        assert state == {"lamps": {"hall": {"is": "off"}}}


def caught(act: Callable[[], object]) -> BaseException:
    try:
        act()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def test_the_location_is_that_of_the_innermost_code_that_is_not_installed():
    found = internal_error(caught(lambda: httpx.URL(5)), Origin("test"))  # type: ignore[arg-type]
    assert found.location.startswith("tests/engine/test_internal_error.py:")
    own = internal_error(caught(lambda: load_backend(5)), Origin("test"))  # type: ignore[arg-type]
    assert own.location.startswith("mockserver/scenarios/network.py:")


def test_a_long_traceback_is_shortened():
    found = internal_error(caught(lambda: again(0)), Origin("test"))
    assert found.traceback.count("\n") < 100


def test_the_user_s_ctrl_c_is_raised_again(monkeypatch):
    monkeypatch.setattr("signal.getsignal", lambda _: signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        internal_error(KeyboardInterrupt(), Origin("test"))


def test_an_exchange_whose_bodies_cannot_be_recorded_is_recorded_without_them(served, monkeypatch):
    app, log = served(Broken())

    def fail(*_: object) -> int:
        raise RecursionError

    monkeypatch.setattr("mockserver.journal.coverage.FactBits.covered", fail)
    with in_process(app) as client:
        assert client.request("POST", "/lamps", json={"a": 1}).status_code == 200
        (record,) = client.request("GET", "/__mock/requests").json()["requests"]
        assert record["response"]["status"] == 200
        assert record["trail"][-1]["decided"].startswith("the bodies are not recorded: RecursionError")
        assert len(log.errors) == 1


def test_a_model_that_fails_while_states_are_weighed_answers_all_the_same(served):
    app, log = served(Broken(part="dump", raised=SystemExit(1)))
    app.runtime.memory.patience = 0
    with in_process(app) as client:
        assert client.request("POST", "/lamps", json={}).status_code == 200
    assert [str(error.origin) for error in log.errors] == ["weighing the states"]


class FailingLog(CollectingLog):
    """A log of a user's own that fails when a session is dropped, which is outside the pipeline."""

    def session_dropped(self, key, reason):
        raise ValueError("no room")


def test_an_exception_outside_the_pipeline_is_a_problem_with_a_record_too(tmp_path):
    (tmp_path / "lamps.yaml").write_text(DOCUMENT, encoding="utf-8")
    settings, log = Settings(specs=(tmp_path / "lamps.yaml",), max_sessions=2), FailingLog()
    app = MockServer(wire(load_backend(settings, [LampModel()]), settings, log), log)
    client = InProcess(app)
    for key in ("a", "b"):
        answer = client.request(
            "GET", "/lamps", headers={"X-Mock-Session": key, "Origin": "http://localhost"}
        )
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:mockserver:problem:internal"
    assert answer.json()["exception"] == "ValueError"
    assert answer.headers["access-control-allow-origin"] == "http://localhost"
    assert [str(error).partition(" at ")[0] for error in log.errors] == ["ValueError"]
    record = client.request("GET", f"/__mock/requests/{answer.headers['x-mock-exchange']}").json()
    assert record["trail"][-1]["decided"].startswith("ValueError at ")
