"""Scenarios as values: a scenario is a stub with a name, for one operation."""

from msgspec import Struct

from mockserver.contract.operation import Operation
from mockserver.data.source import Document, SourceLocation
from mockserver.scenarios.samples import Sample
from mockserver.scenarios.stub import Expectation, Stub


class Scenario(Struct, frozen=True):
    """One scenario file."""

    name: str
    summary: str
    operation: Operation
    stub: Stub
    expect: Expectation | None
    sample: Sample | None
    document: Document

    @property
    def source_location(self) -> SourceLocation:
        """Where the file says what the scenario does."""
        return self.stub.source_location or SourceLocation(self.document, "")
