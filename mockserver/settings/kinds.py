"""The kinds of values that settings have: each reads text and the data of a TOML file.

Text comes from the command line, environment variables and pytest's configuration file.
"""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from mockserver.data.quoting import quoted
from mockserver.settings.control_prefix import CONTROL_PREFIX, is_control_prefix
from mockserver.settings.control_token import EXPECTED, InvalidToken, check_control_token
from mockserver.settings.upstream_url import EXPECTED as UPSTREAM_URL
from mockserver.settings.upstream_url import is_upstream_url

Value: TypeAlias = "bool | int | float | str | Path | tuple[str | Path, ...] | None"

_TRUE = ("1", "true", "t", "yes", "y", "on")
_FALSE = ("0", "false", "f", "no", "n", "off")
_UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = re.compile(rf"([0-9]{{1,18}}) ?({'|'.join(_UNITS)})", re.IGNORECASE)


class InvalidValue(Exception):
    """A value that a setting cannot have; the message says what was expected and what was found.

    `item` is the index of the invalid item if the value is an array, otherwise None.
    """

    def __init__(self, expected: str, found: str, item: int | None = None) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected = expected
        self.item = item


class Kind:
    """A kind of value, for a setting with one value; subclasses override what differs.

    `word` is its name in help texts, `expected` its name in messages, and `range` the range of a number.
    A setting of a kind that has no default is `unset` if nothing sets it. An empty environment variable
    counts as not set, unless the kind `reads_empty` texts.
    """

    word = "string"
    expected = "a string"
    range = ""
    has_default = True
    unset: Value = None
    is_flag = False
    is_list = False
    reads_empty = False

    def from_text(self, text: str) -> Value:
        """The value that a text means; raises InvalidValue."""
        return text

    def from_data(self, data: object, folder: Path) -> Value:
        """The value that TOML data means; relative paths are relative to the folder. Raises InvalidValue."""
        if not isinstance(data, str):
            raise InvalidValue(self.expected, phrase(data))
        return self.from_text(data)


class String(Kind):
    """A string; `is_valid` checks it."""

    def __init__(self, expected: str = "a string", is_valid: Callable[[str], bool] | None = None) -> None:
        self.expected = expected
        self._is_valid = is_valid

    def from_text(self, text: str) -> str:
        if self._is_valid is not None and not self._is_valid(text):
            raise InvalidValue(self.expected, quoted(text))
        return text

    def from_data(self, data: object, folder: Path) -> str:
        if not isinstance(data, str):
            raise InvalidValue(self.expected, phrase(data))
        return self.from_text(data)


class ControlToken(Kind):
    """The control token: messages do not show it, and an empty one is an error."""

    expected, reads_empty = EXPECTED, True

    def from_text(self, text: str) -> str:
        try:
            check_control_token(text)
        except InvalidToken as error:
            raise InvalidValue(self.expected, error.found) from None
        return text

    def from_data(self, data: object, folder: Path) -> str:
        if not isinstance(data, str):
            raise InvalidValue("a string", phrase(data))
        return self.from_text(data)


class Choice(Kind):
    """One of several words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.expected = " or ".join(words)

    def from_text(self, text: str) -> str:
        if text not in self.words:
            raise InvalidValue(self.expected, quoted(text))
        return text


class Flag(Kind):
    """True or false; on the command line, an option without a value."""

    word, expected, is_flag = "boolean", "true or false", True
    has_default = False
    unset: bool | None = False

    def from_text(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in _TRUE + _FALSE:
            raise InvalidValue(self.expected, quoted(text))
        return word in _TRUE

    def from_data(self, data: object, folder: Path) -> bool:
        if not isinstance(data, bool):
            raise InvalidValue(self.expected, phrase(data))
        return data


class OptionalFlag(Flag):
    """A flag whose default depends on other settings: None if nothing sets it."""

    unset = None


class Bounds(NamedTuple):
    """A range of numbers; `above` is a minimum that is not in the range itself."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None

    def __str__(self) -> str:
        """The range in words, such as `from 0 to 100`; empty if there is none."""
        if self.above is not None:
            return f"above {self.above}"
        if self.maximum is None:
            return f"at least {self.minimum}" if self.minimum is not None else ""
        return f"at most {self.maximum}" if self.minimum is None else f"from {self.minimum} to {self.maximum}"

    def contain(self, number: float) -> bool:
        """Whether a number is in the range; NaN is not in any."""
        return (
            number == number
            and (self.minimum is None or number >= self.minimum)
            and (self.maximum is None or number <= self.maximum)
            and (self.above is None or number > self.above)
        )


