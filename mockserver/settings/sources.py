"""Sources of settings as text: the command line, the environment and pytest's configuration file."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from mockserver.settings.kinds import FilePath, InvalidValue, List, Value
from mockserver.settings.setting import Setting

ParsedOption: TypeAlias = str | Sequence[str] | bool | None  # text, texts, whether a flag is there, nothing


class Source(Protocol):
    """Where settings can come from."""

    def value(self, setting: Setting) -> Value:
        """The value of a setting, None if this source does not have it; raises InvalidValue."""

    def name(self, setting: Setting) -> str:
        """The name of the setting in this source, for messages."""


class Flags:
    """The parsed options of a command line, by the names of settings."""

    def __init__(self, parsed: Mapping[str, ParsedOption]) -> None:
        self._parsed = parsed

    def value(self, setting: Setting) -> Value:
        match self._parsed.get(setting.name):
            case True:
                return True
            case str() as text:
                return setting.kind.from_text(text)
            case [*texts] if texts and isinstance(setting.kind, List):
                return setting.kind.from_texts(texts)
        return None

    def name(self, setting: Setting) -> str:
        return setting.option


class Environment:
    """Environment variables; an empty one counts as not set."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def value(self, setting: Setting) -> Value:
        text = self._variables.get(setting.variable)
        return setting.kind.from_text(text) if text else None

    def name(self, setting: Setting) -> str:
        return setting.variable


class Ini:
    """The configuration file of pytest; `get` is `config.getini`, which gives paths as a list."""

    def __init__(self, get: Callable[[str], object]) -> None:
        self._get = get

    def value(self, setting: Setting) -> Value:
        match self._get(setting.ini):
            case [*items] if items and isinstance(setting.kind, FilePath):
                return _single_path(setting.kind, list(map(str, items)))
            case [*items] if items and isinstance(setting.kind, List):
                return setting.kind.from_texts(map(str, items))
            case str() as text if text:
                return setting.kind.from_text(text)
        return None

    def name(self, setting: Setting) -> str:
        return setting.ini


def _single_path(kind: FilePath, paths: list[str]) -> Path:
    if len(paths) > 1:
        raise InvalidValue(f"one {kind.noun}", " and ".join(paths))
    return Path(paths[0])
