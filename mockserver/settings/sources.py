"""Sources of settings as text: the command line and the environment."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from mockserver.settings.kinds import List, Value
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
    """Environment variables; an empty one counts as not set, except where the kind reads it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def value(self, setting: Setting) -> Value:
        text = self._variables.get(setting.variable)
        if text is None or not (text or setting.kind.reads_empty):
            return None
        return setting.kind.from_text(text)

    def name(self, setting: Setting) -> str:
        return setting.variable
