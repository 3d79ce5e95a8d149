"""The answer to a request that the contract forbids: the document's own, else a problem."""

from collections.abc import Iterator
from contextlib import suppress

from mockserver.contract.bodies import Unencodable
from mockserver.contract.description import Response
from mockserver.contract.operation import Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.validation import Checked
from mockserver.data.json import Json
from mockserver.engine.answers.by_contract import documented, liked
from mockserver.http.message import Answer, json_answer
from mockserver.http.problem import Problem

_WORDED = (
    "message",
    "detail",
    "description",
    "error",
    "title",
)  # members that may hold a sentence, best first


def refusal(checked: Checked, operation: Operation, accept: str) -> Answer:
    """The answer to a request that the contract forbids: the document's own, else a problem.

    For an invalid request that is its 422, 400, 4XX or default, in this order; the violations are a member of
    the body where its schema allows one.
    """
    violations: list[Json] = [violation.as_json() for violation in checked.violations]
    decisive = checked.violations[0 if checked.status == 400 else -1]  # the body's comes last
    text = str(decisive)
    if len(violations) > 1:
        text += f" (and {len(violations) - 1} more)"
    for status, response in _refusing(operation, checked.status):
        with suppress(Unsatisfiable, Unencodable):  # a body that cannot be made gives way to the next
            return _filled(operation, status, response, accept, text, violations)
    kind = {400: "invalid-request", 413: "too-large", 415: "unsupported-type"}[checked.status]
    headers = _accepted(operation) if checked.status == 415 else ()
    return Problem(kind, text, {"violations": violations}, headers).answer()


def _refusing(operation: Operation, kind: int) -> Iterator[tuple[int, Response]]:
    """The documented answers that can refuse a request of this kind, the best first."""
    exact = ("422", "400") if kind == 400 else (str(kind),)
    for written in exact:
        if written in operation.responses:
            yield int(written), operation.responses[written]
    if kind == 400:
        for written in ("4XX", "default"):
            if written in operation.responses:
                yield 400, operation.responses[written]


def _filled(
    operation: Operation, status: int, response: Response, accept: str, text: str, violations: list[Json]
) -> Answer:
    """The documented answer, telling as much of the violations as its schema allows."""
    media = liked(response, accept)
    if media is None or not media.is_json:
        return documented(operation, status, accept)[1]
    judge = operation.answers.judges.judge(media.schema) if media.schema is not None else None

    def fits(value: Json) -> bool:
        return judge is None or judge.accepts(value)

    body = next(filter(fits, media.examples.values()), None)
    if body is None and media.schema is not None:
        body = operation.value(media.schema)
    if not isinstance(body, dict) and not media.examples and fits({}):
        body = {}
    if isinstance(body, dict):
        worded = [name for name in _WORDED if name in body] or ["error"]
        bodies: list[dict[str, Json]] = [{**body, name: text} for name in worded]
        body = next(filter(fits, bodies), body)
        told: dict[str, Json] = {**body, "violations": violations}
        body = told if fits(told) else body
    return json_answer(status, body, media_type=media.name)


def _accepted(operation: Operation) -> list[tuple[str, str]]:
    """What a 415 tells of the types that would do (RFC 5789, section 2.2; RFC 9110, section 15.5.16)."""
    types = ", ".join(operation.body.content) if operation.body else ""
    name = {"PATCH": "accept-patch", "POST": "accept-post"}.get(operation.method, "accept")
    return [(name, types), ("accept-encoding", "identity")]
