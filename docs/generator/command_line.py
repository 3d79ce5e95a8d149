"""The page of the command line, from the click commands."""

import inspect
from collections.abc import Iterator

import click

from generator.markdown import anchor, code, fenced, table
from generator.markdown import page as markdown_page
from mockserver.cli import MODULES, main

TYPE_NAMES = {"integer range": "integer", "float range": "number", "text": "string"}  # click's names
INTRODUCTION = """
`mockserver COMMAND --help` prints the same text, and `mockserver --version` prints the version.
`mockserver` without a command is `mockserver serve`.

Each option can also be set by the environment variable in its row: `MOCKSERVER_PORT=8080`, or
`MOCKSERVER_NO_AUTH=true` for an option without a value. An option on the command line overrides its
variable. In a variable, the values of a repeatable option are separated by spaces.
"""
EXIT_STATUS = """
## Exit status

| Status | Meaning |
| --- | --- |
| 0 | Success. |
| 1 | `check` has findings, or `coverage` or `mutate` is below `--fail-under`. |
| 2 | An option is invalid, a file cannot be read, or the command cannot do its work for another reason. |
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
    options = [each for each in command.params if isinstance(each, click.Option)]
    rows = (
        (" ".join(spelling(option)), description(option), default(option), code(str(option.envvar)))
        for option in options
    )
    return "\n\n".join(
        [
            f"## `mockserver {name}`",
            fenced("text", usage),
            *paragraphs(command),
            table(("Option", "Description", "Default", "Environment variable"), rows),
        ]
    )


def spelling(option: click.Option) -> Iterator[str]:
    """The names of an option and the type of its value."""
    yield ", ".join(code(name) for name in option.opts)
    if isinstance(option.type, click.Choice):
        yield " or ".join(code(choice) for choice in option.type.choices)
    elif not option.is_flag:
        name = option.type.name
        yield f"*{TYPE_NAMES.get(name, name)}*"


def description(option: click.Option) -> str:
    """The help text, and the range of the value."""
    kind, text = option.type, option.help or ""
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return text
    if kind.max is not None:
        return f"{text} From {kind.min:g} to {kind.max:g}."
    return f"{text} {'Above' if kind.min_open else 'At least'} {kind.min:g}."


def default(option: click.Option) -> str:
    return code(str(option.default)) if option.show_default and not option.is_flag else ""
