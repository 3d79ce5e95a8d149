"""`python -m tests.benchmarks [NAME…]` runs the named benchmarks, or all, and prints their tables."""

from collections.abc import Mapping
from types import ModuleType

import click

from tests.benchmarks import judging, memory, plugin, routing

BENCHMARKS: Mapping[str, ModuleType] = {  # each has ABOUT, a sentence, and run(), a Table
    "judging": judging,
    "memory": memory,
    "plugin": plugin,
    "routing": routing,
}


@click.command(epilog="\n".join(f"{name}: {each.ABOUT}" for name, each in BENCHMARKS.items()))
@click.argument("names", nargs=-1, type=click.Choice([*BENCHMARKS]))
def main(names: tuple[str, ...]) -> None:
    """Run the named benchmarks, or all, and print their tables."""
    for name in names or BENCHMARKS:
        click.echo(f"{name}: {BENCHMARKS[name].ABOUT}\n")
        click.echo(f"{BENCHMARKS[name].run()}\n")


if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks")
