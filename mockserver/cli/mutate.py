"""`mockserver mutate`: mutation testing of a test suite, by changing the answers that it gets."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.failing import FINDINGS, fail, fail_if_unreadable, write_file
from mockserver.cli.options import PERCENT, PORT, file_options, option

if TYPE_CHECKING:
    from mockserver.testing.mutate import MutationResult


class _WithSuite(click.Command):
    """A click command that leaves everything after `--` unparsed: it is the command of the test suite."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        ctx.meta["suite"] = args[end + 1 :]
        return super().parse_args(ctx, args[:end])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "-- COMMAND..."]


@click.command("mutate", cls=_WithSuite)
@file_options
@option(
    "-p", "--port", type=PORT, default=0, show_default=True, help="Port of the server; 0 picks a free one."
)
@option("--operation", multiple=True, help="Only change answers of this operation (repeatable).")
@option("--kind", multiple=True, help="Only make changes of this kind, such as null or missing (repeatable).")
@option("--json", "report", type=click.Path(path_type=Path), help="Also write the results to this JSON file.")
@option("--fail-under", type=PERCENT, help="Exit with status 1 if the score is below this percentage.")
def command(
    spec: tuple[Path, ...], fixtures: Path | None, scenarios: Path | None, port: int,
    operation: tuple[str, ...], kind: tuple[str, ...], report: Path | None, fail_under: float | None,
) -> None:  # fmt: skip
    """Find out which changes of the answers a test suite notices.

    COMMAND runs the test suite, as in: mockserver mutate -- pytest -x

    The suite runs once without a change, and once for each change. It finds the server's address in the
    environment variable MOCKSERVER_URL; the pytest plugin uses it automatically.
    """
    suite: list[str] = click.get_current_context().meta["suite"]
    if not suite:
        raise click.UsageError("no COMMAND after --; expected, for example: mockserver mutate -- pytest -x")

    import json

    from mockserver.contract.operation import UnknownOperation
    from mockserver.server.server import CannotListen
    from mockserver.settings import Settings
    from mockserver.testing import mutate as mutating

    settings = Settings(specs=spec, fixtures=fixtures, scenarios=scenarios)
    results: list[MutationResult] = []
    with fail_if_unreadable():
        try:
            for result in mutating.run(settings, port, suite, operation, kind):
                click.echo(str(result))
                results.append(result)
        except (mutating.CannotMutate, UnknownOperation, CannotListen) as error:
            fail(str(error))
    click.echo(mutating.summary(results))
    if report is not None:
        write_file(report, json.dumps(mutating.as_json(results), indent=2) + "\n")
    if fail_under is not None and mutating.score(results) < fail_under:
        click.echo(f"mockserver: the score is less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)
