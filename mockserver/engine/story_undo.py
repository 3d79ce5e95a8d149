"""Takes back what the events of stories changed in a session."""

import json
from collections.abc import Collection

from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.data.three_way_merge import differing_members, three_way_merge
from mockserver.engine.session import Session, StoryUndo
from mockserver.engine.states import Models, dump_states, load_states
from mockserver.model import AnyModel


def story_undo(story: str, model: AnyModel, before: object, after: object) -> StoryUndo:
    """What an event of a story changed in the state of a model."""
    return StoryUndo(story, json.dumps(differing_members(model.dump(before), model.dump(after))))


def without_stories(session: Session, models: Models, names: Collection[str]) -> Session:
    """The session without the calls of these stories, and without what their events changed.

    What was changed again after an event remains. Raises BadData if a model does not accept the state.
    """
    undos = [each for each in session.story_undos if each.story in names]
    forgotten = session.without_stories(names)
    if not undos:
        return forgotten
    data: Json = dict(dump_states(models, session.states))
    for undo in reversed(undos):
        before, after = json.loads(undo.data)
        data = three_way_merge(after, data, before)
    return replace(forgotten, states=load_states(models, session.states, data))
