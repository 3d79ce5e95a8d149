"""Scenarios as values: named ways to answer an operation."""

from collections.abc import Mapping

from msgspec import Struct

from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.data.source import Document, SourceLocation
from mockserver.http.message import Answer
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan
from mockserver.scenarios.samples import Sample


class Expectation(Struct, frozen=True):
    """What an answer of a scenario must be, for `mockserver check`; None stands for any value."""

    status: int | None
    error: str | None


class Respond(Struct, frozen=True):
    """A fixed answer; `error` is its error code where the file gives one.

    `off_contract`: the answer is meant to break the contract.
    """

    answer: Answer
    error: str | None
    off_contract: bool = False
    fault_plan: FaultPlan = NO_FAULTS


class Given(Struct, frozen=True):
    """Changes of the state before the model answers, by the name of the model whose collections change."""

    changes: Mapping[str, Json]


class Step(Struct, frozen=True):
    """A part of a story: `times` calls; the event is fired before the first of them."""

    times: int
    event: str | None
    expect: Expectation | None


class Story(Struct, frozen=True):
    """Steps that follow each other, counted in calls; the last one holds for all further calls."""

    steps: tuple[Step, ...]

    def step_after(self, earlier: int) -> tuple[int, bool]:
        """The index of the step for the call after `earlier` ones, and whether it is the step's first."""
        start = 0
        for index, step in enumerate(self.steps):
            if earlier < start + step.times or index == len(self.steps) - 1:
                return index, earlier == start
            start += step.times
        raise ValueError("a story has at least one step")


class Scenario(Struct, frozen=True):
    """One scenario file; `validate`: whether checks 1 to 3 apply to its requests."""

    name: str
    summary: str
    operation: Operation
    validate: bool
    action: Respond | Given | Story
    expect: Expectation | None
    sample: Sample | None
    document: Document

    @property
    def source_location(self) -> SourceLocation:
        """Where the file says what the scenario does."""
        pointer = {Respond: "/respond", Given: "/given", Story: "/steps"}[type(self.action)]
        return SourceLocation(self.document, pointer)
