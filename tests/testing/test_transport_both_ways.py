"""One table of cases, over a socket and in process: clients learn the same, and the journal has the same."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from mockserver.app import MockServer, create_app
from mockserver.model import Call as ModelCall
from mockserver.model import Outcome
from mockserver.settings import Settings
from mockserver.testing.transport import LIMITS
from tests.support.both_ways import CALLERS, AsyncCaller, Call, Caller, Case, Way, both_ways, outcome, run
from tests.support.lamps import LampModel, Lamps

DOCUMENT = """
openapi: 3.1.0
info: {title: Library, version: "1"}
paths:
  /books/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: show-book
      responses:
        "200":
          description: A book.
          headers: {X-Shelf: {schema: {type: string}, example: "7"}}
          content: {application/json: {example: {title: "Ferns, and where they grow", pages: 120}}}
    delete:
      operationId: remove-book
      responses: {"204": {description: Removed.}}
  /books:
    post:
      operationId: add-book
      requestBody: {content: {application/json: {schema: {type: object, required: [title]}}}}
      responses: {"201": {description: Added., content: {application/json: {example: {id: 1}}}}}
  /latest:
    get:
      operationId: show-latest
      responses:
        "302": {description: Found., headers: {Location: {schema: {type: string}, example: /books/1}}}
  /round:
    get:
      operationId: go-round
      responses:
        "302": {description: Found., headers: {Location: {schema: {type: string}, example: /round}}}
  /login:
    post:
      operationId: log-in
      responses:
        "200": {description: Welcome., headers: {Set-Cookie: {schema: {type: string}, example: reader=7}}}
  /all:
    get:
      operationId: show-all
      responses: {"200": {description: All books., content: {text/plain: {example: LARGE}}}}
  /hold:
    get:
      operationId: hold
      responses: {"200": {description: After a while., content: {application/json: {schema: {type: object}}}}}
