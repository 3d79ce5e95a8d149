"""The answer to an invalid request: the one that the contract documents, else a problem."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from mockserver.contract.bodies import Unencodable
from mockserver.contract.description import MediaType, Response
from mockserver.contract.operation import Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.validation import Checked
from mockserver.data.json import Json
from mockserver.engine.answers.by_contract import documented_answer, preferred_media
from mockserver.http.content_codings import SUPPORTED
from mockserver.http.message import Answer, json_answer
from mockserver.http.problem import Problem

# Members of an error body that may hold the message, the most likely first.
_MESSAGE_MEMBERS = ("message", "detail", "description", "error", "title")
_KINDS = {400: "invalid-request", 413: "too-large", 415: "unsupported-type"}  # of problems


def refusal(checked: Checked, operation: Operation, accept: str) -> Answer:
    """The answer to an invalid request: the one that the contract documents, else a problem.

    It is the operation's 422, 400, 4XX or default response, in this order; for a body that is too large or of
    an unsupported media type it is the 413 or 415. The violations are a member of the body where its schema
    allows one.
    """
    violations: list[Json] = [violation.as_json() for violation in checked.violations]
    decisive = checked.violations[0 if checked.status == 400 else -1]  # the body's comes last
    message = str(decisive)
    if len(violations) > 1:
        message += f" (and {len(violations) - 1} more)"
    for status, response in _documented_refusals(operation, checked.status):
        with suppress(Unsatisfiable, Unencodable):  # then the next response is tried
            return _documented_refusal(operation, status, response, accept, message, violations)
    headers = _supported_types(operation) if checked.status == 415 else ()
    return Problem(_KINDS[checked.status], message, {"violations": violations}, headers).answer()


def _documented_refusals(operation: Operation, status: int) -> Iterator[tuple[int, Response]]:
    """The documented responses that can refuse a request under 400, 413 or 415, the most specific first."""
    exact = ("422", "400") if status == 400 else (str(status),)
    for written in exact:
        if written in operation.responses:
            yield int(written), operation.responses[written]
    if status == 400:
        for written in ("4XX", "default"):
            if written in operation.responses:
                yield 400, operation.responses[written]


def _documented_refusal(
    operation: Operation, status: int, response: Response, accept: str, message: str, violations: list[Json]
) -> Answer:
    """The documented answer, with the message and the violations where its schema allows them.

    Raises Unsatisfiable, Unencodable.
    """
    media = preferred_media(response, accept)
    if media is None or not media.is_json:
        return documented_answer(operation, status, accept)[1]
    accepts = _everything
    if media.schema is not None:
        accepts = operation.answers.judges.judge(media.schema).accepts
    body = _error_body(operation, status, media, accepts)
    if isinstance(body, dict):
        body = _explained(body, accepts, message, violations)
    return json_answer(status, body, media_type=media.name)


def _error_body(operation: Operation, status: int, media: MediaType, accepts: Callable[[Json], bool]) -> Json:
    """A body for an error: the first valid example, else a generated one, else an empty object if allowed."""
    body = next(filter(accepts, media.examples.values()), None)
    if body is None and media.schema is not None:
        body = operation.answers.generate(media.schema, status=status).value
    if not isinstance(body, dict) and not media.examples and accepts({}):
        return {}
    return body


def _explained(
    body: dict[str, Json], accepts: Callable[[Json], bool], message: str, violations: list[Json]
) -> dict[str, Json]:
    """The body with the message in a member for it, and with the violations, as far as it stays valid."""
    names = [name for name in _MESSAGE_MEMBERS if name in body] or ["error"]
    candidates: list[dict[str, Json]] = [{**body, name: message} for name in names]
    body = next(filter(accepts, candidates), body)
    complete: dict[str, Json] = {**body, "violations": violations}
    return complete if accepts(complete) else body


def _everything(value: Json) -> bool:
    """Accept every value: the body has no schema."""
    return True


def _supported_types(operation: Operation) -> list[tuple[str, str]]:
    """The headers of a 415 that list the supported media types (RFC 5789, 2.2; RFC 9110, 15.5.16)."""
    codings = ("accept-encoding", ", ".join(SUPPORTED))
    if operation.body is None:
        return [codings]
    types = ", ".join(operation.body.content)
    name = {"PATCH": "accept-patch", "POST": "accept-post"}.get(operation.method, "accept")
    return [(name, types), codings]
