"""The options of the commands, made from the table of settings. Click only parses them to text."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.failing import fail
from mockserver.settings.kinds import Choice
from mockserver.settings.setting import Setting
from mockserver.settings.table import settings_of

if TYPE_CHECKING:
    from mockserver.settings.resolution import Values


class SettingOption(click.Option):
    """The option of a setting; `mockserver.settings` reads its text."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(
            [*([setting.short] if setting.short else []), setting.option, setting.parameter],
            is_flag=setting.kind.is_flag or None,  # False: an option whose value can be left out
            multiple=setting.kind.is_list,
            type=None if setting.kind.is_flag else _completed_type(setting),
            metavar=None if setting.kind.is_flag else metavar(setting),
            help=setting.help,
        )
        self.setting = setting

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Add the environment variable, the default and the range, as click does for its own types."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        return record[0], f"{record[1]}  [{'; '.join(_notes(self.setting))}]"


def metavar(setting: Setting) -> str:
    """What stands for the value in help texts, such as INTEGER."""
    if isinstance(setting.kind, Choice):
        return f"[{'|'.join(setting.kind.words)}]"
    return setting.kind.word.upper()


def _completed_type(setting: Setting) -> click.Path | click.types.StringParamType:
    """A type that leaves the text as it is; shells complete paths."""
    return click.Path() if setting.kind.word == "path" else click.types.StringParamType()


def _notes(setting: Setting) -> list[str]:
    notes = [f"env var: {setting.variable}"]
    if default := setting.default_text():
        notes.append(f"default: {default}")
    return [*notes, setting.kind.range] if setting.kind.range else notes


def settings_command(
    name: str, arguments: Sequence[click.Parameter] = (), cls: type[click.Command] = click.Command
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command of a function, with the options of its settings, and pass it their values.

    Those that are fields of `Settings` are in its parameter `settings`; any other is a parameter of its own.
    """

    def decorate(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def with_values(**parsed: Any) -> None:
            from mockserver.settings.resolution import command_settings

            settings = {each.name: parsed.pop(each.parameter) for each in settings_of(name)}
            with fail_if_invalid():
                values = command_settings(name, settings)
            function(**parsed, **_parameters(values))

        return click.command(name, cls, params=[*click_parameters(name), *arguments])(with_values)

    return decorate


def click_parameters(command: str) -> list[click.Parameter]:
    """The options of a command, and its argument SPEC."""
    return [
        click.Argument([each.parameter], nargs=-1, type=click.Path())
        if each.argument
        else SettingOption(each)
        for each in settings_of(command)
    ]


def _parameters(values: "Values") -> dict[str, object]:
    parameters: dict[str, object] = {**values.parameters}
    del parameters["config"]
    return parameters | {"settings": values.settings()} if values.fields else parameters


@contextmanager
def fail_if_invalid() -> Iterator[None]:
    """Fail with a usage error for an invalid option, and with one line for each other invalid setting."""
    from mockserver.settings.resolution import InvalidOption, InvalidSettings

    try:
        yield
    except InvalidOption as error:
        context = click.get_current_context()
        [option] = [each for each in context.command.params if each.name == error.setting.parameter]
        raise click.BadParameter(f"{error}.", context, option) from None
    except InvalidSettings as error:
        fail("\nmockserver: ".join(error.messages))