"""
LARGE = "fern " * 200_000
LIMIT = 2_000  # bytes of a body
OVER_DROPPED = [bytes(2**20)] * 70  # more than the server reads and drops
HELD = 1.5  # seconds
BOOK = Call("GET", "/books/1")
PATIENT = 20.0
SOON = httpx.Timeout(PATIENT, read=0.6)
JSON = {"Content-Type": "application/json"}
ONE = httpx.Limits(max_connections=1)


class Holding(LampModel):
    """Holds up the event loop of the server, which therefore reads nothing."""

    def handle(self, state: Lamps, call: ModelCall) -> Outcome[Lamps]:
        time.sleep(HELD)
        return super().handle(state, call)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Way, Way]]:
    document = Path(tmp_path_factory.mktemp("library"), "openapi.yaml")
    document.write_text(DOCUMENT.replace("LARGE", LARGE.strip()), encoding="utf-8")

    def app() -> MockServer:
        return create_app(Settings(specs=(document,), body_limit=LIMIT), models=[Holding(operation="hold")])

    with both_ways(app) as ways:
        yield ways


def faulty(fault: str, **options: object) -> Call:
    return Call("GET", "/books/1", headers={"X-Mock-Fault": fault}, **options)


def delayed(delay: str, **options: object) -> Call:
    return Call("GET", "/books/1", headers={"X-Mock-Delay": delay}, **options)


def calls(*made: Call) -> Case:
    """Make calls one after the other; a last one shows that the client can go on."""

    async def case(caller: Caller) -> object:
        return [await caller(call) for call in (*made, BOOK)]

    return case


async def a_network_that_breaks_some_answers(caller: Caller) -> object:
    network = b'{"delay": "uniform(1ms, 20ms)", "fault": "connection-reset; probability=0.4"}'
    laid = await caller(Call("PUT", "/__mock/session/network", JSON, network))
    return [laid, *[await caller(BOOK) for _ in range(20)]]


async def many_at_once(caller: Caller) -> object:
    return await caller.together(*[partial(caller, BOOK)] * 40)


async def delays_at_once(caller: Caller) -> object:
    return await caller.together(*[partial(caller, delayed("300ms"))] * 10)


async def a_full_pool(caller: Caller) -> object:
    waiting = Call("GET", "/books/2", timeout=httpx.Timeout(PATIENT, pool=0.2))
    return await caller.holding(faulty("slow-body; duration=30s"), partial(caller, waiting))


async def a_held_server(caller: Caller) -> object:
    """The buffers are full, because the server reads nothing."""

    async def upload() -> object:
        await caller.sleep(HELD / 4)
        timeout = httpx.Timeout(PATIENT, write=HELD / 6)
        return await caller(Call("POST", "/books", parts=[bytes(2**20)] * 64, timeout=timeout))

    async def connect() -> object:
        await caller.sleep(HELD / 3)
        return await caller(Call("GET", "/books/3", timeout=httpx.Timeout(PATIENT, connect=HELD / 6)))

    async def read() -> object:
        await caller.sleep(HELD / 2)
        return await caller(Call("GET", "/books/4", timeout=httpx.Timeout(PATIENT, read=HELD / 6)))

    return await caller.together(partial(caller, Call("GET", "/hold")), upload, connect, read)


CASES: dict[str, Case] = {
    "an answer": calls(BOOK),
    "a JSON body": calls(Call("POST", "/books", JSON, b'{"title": "Ferns"}')),
    "a request that breaks the contract": calls(Call("POST", "/books", JSON, b"{}")),
    "an unknown path": calls(Call("GET", "/shelves")),
    "an unknown method": calls(Call("BREW", "/books/1")),
    "HEAD": calls(Call("HEAD", "/books/1")),
    "HEAD of a slow body": calls(Call("HEAD", "/books/1", {"X-Mock-Fault": "slow-body; duration=100ms"})),
    "204": calls(Call("DELETE", "/books/1")),
    "a large answer": calls(Call("GET", "/all")),
    "cookies": calls(Call("POST", "/login"), BOOK),
    "a redirect": calls(Call("GET", "/latest")),
    "a redirect that is followed": calls(Call("GET", "/latest", redirects=True)),
    "too many redirects": calls(Call("GET", "/round", redirects=True)),
    "the last request of a connection": calls(Call("GET", "/books/1", {"Connection": "close"})),
    "an upgrade": calls(Call("GET", "/books/1", {"Connection": "upgrade", "Upgrade": "h2c"})),
    "an invalid Host": calls(Call("GET", "/books/1", {"Host": "a b"})),
    "an invalid header": calls(Call("GET", "/books/1", {"X-Line": "a\r\nb"})),
    "a large header": calls(Call("GET", "/books/1", {"X-Large": "x" * 100_000})),
    "a streamed request": calls(Call("POST", "/books", JSON, parts=[b'{"tit', b"", b'le": "Ferns"}'])),
    "a streamed request that is empty": calls(Call("POST", "/books", JSON, parts=[])),
    "a body over the limit": calls(Call("POST", "/books", JSON, bytes(2 * LIMIT))),
    "a streamed body over the limit": calls(Call("POST", "/books", JSON, parts=[bytes(LIMIT)] * 3)),
    "an early answer": calls(Call("POST", "/books", JSON, parts=OVER_DROPPED)),
    "a body that is not waited for": calls(
        Call("POST", "/books", {**JSON, "Expect": "100-continue"}, bytes(2 * LIMIT))
    ),
    "100 Continue": calls(Call("POST", "/books", {**JSON, "Expect": "100-continue"}, b'{"title": "Ferns"}')),
    "a body that is too short": calls(Call("POST", "/books", {**JSON, "Content-Length": "20"}, b"{}")),
    "connection reset": calls(faulty("connection-reset")),
    "an empty response": calls(faulty("empty-response")),
    "a truncated body": calls(faulty("truncated-body")),
    "a truncated large body": calls(Call("GET", "/all", {"X-Mock-Fault": "truncated-body"})),
    "a malformed chunk": calls(faulty("malformed-chunk")),
    "a truncated body that does not exist": calls(
        Call("HEAD", "/books/1", {"X-Mock-Fault": "truncated-body"}),
        Call("DELETE", "/books/1", {"X-Mock-Fault": "truncated-body"}),
    ),
    "a malformed chunk of a body that does not exist": calls(
        Call("HEAD", "/books/1", {"X-Mock-Fault": "malformed-chunk"}),
        Call("DELETE", "/books/1", {"X-Mock-Fault": "malformed-chunk"}),
    ),
    "a slow body": calls(faulty("slow-body; duration=200ms")),
    "a slow body with a read timeout": calls(faulty("slow-body; duration=30s", timeout=SOON)),
    "a slow large body": calls(Call("GET", "/all", {"X-Mock-Fault": "slow-body; duration=200ms"})),
    "no answer": calls(faulty("timeout", timeout=SOON)),
    "no answer, and the connection is closed": calls(faulty("timeout; duration=100ms")),
    "a gateway's answer": calls(faulty("bad-gateway; retry-after=1s")),
    "a delay": calls(delayed("100ms")),
    "a delay with a read timeout": calls(delayed("30s", timeout=SOON)),
    "a delay with a short connect timeout": calls(
        delayed("500ms", timeout=httpx.Timeout(PATIENT, connect=0.2))
    ),
    "a delay with a short write timeout": calls(delayed("500ms", timeout=httpx.Timeout(PATIENT, write=0.2))),
    "no time to connect": calls(Call("GET", "/books/1", timeout=httpx.Timeout(PATIENT, connect=0))),
    "no time to read": calls(delayed("200ms", timeout=httpx.Timeout(PATIENT, read=0))),
    "a network that breaks some answers": a_network_that_breaks_some_answers,
    "a client that closes early": calls(Call("GET", "/all", enough=1)),
    "a client that closes a slow body early": calls(faulty("slow-body; duration=1s", enough=1)),
    "many at once": many_at_once,
    "delays at once": delays_at_once,
    "a server that is held up": a_held_server,
}


ERRORS = {  # what the last call but one raised, by sync clients
    "too many redirects": "TooManyRedirects",
    "an invalid header": "LocalProtocolError",
    "connection reset": "ReadError",
    "an empty response": "RemoteProtocolError",
    "a truncated body": "RemoteProtocolError",
    "a malformed chunk": "RemoteProtocolError",
    "a slow body with a read timeout": "ReadTimeout",
    "no answer": "ReadTimeout",
    "no answer, and the connection is closed": "RemoteProtocolError",
    "a delay with a read timeout": "ReadTimeout",
    "no time to connect": "ConnectError",
    "no time to read": "ReadError",
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore:Exception ignored in. <async_generator")  # of httpcore, under trio
def test_the_result_is_the_same(ways: tuple[Way, Way], name: str, caller: str):
    expected, found = [outcome(way, CASES[name], caller, key_of(name, caller)) for way in ways]
    assert found == expected
    if caller == "sync" and name in ERRORS:
        assert found["told"][0]["error"] == ERRORS[name]


@pytest.mark.parametrize("caller", CALLERS)
def test_a_pool_that_is_full_is_a_timeout(ways: tuple[Way, Way], caller: str):
    expected, found = [outcome(way, a_full_pool, caller, f"{caller}-pool", limits=ONE) for way in ways]
    assert found == expected
    assert found["told"][1] == {"error": "PoolTimeout"}


@pytest.mark.parametrize("caller", ["asyncio", "trio"])
@pytest.mark.parametrize("call", [delayed("30s"), faulty("timeout"), faulty("slow-body; duration=30s")])
def test_a_cancelled_call_is_the_same(ways: tuple[Way, Way], caller: str, call: Call):
    async def case(calling: AsyncCaller) -> object:
        return [await calling.cancelled(call, 0.6), await calling(BOOK)]

    expected, found = [outcome(way, case, caller, key_of(str(call.headers), caller)) for way in ways]
    assert found == expected
    assert len(found["journal"]) == 2


@pytest.mark.parametrize("caller", CALLERS)
def test_a_server_that_is_gone_is_the_same(caller: str):
    def after(way: Way) -> object:
        return run(way, calls(), caller, "k", LIMITS)

    with both_ways(create_app) as ways:
        pass
    expected, found = map(after, ways)
    assert found == expected
    assert found == [{"error": "ConnectError"}]


def key_of(name: str, caller: str) -> str:
    return f"{caller}-{''.join(filter(str.isalnum, name))}"
