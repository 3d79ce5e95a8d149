"""Taking back what the events of stories changed."""

from msgspec.structs import replace

from mockserver.engine.session import Session, StoryUndo
from mockserver.engine.session_weight import content_weight
from mockserver.engine.states import dump_states, fire_event
from mockserver.engine.story_undo import story_undo, without_stories
from mockserver.model import Subject
from tests.support.patches import BUNDLED, runtime

MODELS = BUNDLED.distinct_models
CART = Subject("carts", "42")


def fired(session: Session, story: str, event: str) -> Session:
    """The session after an event of a story."""
    [(name, model)] = MODELS.items()
    states = fire_event(MODELS, session.states, CART, event)
    undo = story_undo(story, model, session.states[name], states[name])
    return replace(session, states=states).with_story_change("carts/42", undo)


def test_events_of_several_stories_are_taken_back_one_by_one():
    first = runtime().sessions.peek("default")
    session = fired(fired(fired(first, "one", "submit"), "one", "reopen"), "two", "cancel")
    assert session.story_changes == {"carts/42": "two"}
    session = without_stories(session, MODELS, {"two"})
    assert dump_states(MODELS, session.states) == dump_states(MODELS, first.states)
    session = without_stories(fired(session, "two", "submit"), MODELS, {"one", "two"})
    assert dump_states(MODELS, session.states) == dump_states(MODELS, first.states)
    assert (session.story_changes, session.story_undos) == ({}, ())


def test_a_session_without_events_keeps_its_state():
    session = runtime().sessions.peek("default")
    assert without_stories(session, MODELS, {"one"}).states is session.states


def test_what_is_kept_to_take_back_an_event_is_small_and_counted():
    session = fired(runtime().sessions.peek("default"), "one", "submit")
    [undo] = session.story_undos
    assert isinstance(undo, StoryUndo)
    assert len(undo.data) < 200
    bare = replace(session, story_undos=())
    assert content_weight(session, MODELS) - content_weight(bare, MODELS) > len(undo.data)
