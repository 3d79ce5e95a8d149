"""`mockserver mutate`: mutation testing of a test suite, by changing the answers that it gets."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.failing import FINDINGS, fail, fail_if_unreadable, write_file
from mockserver.cli.options import settings_command
from mockserver.cli.printing import print_text

if TYPE_CHECKING:
    from mockserver.settings import Settings
    from mockserver.testing.mutation_results import MutationResult

SIGNALLED = 128  # exit statuses of processes that a signal ended begin after it


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
    settings: "Settings", port: int, operation: tuple[str, ...], kind: tuple[str, ...], jobs: int | None,
    json: Path | None, format: str, fail_under: float | None,
) -> None:  # fmt: skip
    """Find out which changes of the answers a test suite notices.

    COMMAND runs the test suite, as in: mockserver mutate -- pytest

    The suite runs twice without a change, and once for each change. It finds the server's address in the
    environment variable MOCKSERVER_URL; the pytest plugin uses it automatically.
    """
    from json import dumps

    from mockserver.testing import mutation_results as results_as
    from mockserver.testing.mutate import run
    from mockserver.testing.mutation_table import table

    suite: list[str] = click.get_current_context().meta["suite"]
    results: list[MutationResult] = []
    is_text = format == "text"
    with _failing(results, is_text=is_text):
        for result in run(settings, port, suite, operation, kind, jobs):
            results.append(result)
            if is_text:
                print_text("\n".join(result.lines()))
    if is_text:
        print_text("\n".join(["", *_paragraph(table(results)), *results_as.summary(results)]))
    else:
        print_text(dumps(results_as.as_json(results), indent=2))
    if json is not None:
        write_file(json, dumps(results_as.as_detailed_json(results), indent=2) + "\n")
    if fail_under is not None and results_as.score(results) < fail_under:
        print_text(f"mockserver: the score is less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)


def _paragraph(lines: list[str]) -> list[str]:
    return [*lines, ""] if lines else []


@contextmanager
def _failing(results: "list[MutationResult]", *, is_text: bool) -> Iterator[None]:
    """Fail in a sentence if the run has no result, and print a summary if it is interrupted."""
    from mockserver.cli.diverted_streams import diverted_streams
    from mockserver.cli.output import Output
    from mockserver.contract.operation_names import OperationNameError
    from mockserver.server.server import CannotListen
    from mockserver.testing.mutate import CannotMutate
    from mockserver.testing.mutation_results import summary

    try:
        with (
            fail_if_unreadable(),
            _ended_by_signals(),
            diverted_streams("text", None, Output(sys.__stderr__)),  # an unread pipe stops no server
        ):
            yield
    except (CannotMutate, OperationNameError, CannotListen) as error:
        fail(str(error))
    except _Ended as ended:
        if is_text and results:
            print_text("\n".join(["", *summary(results)]))
        print_text("mockserver: interrupted before all mutations were run", err=True)
        sys.exit(SIGNALLED + ended.signal)


class _Ended(BaseException):
    """A signal ends the command."""

    def __init__(self, signal: int) -> None:
        self.signal = signal


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Raise _Ended in the block for the signals that end a process, so that no run of the suite is left."""

    def end(number: int, frame: object) -> None:
        raise _Ended(number)

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    previous = {name: signal.signal(signal.Signals[name], end) for name in names}
    try:
        yield
    finally:
        for name, handler in previous.items():
            signal.signal(signal.Signals[name], handler)
