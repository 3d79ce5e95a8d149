"""Resolves settings: the value of each, from the first source that has it.

The order is: command line, environment, pytest's configuration file (for the plugin), settings file, default.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mockserver.settings.kinds import InvalidValue, Value
from mockserver.settings.location import Located, locate
from mockserver.settings.setting import Setting
from mockserver.settings.sources import Environment, Flags, ParsedOption, Source
from mockserver.settings.table import PYTEST, TABLE, settings_of

if TYPE_CHECKING:
    from mockserver.settings.file import SettingsFile
    from mockserver.settings.ini_file import Ini
    from mockserver.settings.settings import Settings


class InvalidSettings(Exception):
    """Settings that are not valid; `messages` has a sentence for each, which names its source."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


class InvalidOption(Exception):
    """An option on the command line whose value is not valid."""

    def __init__(self, setting: Setting, message: str) -> None:
        super().__init__(message)
        self.setting = setting


class Resolved(NamedTuple):
    """The value of a setting, and the source that has it; None for the default."""

    setting: Setting
    value: Value
    source: Source | None

    @property
    def origin(self) -> str:
        """Where the value comes from, such as `MOCKSERVER_PORT` or `mockserver.toml:3`."""
        return self.source.name(self.setting) if self.source is not None else "default"


class Values:
    """The resolved settings of a command, in the order of the table; `file` is the settings file in use."""

    def __init__(self, resolved: Iterable[Resolved], file: Path | None = None) -> None:
        self._resolved = tuple(resolved)
        self.file = file

    def __iter__(self) -> Iterator[Resolved]:
        return iter(self._resolved)

    @property
    def parameters(self) -> dict[str, Value]:
        """The settings that are not fields of `Settings`, by the names of a function's parameters."""
        return {each.setting.parameter: each.value for each in self._resolved if each.setting.field is None}

    @property
    def fields(self) -> dict[str, Value]:
        """The values of fields of `Settings`."""
        return {
            each.setting.field: not each.value if each.setting.negates else each.value
            for each in self._resolved
            if each.setting.field is not None
        }

    def settings(self) -> "Settings":
        """The fields as `Settings`; the others have their defaults."""
        from mockserver.settings.settings import Settings

        return Settings(**self.fields)  # type: ignore[arg-type]


def command_settings(
    command: str, parsed: Mapping[str, ParsedOption], variables: Mapping[str, str] = os.environ
) -> Values:
    """The settings of a command, from its parsed command line, the environment and the settings file.

    The file is that of the working directory. Raises InvalidOption and InvalidSettings.
    """
    return _from_sources(command, settings_of(command), [Flags(parsed), Environment(variables)], [Path()])


def all_settings(parsed: Mapping[str, ParsedOption], variables: Mapping[str, str] = os.environ) -> Values:
    """The settings of all commands as `serve` has them, otherwise as the first command that takes them.

    `parsed` is the command line of `mockserver settings`. Raises InvalidOption and InvalidSettings.
    """
    settings = [each.for_command(each.commands[0]) for each in TABLE]
    return _from_sources("settings", settings, [Flags(parsed), Environment(variables)], [Path()])


def plugin_settings(ini: "Ini", root: Path, variables: Mapping[str, str] = os.environ) -> Values:
    """The settings of the pytest plugin.

    The file is that of the working directory, else that of pytest's root directory. Raises InvalidSettings.
    """
    if errors := tuple(ini.errors()):
        raise InvalidSettings(errors)
    folders = [Path()] if root.resolve() == Path.cwd() else [Path(), root]
    return _from_sources(PYTEST, settings_of(PYTEST), [Environment(variables), ini], folders)


def _from_sources(
    command: str, settings: Sequence[Setting], sources: Sequence[Source], folders: Iterable[Path]
) -> Values:
    [config] = [each for each in settings if each.name == "config"]
    named = _resolved(config, sources, []).value
    located = [Located(named, is_named=True)] if isinstance(named, Path) else locate(folders)
    file = _settings_file(located, command)
    errors: list[str] = []
    ordered = sources if file is None else [*sources, file]
    resolved = [_resolved(setting, ordered, errors) for setting in settings]
    if errors:
        raise InvalidSettings(errors)
    return Values(resolved, file.path if file is not None else None)


def _settings_file(candidates: Iterable[Located], command: str) -> "SettingsFile | None":
    """The first file that has settings; raises InvalidSettings."""
    for located in candidates:
        from mockserver.data.source import CannotRead, InvalidFiles
        from mockserver.settings.file import read_settings_file

        try:
            file = read_settings_file(located, command)
        except (CannotRead, InvalidFiles) as error:
            raise InvalidSettings(map(str, error.findings)) from None
        if file is not None:
            return file
    return None


def _resolved(setting: Setting, sources: Sequence[Source], errors: list[str]) -> Resolved:
    """The value from the first source that has it; adds an error if that value is not valid."""
    for source in sources:
        try:
            value = source.value(setting)
        except InvalidValue as error:
            if isinstance(source, Flags):
                raise InvalidOption(setting, str(error)) from None
            errors.append(f"{source.name(setting)}: {error}")
            break
        if value is not None:
            return Resolved(setting, value, source)
    return Resolved(setting, setting.default_value(), None)
