"""The class of jsonschema's validators for 2020-12, with our keywords and those of OpenAPI."""

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from mockserver.contract.schema import direction
from mockserver.contract.schema.keywords.assertions import ASSERTIONS
from mockserver.contract.schema.keywords.child_applicators import TO_CHILDREN
from mockserver.contract.schema.keywords.in_place_applicators import IN_PLACE

KEYWORDS = {**ASSERTIONS, **IN_PLACE, **TO_CHILDREN, **direction.KEYWORDS}

SchemaValidator: Any = extend(Draft202012Validator, KEYWORDS)  # type: ignore[no-untyped-call]
