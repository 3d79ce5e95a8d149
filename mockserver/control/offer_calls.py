"""Control calls about what can be done next: a sample request, and the events of the state."""

from urllib.parse import parse_qsl, unquote

from mockserver.contract.operation import Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.control.pages import PAGE, PAGING, first_rows, page_limit
from mockserver.control.request import ControlRequest, query_integer
from mockserver.data.json import Json
from mockserver.engine.states import Transitions, subjects_with_events, transitions_of
from mockserver.http.message import Answer, joined_headers, json_answer
from mockserver.scenarios.samples import Sample, sample_from_contract


def show_sample(call: ControlRequest) -> Answer:
    """A valid request for an operation: of the fixtures, otherwise by the contract; null if there is none.

    Raises UnknownOperation, AmbiguousOperation.
    """
    query = call.query(("operation",))
    query.keys(("operation",), required=("operation",))
    name = (query / "operation").string()
    query.finish()
    backend = call.runtime.backend
    operation = backend.contract.operation(name)
    try:
        sample = backend.samples.get(operation.id) or sample_from_contract(operation)
        view: Json = _sample_view(sample, operation)
    except Unsatisfiable:
        view = None
    return json_answer(200, {"operation": operation.id, "sample": view})


def _sample_view(sample: Sample, operation: Operation) -> Json:
    """The parts of a sample request; the values of path and query are not percent-encoded."""
    target, request = sample.target(operation), sample.request(operation)
    query = parse_qsl(target.partition("?")[2], keep_blank_values=True)
    return {
        "method": operation.method,
        "path": {name: unquote(value) for name, value in sample.raw_path.items()},
        "query": [{"name": name, "value": value} for name, value in query],
        "headers": {**joined_headers(request.head.headers)},
        "body": request.body.decode("utf-8", "replace") if request.body else None,
    }


def list_transitions(call: ControlRequest) -> Answer:
    """A page of the items of the state that take events, with those that are possible."""
    query = call.query((*PAGING, "collection"))
    limit, start = page_limit(query, PAGE), query_integer(query / "cursor") or 0
    wanted = (query / "collection").string() if (query / "collection").present else None
    query.finish()
    models, states = call.runtime.backend.distinct_models, call.session.states
    subjects = [each for each in subjects_with_events(models, states) if wanted in (None, each.collection)]
    page, has_more = first_rows(limit, subjects[start:])
    rows: list[Json] = [_transitions_view(transitions_of(models, states, each)) for each in page]
    return json_answer(200, {"transitions": rows, "next": str(start + limit) if has_more else None})


def _transitions_view(found: Transitions) -> Json:
    return {
        "collection": found.subject.collection,
        "id": found.subject.id,
        "state": found.state,
        "events": [*found.events],
        "possible": [*found.possible],
    }
