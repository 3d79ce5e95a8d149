"""Reads the settings file: `mockserver.toml`, or the table [tool.mockserver] of `pyproject.toml`."""

from collections.abc import Mapping

from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.quoting import quoted
from mockserver.data.source import CannotRead, Document, Finding, InvalidFiles, decoded_text, read_text
from mockserver.data.suggest import did_you_mean
from mockserver.data.toml import NotToml, read_toml
from mockserver.settings.kinds import InvalidValue, Value, phrase
from mockserver.settings.location import PROJECT_FILE, Located
from mockserver.settings.setting import Setting
from mockserver.settings.table import TABLE

_PROJECT_TABLE = ("tool", "mockserver")


class SettingsFile:
    """A source of settings: the values of a file, which are all valid, by the names of settings."""

    def __init__(self, document: Document, values: Mapping[str, Value], pointers: Mapping[str, str]) -> None:
        self.path = document.path
        self._document = document
        self._values = values
        self._pointers = pointers

    def value(self, setting: Setting) -> Value:
        return self._values.get(setting.name)

    def name(self, setting: Setting) -> str:
        line = self._document.line(self._pointers[setting.name])
        return f"{self.path}:{line}" if line else f"{self.path}"


def read_settings_file(located: Located, command: str) -> SettingsFile | None:
    """The settings in a file, as a command has them; None if a pyproject.toml has none.

    The file may have settings of other commands, too. Raises CannotRead and InvalidFiles.
    """
    document = _document(located)
    pointer, table = _own_table(document)
    if table is None:
        if located.is_named:
            raise CannotRead(located.path, None, f"there is no table [{'.'.join(_PROJECT_TABLE)}]")
        return None
    return _Reading(document, pointer, command).read(table)


def _document(located: Located) -> Document:
    try:
        return Document(located.path, *read_toml(_text(located)))
    except NotToml as error:
        raise CannotRead(located.path, error.line, str(error)) from None


def _text(located: Located) -> str:
    if located.content is None:
        return read_text(located.path)
    return decoded_text(located.content, located.path)


def _own_table(document: Document) -> tuple[str, dict[str, Json] | None]:
    """The pointer and the data of the table with the settings; None if a pyproject.toml does not have it."""
    pointer, table = "", document.data
    for key in _PROJECT_TABLE if document.path.name == PROJECT_FILE else ():
        if not isinstance(table, dict) or key not in table:
            return pointer, None
        pointer, table = f"{pointer}/{key}", table[key]
    if not isinstance(table, dict):
        name = pointer[1:].replace("/", ".")
        raise InvalidFiles(
            [_finding(document, pointer, f"{name!r}: expected a table, found {phrase(table)}")]
        )
    return pointer, table


def _finding(document: Document, pointer: str, message: str) -> Finding:
    """A finding with the line of a pointer; its message names the setting, so the pointer is left out."""
    return Finding(document.path, document.line(pointer), "", message)


class _Reading:
    """The values and the findings of one table."""

    def __init__(self, document: Document, pointer: str, command: str) -> None:
        self._document = document
        self._pointer = pointer
        self._settings = {each.name: each.for_command(command) for each in TABLE}
        self._values: dict[str, Value] = {}
        self._pointers: dict[str, str] = {}
        self._findings: list[Finding] = []

    def read(self, table: Mapping[str, Json]) -> SettingsFile:
        """The settings of the table; raises InvalidFiles with all errors."""
        for key, data in table.items():
            self._read_entry(key, data)
        if self._findings:
            raise InvalidFiles(self._findings)
        return SettingsFile(self._document, self._values, self._pointers)

    def _read_entry(self, key: str, data: Json) -> None:
        pointer = f"{self._pointer}/{pointer_token(key)}"
        setting = self._settings.get(key.replace("_", "-"))
        if setting is None:
            names = [each.name for each in self._settings.values() if each.in_file]
            valid = did_you_mean(key, names)
            hint = "; settings are not divided into tables" if isinstance(data, dict) else valid
            self._add(pointer, f"unknown setting {quoted(key)}{hint}")
        elif not setting.in_file:
            self._add(pointer, f"{setting.name!r} cannot be set in a file")
        elif setting.name in self._pointers:
            self._add(pointer, f"{setting.name!r} is set twice")
        else:
            self._pointers[setting.name] = pointer
            self._read_value(setting, data)

    def _read_value(self, setting: Setting, data: Json) -> None:
        try:
            self._values[setting.name] = setting.kind.from_data(data, self._document.path.parent)
        except InvalidValue as error:
            item = "" if error.item is None else f"/{error.item}"
            message = f"expected {error.expected}" if setting.is_secret else str(error)
            self._add(self._pointers[setting.name] + item, f"{setting.name!r}: {message}")

    def _add(self, pointer: str, message: str) -> None:
        self._findings.append(_finding(self._document, pointer, message))
