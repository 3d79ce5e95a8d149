"""Validates values against the schemas of an OpenAPI 3.1 document, and inspects these schemas.

An evaluator finds the violations, with our own messages; patterns are ECMA 262. A value that the compiled
schema (`verdict`) accepts is not evaluated a second time.
"""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from mockserver.contract.document import dialect
from mockserver.contract.schema.compiled.verdict import Compiled, Verdict, compiled
from mockserver.contract.schema.evaluator import ScopedEvaluator
from mockserver.contract.schema.inspection import Inspection, foreign_patterns, patterns_for_short_texts
from mockserver.contract.schema.keywords.errors import KeywordError, NotJudgedError
from mockserver.contract.schema.keywords.interface import FALSE_KEYWORD, MAX_ERRORS
from mockserver.contract.schema.metaschema import notices
from mockserver.contract.schema.registry import SchemaLocation, SchemaRegistry, Unresolvable
from mockserver.contract.schema.unknown_values import PartialEvaluator
from mockserver.contract.schema.work import (
    MAX_COMPILED_VISITS,
    MAX_VISITS,
    MOST_NOT_JUDGED,
    NotJudged,
    VisitsExhausted,
    WorkBudget,
    WorkHolder,
    budget_of,
)
from mockserver.data.json import Json
from mockserver.data.nesting import count_values
from mockserver.data.pointer import pointer_token
from mockserver.data.reading import BadData, DataError

_LONGEST_POINTER = 2_000  # characters
_TOO_DEEP = "the value is nested too deeply for its recursive schema"
_TOO_MANY_VISITS = f"the rest is not judged: it takes more than {MAX_VISITS:,} visits of schemas"


class SchemaViolation(Struct, frozen=True):
    """One keyword that a value violates.

    `pointer` locates the part of the value, `schema_pointer` the keyword in the document (RFC 6901). The
    keyword of the schema `false` is "false schema".
    """

    pointer: str
    keyword: str
    message: str
    schema_pointer: str


class Remarks(Struct, frozen=True):
    """What is worth knowing about well-formed schemas.

    `notices` are what has no effect, such as unknown keywords, or is not judged for all values;
    `foreign_patterns` are patterns of another dialect than ECMA 262.
    """

    notices: list[DataError]
    foreign_patterns: list[DataError]


class Judge:
    """Validates values against one schema; created by `Judges.judge`."""

    def __init__(self, location: SchemaLocation, registry: SchemaRegistry, *, formats: bool) -> None:
        self._location = location
        self._registry = registry
        self._formats = formats

    @cached_property
    def _evaluated(self) -> SchemaLocation:
        """The location that the evaluator starts at: behind a schema that is only a reference."""
        schema = self._location.schema
        if isinstance(schema, dict) and len(schema) == 1 and isinstance(reference := schema.get("$ref"), str):
            return self._location.scope.resolve(reference)
        return self._location

    @cached_property
    def _compiled(self) -> Compiled:
        return compiled(self._location, formats=self._formats)

    @cached_property
    def _most_values(self) -> int:
        return self._compiled.most_values

    @property
    def visits_per_value(self) -> int:
        """About how often the compiled schema visits each value in a value, at the most."""
        return MAX_COMPILED_VISITS // self._most_values

    def _is_small(self, value: Json) -> bool:
        """Whether the compiled schema takes little work for the value."""
        return count_values(value, self._most_values) <= self._most_values

    @cached_property
    def verdict(self) -> Verdict:
        """The compiled schema: true for a value that is certainly valid; compiled on first use."""
        return self._compiled.verdict

    def accepts(self, value: Json) -> bool:
        """Whether the value has no violation, as far as it can be judged; stops at the first violation."""
        if self.verdict(value):
            return True
        try:
            return all(isinstance(error, NotJudgedError) for error in self._errors(value, WorkBudget()))
        except VisitsExhausted:
            return True
        except RecursionError:
            return False

    def is_certainly_valid(self, value: Json, holder: WorkHolder) -> bool:
        """Whether the value has no violation, and all keywords can be judged; stops at the first that fails.

        `holder` has the budget of the request that the value is a part of.
        """
        if (holder.size <= self._most_values or self._is_small(value)) and self.verdict(value):
            return True
        try:
            return next(self._errors(value, budget_of(holder)), None) is None
        except (VisitsExhausted, RecursionError):
            return False

    def violations(
        self, value: Json, holder: WorkHolder | None = None, most: int = MAX_ERRORS
    ) -> list[SchemaViolation]:
        """The violations of a value, each once, in the order of the schema; at most `most`.

        `holder` has the budget of the request that the value is a part of, which gets the keywords that were
        not judged. A value that is nested too deeply for Python's stack has one violation, with the keyword
        "depth".
        """
        if (holder is None or holder.size <= self._most_values or self._is_small(value)) and self.verdict(
            value
        ):
            return []
        return self.evaluated_violations(value, None if holder is None else budget_of(holder), most)

    def certain_violations(self, value: Json) -> list[SchemaViolation]:
        """The violations of a value that has Unknown values in it, whatever these are."""
        return self.evaluated_violations(value, evaluator=PartialEvaluator)

    def evaluated_violations(
        self,
        value: Json,
        work: WorkBudget | None = None,
        most: int = MAX_ERRORS,
        evaluator: type[ScopedEvaluator] = ScopedEvaluator,
    ) -> list[SchemaViolation]:
        """The violations as the evaluator finds them, without the compiled schema."""
        budget = WorkBudget() if work is None else work
        errors: list[KeywordError] = []
        try:
            for error in self._errors(value, budget, evaluator):
                if isinstance(error, NotJudgedError):
                    self._report(error, budget)
                    continue
                errors.append(error)
                if len(errors) == most:
                    break
        except VisitsExhausted:
            budget.report(NotJudged("", "schema", _TOO_MANY_VISITS, self._location.address))
        except RecursionError:
            return [SchemaViolation("", "depth", _TOO_DEEP, self._location.address)]
        found = [self._violation(error, budget) for error in errors]
        return found if len(found) == 1 else list(dict.fromkeys(found))

    def _report(self, error: NotJudgedError, work: WorkBudget) -> None:
        """Add a keyword that was not judged to the budget, as far as these are listed."""
        if len(work.not_judged) < MOST_NOT_JUDGED:
            found = self._violation(error, work)
            work.report(NotJudged(found.pointer, found.keyword, found.message, found.schema_pointer))

    def _errors(
        self, value: Json, work: WorkBudget, evaluator: type[ScopedEvaluator] = ScopedEvaluator
    ) -> Iterator[KeywordError]:
        location = self._evaluated
        return evaluator(location.scope, work, formats=self._formats).descend(value, location.schema)

    def _violation(self, error: KeywordError, work: WorkBudget) -> SchemaViolation:
        """The violation for an error, with a suggestion if the budget has one left."""
        keyword, message, suggestion = error.keyword, error.message, error.suggestion
        if suggestion is not None and work.spend_suggestion():
            message += suggestion()
        if not message.isascii():
            message = message.encode("utf-8", "backslashreplace").decode()  # lone surrogates
        schema_pointer = self._registry.address(error.schema)
        if keyword != FALSE_KEYWORD:
            schema_pointer = f"{schema_pointer}/{keyword}"  # no keyword has characters to escape
        return SchemaViolation(_shortened_pointer(error.path), keyword, message, schema_pointer)


