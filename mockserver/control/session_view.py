"""JSON representations of sessions in the control API."""

from mockserver.control.stub_calls import network_view, stub_view, stubs_of
from mockserver.data.json import Json
from mockserver.data.timestamp import timestamp
from mockserver.engine.session import Session, StubEntry
from mockserver.runtime import Runtime


def session_view(runtime: Runtime, session: Session) -> dict[str, Json]:
    """An open session as JSON, without its stubs."""
    progress: list[Json] = [
        {"scenario": scenario, "subject": subject, "calls": calls}
        for (scenario, subject), calls in session.progress.items()
    ]
    return {
        "key": session.key,
        "scenario": session.scenario,
        "scenarios": [_choice_view(entry) for entry in session.stubs if entry.kind == "scenario"],
        "network": network_view(session),
        "mutation": session.mutation,
        "progress": progress,
        "exchanges": runtime.journal.count(session.key),
        "born": timestamp(session.born),
        "used": timestamp(runtime.clock() - runtime.sessions.idle_time(session.key)),
    }


def whole_session_view(runtime: Runtime, session: Session) -> dict[str, Json]:
    """An open session as JSON."""
    stubs: list[Json] = [stub_view(entry) for entry in stubs_of(session)]
    return {**session_view(runtime, session), "stubs": stubs}


def _choice_view(entry: StubEntry) -> Json:
    """The scenarios that are chosen for an operation, and for how many more calls."""
    names: list[Json] = [*entry.data.split(",")]
    left = None if entry.times is None else entry.times - entry.matched
    return {"operation": entry.id, "names": names, "times": left}
