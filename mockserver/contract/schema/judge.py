"""Judges values by the schemas of an OpenAPI 3.1 document, and the schemas by their own rules.

jsonschema (2020-12) judges, referencing resolves; patterns follow ECMA 262, and the sentences are ours. What
is valid for certain by the compiled schema (`verdict`) is not judged any more.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import cast

from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from msgspec import Struct

from mockserver.contract.document import dialect
from mockserver.contract.schema.compiled.verdict import Verdict, compiled
from mockserver.contract.schema.inspection import Inspection
from mockserver.contract.schema.keywords.interface import FALSE_KEYWORD, MAX_ERRORS
from mockserver.contract.schema.metaschema import notices
from mockserver.contract.schema.registry import Retrieve, SchemaLocation, SchemaRegistry, Unresolvable
from mockserver.contract.schema.resolver import MemoResolver
from mockserver.contract.schema.validator import SchemaValidator
from mockserver.data.json import Json
from mockserver.data.reading import BadData, DataError, pointer_token

_TOO_DEEP = "the value is nested too deeply for its recursive schema"
_FORMATS = FormatChecker(())  # that there is one says that formats are asserted


class SchemaViolation(Struct, frozen=True):
    """One rule that a value breaks.

    `pointer` leads into the value, `schema_pointer` into the document, to the rule (both by RFC 6901); to a
    rule of another document it is that one's URI, `#` and the pointer.
    The keyword of a schema that is plain `false` is "false schema".
    """

    pointer: str
    keyword: str
    message: str
    schema_pointer: str


class Judge:
    """Judges values by one schema; made by `Judges.at`."""

    def __init__(self, place: SchemaLocation, library: SchemaRegistry, *, formats: bool) -> None:
        self._place = place
        self._library = library
        self._formats = _FORMATS if formats else None

    @cached_property
    def verdict(self) -> Verdict:
        """Whether a value is valid for certain; compiled when it is first asked for."""
        return compiled(self._place, formats=self._formats is not None)

    def accepts(self, value: Json) -> bool:
        """Whether the value breaks no rule; stops at the first that it breaks."""
        if self.verdict(value):
            return True
        try:
            return next(self._errors(value), None) is None
        except RecursionError:
            return False

    def violations(self, value: Json) -> list[SchemaViolation]:
        """The rules that the value breaks, each once, in the order of the schema; MAX_ERRORS of them at most.

        A value that is nested too deep for Python's stack breaks the rule "depth", and no other.
        """
        return [] if self.verdict(value) else self.jsonschema_violations(value)

    def jsonschema_violations(self, value: Json) -> list[SchemaViolation]:
        """As `violations`, by jsonschema alone."""
        try:
            found = map(self._violation, islice(self._errors(value), MAX_ERRORS))
            return list(dict.fromkeys(found))
        except RecursionError:
            return [SchemaViolation("", "depth", _TOO_DEEP, self._place.address)]

    def _errors(self, value: Json) -> Iterator[ValidationError]:
        trail = MemoResolver(self._place.scope)
        validator = SchemaValidator(self._place.schema, format_checker=self._formats, _resolver=trail)
        errors: Iterator[ValidationError] = validator.iter_errors(value)
        return errors

    def _violation(self, error: ValidationError) -> SchemaViolation:
        keyword = str(error.validator)
        rule = self._library.address(cast("Json", error.schema))
        return SchemaViolation(
            "".join(f"/{pointer_token(token)}" for token in error.path),
            keyword,
            error.message.encode("utf-8", "backslashreplace").decode(),
            rule if keyword == FALSE_KEYWORD else f"{rule}/{pointer_token(keyword)}",
        )


class Judges:
    """The judges of one OpenAPI 3.1 document (a 3.0 one goes through `dialect.upgrade` first).

    `formats` says whether `format` is asserted. References are read against `uri`, the document's own, and
    `retrieve` gives the data of another document by its URI, or raises LookupError. `older` says that the
    document was OpenAPI 3.0 before its upgrade, and that so is another that names no version.
    """

    def __init__(
        self,
        document: dict[str, Json],
        *,
        formats: bool = True,
        uri: str = "",
        retrieve: Retrieve | None = None,
        older: bool = False,
    ) -> None:
        self._document = document
        self._formats = formats
        self._uri = uri
        self._retrieve = retrieve
        self._older = older
        self._judges: dict[tuple[str, str], Judge] = {}

    @cached_property
    def _library(self) -> SchemaRegistry:
        return SchemaRegistry(self._document, self._uri, self._retrieve, older=self._older)

    @cached_property
    def _inspection(self) -> Inspection:
        return Inspection(self._library)

    def judge(self, pointer: str, document: str = "") -> Judge:
        """The judge of the schema at this JSON Pointer of the document, or of another by its URI.

        Raises BadData where that schema, or one that it leads to, is malformed or refers to nothing.
        """
        judge = self._judges.get((document, pointer))
        if judge is None:
            try:
                place = self._library.place(document, pointer)
            except Unresolvable:
                raise BadData([DataError(pointer, "the document has no schema at this location")]) from None
            errors = self._inspection.errors([place])
            if errors:
                raise BadData(errors)
            judge = self._judges[document, pointer] = Judge(place, self._library, formats=self._formats)
        return judge

    def errors(self) -> list[DataError]:
        """What is wrong with the document's schemas, in its order, then with those that they lead to."""
        return self._inspection.errors(self._library.contract())

    def notices(self) -> list[DataError]:
        """What the document's schemas say that has no effect: unknown keywords, and those of other drafts."""
        return [each for place in dialect.schemas(self._document) for each in notices(*place)]