def _shortened_pointer(path: tuple[str | int, ...]) -> str:
    """The JSON Pointer, cut off with `…` where it is long, because many errors can share it."""
    pointer = ""
    for key in path:
        token = key if isinstance(key, int) else pointer_token(key[: _LONGEST_POINTER + 1])
        pointer = f"{pointer}/{token}"
        if len(pointer) > _LONGEST_POINTER:
            return f"{pointer[:_LONGEST_POINTER]}…"
    return pointer


class Judges:
    """Validates values against the schemas of one OpenAPI 3.1 document, whose references are all local.

    A 3.0 document must be converted first (`dialect.upgrade`). `formats` is whether `format` is asserted, and
    `is_sound` whether all schemas are known to be well-formed; otherwise each is inspected before its use.
    """

    def __init__(self, document: dict[str, Json], *, formats: bool = True, is_sound: bool = False) -> None:
        self._document = document
        self._formats = formats
        self._judges: dict[str, Judge] = {}
        self._is_sound = is_sound

    @cached_property
    def _registry(self) -> SchemaRegistry:
        return SchemaRegistry(self._document)

    @cached_property
    def _inspection(self) -> Inspection:
        return Inspection(self._registry)

    def judge(self, pointer: str) -> Judge:
        """The judge of the schema at this JSON Pointer.

        Raises BadData if that schema, or one that it refers to, is malformed or has a reference to nothing.
        """
        judge = self._judges.get(pointer)
        if judge is None:
            try:
                location = self._registry.location(pointer)
            except Unresolvable:
                raise BadData([DataError(pointer, "the document has no schema at this location")]) from None
            errors = [] if self._is_sound else self._inspection.errors([location])
            if errors:
                raise BadData(errors)
            judge = self._judges[pointer] = Judge(location, self._registry, formats=self._formats)
        return judge

    def errors(self) -> list[DataError]:
        """What is wrong with the document's schemas, in document order."""
        found = self._inspection.errors(self._registry.locations())
        self._is_sound = not found
        return found

    def remarks(self) -> Remarks:
        """The remarks about all schemas of the document, in document order."""
        schemas = dialect.schemas(self._document)
        return Remarks(
            [
                each
                for location in schemas
                for each in (*notices(*location), *patterns_for_short_texts(*location))
            ],
            [each for location in schemas for each in foreign_patterns(*location)],
        )
