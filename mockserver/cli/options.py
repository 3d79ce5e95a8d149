"""Options and arguments that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., None])
PORT = click.IntRange(0, 65535)
PERCENT = click.FloatRange(0, 100)


def option(*names: str, **attributes: object) -> Callable[[Command], Command]:
    """A click option that can also be set by an environment variable: MOCKSERVER_ and its long name."""
    long = next(name for name in names if name.startswith("--"))
    variable = "MOCKSERVER_" + long.lstrip("-").upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)  # type: ignore[arg-type]


def file_options(command: Command) -> Command:
    """Adds SPEC, `--fixtures` and `--scenarios`: the files that a command reads."""
    for decorate in (
        option(
            "--scenarios",
            type=click.Path(path_type=Path),
            help="Folder of scenario files (default: scenarios beside the first SPEC, or the bundled one).",
        ),
        option(
            "--fixtures",
            type=click.Path(path_type=Path),
            help="Folder of world.yaml, sample requests and response bodies"
            " (default: fixtures beside the first SPEC, or the bundled one).",
        ),
        click.argument("spec", nargs=-1, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


strict_option = option("--strict", is_flag=True, help="Refuse a contract that has errors.")


def validate_prefix(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """A click callback for `--control-prefix`: return the path, or raise BadParameter."""
    from mockserver.settings import is_control_prefix

    if not is_control_prefix(value):
        raise click.BadParameter(f"expected a path such as /__mock, found {value!r}")
    return value
