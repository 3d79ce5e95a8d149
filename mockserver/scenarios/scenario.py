"""Scenarios: named ways to answer an operation, as values."""

from msgspec import Struct

from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.data.source import Document, SourceLocation
from mockserver.http.message import Answer
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan
from mockserver.scenarios.samples import Sample


class Expectation(Struct, frozen=True):
    """What a scenario's answer must be; `mockserver check` proves it."""

    status: int | None
    error: str | None


class Respond(Struct, frozen=True):
    """A fixed answer; `error` is its code where it was given as one."""

    answer: Answer
    error: str | None
    fault_plan: FaultPlan = NO_FAULTS


class Given(Struct, frozen=True):
    """A changed world, in which the model answers."""

    changes: Json


class Step(Struct, frozen=True):
    """A part of a story: `times` calls; the event comes before the first of them."""

    times: int
    event: str | None
    expect: Expectation | None


class Story(Struct, frozen=True):
    """Steps one after the other, counted in calls; the last one stays."""

    steps: tuple[Step, ...]

    def at(self, calls: int) -> tuple[int, bool]:
        """The step (its index) of the next call after `calls` earlier ones, and whether it is entered now."""
        start = 0
        for index, step in enumerate(self.steps):
            if calls < start + step.times or index == len(self.steps) - 1:
                return index, calls == start
            start += step.times
        raise ValueError("a story has at least one step")


class Scenario(Struct, frozen=True):
    name: str
    summary: str
    operation: Operation
    validate: bool
    act: Respond | Given | Story
    expect: Expectation | None
    sample: Sample | None
    document: Document

    @property
    def place(self) -> SourceLocation:
        """Where it says what it does."""
        return SourceLocation(
            self.document, {Respond: "/respond", Given: "/given", Story: "/steps"}[type(self.act)]
        )
