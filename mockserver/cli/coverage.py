"""`mockserver coverage`: prints the coverage report of a running server."""

import sys

import click

from mockserver.cli.failing import FINDINGS, fail
from mockserver.cli.options import PERCENT, option, validate_prefix


@click.command("coverage")
@option("--url", default="http://127.0.0.1:4010", show_default=True, help="Base URL of a running server.")
@option("--session", help="Limit the report to one session (default: all sessions).")
@option("--token", help="Control token of a server that listens beyond loopback.")
@option(
    "--control-prefix",
    default="/__mock",
    show_default=True,
    callback=validate_prefix,
    help="Path prefix of the server's control API.",
)
@option("--fail-under", type=PERCENT, help="Exit with status 1 if the coverage is below this percentage.")
def command(
    url: str, session: str | None, token: str | None, control_prefix: str, fail_under: float | None
) -> None:
    """Print how much of the contract a running server has seen."""
    from mockserver.testing.control_client import CallRefused, ControlClient, NoAnswer, http_transport
    from mockserver.testing.coverage_report import fetch_report, table

    base_url = url.rstrip("/")
    try:
        client = ControlClient(base_url, http_transport(base_url), control_prefix, token)
        report = fetch_report(client, session or None)
    except (CallRefused, NoAnswer) as error:
        fail(str(error))
    click.echo(table(report))
    percent = report["totals"]["all"]["percent"]
    if fail_under is not None and percent < fail_under:
        click.echo(f"mockserver: {percent} % of the contract was seen, less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)
