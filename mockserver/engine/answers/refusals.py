"""The answer to an invalid request: the one that the contract documents, else a problem."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.bodies import Unencodable
from mockserver.contract.description import MediaType, Response
from mockserver.contract.operation import Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.validation import Checked, Violation
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.json import Json
from mockserver.data.source import SourceLocation
from mockserver.engine.answers.by_contract import encoded_answer, preferred_media
from mockserver.engine.answers.documented_headers import example_headers
from mockserver.engine.answers.error_texts import Accepts, ErrorTemplate
from mockserver.engine.exchange import Exchange
from mockserver.http.content_codings import SUPPORTED
from mockserver.http.media_types import concrete_type, parse_content_type
from mockserver.http.message import Answer, Headers
from mockserver.http.problem import Problem
from mockserver.scenarios.choice import Choice

_EMPTY: dict[str, Json] = {}
_MOST_SPECIFIC = ("422", "400", "4XX", "default")  # keys of responses that can refuse a request
_KINDS = {400: "invalid-request", 413: "too-large", 415: "unsupported-type"}  # of problems


class DocumentedRefusal(Struct, frozen=True):
    """A response that can refuse a request, the status to send it with, and the chosen example of it."""

    status: int
    response: Response
    example: str | None = None


class PreparedRefusal(Struct, frozen=True):
    """A documented refusal before a sentence is filled in: the same for all requests."""

    response: Response
    media: MediaType | None
    headers: Headers
    template: ErrorTemplate | None = None  # None if no sentence can be put into the body
    body: Json = None
    must_stay_valid: bool = False


# by id() of the response and of the media type, the status and the example
_PREPARED: BoundedCache[tuple[int, int, int, str | None], PreparedRefusal] = BoundedCache()


def refuse(exchange: Exchange, checked: Checked) -> None:
    """Reply to an invalid request, by the 4xx example that the client chose if it chose one."""
    operation, choice = exchange.matched_operation, exchange.choice
    chosen = chosen_refusal(operation, choice)
    if chosen is not None and choice is not None:
        exchange.preferences = choice.applied_preferences((), by_code=False)
    exchange.reply("validation", refusal(checked, operation, exchange.accept, chosen))


def note_violations(exchange: Exchange, checked: Checked) -> None:
    """Add the violations of a request to the exchange and its trail, with the request's secrets masked."""
    document = exchange.matched_operation.document
    exchange.violations = checked.violations = exchange.masked.deviations(checked.violations)
    for violation in checked.violations:
        rule = SourceLocation(document, violation.rule)
        exchange.note_unmasked("validate", f"check 3: {violation}", rule)


def unauthorized_answer(exchange: Exchange, problem: Problem) -> Answer | None:
    """The contract's 401 with the problem's sentence; None if there is none, or it cannot be encoded.

    Without a response of its own the 401 is the operation's 4XX or default response, in this order, if that
    has a body.
    """
    operation, sentence = exchange.operation, problem.detail
    if operation is None:
        return None
    for key in ("401", "4XX", "default"):
        response = operation.responses.get(key)
        if response is not None and (key == "401" or response.content):
            documented = DocumentedRefusal(401, response)
            with suppress(Unsatisfiable, Unencodable):  # then the next response is tried
                answer = _documented_answer(operation, documented, exchange.accept, sentence, [])
                return replace(answer, headers=[*answer.headers, *problem.headers])
    return None


def refusal(
    checked: Checked, operation: Operation, accept: str, chosen: DocumentedRefusal | None = None
) -> Answer:
    """The answer to an invalid request: the one that the contract documents, else a problem.

    It is the chosen one, else the operation's 422, 400, 4XX or default response, in this order; for a body
    that is too large or of an unsupported media type it is the 413 or 415. The strings that people read say
    what is wrong. The violations are a member of the body where its schema allows one.
    """
    violations: list[Json] = [violation.as_json() for violation in checked.violations]
    decisive = checked.violations[0 if checked.status == 400 else -1]  # the body's comes last
    sentence = _sentence(decisive, len(violations))
    for documented in [chosen] if chosen else _documented_refusals(operation, checked):
        try:
            return _documented_answer(operation, documented, accept, sentence, violations)
        except (Unsatisfiable, Unencodable):
            continue  # with the next response
    headers = _supported_types(operation) if checked.status == 415 else ()
    own_status = 400 if _is_undecoded(checked) else None
    return Problem(_KINDS[checked.status], sentence, {"violations": violations}, headers, own_status).answer()


def off_contract_problem(violations: Sequence[Violation]) -> Problem:
    """The problem of an answer of the mock that breaks the contract."""
    listed: list[Json] = [violation.as_json() for violation in violations]
    return Problem(
        "off-contract",
        f"the answer breaks the contract: {_sentence(violations[0], len(listed))}",
        {"violations": listed},
    )


def _sentence(decisive: Violation, count: int) -> str:
    return f"{decisive} (and {count - 1} more)" if count > 1 else str(decisive)


