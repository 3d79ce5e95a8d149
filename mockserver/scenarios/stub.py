"""Stubs as values: which requests a stub is for, what answers them, and how the answer is disturbed."""

from collections.abc import Mapping

from msgspec import Struct

from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.data.source import SourceLocation
from mockserver.http.message import Answer
from mockserver.scenarios.answer_template import AnswerTemplate
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan
from mockserver.scenarios.request_pattern import RequestPattern


class Expectation(Struct, frozen=True):
    """What an answer must be, for `mockserver check`; None stands for any value."""

    status: int | None
    error: str | None


class Respond(Struct, frozen=True):
    """A fixed answer; `error` is its error code where one is given.

    `off_contract`: the answer is meant to break the contract. `documented`: the answer has no body of its
    own, and takes the one that the contract documents for its status. `template`: the expressions of the
    answer, if it has some.
    """

    answer: Answer
    error: str | None
    off_contract: bool = False
    documented: bool = False
    template: AnswerTemplate | None = None


class Given(Struct, frozen=True):
    """Changes of the state before the model answers, by the name of the model whose collections change."""

    changes: Mapping[str, Json]


class Step(Struct, frozen=True):
    """A part of a story: `times` calls; the event is fired before the first of them.

    Without `respond`, the model or the contract answers.
    """

    times: int
    event: str | None
    expect: Expectation | None
    respond: Respond | None = None
    fault_plan: FaultPlan = NO_FAULTS


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


Action = Respond | Given | Story


class Stub(Struct, frozen=True):
    """Which requests are answered or disturbed, and how.

    `operation` None stands for any, requests that the contract does not know included; `match` None for any
    request. `validate`: whether checks 1 to 3 apply. `action` None: the answer is only disturbed. `times`
    None: any number of requests. `source_location` is where a file says what the stub does, if it is of one.
    """

    operation: Operation | None
    match: RequestPattern | None
    validate: bool
    action: Action | None
    fault_plan: FaultPlan = NO_FAULTS
    times: int | None = None
    source_location: SourceLocation | None = None