class Number(Kind):
    """A number within bounds."""

    word, _noun = "number", "a number"

    def __init__(
        self, minimum: float | None = None, maximum: float | None = None, *, above: float | None = None
    ) -> None:
        self._bounds = Bounds(minimum, maximum, above)
        self.range = str(self._bounds)
        of = "of " if self.range.startswith("at ") else ""
        self.expected = f"{self._noun} {of}{self.range}".rstrip()

    def from_text(self, text: str) -> float:
        try:
            number = self._parse(text)
        except ValueError:
            raise InvalidValue(self.expected, quoted(text)) from None
        if not self._bounds.contain(number):
            raise InvalidValue(self.expected, quoted(text))
        return number

    def from_data(self, data: object, folder: Path) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise InvalidValue(self.expected, phrase(data))
        number = self._from_number(data)
        if number is None or not self._bounds.contain(number):
            raise InvalidValue(self.expected, phrase(data))
        return number

    def _parse(self, text: str) -> float:
        return float(text)

    def _from_number(self, number: float) -> float | None:
        """The number as this kind has it, None if it does not."""
        try:
            return float(number)
        except OverflowError:
            return None


class Integer(Number):
    """An integer within bounds."""

    word, _noun = "integer", "an integer"

    def _parse(self, text: str) -> int:
        return int(text)

    def _from_number(self, number: float) -> int | None:
        return number if isinstance(number, int) else None


class Size(Integer):
    """A number of bytes, also with a unit: `65536`, `512MiB`, `1 GB`."""

    word = "size"

    def __init__(self, minimum: int) -> None:
        super().__init__(minimum)
        self.expected = f"a number of bytes of {self.range}, or a size such as 512MiB"

    def _parse(self, text: str) -> int:
        size = _SIZE.fullmatch(text.strip())
        return int(size[1]) * _UNITS[size[2].lower()] if size is not None else int(text)

    def from_data(self, data: object, folder: Path) -> float:
        return self.from_text(data) if isinstance(data, str) else super().from_data(data, folder)


class FilePath(Kind):
    """The path of a file, or of a folder."""

    word, has_default = "path", False

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.expected = f"the path of a {noun}"

    def from_text(self, text: str) -> Path:
        return Path(text)

    def from_data(self, data: object, folder: Path) -> Path:
        if not isinstance(data, str) or not data:
            raise InvalidValue(self.expected, phrase(data))
        return folder / data


class List(Kind):
    """Several values of one kind: an option that can be repeated, and an array in a TOML file.

    A single value stands for an array with one item.
    """

    is_list, has_default, unset = True, False, ()

    def __init__(self, item: "String | FilePath") -> None:
        self._item = item
        self.word = item.word

    def from_text(self, text: str) -> tuple[str | Path, ...]:
        """The values in one text: paths are separated as in PATH, strings by white space."""
        return self.from_texts(text.split(os.pathsep) if self.word == "path" else text.split())

    def from_texts(self, texts: Iterable[str]) -> tuple[str | Path, ...]:
        """The values of an option that was repeated."""
        return tuple(self._item.from_text(text) for text in texts if text)

    def from_data(self, data: object, folder: Path) -> tuple[str | Path, ...]:
        if isinstance(data, list):
            return tuple(self._from_item(each, folder, index) for index, each in enumerate(data))
        return (self._from_item(data, folder, None),)

    def _from_item(self, data: object, folder: Path, index: int | None) -> str | Path:
        try:
            return self._item.from_data(data, folder)
        except InvalidValue:
            expected = self._item.expected if index is not None else f"an array of {self.word}s"
            raise InvalidValue(expected, phrase(data), index) from None


FLAG = Flag()
OPTIONAL_FLAG = OptionalFlag()
STRING = String()
STRINGS = List(STRING)
FILE = FilePath("file")
FOLDER = FilePath("folder")
FILES = List(FILE)
FOLDERS = List(FOLDER)
INTEGER = Integer()
PORT = Integer(0, 65535)
BYTES = Integer(1)
SIZE = Size(1)
SECONDS = Number(above=0)
RATE = Number(above=0)
PERCENT = Number(0, 100)
TOKEN = ControlToken()
PREFIX = String(f"a path such as {CONTROL_PREFIX}", is_control_prefix)
UPSTREAM = String(UPSTREAM_URL, is_upstream_url)


def phrase(data: object) -> str:
    """TOML data as a message names it, such as `the string 'abc'`."""
    match data:
        case bool():
            return "true" if data else "false"
        case int() | float():
            return f"{data}"
        case str():
            return f"the string {quoted(data)}"
        case list():
            return "an array"
    return "a table"
