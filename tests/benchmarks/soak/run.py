"""The run itself: 64 connections that take turns at a steady rate, and a look at the server each second."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from tests.benchmarks.process import resident
from tests.benchmarks.soak.attacks import SECRET
from tests.benchmarks.soak.changes import OWNERS
from tests.benchmarks.soak.judgement import Control
from tests.benchmarks.soak.life import Life
from tests.benchmarks.soak.probe import Report
from tests.benchmarks.soak.step import Step
from tests.support.live import Live
from tests.support.wire import JSON_TYPE, TOKEN, Ask, Connection, Reply, control

CONNECTIONS = 64
ENOUGH = 10  # breaches, and the run is over
MINUTE = 60.0
SHORTEST = 3 * MINUTE  # of a run whose memory can be judged: the first minute does not count
ALLOWED = 5.0  # percent that memory may grow after the first minute
LONGEST_PAUSE = (
    50.0  # milliseconds that an answer may take while the other clients are served, without run delays
)
EARLIER = 1_000  # sessions that exist before the run, so that the server's bounds are full when it begins
EARLIER_CALLS = 50  # of each of them
PATIENCE = 20.0  # seconds for an answer
GONE = (asyncio.IncompleteReadError, ConnectionError)


@dataclass(frozen=True, slots=True)
class Soak:
    """What a run is to be: seconds, requests a second at most over all connections, and the seed."""

    seconds: float
    rate: int
    seed: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken invariant, and the request that shows it, where there is one."""

    wrong: str
    step: Step | None = None
    reply: Reply | None = None


