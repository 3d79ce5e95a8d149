"""A run's figures as tables for a terminal and for Markdown, and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from tests.benchmarks import targets
from tests.benchmarks.contestants import ECHO
from tests.benchmarks.machine import Machine
from tests.benchmarks.spread import Spread
from tests.benchmarks.table import Table
from tests.benchmarks.targets import TARGETS, Found

HEAD = (
    "", "requests/s", "of the echo", "ours is", "p50 ms", "p99 ms", "corrected p50", "corrected p99",
    "longest ms", "first answer s", "MiB",
)  # fmt: skip
LATENCY = (
    "Latencies are those of the requests that were sent; the corrected ones count the requests, too, that "
    "waiting kept from being sent (coordinated omission)."
)


@dataclass(frozen=True, slots=True)
class Report:
    """Where, by which driver, and what; `absent` are the peers that took no part."""

    machine: Machine
    driver: str
    found: Found
    absent: Sequence[str]

    def __str__(self) -> str:
        return f"{self.machine}; driven by {self.driver}\n\n{self.speeds()}\n\n{targets.table(self.found)}"

    def speeds(self) -> Table:
        """A row for each server: medians with the least and the most."""
        rows = [self._row(name) for name in self.found.servers]
        missing = f" Not installed: {', '.join(self.absent)}." if self.absent else ""
        return Table(HEAD, rows, f"Medians (min–max); ratios are those of one round. {LATENCY}{missing}")

    def as_json(self) -> Mapping[str, object]:
        """All of it, for programs."""
        return {
            "machine": asdict(self.machine),
            "driver": self.driver,
            "servers": {name: self._server(name) for name in self.found.servers},
            "calls_ms": {name: asdict(spread) for name, spread in self.found.calls.items()},
            "targets": [
                {
                    "name": target.name,
                    "limit": target.wanted,
                    "measured": _spread(target.measured(self.found)),
                    "met": target.met(self.found),
                }
                for target in TARGETS
            ],
            "absent": list(self.absent),
        }

    def of_echo(self, name: str) -> Spread | None:
        """A server's rate over the echo's, round by round."""
        if ECHO not in self.found.servers:
            return None
        return Spread.of_ratios(self.found.rates(name), self.found.rates(ECHO))

    def _row(self, name: str) -> Sequence[str]:
        measured = self.found.servers[name]
        of_echo, ours = self.of_echo(name), self.found.faster_than(name)
        rounds = measured.rounds
        return (
            measured.contestant.label,
            Spread.of(self.found.rates(name)).text("{:,.0f}".format),
            of_echo.text("{:.3f}".format) if of_echo else "",
            ours.text("{:.2f}x".format) if ours else "",
            Spread.of([each.p50 for each in rounds]).text("{:.2f}".format),
            Spread.of([each.p99 for each in rounds]).text("{:.2f}".format),
            Spread.of([each.corrected_p50 for each in rounds]).text("{:.2f}".format),
            Spread.of([each.corrected_p99 for each in rounds]).text("{:.2f}".format),
            Spread.of([each.longest for each in rounds]).text("{:.1f}".format),
            Spread.of(measured.first_answers).text("{:.2f}".format),
            f"{measured.resident:.0f}",
        )

    def _server(self, name: str) -> Mapping[str, object]:
        measured = self.found.servers[name]
        return {
            "label": measured.contestant.label,
            "version": measured.contestant.version,
            "rate": _spread(Spread.of(self.found.rates(name))),
            "of_echo": _spread(self.of_echo(name)),
            "ours_is": _spread(self.found.faster_than(name)),
            "first_answers_s": list(measured.first_answers),
            "resident_mib": measured.resident,
            "requests": measured.requests,
            "rounds": [{"rate": each.rate, **asdict(each)} for each in measured.rounds],
        }


def _spread(spread: Spread | None) -> Mapping[str, float] | None:
    return None if spread is None else asdict(spread)
