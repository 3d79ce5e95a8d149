"""A session as JSON, to keep it outside this process; `loads(dumps(session)) == session`."""

import json
from collections.abc import Mapping
from typing import cast

from msgspec import Struct, convert, to_builtins

from mockserver.data.decoding import decode
from mockserver.data.json import Json
from mockserver.engine.session import Session, StoryUndo, StubEntry
from mockserver.model import AnyModel


class _SessionData(Struct, frozen=True):
    """The members of a session, with the states as their models dump them."""

    key: str
    states: dict[str, object]  # JSON
    stubs: list[StubEntry]
    laid: int
    progress: list[tuple[str, str, int]]  # scenario or stub, subject, calls
    story_changes: dict[str, str]
    story_undos: list[StoryUndo]
    mutation: str | None
    mocked: tuple[str, ...]
    draws: int
    version: int
    exchanges: int
    born: float
    clock: float


def dumps(session: Session, models: Mapping[str, AnyModel]) -> bytes:
    """The session as JSON; `models` are by name."""
    data = _SessionData(
        session.key,
        {name: models[name].dump(state) for name, state in session.states.items()},
        [*session.stubs],
        session.laid,
        [(*story, calls) for story, calls in session.progress.items()],
        dict(session.story_changes),
        [*session.story_undos],
        session.mutation,
        session.mocked,
        session.draws,
        session.version,
        session.exchanges,
        session.born,
        session.clock,
    )
    return json.dumps(to_builtins(data), ensure_ascii=False).encode()


def loads(data: bytes, models: Mapping[str, AnyModel]) -> Session:
    """The session that `dumps` wrote.

    Raises Undecodable where the data are not JSON, msgspec.ValidationError where they are not a session, and
    BadData where a state does not fit its model.
    """
    read = convert(decode(data), _SessionData)
    return Session(
        read.key,
        {name: models[name].load(cast("Json", state)) for name, state in read.states.items()},
        tuple(read.stubs),
        read.laid,
        {(scenario, subject): calls for scenario, subject, calls in read.progress},
        read.story_changes,
        tuple(read.story_undos),
        read.mutation,
        read.mocked,
        read.draws,
        read.version,
        read.exchanges,
        read.born,
        read.clock,
    )
