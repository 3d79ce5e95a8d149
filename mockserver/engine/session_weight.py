"""An estimate of the memory that a session takes besides its journal."""

from collections.abc import Mapping

from mockserver.data.json_weight import json_weight
from mockserver.engine.session import Session
from mockserver.model import AnyModel

OVERHEAD = 1_500  # about how many bytes a session takes that has nothing of its own
_STORY = 300  # about how many bytes the calls, or a change, of a story take, besides its subject or data
_STUB = 300  # about how many bytes a stub takes, besides its data


def content_weight(session: Session, models: Mapping[str, AnyModel]) -> int:
    """About how many bytes a session's states, stubs and stories take; `models` are by name.

    What the initial states have is shared by all sessions and not counted. What some sessions share after a
    fork is counted in each of them.
    """
    weight = 0
    for _, subject in session.progress:
        weight += _STORY + len(subject)
    for undo in session.story_undos:
        weight += _STORY + len(undo.data)
    for entry in session.stubs:
        weight += _STUB + (0 if entry.origin else len(entry.data))  # those of files are shared
    for name, state in session.states.items():
        model = models.get(name)
        if model is not None and state is not model.initial:
            weight += _state_weight(model, state)
    return weight


def _state_weight(model: AnyModel, state: object) -> int:
    """By the model's own `state_size`, if it has one, otherwise by what it dumps."""
    state_size = getattr(model, "state_size", None)
    return json_weight(model.dump(state)) if state_size is None else int(state_size(state))
