"""The page of the command line, from the click commands."""

import inspect
from collections.abc import Iterator

import click

from generator.markdown import anchor, code, fenced, table
from generator.markdown import page as markdown_page
from mockserver.cli import MODULES, main
from mockserver.settings.kinds import Choice
from mockserver.settings.setting import Setting
from mockserver.settings.table import settings_of

INTRODUCTION = """
`mockserver COMMAND --help` prints the same text, and `mockserver --version` prints the version.
`mockserver` without a command is `mockserver serve`.

Each option can also be set by the environment variable in its row: `MOCKSERVER_PORT=8080`, or
`MOCKSERVER_NO_AUTH=true` for an option without a value. An option on the command line overrides its
variable. In a variable, the values of a repeatable option are separated by spaces. Most options can also be
set in a file: see [Settings](../settings.md).
"""
EXIT_STATUS = """
## Exit status

| Status | Meaning |
| --- | --- |
| 0 | Success. |
| 1 | `check` has findings, `verify` finds a difference, or `coverage` or `mutate` is below `--fail-under`. |
| 2 | An option is invalid, a file cannot be read, or the command cannot do its work for another reason. |
| 130, 143 | `mutate` was interrupted by Ctrl-C, or terminated. 130: `verify` was, too. |
"""


def page() -> str:
    context = click.Context(main, info_name="mockserver")
    commands = {name: command_of(context, name) for name in ["serve", *sorted({*MODULES} - {"serve"})]}
    overview = table(
        ("Command", "Purpose"),
        (
            (f"[`{name}`](#{anchor(f'mockserver {name}')})", paragraphs(command)[0])
            for name, command in commands.items()
        ),
    )
    sections = (section(context, name, command) for name, command in commands.items())
    return markdown_page("Command line", INTRODUCTION, overview, *sections, EXIT_STATUS)


def command_of(context: click.Context, name: str) -> click.Command:
    command = main.get_command(context, name)
    assert command is not None
    return command


def paragraphs(command: click.Command) -> list[str]:
    return inspect.cleandoc(command.help or "").split("\n\n")


def section(parent: click.Context, name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, parent=parent)
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    rows = (
        (" ".join(spelling(setting)), description(setting), default and code(default), code(setting.variable))
        for setting in settings_of(name)
        for default in [setting.default_text()]
        if setting.argument is None
    )
    return "\n\n".join(
        [
            f"## `mockserver {name}`",
            fenced("text", usage),
            *paragraphs(command),
            table(("Option", "Description", "Default", "Environment variable"), rows),
        ]
    )


def spelling(setting: Setting) -> Iterator[str]:
    """The names of an option and the type of its value."""
    yield ", ".join(code(name) for name in (setting.short, setting.option) if name)
    if not setting.kind.is_flag:
        yield value_words(setting)


def value_words(setting: Setting) -> str:
    """The type of a setting's value, or the words that it can be."""
    if isinstance(setting.kind, Choice):
        return " or ".join(map(code, setting.kind.words))
    return f"*{setting.kind.word}{'s' if setting.kind.is_list and setting.argument else ''}*"


def description(setting: Setting) -> str:
    """The help text, and the range of the value."""
    bounds = setting.kind.range
    return f"{setting.help} {bounds[0].upper()}{bounds[1:]}." if bounds else setting.help
