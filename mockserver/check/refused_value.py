"""What is said of a value that its schema refuses, and which such findings are of one group."""

import re
from collections.abc import Iterable, Iterator

from mockserver.contract.schema.judge import SchemaViolation
from mockserver.contract.schema.keywords.messages import value_phrase
from mockserver.contract.schema.work import NotJudged
from mockserver.data.json import Json
from mockserver.data.source import Document, Finding

# Keywords whose messages name members, so that different messages are different defects.
_NAMING = ("required", "additionalProperties", "unevaluatedProperties", "dependentRequired", "propertyNames")
_VALUE = re.compile(r"'(?:[^'\\]|\\.)*'|\b[0-9][0-9.]*")
_INDEX = re.compile(r"/[0-9]+(?=/|$)")


def with_value(noun: str, value: Json) -> str:
    """A noun such as `the example`, with the value if that is a scalar."""
    return noun if isinstance(value, dict | list) else f"{noun} {value_phrase(value)}"


def refusals(
    document: Document, pointer: str, subject: str, violations: list[SchemaViolation], kind: str
) -> Iterator[Finding]:
    """A finding for each violation by a value; `subject` names the value, and `kind` what it is."""
    for violation in violations:
        message = f"{subject} breaks its schema{_location_phrase(violation.pointer)}: {violation.message}"
        yield document.finding(pointer, message, _group(kind, violation))


def unjudged(
    document: Document, pointer: str, subject: str, found: Iterable[NotJudged], kind: str
) -> Iterator[Finding]:
    """A finding for each keyword that was not judged for a value, because that takes too much work."""
    for each in found:
        message = f"{subject} is not judged as a whole{_location_phrase(each.pointer)}: {each.message}"
        yield document.finding(pointer, message, _rule(kind, each.pointer, each.keyword))


def _group(kind: str, violation: SchemaViolation) -> str:
    """The same text for violations of the same keyword at the same location, whatever the values are."""
    message = violation.message
    if violation.keyword not in _NAMING:
        message = _VALUE.sub("...", message)
    return f"{_rule(kind, violation.pointer, violation.keyword)}: {message}"


def _rule(kind: str, pointer: str, keyword: str) -> str:
    """A keyword and where it applies, in any item of an array."""
    return f"{kind} {_INDEX.sub('/*', pointer)} {keyword}"


def _location_phrase(pointer: str) -> str:
    """Where in the value something is; empty for the value itself."""
    return f" at {pointer}" if pointer else ""
