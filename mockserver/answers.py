"""Where an answer comes from: a model in the world that a scenario makes, the contract, or a refusal."""

from mockserver.choice import Choice, UnknownChoice
from mockserver.contract.operation import MediaType, Operation, is_json
from mockserver.contract.validation import Checked, check_answer
from mockserver.exchange import Exchange, Source
from mockserver.message import Answer, json_answer
from mockserver.model import (
    AnyModel,
    Call,
    Json,
    Rejected,
    Subject,
    TransitionRefused,
    UnknownSubject,
    UnlistedCode,
)
from mockserver.problem import Problem
from mockserver.scenarios import Given, Scenario, Story


def from_model(model: AnyModel, exchange: Exchange, call: Call) -> Answer:
    """The model's answer; raises UnlistedCode.

    A `given` named for one request holds in a world that is dropped afterwards; all else stays.
    """
    scenario, session = exchange.scenario, exchange.session
    passing = False
    if scenario is not None and isinstance(scenario.act, Story):
        _tell(scenario, scenario.act, model, exchange, call)
    state = session.states[model.name]
    if scenario is not None and isinstance(scenario.act, Given):
        passing = exchange.choice is not None and not exchange.choice.lasting
        if passing:
            state = model.lay(state, scenario.act.changes)
            exchange.note("answer", "lays the scenario's world for this request alone", scenario.place)
    try:
        outcome = model.handle(state, call)
    except Rejected as rejected:
        return rejection("answer", rejected, exchange)
    if not passing:
        session.states[model.name] = outcome.state
    for remark in outcome.notes:
        exchange.note("answer", remark)
    exchange.note("answer", f"the model {model.name} answers")
    return json_answer(exchange.matched.success, outcome.body)


def _tell(scenario: Scenario, story: Story, model: AnyModel, exchange: Exchange, call: Call) -> None:
    """Count the call, and apply the event of a step that it enters."""
    session = exchange.session
    subject = model.subject(call) or Subject("", "")
    calls = session.count(scenario.name, f"{subject.collection}/{subject.id}")
    index, entered = story.at(calls)
    event = story.steps[index].event if entered else None
    exchange.note(
        "answer",
        f"call {calls + 1} for {subject.collection}/{subject.id}: step {index + 1} of {len(story.steps)}",
        scenario.place,
    )
    if event is None:
        return
    try:
        session.states[model.name] = model.fire(session.states[model.name], subject, event)
    except (TransitionRefused, UnknownSubject) as refused:
        exchange.note("answer", f"the event {event!r} changes nothing: {refused}")
    else:
        exchange.note("answer", f"the event {event!r} goes before this call")


def rejection(step: str, rejected: Rejected, exchange: Exchange) -> Answer:
    """A business rule's no, under the status where the contract lists its code; raises UnlistedCode."""
    operation = exchange.matched
    status = operation.status_of(rejected.code)
    if status is None:
        raise UnlistedCode(rejected.code, operation.id)
    number = "" if rejected.check is None else f"check {rejected.check}, "
    exchange.note(step, f"{number}{rejected.code}: {rejected.reason}", operation.place)
    return json_answer(status, {"error": rejected.code})


def refusal(checked: Checked, operation: Operation) -> Answer:
    """The answer to a request that the contract forbids: the document's own 400, else a problem."""
    violations: list[Json] = [violation.as_json() for violation in checked.violations]
    text = str(checked.violations[0])
    if len(violations) > 1:
        text += f" (and {len(violations) - 1} more)"
    if checked.status == 400:
        answer = json_answer(400, {"error": text, "violations": violations})
        if not check_answer(operation, 400, answer.content_type, answer.body):
            return answer
    kind, title, headers = {
        400: ("invalid-request", "The request breaks the contract", []),
        413: ("too-large", "The body is too large", []),
        415: ("unsupported-type", "The body's type is not supported", _accepted(operation)),
    }[checked.status]
    return Problem(kind, checked.status, title, text, {"violations": violations}, headers).answer()


def _accepted(operation: Operation) -> list[tuple[str, str]]:
    """What a 415 tells of the types that would do (RFC 5789, section 2.2; RFC 9110, section 15.5.16)."""
    types = ", ".join(operation.body.content) if operation.body else ""
    name = {"PATCH": "accept-patch", "POST": "accept-post"}.get(operation.method, "accept")
    return [(name, types), ("accept-encoding", "identity")]


def from_contract(operation: Operation, choice: Choice | None, seed: int | None) -> tuple[Source, Answer]:
    """An answer by the contract's examples, else a generated body; with a seed always a generated one.

    Raises UnknownChoice for a code or example that the contract lacks, Unsatisfiable.
    """
    code, example = (choice.code, choice.example) if choice else (None, None)
    status = _status(operation, code)
    if example is not None:
        status = _status_of_example(operation, example, status if code else None)
    response = operation.response(status)
    media = response.media if response is not None else None
    if media is None:
        return "example", Answer(status)
    if example is not None:
        return "example", _encoded(status, media, media.examples[example])
    if media.examples and seed is None:
        return "example", _encoded(status, media, next(iter(media.examples.values())))
    if media.schema is None:
        return "generated", _encoded(status, media, {} if is_json(media.name) else "")
    body = operation.value(media.schema, seed)
    return "generated", _encoded(status, media, body)


def _status(operation: Operation, code: str | None) -> int:
    """The status that was asked for, else the successful one."""
    if code is None:
        return operation.success
    status = int(code) if len(code) == 3 and code.isascii() and code.isdecimal() else 0
    if not 100 <= status <= 599 or operation.response(status) is None:
        raise UnknownChoice("code", code, tuple(operation.responses))
    return status


def _status_of_example(operation: Operation, example: str, status: int | None) -> int:
    """The status whose response has the named example: the asked one, else the successful one first."""
    written = (
        [status] if status else [operation.success, *map(int, filter(str.isdecimal, operation.responses))]
    )
    valid: dict[str, None] = {}
    for each in written:
        response = operation.response(each)
        media = response.media if response is not None else None
        names = tuple(media.examples) if media is not None else ()
        if example in names:
            return each
        valid |= dict.fromkeys(names)
    raise UnknownChoice("example", example, tuple(valid))


def _encoded(status: int, media: MediaType, body: Json) -> Answer:
    if is_json(media.name):
        return json_answer(status, body, media_type=media.name)
    text = body if isinstance(body, str) else str(body)
    return Answer(status, [("content-type", media.name)], text.encode())
