"""`mockserver coverage`: prints the coverage report of a running server."""

import sys
from typing import TYPE_CHECKING

from mockserver.cli.failing import FINDINGS, fail
from mockserver.cli.options import settings_command
from mockserver.cli.printing import print_text

if TYPE_CHECKING:
    from mockserver.settings import Settings


@settings_command("coverage")
def command(
    settings: "Settings", url: str, session: str | None, token: str | None, fail_under: float | None
) -> None:
    """Print how much of the contract a running server has seen."""
    from mockserver.testing.control_client import CallRefused, ControlClient, NoAnswer, http_transport
    from mockserver.testing.coverage_report import fetch_report, table

    base_url = url.rstrip("/")
    try:
        client = ControlClient(base_url, http_transport(base_url), settings.control_prefix, token)
        report = fetch_report(client, session or None)
    except (CallRefused, NoAnswer) as error:
        fail(str(error))
    print_text(table(report))
    percent = report["totals"]["all"]["percent"]
    if fail_under is not None and percent < fail_under:
        print_text(f"mockserver: {percent} % of the contract was seen, less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)
