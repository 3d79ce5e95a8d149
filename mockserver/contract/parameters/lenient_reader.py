"""Reads one parameter or form field as clients spell it, where the strict reading is not valid."""

from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct

from mockserver.contract.parameters.coercion import ValueTypes
from mockserver.contract.parameters.percent import Decode, Malformed
from mockserver.contract.parameters.second_readings import Reading, Spelling, first_of_each_kind, read_tree
from mockserver.contract.parameters.styles import (
    DeepObjectStyle,
    DelimitedStyle,
    RawValues,
    StringTree,
    Style,
    bracketed_members,
    is_deep_object_member,
)
from mockserver.data.quoting import quoted


class SecondReading(Struct, frozen=True):
    """A lenient reading, and whether the schema accepts its value."""

    reading: Reading
    is_valid: bool


class LenientReader(Struct, frozen=True):
    """Finds the value that the strings of one name express in a spelling of clients.

    `style` is None for a form field without a style. `is_field`: whether it is a field of a form, where lists
    may repeat their key in any style. `has_brackets`: whether keys with brackets can belong to the name.
    """

    name: str
    style: Style | None
    types: ValueTypes
    decode: Decode
    is_field: bool
    has_brackets: bool

    def read(self, raw: RawValues) -> SecondReading | None:
        """The first valid lenient reading, else an invalid one that shows what is wrong; None without any."""
        rejected: Reading | None = None
        for source in (self._by_style, self._with_plain_delimiters, self._without_brackets, self._bracketed):
            with suppress(Malformed):
                for tree, spelling in source(raw):
                    found = self._reading(tree, spelling)
                    if found.spellings and self.types.accepts(found.value):
                        return SecondReading(found, is_valid=True)
                    rejected = found if found.spellings else rejected
        return None if rejected is None else SecondReading(rejected, is_valid=False)

    def _reading(self, tree: StringTree, spelling: Spelling | None) -> Reading:
        found = read_tree(tree, self.types)
        if spelling is None or (found.spellings and spelling.kind == "unbracketed"):
            return found
        return Reading(found.value, first_of_each_kind([[spelling], found.spellings]))

    def _by_style(self, raw: RawValues) -> Iterator[tuple[StringTree, Spelling | None]]:
        """The strings as the style splits them: their values may be spelled leniently."""
        if self.style is not None:
            for tree in self._split(self.style, raw):
                yield tree, None

    def _with_plain_delimiters(self, raw: RawValues) -> Iterator[tuple[StringTree, Spelling | None]]:
        """The strings split at percent-encoded delimiters, too."""
        if isinstance(self.style, DelimitedStyle):
            plain = self.style.with_plain_delimiters(raw)
            for tree in self._split(self.style, plain) if plain is not None else ():
                message = (
                    f"the percent-encoded delimiters in {quoted(raw[self.name][0])} were read as delimiters"
                )
                yield tree, Spelling("delimiter", message)

    def _without_brackets(self, raw: RawValues) -> Iterator[tuple[StringTree, Spelling | None]]:
        """The strings of the name itself, where the style wants brackets, or one string with delimiters."""
        is_deep = isinstance(self.style, DeepObjectStyle)
        strings = [self.decode(each) for each in raw.get(self.name, ())]
        if not strings or not (is_deep or self.is_field or strings == [""]):
            return
        if is_deep and self.types.types == {"object"} and strings != [""]:
            return  # the style's own error says what is missing
        if self.has_brackets and any(is_deep_object_member(self.name, key) for key in raw):
            return  # a value with and without brackets contradicts itself
        if is_deep:
            yield (
                strings,
                Spelling("unbracketed", f"{quoted(self.name)} without brackets was read as the value"),
            )
        else:
            is_repeated = len(strings) > 1 and self.style is not None
            message = f"the repeated key {quoted(self.name)} was read as an array"
            yield strings, Spelling("repeated", message) if is_repeated else None

    def _bracketed(self, raw: RawValues) -> Iterator[tuple[StringTree, Spelling | None]]:
        """The strings of keys with brackets, as in the style deepObject."""
        if not self.has_brackets or self.name in raw:
            return
        members = bracketed_members(self.name, raw, self.decode)
        if members is not None:
            key = next(each for each in raw if is_deep_object_member(self.name, each))
            message = f"the key {quoted(key)} was read as a part of the value"
            yield members, None if isinstance(self.style, DeepObjectStyle) else Spelling("brackets", message)

    def _split(self, style: Style, raw: RawValues) -> Iterator[StringTree]:
        """The strings of the value as a scalar, an array and an object, where the types allow them."""
        types = self.types.types
        if self.types.allows_scalar and (string := style.scalar(raw)) is not None:
            yield [string]
        if ("array" in types or not types) and (strings := style.items(raw)) is not None:
            yield strings
        if "object" in types and (members := style.members(raw)) is not None:
            yield members
