"""`python -m tests.benchmarks [NAME…]` runs the named benchmarks, or all, and prints their tables."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from tests.benchmarks import (
    contestants,
    drawing,
    in_process,
    judging,
    memory,
    peers,
    plot,
    plugin,
    plugin_load,
    routing,
    stubs,
    throughput,
)
from tests.benchmarks.driver import WrongAnswers, driver_of
from tests.benchmarks.machine import this_machine
from tests.benchmarks.process import NeverReady
from tests.benchmarks.report import Report
from tests.benchmarks.targets import Found
from tests.benchmarks.throughput import Plan

SMALL: Mapping[str, ModuleType] = {  # each has ABOUT, a sentence, and run(), a Table
    "drawing": drawing,
    "in-process": in_process,
    "judging": judging,
    "memory": memory,
    "plugin": plugin,
    "plugin-load": plugin_load,
    "routing": routing,
    "stubs": stubs,
}
LARGE = "throughput"  # it has options, and its report has tables, targets and a plot
ABOUT = {LARGE: throughput.ABOUT, **{name: each.ABOUT for name, each in SMALL.items()}}
CONTESTANTS = (*contestants.NAMES, *(peer.name for peer in peers.PEERS))
REQUESTS = "How many we answer at least, before our memory is read."
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(epilog="\n\n".join(f"{name}: {about}" for name, about in ABOUT.items()))
@click.argument("names", nargs=-1, type=click.Choice([*ABOUT]))
@click.option("--peers", "wanted", is_flag=True, help="Have npm fetch the peers that are missing.")
@click.option("--peers-folder", "folder", type=FOLDER, default=peers.FOLDER, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=Plan().rounds, show_default=True)
@click.option(
    "--duration", "seconds", type=float, default=Plan().seconds, show_default=True, help="Seconds of a round."
)
@click.option("--warm-up", type=click.IntRange(0), default=Plan().warm_up, show_default=True, help="Rounds.")
@click.option("--requests", type=click.IntRange(0), default=Plan().requests, show_default=True, help=REQUESTS)
@click.option("--starts", type=click.IntRange(1), default=Plan().starts, show_default=True)
@click.option("--only", multiple=True, type=click.Choice(CONTESTANTS), help="Measure these alone.")
@click.option("--driver", "drivers", multiple=True, type=click.Choice(["wrk", "python"]))
@click.option("--json", "results", type=FILE, help="Write the throughput's figures to this file.")
@click.option("--plot", "picture", type=FILE, help="Draw them to this file, as SVG.")
def main(
    names: tuple[str, ...],
    wanted: bool,
    folder: Path,
    drivers: tuple[str, ...],
    results: Path | None,
    picture: Path | None,
    **plan: Any,  # the options that are named as the fields of Plan
) -> None:
    """Run the named benchmarks, or all, and print their tables."""
    try:
        for name in names or ABOUT:
            click.echo(f"{name}: {ABOUT[name]}\n")
            if name in SMALL:
                click.echo(f"{SMALL[name].run()}\n")
                continue
            if wanted:
                peers.fetch(folder)
            report = _report(Plan(**plan), folder, drivers or ("wrk", "python"))
            click.echo(f"{report}\n")
            if results is not None:
                results.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
            if picture is not None:
                picture.write_text(plot.svg(report), encoding="utf-8")
    except (peers.CannotFetch, WrongAnswers, NeverReady) as error:
        raise click.ClickException(str(error)) from None


def _report(plan: Plan, folder: Path, drivers: tuple[str, ...]) -> Report:
    driver = driver_of(drivers)
    servers = throughput.run(plan, folder, driver, lambda text: click.echo(text, err=True))
    found = Found(servers, in_process.measure())
    return Report(this_machine(), driver.name, found, peers.absent(folder))


if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks")