def chosen_refusal(operation: Operation, choice: Choice | None) -> DocumentedRefusal | None:
    """The documented 4xx response that has the chosen example; None if no example of a 4xx is chosen."""
    if choice is None or choice.example is None:
        return None
    keys = [choice.code] if choice.code is not None else [*_MOST_SPECIFIC, *operation.responses]
    for key in keys:
        status = 400 if key == "default" else operation.status_under(key) or 0
        response = operation.responses.get(key.upper() if key != "default" else key)
        if response is None or not 400 <= status < 500:
            continue
        if any(choice.example in media.examples for media in response.content.values()):
            return DocumentedRefusal(status, response, choice.example)
    return None


def _is_undecoded(checked: Checked) -> bool:
    """Whether the body is not in the coding that its Content-Encoding names, which is a 400, never a 422."""
    return checked.status == 400 and any(
        each.location == "body" and each.keyword == "contentEncoding" for each in checked.violations
    )


def _documented_refusals(operation: Operation, checked: Checked) -> Iterator[DocumentedRefusal]:
    """The documented responses that can refuse a request under 400, 413 or 415, the most specific first."""
    for key in _MOST_SPECIFIC if checked.status == 400 else (str(checked.status),):
        response = operation.responses.get(key)
        if response is not None and not (key == "422" and _is_undecoded(checked)):
            yield DocumentedRefusal(int(key) if key.isdecimal() else 400, response)


def _documented_answer(
    operation: Operation, documented: DocumentedRefusal, accept: str, sentence: str, violations: list[Json]
) -> Answer:
    """The documented answer, with the sentence and the violations where its schema allows them.

    Raises Unsatisfiable, Unencodable.
    """
    prepared, status = _prepared(operation, documented, accept), documented.status
    media, template = prepared.media, prepared.template
    if media is None:
        return Answer(status, prepared.headers)
    if template is None:
        return encoded_answer(operation, status, media, prepared.body, prepared.headers)
    accepts: Accepts = _everything  # what cannot be made valid need not stay as it is
    if media.schema and prepared.must_stay_valid:
        accepts = operation.answers.accepts_next(media.schema)
    members: dict[str, Json] = {"violations": violations} if violations and media.is_json else {}
    body = template.filled(sentence, accepts, members)
    return encoded_answer(operation, status, media, body, prepared.headers)


def _prepared(operation: Operation, documented: DocumentedRefusal, accept: str) -> PreparedRefusal:
    """A documented refusal in the preferred media type, perhaps a remembered one; raises Unsatisfiable."""
    response, example = documented.response, documented.example
    media = _media(response, accept, example)
    key = id(response), id(media), documented.status, example
    known = _PREPARED.get(key)
    if known is not None and known.response is response:
        return known
    headers = example_headers(response, example)
    if media is None:
        return _PREPARED.put(key, PreparedRefusal(response, media, headers))
    body, generated, is_valid = _body(operation, documented, media)
    template = None
    if _can_fill(media, body):
        template = ErrorTemplate(body, generated=generated, keeps_codes=documented.status == 401)
    return _PREPARED.put(key, PreparedRefusal(response, media, headers, template, body, is_valid))


def _media(response: Response, accept: str, example: str | None) -> MediaType | None:
    """The media type that has the chosen example, else the one that the client prefers."""
    preferred = preferred_media(response, accept)
    if example is None or preferred is None or example in preferred.examples:
        return preferred
    return next(media for media in response.content.values() if example in media.examples)


def _body(operation: Operation, documented: DocumentedRefusal, media: MediaType) -> tuple[Json, bool, bool]:
    """A body for an error, whether it is generated, and whether it is valid.

    It is the chosen example, else the first valid one, else a generated one, else an empty object if allowed.
    An example of XML that is a string has no members to fill, so a generated body replaces it. Raises
    Unsatisfiable if the best attempt is not an object, because a problem says more then.
    """
    if documented.example is not None:
        example = media.examples[documented.example]
        return example, False, _is_valid(operation, media, example)
    for example in media.examples.values():
        if _can_fill(media, example) and _is_valid(operation, media, example):
            return example, False, True
    if media.schema is None:
        return ({} if media.is_json else next(iter(media.examples.values()), "")), True, True
    generated = operation.answers.generate(media.schema, status=documented.status)
    failure = generated.failure
    if isinstance(generated.value, dict):
        return generated.value, True, failure is None
    if media.is_json and not media.examples and _is_valid(operation, media, _EMPTY):
        return _EMPTY, True, True
    if failure is not None:
        raise Unsatisfiable(failure.pointer, failure.reason, operation.id)
    return generated.value, True, True


def _is_valid(operation: Operation, media: MediaType, body: Json) -> bool:
    return media.schema is None or not operation.answers.remember_violations(media.schema, body)


def _can_fill(media: MediaType, body: Json) -> bool:
    """Whether a sentence can be put into the body: not into a string that is XML or binary data."""
    if media.is_json or not isinstance(body, str):
        return True
    media_type = parse_content_type(concrete_type(media.name))
    return media_type is not None and media_type.type == "text" and not media_type.is_xml


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
