"""What a contract says about the ids of a collection: types, formats, patterns and examples."""

import re
from collections.abc import Iterable

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.operation import Operation
from mockserver.data.json import Json, array_or_empty
from mockserver.models.resources.envelope import Envelope
from mockserver.models.resources.identity import Identity
from mockserver.models.resources.new_ids import IdShape, id_text
from mockserver.models.resources.shape import Shape

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_NUMBERS = frozenset(("integer", "number"))


def id_shape(
    identity: Identity,
    item: Shape,
    answers: Iterable[tuple[Shape, Envelope, Operation]],
    parameter: str | None,
    operation: Operation | None,
) -> IdShape:
    """What the contract says about ids; `operation` has the path parameter, `answers` show items."""
    declared = [each for each in operation.parameters if each.name == parameter] if operation else []
    schema = declared[0].schema if declared else None
    in_path = Shape(operation.requests if operation else item.directed, schema)
    member = item.at(identity.path) if identity.path else Shape(item.directed, None)
    views = [member.view, in_path.view]
    shown = [*_own_examples(views), *(each.example for each in declared), *_shown(identity, answers)]
    examples = [each for each in dict.fromkeys(each for each in shown if isinstance(each, str)) if each]
    types = [each.types for each in views if each.types]
    formats = {each.first("format") for each in views}

    def accepts(item_id: Json) -> bool:
        """Whether an id is valid in an item, and one of its forms in the path."""
        return member.accepts(item_id) and any(map(in_path.accepts, (item_id, id_text(item_id))))

    def generated(seed: int) -> Json:
        """An id that is generated from the schema of the path parameter."""
        if operation is None or schema is None:
            return str(seed)
        return operation.value(schema, seed, "request")

    return IdShape(
        accepts=accepts,
        is_uuid="uuid" in formats or any(map(_UUID.fullmatch, examples)),
        is_number=bool(types) and bool(types[0] & _NUMBERS) and "string" not in types[0],
        patterns=tuple(str(each.first("pattern")) for each in views if each.first("pattern")),
        examples=tuple(examples),
        generated=generated,
    )


def _own_examples(views: Iterable[SchemaView]) -> Iterable[Json]:
    return [each for view in views for each in array_or_empty(view.first("examples"))]


def _shown(identity: Identity, answers: Iterable[tuple[Shape, Envelope, Operation]]) -> Iterable[Json]:
    """The ids in the examples of answers: those of media types, and those of whole schemas."""
    for shape, envelope, operation in answers:
        response = operation.response(shape.status or operation.success)
        media = response.media if response is not None else None
        bodies = [*media.examples.values()] if media is not None else []
        for body in [*bodies, *array_or_empty(shape.view.first("examples"))]:
            yield from (identity.id_of(each) for each in envelope.items(body))
