"""How fast is it, beside a bare echo and beside other mock servers? All take turns in one run.

Each server runs in a process of its own on one core, from start to end of the run, and gets its load over
16 connections from a driver on another core: a round of each, then the next round. So whatever slows the
machine for a while slows all alike, and ratios are those of one round.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import contestants, peers
from tests.benchmarks.contestants import Contestant
from tests.benchmarks.driver import Driver
from tests.benchmarks.machine import pinned, two_cores
from tests.benchmarks.process import Running, running
from tests.benchmarks.round import Round

ABOUT = "requests a second, latency, start and memory, beside a bare echo and other mock servers"
Tell = Callable[[str], None]  # what goes on, for whoever waits


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: rounds of so many seconds, and starts of each server.

    Rounds to warm up come first, for the JVM above all. `requests` is what our server gets at least, before
    its memory is read.
    """

    rounds: int = 6
    warm_up: int = 2
    seconds: float = 2.0
    requests: int = 100_000
    starts: int = 3
    only: Sequence[str] = ()  # names of contestants; none: all


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of one server: its rounds, first answers in seconds, MiB after so many requests."""

    contestant: Contestant
    rounds: Sequence[Round]
    first_answers: Sequence[float]
    resident: float
    requests: int


def run(plan: Plan, folder: Path, driver: Driver, tell: Tell) -> Mapping[str, Measured]:
    """Measured servers by name; `folder` is that of the peers. Raises WrongAnswers and NeverReady."""
    with tempfile.TemporaryDirectory() as scratch:
        all_of_them = [*contestants.own(Path(scratch)), *peers.present(folder, Path(scratch))]
        chosen = [each for each in all_of_them if not plan.only or each.name in plan.only]
        server_core, driver_core = two_cores()
        with pinned(driver_core):
            early = _starts(plan, chosen, server_core, tell)
            return _rounds(plan, chosen, early, driver, server_core, tell)


def _starts(
    plan: Plan, chosen: Sequence[Contestant], core: int | None, tell: Tell
) -> Mapping[str, list[float]]:
    """The first answers of all starts but the last, which is that of the rounds."""
    found: dict[str, list[float]] = {each.name: [] for each in chosen}
    for number in range(plan.starts - 1):
        tell(f"start {number + 1} of {plan.starts}")
        for each in chosen:
            with running(each.command, each.load, core) as server:
                found[each.name].append(server.first_answer)
    return found


def _rounds(
    plan: Plan,
    chosen: Sequence[Contestant],
    early: Mapping[str, list[float]],
    driver: Driver,
    core: int | None,
    tell: Tell,
) -> Mapping[str, Measured]:
    found: dict[str, list[Round]] = {each.name: [] for each in chosen}
    with ExitStack() as stack:
        tell(f"start {plan.starts} of {plan.starts}")
        servers = {each.name: stack.enter_context(running(each.command, each.load, core)) for each in chosen}
        for number in range(1 - plan.warm_up, plan.rounds + 1):
            tell(f"round {number} of {plan.rounds}" if number > 0 else "warming up")
            for each in chosen:
                found[each.name].append(driver.drive(each.load, servers[each.name].port, plan.seconds))
        return {
            each.name: _measured(plan, each, found[each.name], early[each.name], servers[each.name], driver)
            for each in chosen
        }


def _measured(
    plan: Plan,
    contestant: Contestant,
    rounds: Sequence[Round],
    early: Sequence[float],
    server: Running,
    driver: Driver,
) -> Measured:
    """What was found of a server that still runs; ours gets the requests that its memory is judged after."""
    requests = sum(each.requests for each in rounds)
    while contestant.name == contestants.OURS and requests < plan.requests:
        requests += driver.drive(contestant.load, server.port, plan.seconds).requests
    first_answers = [*early, server.first_answer]
    return Measured(contestant, rounds[plan.warm_up :], first_answers, server.resident(), requests)
