"""The type of a JSON value (RFC 8259) as Python has it."""

from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
