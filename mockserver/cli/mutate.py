"""`mockserver mutate`: what a suite notices."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.failing import FINDINGS, fail, readable, write
from mockserver.cli.options import PERCENT, PORT, files, option

if TYPE_CHECKING:
    from mockserver.testing.mutate import Detection


class _WithSuite(click.Command):
    """What stands behind `--` is the command of a suite, and not ours to read."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        ctx.meta["suite"] = args[end + 1 :]
        return super().parse_args(ctx, args[:end])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "-- COMMAND..."]


@click.command("mutate", cls=_WithSuite)
@files
@option("-p", "--port", type=PORT, default=0, show_default=True, help="0: a free one.")
@option("--operation", multiple=True, help="Change the answers of this operation alone.")
@option("--kind", multiple=True, help="Make this kind of change alone, such as null or missing.")
@option("--json", "report", type=click.Path(path_type=Path), help="Write the results to this file, too.")
@option("--fail-under", type=PERCENT, help="Exit 1 where less (in per cent) was noticed.")
def command(
    spec: tuple[Path, ...], fixtures: Path | None, scenarios: Path | None, port: int,
    operation: tuple[str, ...], kind: tuple[str, ...], report: Path | None, fail_under: float | None,
) -> None:  # fmt: skip
    """Which changes of the answers does a suite notice? One run for each: mockserver mutate -- pytest -x

    The server's address is MOCKSERVER_URL in the suite's environment; the pytest plugin goes there by itself.
    """
    suite: list[str] = click.get_current_context().meta["suite"]
    if not suite:
        raise click.UsageError("what runs the suite comes behind --, as in: mockserver mutate -- pytest -x")

    import json

    from mockserver.contract.operation import UnknownOperation
    from mockserver.server.server import CannotListen
    from mockserver.settings import Settings
    from mockserver.testing import mutate as mutating

    settings = Settings(specs=spec, fixtures=fixtures, scenarios=scenarios)
    results: list[Detection] = []
    with readable():
        try:
            for result in mutating.run(settings, port, suite, operation, kind):
                click.echo(str(result))
                results.append(result)
        except (mutating.CannotTell, UnknownOperation, CannotListen) as error:
            fail(str(error))
    click.echo(mutating.summary(results))
    if report is not None:
        write(report, json.dumps(mutating.as_json(results), indent=2) + "\n")
    if fail_under is not None and mutating.score(results) < fail_under:
        click.echo(f"mockserver: the score is less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)
