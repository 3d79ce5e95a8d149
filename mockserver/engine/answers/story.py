"""Stories: counts the calls of a story, fires the event of a step, and tells of the changes that remain."""

from msgspec.structs import replace

from mockserver.data.source import SourceLocation
from mockserver.engine.call import call_of
from mockserver.engine.exchange import Exchange
from mockserver.engine.selection import STEP, ChosenStub
from mockserver.engine.session import MOST_STORIES
from mockserver.engine.story_undo import story_undo
from mockserver.model import AnyModel, Call, Subject, TransitionRefused, UnknownSubject
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan
from mockserver.scenarios.stub import Step, Story


def enter_step(chosen: ChosenStub, story: Story, model: AnyModel | None, exchange: Exchange) -> Step:
    """Count the call, and fire the event of the step where this call is the first of it; return the step.

    The calls are counted for each subject of the model, else for each set of values in the path.
    """
    name = chosen.name
    subject, address = _subject(model, exchange), _address(model, exchange)
    earlier, session = exchange.session.count_call(name, address)
    where = chosen.stub.source_location
    for forgotten, other in exchange.session.progress.keys() - session.progress.keys():
        sentence = (
            f"the calls of {forgotten} for {other} are forgotten: {MOST_STORIES:,} subjects are counted"
        )
        exchange.note(STEP, sentence, where)
    exchange.session = session
    index, is_first = story.step_after(earlier)
    step = story.steps[index]
    called = f" for {address}" if address else ""
    sentence = f"{name}: call {earlier + 1}{called}: step {index + 1} of {len(story.steps)}"
    where = where and replace(where, pointer=f"{where.pointer}/{index}")
    exchange.note(STEP, sentence, where)
    if is_first and step.event is not None and model is not None:
        _fire(step.event, name, subject, model, exchange, where)
    return step


def faults_of_next_step(exchange: Exchange, model: AnyModel | None) -> FaultPlan:
    """The faults of the step that the call enters if it is valid, for a story with faults of a gateway.

    It is called before the request is validated.
    """
    chosen = exchange.selection.answering
    story = chosen.stub.action if chosen is not None else None
    if chosen is None or not isinstance(story, Story) or not any(map(_is_at_gateway, story.steps)):
        return NO_FAULTS
    if model is not None:
        exchange.call = _call_before_validation(exchange)
    earlier = exchange.session.progress.get((chosen.name, _address(model, exchange)), 0)
    return story.steps[story.step_after(earlier)[0]].fault_plan


def enter_next_step(exchange: Exchange, model: AnyModel | None) -> None:
    """Enter the step whose faults `faults_of_next_step` gave."""
    chosen = exchange.selection.answering
    if chosen is not None and isinstance(chosen.stub.action, Story):
        enter_step(chosen, chosen.stub.action, model, exchange)


def note_earlier_story(model: AnyModel, exchange: Exchange) -> None:
    """Note the story whose event changed the subject of the request, unless it chooses this answer, too."""
    changes = exchange.session.story_changes
    story = changes.get(_address(model, exchange)) if changes else None
    chosen = exchange.selection.answering
    if story is None or (chosen is not None and story in (chosen.name, exchange.scenario_name)):
        return
    sentence = (
        f"the story {story} changed {_address(model, exchange)} before; a reset of the session undoes it"
    )
    exchange.note(STEP, sentence)


def _is_at_gateway(step: Step) -> bool:
    return step.fault_plan.fault is not None and step.fault_plan.fault.is_gateway


def _call_before_validation(exchange: Exchange) -> Call | None:
    """The request as a call; None if its path is not valid."""
    facts = exchange.facts
    if any(each.parameter.location == "path" for each in facts.parameters.violations):
        return None
    return call_of(exchange, facts.checked(exchange.request))


def _fire(
    event: str,
    story: str,
    subject: Subject,
    model: AnyModel,
    exchange: Exchange,
    where: SourceLocation | None,
) -> None:
    """Fire an event of the step at `where`, and remember the story; note it if the event has no effect."""
    session = exchange.session
    try:
        changed = model.fire(session.states[model.name], subject, event)
    except (TransitionRefused, UnknownSubject) as refused:
        exchange.note(STEP, f"the event {event!r} has no effect: {refused}", where)
    else:
        address = f"{subject.collection}/{subject.id}"
        undo = story_undo(story, model, session.states[model.name], changed)
        exchange.session = session.with_state(model.name, changed).with_story_change(address, undo)
        exchange.note(STEP, f"the event {event!r} is fired before this call", where)


def _subject(model: AnyModel | None, exchange: Exchange) -> Subject:
    """The item of the state that the request is for; an empty one if it is for none."""
    found = model.subject(exchange.call) if model is not None and exchange.call is not None else None
    return found or Subject("", "")


def _address(model: AnyModel | None, exchange: Exchange) -> str:
    """What the calls are counted for: `carts/42`, else the values in the path."""
    if model is not None:
        subject = _subject(model, exchange)
        return f"{subject.collection}/{subject.id}"
    return "/".join(exchange.facts.match.raw.values()) if exchange.operation is not None else ""
