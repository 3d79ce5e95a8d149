"""What several commands take: options with environment variables, and the files to read."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., None])
PORT = click.IntRange(0, 65535)
PERCENT = click.FloatRange(0, 100)


def option(*names: str, **attributes: object) -> Callable[[Command], Command]:
    """An option whose environment variable is MOCKSERVER_ and its long name."""
    long = next(name for name in names if name.startswith("--"))
    variable = "MOCKSERVER_" + long.lstrip("-").upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)  # type: ignore[arg-type]


def files(command: Command) -> Command:
    """The arguments that say which files a command reads."""
    for decorate in (
        option("--scenarios", type=click.Path(path_type=Path), help="Folder of scenario files."),
        option("--fixtures", type=click.Path(path_type=Path), help="Folder of world, requests, responses."),
        click.argument("spec", nargs=-1, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


strict = option("--strict", is_flag=True, help="Refuse a contract with faults.")


def prefix(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """A callback of `--control-prefix`: a path below which nothing of the contract lies."""
    if not value.startswith("/") or value.endswith("/") or "{" in value:
        raise click.BadParameter(f"expected a path such as /__mock, found {value!r}")
    return value
