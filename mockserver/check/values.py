"""Checks the values in schemas, which are examples, defaults and enum members, against these schemas."""

from collections.abc import Iterator
from functools import cached_property

from mockserver.check.refused_value import refusals, unjudged, with_value
from mockserver.contract.document import dialect
from mockserver.contract.operation import Contract, DirectedDocument
from mockserver.contract.schema.judge import Judges, SchemaViolation
from mockserver.contract.schema.keywords.messages import value_phrase
from mockserver.contract.schema.work import WorkBudget
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.source import Document, Finding

NAMED = 3  # enum members that a finding names
LONG_ENUM = 500  # members; to compare each with all others takes quadratic time


def value_findings(contract: Contract) -> Iterator[Finding]:
    """The examples, defaults and enum members of all schemas that their own schemas refuse."""
    for document in contract.documents:
        views = {
            id(directed): directed
            for operation in contract.operations
            if operation.document is document
            for directed in (operation.requests, operation.answers)
        }
        yield from _SchemaValues(document, list(views.values())).findings()


class _SchemaValues:
    """The values in the schemas of one document; `views` are the document for requests and for responses."""

    def __init__(self, document: Document, views: list[DirectedDocument]) -> None:
        self._document = document
        self._data = object_or_empty(document.data)
        same = next((view.judges for view in views if view.document is document.data), None)
        self._judges = same or Judges(self._data, is_sound=True)
        self._directed = [view.judges for view in views if view.document is not document.data]

    def findings(self) -> Iterator[Finding]:
        """A finding for each value that its schema refuses."""
        for pointer, schema in dialect.schemas(self._data):
            if isinstance(schema, dict):
                yield from self._findings_in(pointer, schema)

    def _findings_in(self, pointer: str, schema: dict[str, Json]) -> Iterator[Finding]:
        examples = array_or_empty(schema.get("examples"))
        for index, example in enumerate(examples):
            keyword = "example" if len(examples) == 1 else f"examples/{index}"
            yield from self._value_findings(pointer, keyword, "example", example)
        for keyword in ("example", "default"):
            if keyword in schema:
                yield from self._value_findings(pointer, keyword, keyword, schema[keyword])
        if isinstance(members := schema.get("enum"), list) and schema.keys() - _WITHOUT_EFFECT_ON_ENUM:
            yield from self._enum_findings(pointer, members)

    def _value_findings(self, pointer: str, keyword: str, noun: str, value: Json) -> Iterator[Finding]:
        work = WorkBudget()
        violations = self._violations(pointer, value, work)
        if not isinstance(value, dict):
            violations = violations[:1]
        subject = with_value(f"the {noun}", value)
        location = f"{pointer}/{keyword}"
        yield from refusals(self._document, location, subject, violations, noun)
        if work.not_judged and not self._judges.judge(pointer).verdict(value):
            yield from unjudged(self._document, location, subject, work.not_judged, noun)

    def _violations(self, pointer: str, value: Json, work: WorkBudget) -> list[SchemaViolation]:
        """The violations of a value that is valid in neither direction.

        An object may be valid as a request, without what is read-only, or as a response, without what is
        write-only.
        """
        found = self._judges.judge(pointer).evaluated_violations(value, work)
        if not found or not isinstance(value, dict | list):
            return found
        return [] if any(judges.judge(pointer).accepts(value) for judges in self._directed) else found

    @cached_property
    def _judges_without_enums(self) -> Judges:
        return Judges(dialect.map_schemas(self._data, _without_long_enum), is_sound=True)

    def _enum_findings(self, pointer: str, members: list[Json]) -> Iterator[Finding]:
        """A finding for each sentence about members of an enum that the other keywords refuse."""
        judges = self._judges if len(members) <= LONG_ENUM else self._judges_without_enums
        evaluate = judges.judge(pointer).evaluated_violations
        refused: dict[str, list[Json]] = {}
        for member in members:
            work = WorkBudget()
            for violation in evaluate(member, work)[:1]:
                refused.setdefault(violation.message, []).append(member)
            subject = with_value("the enum member", member)
            yield from unjudged(self._document, f"{pointer}/enum", subject, work.not_judged, "enum")
        for message, listed in refused.items():
            named = ", ".join(map(value_phrase, listed[:NAMED]))
            more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
            noun = "enum member" if len(listed) == 1 else "enum members"
            verb = "breaks its" if len(listed) == 1 else "break their"
            text = f"the {noun} {named}{more} {verb} schema: {message}"
            yield self._document.finding(f"{pointer}/enum", text)


_WITHOUT_EFFECT_ON_ENUM = {"enum", "title", "description", "default", "examples", "example", "deprecated"}


def _without_long_enum(_: str, schema: Json) -> Json:
    if isinstance(schema, dict) and len(array_or_empty(schema.get("enum"))) > LONG_ENUM:
        return {key: value for key, value in schema.items() if key != "enum"}
    return schema
