"""The keywords of JSON Schema 2020-12 and of OpenAPI that assert something, each with its function."""

from mockserver.contract.schema import direction
from mockserver.contract.schema.keywords.assertions import ASSERTIONS
from mockserver.contract.schema.keywords.child_applicators import TO_CHILDREN
from mockserver.contract.schema.keywords.in_place_applicators import IN_PLACE

KEYWORDS = {**ASSERTIONS, **IN_PLACE, **TO_CHILDREN, **direction.KEYWORDS}
