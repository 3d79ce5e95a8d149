"""What an operation answers when it goes well: values fitted to its schema, and lists in its envelope."""

from collections.abc import Callable
from functools import cached_property

from msgspec import Struct

from mockserver.contract.document.references import schemas_at, value_at
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token

_COUNTS = ("total", "count", "totalCount", "total_count")  # members of an envelope that tell how many
_MEMBERS = 200  # an object with more is fitted whole, or not at all: each member is judged by itself


class AnswerShape(Struct, frozen=True, dict=True):
    """The schema, by pointer, of what an operation answers; None: anything goes."""

    operation: Operation
    schema: str | None

    @classmethod
    def of(cls, operation: Operation) -> "AnswerShape":
        response = operation.response(operation.success)
        media = response.media if response is not None else None
        return cls(operation, media.schema if media is not None else None)

    @cached_property
    def made(self) -> Json:
        """The plain value that the schema allows; raises Unsatisfiable."""
        return None if self.schema is None else self.operation.value(self.schema)

    def accepts(self, value: Json) -> bool:
        return self.schema is None or self.operation.answers.judges.judge(self.schema).accepts(value)

    def fitted(self, value: Json) -> Json:
        """The value where the schema allows it, else as much of it as does; what is missing is made.

        Raises Unsatisfiable.
        """
        return value if self.accepts(value) else _laid(self.made, value, self.accepts)

    def listed(self, items: list[Json]) -> Json:
        """The items as a list, or in the first list of an envelope, each fitted; raises Unsatisfiable."""
        made = self.made
        envelope = made if isinstance(made, dict) else {}
        holders = [name for name, value in envelope.items() if isinstance(value, list)]
        above = self._below("properties", holders[0]) if holders else self
        row = above._below("items") if above is not None else None
        rows: list[Json] = items if row is None else [row.fitted(item) for item in items]
        if not isinstance(made, dict):
            return self.fitted(rows)
        listed: dict[str, Json] = {**made, **dict.fromkeys(holders[:1], rows)}
        counted = {**listed, **{name: len(rows) for name in _COUNTS if name in made}}
        return next((each for each in (counted, listed) if self.accepts(each)), made)

    def _below(self, *keys: str) -> "AnswerShape | None":
        """The shape at the first of these places in the schema, its references and branches."""
        document = self.operation.answers.document
        for branch in schemas_at(document, self.schema) if self.schema else ():
            pointer = "/".join((branch, *map(pointer_token, keys)))
            if value_at(document, pointer) is not None:
                return AnswerShape(self.operation, pointer)
        return None


def _laid(made: Json, wanted: Json, accepts: Callable[[Json], bool]) -> Json:
    """As much of what is wanted as is accepted in place of what was made, which is accepted."""
    if accepts(wanted):
        return wanted
    if not isinstance(made, dict) or not isinstance(wanted, dict) or len(wanted) > _MEMBERS:
        return made
    item = dict(made)
    for name, value in wanted.items():

        def fits(value: Json, name: str = name) -> bool:
            return accepts({**item, name: value})

        if name in item:
            item[name] = _laid(item[name], value, fits)
        elif fits(value):
            item[name] = value
    for name in [name for name, value in made.items() if item[name] is value]:
        rest = {key: value for key, value in item.items() if key != name}
        if accepts(rest):
            item = rest
    return item
