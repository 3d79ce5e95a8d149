"""From one backend to the next while the server runs: sessions go on where their state still fits."""

from collections.abc import Iterable, Mapping

from mockserver.data.reading import BadData, DataError
from mockserver.engine.backend import Backend
from mockserver.engine.sessions import Session
from mockserver.http.redaction import redact
from mockserver.journal.record import Record, detach_documents
from mockserver.runtime import Reload, Runtime


class Succession:
    """One backend after another, in a server.

    A session's state goes on as `load(dump(state))`; the state of a session that changed nothing since its
    birth is that of a new one. The states are carried over once each, and beforehand (`prepare`) on any
    thread, for they are values; `take` is called between two exchanges, and `finish` on any thread again.
    """

    def __init__(self, runtime: Runtime, backend: Backend) -> None:
        self._runtime = runtime
        self._backend = backend
        self._old = runtime.backend.distinct_models
        self._new = backend.distinct_models
        self._born = runtime.sessions.initial_states()
        self._birth = backend.initial_states(runtime.settings.scenario)
        self._differs = self._birth != self._born
        self._same = {name for name, model in self._new.items() if model == self._old.get(name)}
        self._records: list[Record] = []
        self._carried: dict[tuple[str, int], tuple[object, object]] = {}  # the old state holds its id

    def prepare(self, sessions: Iterable[Mapping[str, object]]) -> None:
        """Carry over the states of these sessions."""
        for states in sessions:
            for name in states:
                self._carry(name, states[name])

    def take(self) -> Reload:
        """The new backend in place of the old one, and every session with it."""
        runtime, birth, reload = self._runtime, self._birth, Reload(self._backend)
        carried = [(session, self._states(session, reload)) for session in runtime.sessions]
        runtime.pipeline.serve(self._backend)
        runtime.sessions.initial_states = lambda: dict(birth)
        self._records = runtime.journal.swap_contract()
        runtime.reload_findings = ()
        for session, states in carried:
            if states is None:
                runtime.sessions.reset(session)
            else:
                session.states = states
                self._forget_scenarios(session, reload)
        return reload

    def finish(self) -> None:
        """Have the journal hold nothing of the old contract; on any thread, after `take`."""
        detach_documents(self._records)

    def _states(self, session: Session, reload: Reload) -> dict[str, object] | None:
        """A session's states as the new models have them; None, and told, where one does not fit."""
        carried = {name: self._carry(name, state) for name, state in session.states.items()}
        for misfit in carried.values():
            if isinstance(misfit, BadData):
                reload.restarted[session.key] = redact(str(misfit.errors[0]))
                return None
        if self._differs and any(state is not self._born.get(name) for name, state in session.states.items()):
            reload.outdated += 1
        return {name: carried.get(name, state) for name, state in self._birth.items()}

    def _carry(self, name: str, state: object) -> object:
        """A state as the new model has it, or the BadData that says why it has none."""
        if state is self._born.get(name):
            return self._birth.get(name)
        if name in self._same:
            return state
        key = (name, id(state))
        if key not in self._carried:
            self._carried[key] = (state, self._loaded(name, state))
        return self._carried[key][1]

    def _loaded(self, name: str, state: object) -> object:
        if name not in self._new:
            return BadData([DataError("", f"no operation of the contract has the model {name!r} any more")])
        try:
            return self._new[name].load(self._old[name].dump(state))
        except BadData as bad:
            return bad

    def _forget_scenarios(self, session: Session, reload: Reload) -> None:
        """What was chosen and counted of scenarios that are gone."""
        there = self._backend.scenarios
        if session.scenario is not None and session.scenario not in there:
            reload.lost_scenarios[session.key] = session.scenario
            session.scenario = None
        session.progress = {story: calls for story, calls in session.progress.items() if story[0] in there}
