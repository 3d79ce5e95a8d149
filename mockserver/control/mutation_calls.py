"""Control calls about mutations: answers changed on purpose, to see whether a test suite notices.

Mutations are made in a thread, because those of a large response take seconds.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool

from mockserver.contract.mutations import Mutation, errors
from mockserver.contract.operation import Operation
from mockserver.control.pages import PAGE, page_limit
from mockserver.control.request import ControlRequest
from mockserver.data.json import Json
from mockserver.data.reading import Cursor
from mockserver.engine.backend import Backend
from mockserver.engine.session_keys import DEFAULT
from mockserver.http.message import Answer, json_answer
from mockserver.journal.publisher import ALL_PARTS

NO_CONTENT = Answer(204)
_POSITION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){2}")


class Position(NamedTuple):
    """The position of a mutation: indexes of its operation, of its response, and of itself.

    It does not change when the session meets further responses, so it can be the cursor of a page.
    """

    operation: int
    response: int
    mutation: int

    def __str__(self) -> str:
        return ".".join(map(str, self))


async def list_page(call: ControlRequest) -> Answer:
    """A page of mutations, each with the number of answers that it has changed.

    They are those of one operation, else of what the session has met: operations, and statuses of their
    answers. A session that has met nothing yet gets those of the whole contract.
    """
    query = call.query(("operation", "limit", "cursor"))
    limit = page_limit(query, PAGE)
    start = _position(query / "cursor")
    named = (query / "operation").string() if (query / "operation").present else None
    query.finish()
    met, operations = _met(call), call.runtime.backend.contract.operations
    if named is not None:
        wanted = _all_statuses([call.runtime.backend.contract.operation(named)])
    else:
        wanted = met or _all_statuses(operations)
    found = _mutations(call.runtime.backend, wanted, start)
    page = await run_in_threadpool(lambda: list(islice(found, limit + 1)))
    following = str(page[limit][0]) if len(page) > limit else None
    rows: list[Json] = [_view(call, mutation) for _, mutation in page[:limit]]
    return json_answer(200, {"mutations": rows, "next": following})


def _all_statuses(operations: Iterable[Operation]) -> dict[str, Container[str]]:
    return {operation.id: operation.responses for operation in operations}


def _met(call: ControlRequest) -> dict[str, Container[str]]:
    """The documented statuses that the session's answers had, by the operation's id.

    Raises SessionEvicted.
    """
    evicted = call.runtime.sessions.eviction(call.key)
    if evicted is not None:
        raise evicted
    found: dict[str, set[str]] = {}
    for fact in call.runtime.journal.covered_facts(call.key):
        if fact.kind == "status":
            found.setdefault(fact.operation, set()).add(fact.name)
    return {**found}


def _mutations(
    backend: Backend, wanted: Mapping[str, Container[str]], start: Position
) -> Iterator[tuple[Position, Mutation]]:
    """The mutations of the wanted operations and statuses from a position on, and all their errors."""
    for number, operation in enumerate(backend.contract.operations):
        if operation.id not in wanted:
            continue
        parts = [
            backend.mutations.in_responses(operation, [status]) if status in wanted[operation.id] else ()
            for status in operation.responses
        ]
        for part, listed in enumerate((*parts, errors(operation))):
            if (number, part) < start[:2]:
                continue
            for index, mutation in enumerate(listed):
                position = Position(number, part, index)
                if position >= start:
                    yield position, mutation


def _position(cursor: Cursor) -> Position:
    """The position in the query parameter `cursor`; the first one if it is absent."""
    if not cursor.present:
        return Position(0, 0, 0)
    text = cursor.string()
    if _POSITION.fullmatch(text) is None:
        cursor.error(f"expected the value of 'next' in a page, found {text[:40]!r}")
        return Position(0, 0, 0)
    return Position(*map(int, text.split(".")))


async def choose(call: ControlRequest) -> Answer:
    """Choose a mutation for the session, until it is changed, cleared or reset."""
    mutation = await _chosen_mutation(call)
    call.change(lambda session: replace(session, mutation=mutation.name))
    return json_answer(200, _view(call, mutation))


def clear(call: ControlRequest) -> Answer:
    call.change(lambda session: replace(session, mutation=None))
    return NO_CONTENT


async def choose_for_all(call: ControlRequest) -> Answer:
    """Drop all sessions; new ones start with this mutation."""
    mutation = await _chosen_mutation(call)
    _restart_all(call, mutation.name)
    return json_answer(200, _view(call, mutation))


def clear_for_all(call: ControlRequest) -> Answer:
    """Drop all sessions; new ones start without a mutation."""
    _restart_all(call, None)
    return NO_CONTENT


async def _chosen_mutation(call: ControlRequest) -> Mutation:
    """The mutation that the body names; raises BadData and UnknownMutation."""
    body = call.body()
    body.keys(("name",), required=("name",))
    name = (body / "name").string()
    body.finish()
    return await run_in_threadpool(call.runtime.backend.mutations.named, name)


def _restart_all(call: ControlRequest, mutation: str | None) -> None:
    keys = [session.key for session in call.runtime.sessions]
    call.runtime.sessions.restart_all(mutation, call.runtime.clock())
    for key in keys:
        call.runtime.journal.clear(key)
        call.runtime.journal.violations.clear(key)
    call.runtime.publisher.publish_change(DEFAULT, ALL_PARTS)  # the others are dropped


def _view(call: ControlRequest, mutation: Mutation) -> dict[str, Json]:
    return {
        "name": mutation.name,
        "operation": mutation.operation,
        "response": mutation.response,
        "kind": mutation.kind,
        "pointer": mutation.pointer,
        "within": mutation.within,
        "changed": call.runtime.mutated_answers[mutation.name],
    }
