"""A document seen from its two sides: what requests may hold, and what answers may."""

from msgspec import Struct

from mockserver.contract.direction import for_direction
from mockserver.contract.judge import Judges
from mockserver.contract.parameters import Shapes
from mockserver.contract.sampling import Direction
from mockserver.data.json import Json


class Side(Struct, frozen=True):
    """A document as one direction reads it: readOnly has no place in requests, writeOnly none in answers."""

    document: dict[str, Json]
    judges: Judges
    shapes: Shapes


def sides(document: dict[str, Json], judges: Judges, *, formats: bool) -> tuple[Side, Side]:
    """The side of requests and that of answers; where a document tells them not apart, both are as it is."""
    return _side("request", document, judges, formats), _side("response", document, judges, formats)


def _side(direction: Direction, document: dict[str, Json], judges: Judges, formats: bool) -> Side:
    turned = for_direction(document, direction)
    own = judges if turned is document else Judges(turned, formats=formats)
    return Side(turned, own, Shapes(turned, own))
