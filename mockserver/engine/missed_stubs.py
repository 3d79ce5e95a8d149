"""Why the stubs of a session do not match a request, for whoever asks why a request is answered as it is."""

import json
from collections.abc import Iterator

from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.data.reading import BadData
from mockserver.engine.compiled_stubs import CompiledStubs
from mockserver.engine.session import Session
from mockserver.http.message import Request
from mockserver.scenarios.live_request import LiveRequest
from mockserver.scenarios.request_comparison import differences

_LONGEST_VALUE = 200  # characters


def missed_stubs(
    request: Request, operation: Operation | None, session: Session, stubs: CompiledStubs
) -> Iterator[str]:
    """Why stubs of the session for this operation do not match a request: a sentence for each."""
    live = LiveRequest(request)
    for entry in session.stubs:
        if entry.kind != "stub":
            continue
        try:
            stub = stubs.stub(entry)
        except BadData:  # `select` notes it
            continue
        if stub.operation not in (None, operation):
            continue
        difference = next(differences(stub.match, live), None) if stub.match is not None else None
        if entry.is_used_up:
            yield f"the stub {entry.id} is used up: it matched {entry.matched} of {entry.times} requests"
        elif difference is not None:
            found = f"expected {_shown(difference.expected)}, found {_shown(difference.found)}"
            yield f"the stub {entry.id} does not match: /match{difference.pointer}: {found}"


def _shown(value: Json) -> str:
    """A value as JSON, shortened if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
