"""The mock as one side of the comparison: it answers in process, and its sessions are values."""

from collections.abc import Mapping

from msgspec.structs import replace

from mockserver.data.json import Json, object_or_empty
from mockserver.data.reading import BadData
from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.session import Session
from mockserver.engine.session_keys import DEFAULT
from mockserver.engine.states import dump_states, fire_event, subjects_with_events
from mockserver.http.problem import ProblemError
from mockserver.model import Subject
from mockserver.settings import Settings
from mockserver.upstream.verify.sequence import FiredEvent, SentCall

MADE: tuple[str, ...] = ()
SECOND = 1.0  # that passes from one exchange to the next, so that instants differ
START = 1_750_000_000.0  # of the clock of all sessions, in seconds since the epoch


class MockSide:
    """Answers from a backend; `host` is the header Host of all requests."""

    def __init__(self, backend: Backend, settings: Settings, host: str) -> None:
        self.backend = backend
        self.host = host
        self.first = replace(backend.first_session(settings), key=DEFAULT)
        self._models = backend.distinct_models
        self._pipeline = Pipeline(backend, settings)

    def answer(self, session: Session, call: SentCall) -> Exchange:
        """The exchange for a call; its `session` is the one after it."""
        request = call.request(self.host)
        at = START + SECOND * session.exchanges
        return self._pipeline.run(request, self._pipeline.facts(request.head), session, at)

    def fire(self, session: Session, fired: FiredEvent) -> Session | None:
        """The session after an event; None if the event is not possible."""
        subject = Subject(fired.collection, fired.id)
        try:
            states = fire_event(self._models, session.states, subject, fired.event)
        except (ProblemError, BadData):
            return None
        return session.changed(_with_states(session, states), session.clock)

    def state(self, session: Session) -> dict[str, Json]:
        """The collections of all models."""
        return dump_states(self._models, session.states)

    def events(self) -> list[FiredEvent]:
        """All events of the items that take events at first."""
        subjects = subjects_with_events(self._models, self.first.states)
        names = [event for model in self._models.values() for event in model.events]
        return [FiredEvent(each.collection, each.id, event) for each in subjects for event in names]

    def subject(self, exchange: Exchange) -> Subject | None:
        """The resource that a call addressed; None if it addressed none, or was refused before."""
        model = self.backend.model_for(exchange.operation)
        if model is None or exchange.call is None:
            return None
        return model.subject(exchange.call)

    def made(self, exchange: Exchange) -> tuple[str, ...]:
        """The pointers of what the model makes by itself, with `*` for any index or name."""
        made: tuple[str, ...] = getattr(self.backend.model_for(exchange.operation), "made", MADE)
        return made

    def item_state(self, session: Session, subject: Subject) -> str | None:
        """The name of the state that an item is in, if its data have one."""
        items = object_or_empty(self.state(session).get(subject.collection))
        value = object_or_empty(items.get(subject.id)).get("state")
        return value if isinstance(value, str) else None


def _with_states(session: Session, states: Mapping[str, object]) -> Session:
    for name, state in states.items():
        session = session.with_state(name, state)
    return session
