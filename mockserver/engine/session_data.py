"""A session as JSON, for whoever keeps it outside this process; `loads(dumps(session)) == session`."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from mockserver.data.json import Json
from mockserver.engine.session import Session
from mockserver.model import AnyModel


class _SessionData(Struct, frozen=True):
    """The members of a session, with the states as their models dump them."""

    key: str
    states: dict[str, Json]
    scenario: str | None
    progress: list[tuple[str, str, int]]  # scenario, subject, calls
    mutation: str | None
    draws: int
    version: int
    exchanges: int
    born: float
    clock: float


def dumps(session: Session, models: Mapping[str, AnyModel]) -> bytes:
    """The session as JSON; `models` are by name."""
    return msgspec.json.encode(
        _SessionData(
            session.key,
            {name: models[name].dump(state) for name, state in session.states.items()},
            session.scenario,
            [(*story, calls) for story, calls in session.progress.items()],
            session.mutation,
            session.draws,
            session.version,
            session.exchanges,
            session.born,
            session.clock,
        )
    )


def loads(data: bytes, models: Mapping[str, AnyModel]) -> Session:
    """The session that `dumps` wrote.

    Raises msgspec.DecodeError where the data are not a session, BadData where a state does not fit its model.
    """
    read = msgspec.json.decode(data, type=_SessionData)
    return Session(
        read.key,
        {name: models[name].load(state) for name, state in read.states.items()},
        read.scenario,
        {(scenario, subject): calls for scenario, subject, calls in read.progress},
        read.mutation,
        read.draws,
        read.version,
        read.exchanges,
        read.born,
        read.clock,
    )