@dataclass(slots=True)
class Run:
    """What a run has shown so far."""

    plan: Soak
    breaches: list[Breach] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # seconds, by kind
    ends: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # status, by kind
    ids: set[tuple[str | None, str | None]] = field(default_factory=set)  # of all exchanges, by session
    memory: list[tuple[float, float]] = field(default_factory=list)  # seconds since the start, MiB
    seconds: float = 0.0
    probed: Report = field(default_factory=lambda: Report(0, [], []))  # what the probe has measured

    @property
    def over(self) -> bool:
        return len(self.breaches) >= ENOUGH

    async def through(self, live: Live) -> None:
        """All of it, against a live server."""
        async with asyncio.timeout(PATIENCE):
            client = await _Client.to(live)
            document = (await client.ask(control("GET", "openapi.json", "soak").encoded())).json()
        await client.close()
        strangers: deque[str] = deque(maxlen=50)
        lives = [Life(number, self.plan.seed, Control(document), strangers) for number in range(CONNECTIONS)]
        await self._fill(live)
        start = time.monotonic()
        probe = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.benchmarks.soak.probe",
                *map(str, live.address),
                str(live.process.pid),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        watch = asyncio.create_task(self._watch(live, start))
        await asyncio.gather(*(self._live(live, number, life, start) for number, life in enumerate(lives)))
        self.seconds = time.monotonic() - start
        self.probed = msgspec.json.decode(probe.communicate(timeout=PATIENCE)[0], type=Report)
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch

    async def _fill(self, live: Live) -> None:
        """Open sessions that nobody uses later, which are the first to be evicted."""
        if self.plan.seconds < SHORTEST:
            return

        async def fill(numbers: range) -> None:
            client = await _Client.to(live)
            for number in numbers:
                head = {"x-mock-session": f"earlier-{number}", **TOKEN, **JSON_TYPE}
                for _ in range(EARLIER_CALLS):
                    await client.ask(Ask("PATCH", "/carts/42", head, b"{}").encoded())
            await client.close()

        await asyncio.gather(*(fill(range(first, EARLIER, 8)) for first in range(8)))

    async def _live(self, live: Live, number: int, life: Life, start: float) -> None:
        """One connection's steps, each at its time; who is late does not hurry."""
        client = await _Client.to(live)
        due = start + number / self.plan.rate
        for step in life.steps():
            due = max(due + CONNECTIONS / self.plan.rate, time.monotonic())
            if self.over or due > start + self.plan.seconds:
                break
            await asyncio.sleep(due - time.monotonic())
            if not await self._take(step, client):
                await client.close()
                client = await _Client.to(live)
        await client.close()

    async def _take(self, step: Step, client: "_Client") -> bool:
        """One step, and whether the connection goes on after it."""
        started = time.perf_counter()
        reply: Reply | None = None
        try:
            async with asyncio.timeout(PATIENCE):
                if step.fate == "dropped":
                    await client.drop(step.sent)
                else:
                    reply = await client.ask(step.sent)
        except TimeoutError:
            self.breaches.append(Breach(f"no answer within {PATIENCE:g} seconds", step))
            return False
        except GONE:
            if step.fate == "answered":
                self.breaches.append(Breach("the connection was closed without an answer", step))
        self.took[step.kind].append(time.perf_counter() - started)
        self.ends[step.kind][step.fate if reply is None else str(reply.status)] += 1
        if reply is not None:
            self._judge(step, reply)
        return (
            reply is not None
            and step.fate == "answered"
            and "close" not in reply.headers.get("connection", "")
        )

    def _judge(self, step: Step, reply: Reply) -> None:
        session, id_ = (reply.headers.get(f"x-mock-{name}") for name in ("session", "exchange"))
        if id_ is not None and (session, id_) in self.ids:
            self.breaches.append(Breach(f"the id {id_} was given before in its session", step, reply))
        self.ids.add((session, id_))
        self.breaches += [Breach(wrong, step, reply) for wrong in step.judge(reply)]
        if step.fate == "refused" and not 400 <= reply.status < 500:
            self.breaches.append(
                Breach(f"expected a 4xx or a closed connection, found {reply.status}", step, reply)
            )

    async def _watch(self, live: Live, start: float) -> None:
        while True:
            self.memory.append((time.monotonic() - start, resident(live.process.pid)))
            await asyncio.sleep(min(1.0, self.plan.seconds / 10))

    def look_at_the_log(self, live: Live) -> None:
        """What the server printed, and whether it still runs."""
        if live.process.poll() is not None:
            self.breaches.append(Breach("the server stopped in the middle of the run"))
        log = live.log()
        if "Traceback" in log:
            shown = log[log.index("Traceback") :][:2_000]
            self.breaches.append(Breach(f"the server printed a traceback:\n{shown}"))
        if any(token in log for token in (*OWNERS.values(), TOKEN["authorization"].split()[1], SECRET)):
            self.breaches.append(Breach("the server printed a token whole"))

    @property
    def growth(self) -> float | None:
        """Percent by which memory grew from the second minute to the last; None: the run is too short."""
        if self.seconds < SHORTEST:
            return None
        second = [mib for seconds, mib in self.memory if MINUTE <= seconds < 2 * MINUTE]
        last = [mib for seconds, mib in self.memory if seconds >= self.seconds - MINUTE]
        return 100 * (statistics.mean(last) / statistics.mean(second) - 1)

    def look_at_the_end(self, status: int | None) -> None:
        """Whether memory stayed flat, and the server ended as it was told."""
        if self.growth is not None and self.growth > ALLOWED:
            grown = f"memory grew by {self.growth:.1f} % after the first minute; allowed: {ALLOWED:g} %"
            self.breaches.append(Breach(grown))
        longest = self.probed.longest_without_delay[0].without_delay
        if self.growth is not None and longest > LONGEST_PAUSE:
            paused = f"an answer took {longest:g} ms without run delays; allowed: {LONGEST_PAUSE:g} ms"
            self.breaches.append(Breach(paused))
        if status != 0:
            self.breaches.append(Breach(f"told to stop, the server ended with status {status}"))


@dataclass(frozen=True, slots=True)
class _Client:
    """One connection that sends bytes as they are."""

    connection: Connection

    @classmethod
    async def to(cls, live: Live) -> "_Client":
        return cls(Connection(*await asyncio.open_connection(*live.address)))

    async def ask(self, sent: bytes) -> Reply:
        self.connection.writer.write(sent)
        return await self.connection.receive()

    async def drop(self, sent: bytes) -> None:
        """Send, and leave without a goodbye."""
        self.connection.writer.write(sent)
        await self.connection.writer.drain()
        self.connection.writer.transport.abort()

    async def close(self) -> None:
        self.connection.writer.close()
        with suppress(ConnectionError):
            await self.connection.writer.wait_closed()
