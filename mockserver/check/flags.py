"""Finds properties that no message may contain, because they are both `readOnly` and `writeOnly`."""

from collections.abc import Iterator

from mockserver.contract.document import dialect
from mockserver.data.json import object_or_empty
from mockserver.data.source import Document, Finding


def flag_findings(document: Document) -> Iterator[Finding]:
    """A finding for each schema with both flags (OpenAPI 3.0.3, section 4.7.24, forbids that)."""
    for pointer, schema in dialect.schemas(object_or_empty(document.data)):
        if isinstance(schema, dict) and schema.get("readOnly") is True and schema.get("writeOnly") is True:
            message = (
                "it is both read-only and write-only, so neither a request nor a response may contain it"
            )
            yield document.finding(pointer, message)
