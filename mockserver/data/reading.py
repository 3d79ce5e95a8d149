"""Plain data read into typed values, every fault named by its JSON Pointer (RFC 6901).

World files, scenario files and the bodies of control calls are all read here, so each of them refuses
unknown keys, wrong types and unknown names with the same sentences. A `Cursor` collects faults and goes on,
so that a reader sees all of them at once; `finish` raises them.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import cast

from msgspec import Struct, field

from mockserver.data.json import Json, type_phrase
from mockserver.data.suggest import did_you_mean

MISSING = object()


def pointer_token(key: str | int) -> str:
    """One reference token, escaped as RFC 6901 section 3 says."""
    return str(key).replace("~", "~0").replace("/", "~1")


class DataError(Struct, frozen=True):
    """Something wrong at one place of the data."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '(root)'}: {self.message}"


class BadData(Exception):
    """The data does not have the shape that its reader needs."""

    def __init__(self, errors: Iterable[DataError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(map(str, self.errors)))


class Cursor(Struct, frozen=True):
    """A place in plain data: its value, its pointer, and the list that faults are added to."""

    value: object
    pointer: str = ""
    errors: list[DataError] = field(default_factory=list)

    def error(self, message: str, *, key: str | int | None = None) -> None:
        """Add a fault of this place, or of its member `key`."""
        at = self.pointer if key is None else f"{self.pointer}/{pointer_token(key)}"
        self.errors.append(DataError(at, message))

    def adopt(self, bad: BadData) -> None:
        """Add the faults that another reader found in this cursor's value."""
        self.errors.extend(DataError(self.pointer + fault.pointer, fault.message) for fault in bad.errors)

    def finish(self) -> None:
        """Raise BadData where any fault was found at or below the root that this cursor came from."""
        if self.errors:
            raise BadData(self.errors)

    def member(self, key: str) -> object:
        """The value of a member, MISSING where there is none: for one that is as it should be, in no time."""
        return self.value.get(key, MISSING) if isinstance(self.value, dict) else MISSING

    def __truediv__(self, key: str | int) -> "Cursor":
        """The cursor of a member; its value is MISSING where there is none."""
        value: object = MISSING
        match self.value, key:
            case dict() as members, _ if key in members:
                value = members[key]
            case list() as items, int() if key < len(items):
                value = items[key]
        return Cursor(value, f"{self.pointer}/{pointer_token(key)}", self.errors)

    @property
    def json(self) -> Json:
        """The value as JSON: what is read here was JSON or YAML before, but for a missing member (null)."""
        return None if self.value is MISSING else cast("Json", self.value)

    @property
    def present(self) -> bool:
        return self.value is not MISSING

    def keys(self, allowed: Iterable[str], required: Iterable[str] = ()) -> bool:
        """Check that this is an object with no unknown key and no required one missing."""
        allowed = list(allowed)
        if not isinstance(self.value, dict):
            return self._expected("an object")
        for key in self.value:
            if key not in allowed:
                self.error(f"unknown key {key!r}{did_you_mean(str(key), allowed)}", key=key)
        for key in required:
            if key not in self.value:
                self.error(f"the key {key!r} is missing")
        return True

    def items(self) -> Iterator["Cursor"]:
        """The cursors of a list's items; a missing list has none."""
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
        if isinstance(self.value, str):
            return self.value
        self._expected("a string")
        return default

    def integer(self, *, minimum: int | None = None, default: int = 0) -> int:
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            if minimum is None or self.value >= minimum:
                return self.value
            self.error(f"{self.value} is less than {minimum}")
        else:
            self._expected("an integer")
        return default

    def boolean(self, *, default: bool = False) -> bool:
        if isinstance(self.value, bool):
            return self.value
        self._expected("a boolean")
        return default

    def decimal(self) -> Decimal:
        """An amount, written as text so that no float ever touches it."""
        if isinstance(self.value, str):
            try:
                amount = Decimal(self.value)
            except InvalidOperation:
                amount = Decimal("NaN")
            if amount.is_finite():
                return amount
        self._expected('an amount as a string, such as "39.90"')
        return Decimal(0)

    def choice(self, valid: Iterable[str], what: str) -> str:
        """A text that is one of the valid names."""
        valid = list(valid)
        if isinstance(self.value, str):
            if self.value in valid:
                return self.value
            self.error(f"unknown {what} {self.value!r}{did_you_mean(self.value, valid)}")
        else:
            self._expected(f"a {what}")
        return valid[0] if valid else ""

    def _expected(self, what: str) -> bool:
        if self.present:
            self.error(f"expected {what}, found {type_phrase(self.value)}")
        else:
            self.error(f"expected {what}, found nothing")
        return False
