"""Settings in pytest's configuration file: pytest reads the values; the lines of the keys are found here."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mockserver.data.quoting import quoted
from mockserver.data.suggest import did_you_mean
from mockserver.settings.kinds import FilePath, InvalidValue, List, Value
from mockserver.settings.setting import Setting
from mockserver.settings.table import PYTEST, settings_of

_SECTIONS = ("pytest", "tool:pytest", "tool.pytest", "tool.pytest.ini_options")
_HEADER = re.compile(r"\[\s*([^][]+?)\s*\]")
_KEY = re.compile(r"([\"']?)(mockserver_[\w-]*)\1\s*[=:]")


class Ini:
    """A source of settings: the configuration file of pytest at `path`, None if there is none.

    `get` is `config.getini`, which gives paths as a list. `overridden` are the keys that an option of pytest
    sets.
    """

    def __init__(
        self, get: Callable[[str], object], path: Path | None, overridden: frozenset[str] = frozenset()
    ) -> None:
        self._get = get
        lines = _key_lines(path) if path is not None else {}
        self._locations = {
            key: f"{_short_path(path)}:{line}: "
            for key, line in lines.items()
            if path is not None and key not in overridden
        }

    def value(self, setting: Setting) -> Value:
        match self._get(setting.ini):
            case [*items] if items and isinstance(setting.kind, FilePath):
                return _single_path(setting.kind, list(map(str, items)))
            case [*items] if items and isinstance(setting.kind, List):
                return setting.kind.from_texts(map(str, items))
            case str() as text if text or setting.kind.reads_empty:
                return setting.kind.from_text(text)
        return None

    def name(self, setting: Setting) -> str:
        return f"{self._locations.get(setting.ini, '')}{setting.ini}"

    def errors(self) -> Iterator[str]:
        """A sentence for each key that begins with `mockserver_` and that no plugin of pytest has."""
        for key, location in self._locations.items():
            try:
                self._get(key)
            except ValueError:
                valid = did_you_mean(key, [each.ini for each in settings_of(PYTEST)])
                yield f"{location}unknown setting {quoted(key)}{valid}"


def _key_lines(path: Path) -> dict[str, int]:
    """The line (from 1) of each key in pytest's section that begins with `mockserver_`."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        # Except in TOML, an indented line belongs to the value above it.
        statement = line.lstrip() if path.suffix == ".toml" else line
        if header := _HEADER.match(statement):
            section = header[1]
        elif section in _SECTIONS and (key := _KEY.match(statement)):
            lines[key[2]] = number
    return lines


def _short_path(path: Path) -> Path:
    """The path relative to the working directory if it is below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _single_path(kind: FilePath, paths: list[str]) -> Path:
    if len(paths) > 1:
        raise InvalidValue(f"one {kind.noun}", " and ".join(paths))
    return Path(paths[0])
