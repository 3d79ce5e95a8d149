"""The members of a stub, which scenario files have, too: operation, match, answer, delay and fault."""

from collections.abc import Iterator

from mockserver.contract.operation import Operation
from mockserver.contract.operation_names import OperationNameError
from mockserver.data.reading import Cursor
from mockserver.data.source import Document, SourceLocation
from mockserver.model import AnyModel
from mockserver.scenarios.context import Context
from mockserver.scenarios.fault_fields import FAULT_PLAN_KEYS, read_fault_plan
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan
from mockserver.scenarios.given import read_given
from mockserver.scenarios.request_pattern import read_pattern
from mockserver.scenarios.respond_fields import read_respond
from mockserver.scenarios.samples import Sample, read_sample
from mockserver.scenarios.stub import Action, Expectation, Given, Step, Story, Stub

ACTIONS = ("respond", "given", "steps")
ANSWERING_KEYS = ("operation", "validate", *ACTIONS, *FAULT_PLAN_KEYS)
STUB_KEYS = (*ANSWERING_KEYS, "match", "times", "summary", "expect", "request")
IGNORED_KEYS = ("id", "matched")  # `GET session/stubs` shows them


def read_stub(cursor: Cursor, context: Context, document: Document | None = None) -> Stub:
    """The stub of an object; errors go to the cursor. `document` is the file that the cursor reads."""
    if not cursor.keys((*STUB_KEYS, *IGNORED_KEYS)):
        return Stub(None, None, True, None)
    named, summary, expect, sample = (cursor / key for key in ("operation", "summary", "expect", "request"))
    operation = read_operation(named, context)
    if summary.present:
        summary.string()
    read_expectation(expect, operation)
    if sample.present:
        read_sample(sample)
    return read_actions(cursor, context, operation, document)


def read_actions(
    cursor: Cursor, context: Context, operation: Operation | None, document: Document | None = None
) -> Stub:
    """The stub for an operation, or for any; errors go to the cursor."""
    keys = [key for key in ACTIONS if (cursor / key).present]
    if len(keys) > 1:
        cursor.error(f"expected only one of 'respond', 'given' and 'steps'; found {' and '.join(keys)}")
    key = keys[0] if keys else ""
    reader = _ActionReader(context, operation)
    match, times = cursor / "match", cursor / "times"
    fault_plan = reader.fault_plan(cursor)
    where = next((each for each in (key, "fault", "delay") if (cursor / each).present), "")
    pointer = f"{cursor.pointer}/{where}" if where else cursor.pointer
    stub = Stub(
        operation=operation,
        match=read_pattern(match) if match.present else None,
        validate=_validate(cursor / "validate", _answers_itself(cursor, key)),
        action=reader.action(cursor / key, key) if key else None,
        fault_plan=fault_plan,
        times=times.integer(minimum=1, default=1) if times.present else None,
        source_location=SourceLocation(document, pointer) if document is not None else None,
    )
    if not keys and fault_plan is NO_FAULTS:
        cursor.error("expected one of 'respond', 'given' and 'steps', or a 'delay' or 'fault'; found none")
    return stub


def read_operation(cursor: Cursor, context: Context) -> Operation | None:
    """The operation with a name, None if there is none; errors go to the cursor."""
    if not cursor.present:
        return None
    name = cursor.string()
    if not isinstance(cursor.value, str):
        return None
    try:
        return context.contract.operation(name)
    except OperationNameError as error:
        cursor.error(str(error))
        return None


def read_expectation(cursor: Cursor, operation: Operation | None) -> Expectation | None:
    """What an answer must be; None if nothing is expected. Errors go to the cursor.

    Without an operation, any error code is valid.
    """
    if not cursor.present:
        return None
    cursor.keys(("status", "error"))
    status, error = cursor / "status", cursor / "error"
    return Expectation(
        status=status.integer(minimum=100) if status.present else None,
        error=_expected_code(error, operation) if error.present else None,
    )


def _expected_code(cursor: Cursor, operation: Operation | None) -> str:
    if operation is None:
        return cursor.string()
    return cursor.choice((code for code, _ in operation.codes()), "error code")


def read_request(cursor: Cursor, operation: Operation) -> Sample | None:
    """The request of a scenario; None if it has none. Errors go to the cursor."""
    if not cursor.present:
        return None
    path = cursor / "path"
    if path.present:
        path.keys(each.name for each in operation.parameters if each.location == "path")
    return read_sample(cursor)


def _answers_itself(cursor: Cursor, key: str) -> bool:
    """Whether no model is asked: the stub only disturbs, or has a `respond`, or one in each of its steps."""
    if key != "steps":
        return key in ("respond", "")
    steps = (cursor / key).value
    return isinstance(steps, list) and all(isinstance(each, dict) and "respond" in each for each in steps)


def _validate(cursor: Cursor, answers_itself: bool) -> bool:
    if cursor.value is False and not answers_itself:
        cursor.error("'validate: false' requires 'respond', because a model takes only valid requests")
    return cursor.boolean() if cursor.present else True


class _ActionReader:
    """Reads what answers the requests for an operation, or for any."""

    def __init__(self, context: Context, operation: Operation | None) -> None:
        self._context = context
        self._operation = operation

    def fault_plan(self, cursor: Cursor) -> FaultPlan:
        """The delay and the fault of a stub or a step, which may stand in its `respond`."""
        own, respond = read_fault_plan(cursor), cursor / "respond"
        inner = read_fault_plan(respond) if isinstance(respond.value, dict) else NO_FAULTS
        for key in FAULT_PLAN_KEYS:
            if (cursor / key).present and (respond / key).present:
                (cursor / key).error(f"'respond' has a {key!r}, too; expected only one")
        return own if inner is NO_FAULTS else inner.or_else(own)

    def action(self, cursor: Cursor, key: str) -> Action | None:
        """The `respond`, `given` or `steps` at the cursor."""
        if key == "respond":
            return read_respond(cursor, self._context, self._operation)
        if key == "steps":
            return Story(tuple(self._step(item) for item in self._step_items(cursor)))
        model, models = self._model(cursor), {each.name: each for each in self._context.models.values()}
        return Given(read_given(cursor, model, models) if model is not None else {})

    def _model(self, cursor: Cursor) -> AnyModel | None:
        """The model of the operation; it is an error if there is none."""
        operation = self._operation
        if operation is None:
            cursor.error("expected an 'operation' beside it, because only a model has a state")
            return None
        model = self._context.models.get(operation.id)
        if model is None:
            cursor.error(f"{operation.id} has no model; only 'respond' is possible")
        return model

    def _step_items(self, cursor: Cursor) -> Iterator[Cursor]:
        if cursor.value == []:
            cursor.error("a story has at least one step")
        yield from cursor.items()

    def _step(self, cursor: Cursor) -> Step:
        cursor.keys(("times", "event", "expect", "respond", *FAULT_PLAN_KEYS))
        times, event, respond = cursor / "times", cursor / "event", cursor / "respond"
        model = self._model(event) if event.present else None
        return Step(
            times=times.integer(minimum=1, default=1) if times.present else 1,
            event=event.choice(model.events, "event") if model is not None else None,
            expect=read_expectation(cursor / "expect", self._operation),
            respond=read_respond(respond, self._context, self._operation) if respond.present else None,
            fault_plan=self.fault_plan(cursor),
        )
