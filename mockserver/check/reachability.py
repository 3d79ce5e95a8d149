"""Sends a request to each operation, and finds those that it does not reach, or that cannot answer."""

from collections.abc import Iterator

from mockserver.contract.operation import Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.data.source import Finding
from mockserver.engine.backend import Backend
from mockserver.runtime import Runtime, wire
from mockserver.scenarios.samples import sample_from_contract
from mockserver.settings import Settings


def reachability_findings(backend: Backend) -> Iterator[Finding]:
    """A finding for each operation that cannot be reached, or not be answered."""
    runtime = wire(backend, Settings(journal_size=0))
    for operation in backend.contract.operations:
        message = _problem(runtime, backend, operation)
        if message is not None:
            yield operation.document.finding(operation.pointer, message)


def _problem(runtime: Runtime, backend: Backend, operation: Operation) -> str | None:
    """What is wrong with an operation, judged by one request; None if nothing is."""
    try:
        sample = backend.samples.get(operation.id) or sample_from_contract(operation)
    except Unsatisfiable as error:
        return f"no request can be made: {error}"
    exchange = runtime.run(sample.request(operation))
    reached, answer = exchange.operation, exchange.answer
    if reached is not operation:
        other = "no operation" if reached is None else f"{reached.id} ({reached.method} {reached.path})"
        return f"no request reaches {operation.id}: {operation.method} {operation.path} leads to {other}"
    if answer is not None and answer.outside and answer.status >= 500:
        reason = exchange.trail[-1].decided if exchange.trail else f"status {answer.status}"
        return f"{operation.id} cannot be answered: {reason}"
    return None
