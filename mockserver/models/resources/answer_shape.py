"""The success answer of an operation: fits stored values to its schema, and puts lists into its envelope."""

from collections.abc import Callable
from functools import cached_property, partial

from msgspec import Struct

from mockserver.contract.document.references import schemas_at, value_at
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token

_COUNTS = ("total", "count", "totalCount", "total_count")  # members of an envelope with the number of items
_MAX_MEMBERS = (
    200  # of an object that is fitted member by member, because each member is validated separately
)


class AnswerShape(Struct, frozen=True, dict=True):
    """The schema of an answer, as a pointer into the operation's document; None allows any value."""

    operation: Operation
    schema: str | None

    @classmethod
    def of_success(cls, operation: Operation) -> "AnswerShape":
        """The shape of the operation's success response."""
        response = operation.response(operation.success)
        media = response.media if response is not None else None
        return cls(operation, media.schema if media is not None else None)

    @cached_property
    def sample(self) -> Json:
        """A generated value for the schema, the best attempt if no valid one is found."""
        if self.schema is None:
            return None
        return self.operation.answers.generate(self.schema, status=self.operation.success).value

    def accepts(self, value: Json) -> bool:
        """Whether the value is valid against the schema."""
        return self.schema is None or self.operation.answers.judges.judge(self.schema).accepts(value)

    def fitted(self, value: Json) -> Json:
        """The value, adapted to the schema: members that it allows are kept, missing ones are generated."""
        return value if self.accepts(value) else _overlaid(self.sample, value, self.accepts)

    def listed(self, items: list[Json]) -> Json:
        """The items, fitted, as an array or in the first array of an envelope."""
        envelope = self.sample
        if not isinstance(envelope, dict):
            return self.fitted(_fit_all(items, self._subschema("items")))
        answer = dict(envelope)
        holder = next((name for name, value in envelope.items() if isinstance(value, list)), None)
        if holder is not None:
            array = self._subschema("properties", holder)
            answer[holder] = _fit_all(items, array._subschema("items") if array is not None else None)
        counted = {**answer, **{name: len(items) for name in _COUNTS if name in envelope}}
        return next((each for each in (counted, answer) if self.accepts(each)), envelope)

    def _subschema(self, *keys: str) -> "AnswerShape | None":
        """The shape at these keys of the schema, or of the first of its branches that has them."""
        document = self.operation.answers.document
        for branch in schemas_at(document, self.schema) if self.schema else ():
            pointer = "/".join((branch, *map(pointer_token, keys)))
            if value_at(document, pointer) is not None:
                return AnswerShape(self.operation, pointer)
        return None


def _fit_all(items: list[Json], shape: AnswerShape | None) -> list[Json]:
    return items if shape is None else [shape.fitted(item) for item in items]


def _overlaid(base: Json, value: Json, accepts: Callable[[Json], bool]) -> Json:
    """The accepted value `base`, overlaid with as much of `value` as is accepted."""
    if accepts(value):
        return value
    if not isinstance(base, dict) or not isinstance(value, dict) or len(value) > _MAX_MEMBERS:
        return base
    result = dict(base)
    for name, member in value.items():
        accepts_member = partial(_accepts_member, accepts, result, name)
        if name in result:
            result[name] = _overlaid(result[name], member, accepts_member)
        elif accepts_member(member):
            result[name] = member
    unchanged = [name for name, member in base.items() if result[name] is member]
    return _without_optional(result, unchanged, accepts)


def _accepts_member(
    accepts: Callable[[Json], bool], members: dict[str, Json], name: str, value: Json
) -> bool:
    return accepts({**members, name: value})


def _without_optional(
    members: dict[str, Json], names: list[str], accepts: Callable[[Json], bool]
) -> dict[str, Json]:
    """The members without those of these names that are not required."""
    for name in names:
        rest = {key: value for key, value in members.items() if key != name}
        if accepts(rest):
            members = rest
    return members
