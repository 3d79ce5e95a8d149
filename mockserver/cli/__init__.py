"""The command line: serve (the default), check, scenarios, coverage, mutate, import, settings, verify."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from mockserver.cli.failing import fail
from mockserver.cli.streams import lossy_streams
from mockserver.version import __version__

MODULES = {  # the name of a command, and the module of this package that defines it as `command`
    "check": "check",
    "coverage": "coverage",
    "import": "import_pages",
    "mutate": "mutate",
    "scenarios": "scenarios",
    "serve": "serve",
    "settings": "settings",
    "verify": "verify",
}


class _ServeByDefault(click.Group):
    """A click group whose default command is `serve`: `mockserver SPEC` means `mockserver serve SPEC`.

    A command's module is imported only when that command is used.
    """

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
    """Fail if the word is neither a file nor a command, but is close to the name of a command."""
    if not word.isalpha() or Path(word).exists():
        return
    from mockserver.data.suggest import nearest

    near = nearest(word, MODULES)
    if near is not None:
        fail(f"{word!r} is neither a file nor a command; did you mean {near!r}?")


@click.group(cls=_ServeByDefault)
@click.version_option(__version__, prog_name="mockserver")
def main() -> None:
    """Mock server for contract testing.

    Without a command, it serves: `mockserver SPEC` is short for `mockserver serve SPEC`.
    """
