"""`mockserver mutate`: mutation testing of a test suite, by changing the answers that it gets."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.failing import FINDINGS, fail, fail_if_unreadable, write_file
from mockserver.cli.options import settings_command
from mockserver.cli.printing import print_text

if TYPE_CHECKING:
    from mockserver.settings import Settings
    from mockserver.testing.mutate import MutationResult


class _WithSuite(click.Command):
    """A click command that leaves everything after `--` unparsed: it is the command of the test suite."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        ctx.meta["suite"] = args[end + 1 :]
        remaining = super().parse_args(ctx, args[:end])
        if not ctx.meta["suite"]:
            raise click.UsageError(
                "no COMMAND after --; expected, for example: mockserver mutate -- pytest -x"
            )
        return remaining

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "-- COMMAND..."]


@settings_command("mutate", cls=_WithSuite)
def command(
    settings: "Settings", port: int, operation: tuple[str, ...], kind: tuple[str, ...],
    json: Path | None, fail_under: float | None,
) -> None:  # fmt: skip
    """Find out which changes of the answers a test suite notices.

    COMMAND runs the test suite, as in: mockserver mutate -- pytest -x

    The suite runs once without a change, and once for each change. It finds the server's address in the
    environment variable MOCKSERVER_URL; the pytest plugin uses it automatically.
    """
    from json import dumps

    from mockserver.cli.diverted_streams import diverted_streams
    from mockserver.cli.output import Output
    from mockserver.contract.operation_names import OperationNameError
    from mockserver.server.server import CannotListen
    from mockserver.testing import mutate as mutating

    suite: list[str] = click.get_current_context().meta["suite"]
    results: list[MutationResult] = []
    with fail_if_unreadable():
        try:
            with diverted_streams("text", None, Output(sys.__stderr__)):  # an unread pipe stops no server
                for result in mutating.run(settings, port, suite, operation, kind):
                    print_text(str(result))
                    results.append(result)
        except (mutating.CannotMutate, OperationNameError, CannotListen) as error:
            fail(str(error))
    print_text(mutating.summary(results))
    if json is not None:
        write_file(json, dumps(mutating.as_json(results), indent=2) + "\n")
    if fail_under is not None and mutating.score(results) < fail_under:
        print_text(f"mockserver: the score is less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)
