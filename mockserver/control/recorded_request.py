"""The request of a journal record, for request patterns; a masked value never counts as equal."""

from collections.abc import Mapping

from mockserver.contract.schema.work import WorkBudget
from mockserver.control.masked_values import marked_pointers, masked_pointers, with_other_strings
from mockserver.control.serializers import decoded_body, query_parameters
from mockserver.data.cached_attribute import cached_attribute
from mockserver.data.json import Json
from mockserver.http.message import Headers, joined_headers, with_sent_headers
from mockserver.http.redaction import MASK
from mockserver.journal.record import Record
from mockserver.scenarios.request_comparison import MAX_VALUES, NO_VALUES, NamedValues

_ANY_SECRETS = (MASK, "x", "0Z-_~")  # what may be in a path instead of a masked part


class RecordedRequest:
    """The values of a recorded request, as they are shown, and which of them are masked."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._masked = record.masked
        self.size = record.body_size
        self.work: WorkBudget | None = None
        self.values_left = MAX_VALUES

    @cached_attribute
    def scalars(self) -> Mapping[str, Json]:
        """The values that are compared for equality: those of the exchange included."""
        record = self._record
        return {
            "operation": record.operation,
            "method": record.method,
            "status": record.status,
            "scenario": record.scenario,
            "valid": record.valid,
        }

    @cached_attribute
    def path(self) -> str:
        """The path, percent-encoded, with its secrets masked."""
        return self._masked.path

    @cached_attribute
    def paths(self) -> tuple[str, ...]:
        """The path with several values for what is masked in it; one path if nothing is."""
        if self.path == self._record.unmasked_head.path:
            return (self.path,)
        return tuple(self.path.replace(MASK, other) for other in _ANY_SECRETS)

    def header(self, name: str) -> NamedValues:
        """The value of a header; several of one name are joined by commas."""
        return self._headers.get(name, NO_VALUES)

    def query(self, name: str) -> NamedValues:
        """The values of a query parameter, percent-decoded."""
        values = [pair for pair in self._query if pair[0][0] == name]
        shown = [value for (_, value), _ in values]
        return NamedValues(shown, [value for (_, value), is_masked in values if not is_masked])

    @cached_attribute
    def body(self) -> Json:
        """The beginning of the body with its secrets masked: decoded if it is whole and JSON."""
        return decoded_body(self._record.body_of(self._masked), self._record.headers_of(self._masked))

    def masked_pointers(self, pointer: str) -> frozenset[str]:
        """The pointers of the masked values of the body, below this pointer of the body itself."""
        record = self._record
        if record.long_body is not None:
            return frozenset(marked_pointers(pointer, self.body))
        sent = decoded_body(record.sent_body, record.unmasked_head.headers)
        return frozenset(masked_pointers(pointer, sent, self.body))

    def other_body(self, masked: frozenset[str]) -> Json:
        """The body with another string for each masked value; `masked` are pointers below `bodySchema`."""
        return with_other_strings(self.body, "/bodySchema", masked)

    @cached_attribute
    def _headers(self) -> Mapping[str, NamedValues]:
        shown = joined_headers(self._record.headers_of(self._masked))
        sent = joined_headers(self._sent_headers)
        return {
            name: NamedValues((value,), (value,) if value == sent[name] else ())
            for name, value in shown.items()
        }

    @property
    def _sent_headers(self) -> Headers:
        """All headers as they were sent."""
        return with_sent_headers(self._record.unmasked_head, self._record.sent_head).headers

    @cached_attribute
    def _query(self) -> list[tuple[tuple[str, str], bool]]:
        """The query parameters as they are shown, and whether each is masked."""
        shown = query_parameters(self._masked.query)
        sent = query_parameters(self._record.sent_query)
        return [(pair, pair != unmasked) for pair, unmasked in zip(shown, sent, strict=True)]
