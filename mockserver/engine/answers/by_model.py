"""Answers by a model, in the world that a scenario makes."""

from msgspec.structs import replace

from mockserver.engine.answers.by_contract import documented, holding
from mockserver.engine.exchange import Exchange
from mockserver.http import header_rules
from mockserver.http.message import Answer, json_answer
from mockserver.model import (
    Absent,
    AnyModel,
    Call,
    Rejected,
    Subject,
    TransitionRefused,
    UnknownSubject,
    UnlistedCode,
)
from mockserver.scenarios.scenario import Given, Scenario, Story


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
    except Absent as missing:
        return absent(exchange, missing)
    if not passing:
        session.states[model.name] = outcome.state
    for remark in outcome.notes:
        exchange.note("answer", remark)
    exchange.decide("answer", f"the model {model.name} answers")
    operation = exchange.matched
    answer = holding(operation, operation.success, outcome.body, exchange.accept)
    location = None if outcome.created is None else _location(exchange, answer, outcome.created)
    return answer if location is None else replace(answer, headers=[*answer.headers, ("location", location)])


def _location(exchange: Exchange, answer: Answer, created: str) -> str | None:
    """Where a 201 says that the new thing is (RFC 9110, section 10.2.2), if the contract documents that.

    It is the path, or the whole URI where the contract asks for one (`format: uri`).
    """
    response = exchange.matched.response(answer.status)
    if answer.status != 201 or response is None:
        return None
    header = next((each for each in response.headers if each.name.lower() == "location"), None)
    if header is None or header.content is not None:
        return None
    path = f"{exchange.request.head.path.rstrip('/')}/{created}"
    accepts = exchange.matched.answers.judges.judge(header.schema).accepts if header.schema else None
    forms = (path, f"http://{exchange.request.head.header('host') or 'localhost'}{path}")
    fitting = (form for form in forms if accepts is None or accepts(form))
    return next((form for form in fitting if header_rules.violation("location", form) is None), None)


def absent(exchange: Exchange, missing: Absent) -> Answer:
    """The documented 404 for what is not there; raises it on where the contract documents none."""
    exchange.note("answer", str(missing), exchange.matched.source_location)
    if exchange.matched.response(404) is None:
        raise missing
    return documented(exchange.matched, 404, exchange.accept)[1]


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
    exchange.note(step, f"{number}{rejected.code}: {rejected.reason}", operation.source_location)
    return json_answer(status, {"error": rejected.code})
