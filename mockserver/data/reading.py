"""Reads plain data into typed values; each error has the JSON Pointer (RFC 6901) of its value.

World files, scenario files and the bodies of control calls are read with it, with the same messages for
unknown keys, wrong types and unknown names. A `Cursor` collects all errors; `finish` raises them together.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import cast

from msgspec import Struct, field

from mockserver.data.json import Json, type_phrase
from mockserver.data.pointer import pointer_token
from mockserver.data.suggest import did_you_mean

MISSING = object()
MAX_UNKNOWN = 100  # keys of one object that are listed
MAX_LISTED = 1_000  # errors in the data
MAX_SUGGESTIONS = 100  # errors in the data for which the nearest valid name is looked up


class DataError(Struct, frozen=True):
    """An error in the data: the pointer of the value, and a sentence."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '(root)'}: {self.message}"


class BadData(Exception):
    """The data cannot be read; `errors` are all of its errors."""

    def __init__(self, errors: Iterable[DataError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(map(str, self.errors)))


class Cursor(Struct, frozen=True):
    """A location in plain data: its value, its pointer, and the list that collects errors.

    The value is MISSING if there is none; a reading method adds an error then, and returns its default.
    """

    value: object
    pointer: str = ""
    errors: list[DataError] = field(default_factory=list)

    def error(self, message: str, *, key: str | int | None = None) -> None:
        """Add an error for this location, or for its member `key`."""
        pointer = self.pointer if key is None else f"{self.pointer}/{pointer_token(key)}"
        self._add([DataError(pointer, message)])

    def _add(self, errors: list[DataError]) -> None:
        """Add errors, of which only the first ones are listed."""
        room = MAX_LISTED - len(self.errors)
        self.errors.extend(errors[: max(room, 0)])
        if 0 <= room < len(errors):
            self.errors.append(DataError("", "further errors are not listed"))

    def adopt(self, bad: BadData) -> None:
        """Add the errors that another reader found in this cursor's value."""
        self._add([DataError(self.pointer + each.pointer, each.message) for each in bad.errors])

    def finish(self) -> None:
        """Raise BadData if this cursor, or any cursor from the same root, has an error."""
        if self.errors:
            raise BadData(self.errors)

    def member(self, key: str) -> object:
        """The value of a member, MISSING if there is none; quicker than `self / key`."""
        return self.value.get(key, MISSING) if isinstance(self.value, dict) else MISSING

    def __truediv__(self, key: str | int) -> "Cursor":
        """The cursor of a member or an item."""
        value: object = MISSING
        match self.value, key:
            case dict() as members, _ if key in members:
                value = members[key]
            case list() as items, int() if key < len(items):
                value = items[key]
        return Cursor(value, f"{self.pointer}/{pointer_token(key)}", self.errors)

    @property
    def json(self) -> Json:
        """The value as JSON; null if it is missing."""
        return None if self.value is MISSING else cast("Json", self.value)

    @property
    def present(self) -> bool:
        """Whether the value exists; it may be null."""
        return self.value is not MISSING

    def keys(self, allowed: Iterable[str], required: Iterable[str] = ()) -> bool:
        """Check that the value is an object with known keys only, and with all required ones.

        False if it is not an object.
        """
        allowed = list(allowed)
        if not isinstance(self.value, dict):
            return self._expected("an object")
        unknown = [key for key in self.value if key not in allowed]
        for key in unknown[:MAX_UNKNOWN]:
            self.error(f"unknown key {key!r}{self.suggestion(str(key), allowed)}", key=key)
        if len(unknown) > MAX_UNKNOWN:
            self.error(f"{len(unknown) - MAX_UNKNOWN:,} more unknown keys")
        for key in required:
            if key not in self.value:
                self.error(_missing(key))
        return True

    def items(self) -> Iterator["Cursor"]:
        """The cursors of an array's items; a missing array has none."""
        if isinstance(self.value, list):
            yield from (self / index for index in range(len(self.value)))
        elif self.present:
            self._expected("an array")

    def entries(self) -> Iterator[tuple[str, "Cursor"]]:
        """The keys and cursors of an object's members; a missing object has none."""
        if isinstance(self.value, dict):
            yield from ((key, self / key) for key in self.value)
        elif self.present:
            self._expected("an object")

    def string(self, default: str = "") -> str:
        """The value as a string."""
        if isinstance(self.value, str):
            return self.value
        self._expected("a string")
        return default

    def integer(self, *, minimum: int | None = None, maximum: int | None = None, default: int = 0) -> int:
        """The value as an integer from `minimum` to `maximum`."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            if minimum is not None and self.value < minimum:
                self.error(f"{self.value} is less than {minimum}")
            elif maximum is not None and self.value > maximum:
                self.error(f"{self.value} is greater than {maximum}")
            else:
                return self.value
        else:
            self._expected("an integer")
        return default

    def whole_number(self, *, minimum: int = 0, default: int = 0) -> int:
        """The value as an integer, which JSON may write as 2.0 (JSON Schema 2020-12, core, section 4.2.2)."""
        if isinstance(self.value, float) and self.value.is_integer() and self.value >= minimum:
            return int(self.value)
        return self.integer(minimum=minimum, default=default)

    def boolean(self, *, default: bool = False) -> bool:
        """The value as a boolean."""
        if isinstance(self.value, bool):
            return self.value
        self._expected("a boolean")
        return default

    def decimal(self) -> Decimal:
        """A decimal number, read from a string because a float would be inexact."""
        if isinstance(self.value, str):
            try:
                amount = Decimal(self.value)
            except InvalidOperation:
                amount = Decimal("NaN")
            if amount.is_finite():
                return amount
        self._expected("an amount as a string, such as '39.90'")
        return Decimal(0)

    def choice(self, valid: Iterable[str], what: str) -> str:
        """A string that is one of the valid names; `what` says what they name."""
        valid = list(valid)
        if isinstance(self.value, str):
            if self.value in valid:
                return self.value
            self.error(f"unknown {what} {self.value!r}{self.suggestion(self.value, valid)}")
        else:
            self._expected(f"a {what}")
        return valid[0] if valid else ""

    def suggestion(self, name: str, valid: Iterable[str]) -> str:
        """The nearest valid name, unless so many errors have been found that it takes too much work."""
        return did_you_mean(name, valid) if len(self.errors) < MAX_SUGGESTIONS else ""

    def _expected(self, what: str) -> bool:
        if not self._is_known_to_be_missing():
            found = type_phrase(self.value) if self.present else "nothing"
            self.error(f"expected {what}, found {found}")
        return False

    def _is_known_to_be_missing(self) -> bool:
        """Whether `keys` has already added the error that this member is missing."""
        parent, _, key = self.pointer.rpartition("/")
        return not self.present and DataError(parent, _missing(key)) in self.errors


def _missing(key: str) -> str:
    return f"the key {key!r} is missing"
