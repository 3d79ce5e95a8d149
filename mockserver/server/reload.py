"""Replaces the backend of a running server, and keeps the sessions whose state fits the new models."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from mockserver.contract.mutations import UnknownMutation
from mockserver.data.json import object_or_empty
from mockserver.data.reading import BadData, DataError
from mockserver.engine.backend import Backend
from mockserver.engine.session import Session, StubEntry
from mockserver.http.redaction import redact
from mockserver.journal.record import Record, detach_documents
from mockserver.runtime import Reload, Runtime
from mockserver.server.file_stubs import FileStubs


class BackendReplacement:
    """The replacement of a runtime's backend by a new one, in three steps.

    `prepare` and `finish` may run on any thread; `replace` must run between two exchanges. A session's state
    is converted by `load(dump(state))`, once per distinct state; a first state becomes the new first state.
    """

    def __init__(self, runtime: Runtime, backend: Backend) -> None:
        self._runtime = runtime
        self._backend = backend
        self._old = runtime.backend.distinct_models
        self._new = backend.distinct_models
        self._first = backend.first_session(runtime.settings)
        self._old_first = runtime.sessions.first.states
        self._new_first = self._first.states
        self._file_stubs = FileStubs(runtime.sessions.first.stubs, self._first.stubs)
        self._differs = self._new_first != self._old_first
        self._same = {name for name, model in self._new.items() if model == self._old.get(name)}
        self._records: list[Record] = []
        # by model and id of the old state, which is kept so that no other gets its id
        self._converted: dict[tuple[str, int], tuple[object, object]] = {}

    def prepare(self, sessions: Iterable[Mapping[str, object]]) -> None:
        """Convert the states of these sessions; each is a mapping of states by model."""
        for states in sessions:
            for name in states:
                self._convert(name, states[name])

    def replace(self) -> Reload:
        """Serve the new backend, give every session its converted state, and return what happened."""
        runtime, reload = self._runtime, Reload(self._backend)
        sessions, now = runtime.sessions, runtime.clock()
        converted = [(session, self._continued(session, reload)) for session in sessions]
        runtime.pipeline.serve(self._backend)
        sessions.first = replace(self._first, mutation=self._known_mutation(sessions.first))
        self._records = runtime.journal.swap_contract()
        runtime.reload_findings = ()
        for session, continued in converted:
            sessions.commit(session.changed(sessions.first if continued is None else continued, now))
        runtime.memory.touch(session.key for session, _ in converted)
        runtime.publisher.publish_reload()
        return reload

    def finish(self) -> None:
        """Free the old contract, which the journal still refers to; call it after `replace`."""
        detach_documents(self._records)

    def _continued(self, session: Session, reload: Reload) -> Session | None:
        """The session for the new backend; None, with the reason in `reload`, if a state does not fit."""
        converted = {name: self._convert(name, state) for name, state in session.states.items()}
        for result in converted.values():
            if isinstance(result, BadData):
                reload.restarted[session.key] = redact(str(result.errors[0]))
                return None
        if self._differs and any(
            state is not self._old_first.get(name) for name, state in session.states.items()
        ):
            reload.outdated += 1
        stubs, laid = self._file_stubs.carry_over(self._known_stubs(session, reload), session.laid)
        stories = {*self._backend.scenarios, *(each.name for each in stubs if each.kind == "stub")}
        return replace(
            session,
            states={name: converted.get(name, state) for name, state in self._new_first.items()},
            stubs=tuple(stubs),
            laid=laid,
            progress={story: calls for story, calls in session.progress.items() if story[0] in stories},
            mutation=self._known_mutation(session),
        )

    def _convert(self, name: str, state: object) -> object:
        """A state for the new model, or the BadData that says why the state does not fit."""
        if state is self._old_first.get(name):
            return self._new_first.get(name)
        if name in self._same:
            return state
        key = (name, id(state))
        if key not in self._converted:
            self._converted[key] = (state, self._reloaded_state(name, state))
        return self._converted[key][1]

    def _reloaded_state(self, name: str, state: object) -> object:
        if name not in self._new:
            return BadData([DataError("", f"no operation of the new contract uses the model {name!r}")])
        model = self._new[name]
        known = object_or_empty(model.dump(model.initial))
        items = object_or_empty(self._old[name].dump(state)).items()
        try:  # an empty collection that is gone is no loss
            return model.load({key: value for key, value in items if value or key in known})
        except BadData as bad:
            return bad

    def _known_stubs(self, session: Session, reload: Reload) -> list[StubEntry]:
        """The session's stubs without the choices of missing scenarios, which `reload` gets."""
        kept, known = [], self._backend.scenarios
        for entry in session.stubs:
            if entry.kind == "scenario" and not all(name in known for name in entry.data.split(",")):
                reload.lost_scenarios[session.key] = entry.data
            else:
                kept.append(entry)
        return kept

    def _known_mutation(self, session: Session) -> str | None:
        """The session's mutation; None if the answers of the new contract have no such mutation."""
        if session.mutation is None:
            return None
        try:
            return self._backend.mutations.named(session.mutation).name
        except UnknownMutation:
            return None
