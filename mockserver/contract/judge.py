"""Judges values by the schemas of an OpenAPI 3.1 document, and the schemas by their own rules.

The schemas are JSON Schema 2020-12, read by `contract.schema`.
"""

from dataclasses import dataclass

from mockserver.contract.schema.compiler import Compiler
from mockserver.contract.schema.evaluation import Applied, Failure, failures
from mockserver.contract.schema.inspection import Inspection
from mockserver.contract.schema.library import CONTRACT, Library, Retrieve, Unresolvable
from mockserver.contract.schema.metaschema import notices
from mockserver.model import Json
from mockserver.reading import BadData, Fault


@dataclass(frozen=True, slots=True)
class SchemaViolation:
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
    """Judges values by one schema, to any depth; made by `Judges.at`."""

    def __init__(self, schema: Applied) -> None:
        self._schema = schema

    def accepts(self, value: Json) -> bool:
        """Whether the value breaks no rule; stops at the first that it breaks."""
        return not failures(self._schema, value, brief=True)

    def violations(self, value: Json) -> list[SchemaViolation]:
        """Every rule that the value breaks, in the order of the schema."""
        return [_violation(failure) for failure in failures(self._schema, value)]


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
        self._library = Library(document, uri, retrieve, older=older)
        self._inspection = Inspection(self._library)
        self._compiler = Compiler(self._library, formats=formats)
        self._judges: dict[tuple[str, str], Judge] = {}

    def at(self, pointer: str, document: str = CONTRACT) -> Judge:
        """The judge of the schema at this JSON Pointer of the document, or of another by its URI.

        Raises BadData where that schema, or one that it leads to, is malformed or refers to nothing.
        """
        if (document, pointer) not in self._judges:
            try:
                place = self._library.place(document, pointer)
            except Unresolvable:
                raise BadData([Fault(pointer, "the document has no schema here")]) from None
            faults = self._inspection.faults([place])
            if faults:
                raise BadData(faults)
            self._judges[document, pointer] = Judge(self._compiler.schema(place))
        return self._judges[document, pointer]

    def faults(self) -> list[Fault]:
        """What is wrong with the document's schemas, in its order, then with those that they lead to."""
        return self._inspection.faults(self._library.contract())

    def notices(self) -> list[Fault]:
        """What the document's schemas say that has no effect: unknown keywords, and those of other drafts."""
        return [each for place in self._library.contract() for each in notices(place.pointer, place.schema)]


def _violation(failure: Failure) -> SchemaViolation:
    message = failure.sentence().encode("utf-8", "backslashreplace").decode()
    return SchemaViolation(failure.path.pointer, failure.keyword, message, failure.rule)
