"""The command line: serve (the default), check, scenarios, coverage, mutate, import."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from mockserver.cli.failing import fail
from mockserver.cli.streams import lossy_streams
from mockserver.version import __version__

MODULES = {  # what a person types, and the module of this package whose `command` it is
    "check": "check",
    "coverage": "coverage",
    "import": "import_pages",
    "mutate": "mutate",
    "scenarios": "scenarios",
    "serve": "serve",
}


class _ServeByDefault(click.Group):
    """`mockserver SPEC --port 0` means `mockserver serve SPEC --port 0`. A command is loaded to be used."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with lossy_streams():
            return super().__call__(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*MODULES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        command: click.Command = import_module(f"mockserver.cli.{MODULES[cmd_name]}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in MODULES and args[0] not in ("--help", "--version")):
            _refuse_typo(args[0] if args else "")
            args = ["serve", *args]
        return super().parse_args(ctx, args)


def _refuse_typo(word: str) -> None:
    """`mockserver chek` is no SPEC of that name, where there is none."""
    if not word.isalpha() or Path(word).exists():
        return
    from mockserver.data.suggest import nearest

    near = nearest(word, MODULES)
    if near is not None:
        fail(f"there is no file and no command {word!r}; did you mean {near!r}?")


@click.group(cls=_ServeByDefault)
@click.version_option(__version__, prog_name="mockserver")
def main() -> None:
    """A fake backend for contract testing. Without a command, and with SPECs alone, it serves."""
