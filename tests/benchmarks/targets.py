"""What the server must reach, each target with its limit; a run says whether it is met."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks import in_process
from tests.benchmarks.contestants import ECHO, OURS
from tests.benchmarks.spread import Spread
from tests.benchmarks.table import Table
from tests.benchmarks.throughput import Measured

SESSIONS, HEADS, INVALID, PATHS = "sessions", "heads", "invalid", "paths"  # names of contestants
ENOUGH = 100_000  # requests, before memory counts


@dataclass(frozen=True, slots=True)
class Found:
    """All that a run measured: servers by their name, and milliseconds of calls in process."""

    servers: Mapping[str, Measured]
    calls: Mapping[str, Spread]

    def faster_than(self, other: str, name: str = OURS) -> Spread | None:
        """Requests a second of a server of ours over another server's, round by round."""
        if other not in self.servers or name not in self.servers:
            return None
        return Spread.of_ratios(self.rates(name), self.rates(other))

    def rates(self, name: str) -> list[float]:
        """Requests a second of each round."""
        return [each.rate for each in self.servers[name].rounds]

    def tail(self, name: str = OURS) -> Spread | None:
        """p99 over p50 of a server of ours, of the requests that were sent, round by round."""
        if name not in self.servers:
            return None
        return Spread.of([each.p99 / each.p50 for each in self.servers[name].rounds])

    def longest(self, name: str) -> Spread | None:
        """The longest latency in milliseconds, round by round: no pause of the server was longer."""
        if name not in self.servers:
            return None
        return Spread.of([each.longest for each in self.servers[name].rounds])

    def first_answer(self) -> Spread | None:
        """Seconds."""
        return Spread.of(self.servers[OURS].first_answers) if OURS in self.servers else None

    def first_answer_of(self, other: str) -> Spread | None:
        """Our time to the first answer over another server's, start by start."""
        if other not in self.servers or OURS not in self.servers:
            return None
        return Spread.of_ratios(self.servers[OURS].first_answers, self.servers[other].first_answers)

    def memory(self) -> Spread | None:
        """MiB, where the server had enough requests."""
        ours = self.servers.get(OURS)
        return Spread.of([ours.resident]) if ours is not None and ours.requests >= ENOUGH else None

    def call(self, name: str, unit: float = 1.0) -> Spread:
        """A call in process, in parts of a millisecond."""
        spread = self.calls[name]
        return Spread(spread.median * unit, spread.low * unit, spread.high * unit)


@dataclass(frozen=True, slots=True)
class Target:
    """A limit that the median must reach (`least`), or stay under."""

    name: str
    limit: float
    unit: str
    measured: Callable[[Found], Spread | None]  # None: this run did not measure it
    least: bool = False

    def met(self, found: Found) -> bool | None:
        spread = self.measured(found)
        if spread is None:
            return None
        return spread.median >= self.limit if self.least else spread.median < self.limit

    @property
    def wanted(self) -> str:
        return f"{'at least' if self.least else 'under'} {self.limit:g}{self.unit}"


TARGETS: Sequence[Target] = (
    Target("valid PATCH with journal, of the echo", 0.55, "", lambda run: run.faster_than(ECHO), least=True),
    Target("9,000 sessions, of the echo", 0.45, "", lambda run: run.faster_than(ECHO, SESSIONS), least=True),
    Target("their p99 over p50", 8, "x", lambda run: run.tail(SESSIONS)),
    Target("their longest pause", 20, " ms", lambda run: run.longest(SESSIONS)),
    Target("no two heads alike, of the echo", 0.4, "", lambda run: run.faster_than(ECHO, HEADS), least=True),
    Target("invalid body, of the echo", 0.4, "", lambda run: run.faster_than(ECHO, INVALID), least=True),
    Target("2,000 paths, of the echo", 0.72, "", lambda run: run.faster_than(ECHO, PATHS), least=True),
    Target("the same, against Prism", 8, "x", lambda run: run.faster_than("prism"), least=True),
    Target("the same, against WireMock", 2, "x", lambda run: run.faster_than("wiremock"), least=True),
    Target("p99 over p50, 16 connections", 5, "x", Found.tail),
    Target("first answer of a cold start", 0.7, " s", Found.first_answer),
    Target("the same, of Prism's", 0.3, "", lambda run: run.first_answer_of("prism")),
    Target(f"memory after {ENOUGH:,} requests", 80, " MiB", Found.memory),
    Target("a session's reset", 50, " µs", lambda run: run.call(in_process.RESET, 1e3)),
    Target("the same by a control call", 50, " µs", lambda run: run.call(in_process.RESET_CALL, 1e3)),
    Target("a call in process, by httpx", 1, " ms", lambda run: run.call(in_process.CALL)),
    Target("import mockserver", 30, " ms", lambda run: run.call(in_process.PACKAGE)),
)
WORDS: Mapping[bool | None, str] = {True: "met", False: "MISSED", None: "not measured"}


def table(found: Found) -> Table:
    """Each target with what was measured; the verdict counts."""
    rows = [
        (target.name, target.wanted, _text(target.measured(found)), WORDS[target.met(found)])
        for target in TARGETS
    ]
    verdicts = [target.met(found) for target in TARGETS]
    counts = ", ".join(f"{verdicts.count(verdict)} {word}" for verdict, word in WORDS.items())
    return Table(("target", "limit", "median (min–max)", ""), rows, f"Of {len(TARGETS)} targets: {counts}.")


def _text(spread: Spread | None) -> str:
    return "" if spread is None else spread.text("{:.3g}".format)
