"""`python -m tests.benchmarks.soak --minutes N` prints figures, or the requests that broke an invariant."""

import asyncio
import random
import sys

import click

from tests.benchmarks.soak.report import breaches, figures
from tests.benchmarks.soak.run import CONNECTIONS, Run, Soak
from tests.support.live import serve

# Bounds that the run fills before it begins: sessions that nobody deletes are then evicted all the time.
SERVER = ("--max-sessions", "1200", "--journal-size", "50", "--log-format", "json")
LONGEST = 24 * 60  # minutes
HIGHEST = 5_000  # requests a second


@click.command()
@click.option("--minutes", type=click.FloatRange(0.01, LONGEST), default=15, show_default=True)
@click.option("--seed", type=int, help="That of an earlier run, for its requests once more.")
@click.option(
    "--rate", type=click.IntRange(CONNECTIONS, HIGHEST), default=400, show_default=True,
    help="Requests a second, at most.",
)  # fmt: skip
@click.argument("server", nargs=-1)
def main(minutes: float, seed: int | None, rate: int, server: tuple[str, ...]) -> None:
    """Soak a server, started with SERVER as further arguments, in traffic of all kinds."""
    plan = Soak(minutes * 60, rate, random.randrange(2**32) if seed is None else seed)
    click.echo(
        f"seed {plan.seed}: {CONNECTIONS} connections, {minutes:g} minutes, {rate} requests a second\n"
    )
    run = Run(plan)
    with serve(*SERVER, *server) as live:
        asyncio.run(run.through(live))
        run.look_at_the_log(live)
    run.look_at_the_end(live.process.returncode)
    click.echo(figures(run))
    if run.breaches:
        click.echo(f"\n{breaches(run)}")
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks.soak")
