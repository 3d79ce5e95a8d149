"""JSON values and texts with expressions, and what they become with the expressions' values."""

from collections.abc import Callable
from typing import Protocol, TypeAlias, cast

from msgspec import Struct, field

from mockserver.contract.schema.unknown_values import Unknown
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.reading import MISSING
from mockserver.http.message import encoded
from mockserver.scenarios.expressions import Expression, Part, has_expression, literal_text, parse

Escape = Callable[[str], str]


class ExpressionValues(Protocol):
    """The values of expressions in one exchange."""

    def value_of(self, expression: Expression) -> object:
        """The JSON value of an expression; MISSING if it finds none."""


class ExpressionUse(Struct, frozen=True):
    """An expression of an answer, its location in it, and its value, which is null if it finds none."""

    expression: Expression
    pointer: str
    value: Json
    is_found: bool


class Filling(Struct):
    """The making of one answer from a template: the values of expressions, and those used so far."""

    values: ExpressionValues
    uses: list[ExpressionUse] = field(default_factory=list)

    def value_of(self, expression: Expression, pointer: str) -> Json:
        """The value of an expression at a location of the answer, null if it finds none."""
        found = self.values.value_of(expression)
        value = None if found is MISSING else cast("Json", found)
        self.uses.append(ExpressionUse(expression, pointer, value, found is not MISSING))
        return value


class TextTemplate(Struct, frozen=True):
    """A string with expressions, and its location in the answer."""

    parts: tuple[Part, ...]
    pointer: str

    def filled(self, filling: Filling) -> Json:
        """The value of the expression if the string is one alone, otherwise a string."""
        first = self.parts[0]
        if len(self.parts) == 1 and isinstance(first, Expression):
            return filling.value_of(first, self.pointer)
        return self.text(filling)

    def text(self, filling: Filling, escape: Escape = str) -> str:
        """The string with the text forms of the values, each escaped."""
        return "".join(
            part if isinstance(part, str) else escape(text_form(filling.value_of(part, self.pointer)))
            for part in self.parts
        )


class FixedValue(Struct, frozen=True):
    """A JSON value without expressions."""

    value: Json

    def filled(self, _: Filling) -> Json:
        """The value, which all answers share."""
        return self.value


class ArrayTemplate(Struct, frozen=True):
    """An array with expressions in its items."""

    items: "tuple[JsonTemplate, ...]"

    def filled(self, filling: Filling) -> Json:
        """The array with the values."""
        return [item.filled(filling) for item in self.items]


class ObjectTemplate(Struct, frozen=True):
    """An object with expressions in its members or in their names."""

    members: "tuple[tuple[str | TextTemplate, JsonTemplate], ...]"

    def filled(self, filling: Filling) -> Json:
        """The object with the values; of equal names the last one counts."""
        return {
            name if isinstance(name, str) else name.text(filling): member.filled(filling)
            for name, member in self.members
        }


JsonTemplate: TypeAlias = FixedValue | TextTemplate | ArrayTemplate | ObjectTemplate


def json_template(value: Json, pointer: str) -> JsonTemplate:
    """The template of a JSON value at a location of the answer; a FixedValue if it has no expression."""
    match value:
        case str():
            template = text_template(value, pointer)
            return FixedValue(template) if isinstance(template, str) else template
        case list():
            items = tuple(json_template(item, f"{pointer}/{index}") for index, item in enumerate(value))
            fixed = [item.value for item in items if isinstance(item, FixedValue)]
            return ArrayTemplate(items) if len(fixed) < len(items) else FixedValue(fixed)
        case dict():
            members = tuple(_member(name, member, pointer) for name, member in value.items())
            fixed_members = {
                name: member.value
                for name, member in members
                if isinstance(name, str) and isinstance(member, FixedValue)
            }
            is_fixed = all(isinstance(name, str) and isinstance(each, FixedValue) for name, each in members)
            return FixedValue(fixed_members) if is_fixed else ObjectTemplate(members)
    return FixedValue(value)


def _member(name: str, value: Json, pointer: str) -> tuple[str | TextTemplate, JsonTemplate]:
    below = f"{pointer}/{pointer_token(name)}"
    return text_template(name, below), json_template(value, below)


def text_template(text: str, pointer: str) -> str | TextTemplate:
    """The template of a string at a location of the answer; the string itself if it has no expression."""
    parts = parse(text)
    return TextTemplate(parts, pointer) if has_expression(parts) else literal_text(parts)


def text_form(value: Json) -> str:
    """A value within a string: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else encoded(value).decode()


def with_unknowns(value: Json) -> Json:
    """A JSON value in which strings and names with expressions are Unknown, for the check of the others."""
    match value:
        case str():
            parts = parse(value)
            return Unknown(value) if has_expression(parts) else literal_text(parts)
        case list():
            return [with_unknowns(item) for item in value]
        case dict():
            return {cast("str", with_unknowns(name)): with_unknowns(each) for name, each in value.items()}
    return value
