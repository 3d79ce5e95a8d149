"""`mockserver coverage`: what a running server has seen."""

import sys

import click

from mockserver.cli.failing import FINDINGS, fail
from mockserver.cli.options import PERCENT, option, prefix


@click.command("coverage")
@option("--url", default="http://127.0.0.1:4010", show_default=True, help="Of a running server.")
@option("--session", help="Of this session alone; none: of all.")
@option("--token", help="The control token, where the server listens beyond loopback.")
@option("--control-prefix", default="/__mock", show_default=True, callback=prefix)
@option("--fail-under", type=PERCENT, help="Exit 1 where less (in per cent) was seen.")
def command(
    url: str, session: str | None, token: str | None, control_prefix: str, fail_under: float | None
) -> None:
    """How much of the contract a running server has seen, as a table."""
    from mockserver.testing.coverage_report import CannotAsk, ask, table

    try:
        report = ask(url.rstrip("/") + control_prefix, session, token)
    except CannotAsk as error:
        fail(str(error))
    click.echo(table(report))
    percent = report["totals"]["all"]["percent"]
    if fail_under is not None and percent < fail_under:
        click.echo(f"mockserver: {percent} % of the contract was seen, less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)
