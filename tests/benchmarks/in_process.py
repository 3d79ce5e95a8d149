"""What do the small things cost: a session's reset, a call without a socket, the import of the package?"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping

import httpx
from starlette.types import Message, Scope

from mockserver import create_app
from tests.benchmarks.load import BODY, HEADERS
from tests.benchmarks.machine import environment
from tests.benchmarks.spread import Spread
from tests.benchmarks.table import Table

ABOUT = "a session's reset, a call in process, and the import of the package"
ROUNDS = 20
CALLS = 100  # that are timed together: the clock is too coarse for one
IMPORTS = 10
SESSION = {"X-Mock-Session": "measured"}
IMPORT = "import time; start = time.perf_counter(); import mockserver; print(time.perf_counter() - start)"

RESET_SCOPE: Scope = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "path": "/__mock/session/reset",
    "raw_path": b"/__mock/session/reset",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"127.0.0.1"), (b"x-mock-session", b"measured")],
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
}

RESET, RESET_CALL = "Sessions.reset", "POST session/reset by ASGI"
CALL, PACKAGE = "PATCH by httpx, in process", "import mockserver"


def run() -> Table:
    """Milliseconds of each, as the median of several rounds and how far they lie apart."""
    rows = [(name, spread.text("{:.3f}".format)) for name, spread in measure().items()]
    return Table(("", "ms"), rows, "One call each, its share of a round; the import in a new interpreter.")


def measure() -> Mapping[str, Spread]:
    """Milliseconds of a call, by what is called."""
    return {**asyncio.run(_calls()), PACKAGE: Spread.of(list(_imports()))}


async def _calls() -> Mapping[str, Spread]:
    app = create_app()
    sessions = app.runtime.sessions
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

        async def patch() -> None:
            answer = await client.patch("/carts/42", content=BODY, headers={**HEADERS, **SESSION})
            answer.raise_for_status()

        async def reset_call() -> None:
            await app(RESET_SCOPE, _no_body, _discard)

        async def reset() -> None:
            sessions.commit(session.changed(sessions.first, 0.0))

        await patch()
        session = sessions.peek(SESSION["X-Mock-Session"])
        return {RESET: await _timed(reset), RESET_CALL: await _timed(reset_call), CALL: await _timed(patch)}


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _discard(message: Message) -> None:
    if message.get("status", 200) >= 400:
        raise RuntimeError(f"a session was not reset: {message}")


async def _timed(call: Callable[[], Awaitable[None]]) -> Spread:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(CALLS):
            await call()
        times.append((time.perf_counter() - started) / CALLS * 1e3)
    return Spread.of(times)


def _imports() -> Iterator[float]:
    for _ in range(IMPORTS):
        command = [sys.executable, "-c", IMPORT]
        ran = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
        yield float(ran.stdout) * 1e3
