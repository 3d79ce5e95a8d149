"""Why the stubs of a session do not match a request, for `explain`."""

import json
from collections.abc import Iterator

from mockserver.contract.operation import Operation
from mockserver.control.masked_values import masked_expectation
from mockserver.data.json import Json
from mockserver.data.reading import BadData
from mockserver.engine.compiled_stubs import CompiledStubs
from mockserver.engine.session import Session
from mockserver.http.message import Request
from mockserver.http.secret_names import SecretNames
from mockserver.scenarios.live_request import LiveRequest
from mockserver.scenarios.request_comparison import differences

_LONGEST_VALUE = 200  # characters


def missed_stubs(
    request: Request,
    operation: Operation | None,
    session: Session,
    stubs: CompiledStubs,
    names: SecretNames,
) -> Iterator[str]:
    """Why stubs of the session for this operation do not match a request: a sentence for each.

    `names` are those of secrets; the sentences show no value of such a name.
    """
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
            yield f"{entry.name} is used up: it matched {entry.matched} of {entry.times} requests"
        elif difference is not None:
            expected, found = (
                _json_text(masked_expectation(difference.pointer, each, names))
                for each in (difference.expected, difference.found)
            )
            sentence = f"/match{difference.pointer}: expected {expected}, found {found}"
            yield f"{entry.name} does not match: {sentence}"


def _json_text(value: Json) -> str:
    """A value as JSON, shortened if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
