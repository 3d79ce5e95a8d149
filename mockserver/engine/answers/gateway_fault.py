"""The answers of a gateway before the API: HTML pages, and too many requests."""

import math
from contextlib import suppress
from http import HTTPStatus

from msgspec.structs import replace

from mockserver.contract.bodies import Unencodable
from mockserver.contract.operation import Operation
from mockserver.engine.answers.by_contract import documented_answer
from mockserver.engine.exchange import Source
from mockserver.http.message import Answer
from mockserver.http.problem import Problem
from mockserver.scenarios.faults import GATEWAY_STATUSES, Fault

_SENTENCES = {
    502: "The gateway received no valid response from the server behind it.",
    503: "The server is not available at the moment. Please try again later.",
    504: "The gateway received no response from the server behind it in time.",
}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{status} {reason}</title>
</head>
<body>
<h1>{status} {reason}</h1>
<p>{sentence}</p>
</body>
</html>
"""


def gateway_answer(fault: Fault, operation: Operation | None, accept: str) -> tuple[Source, Answer]:
    """The answer of a gateway fault to a request for this operation, None for an unknown path.

    A page in HTML whatever the client accepts; for `rate-limited` the contract's 429 in the media type that
    `accept` prefers, or a problem where the contract has none that can be sent.
    """
    if fault.name == "rate-limited":
        source, answer = _rate_limit(operation, accept)
    else:
        source, answer = "mock", _page(GATEWAY_STATUSES[fault.name])
    if fault.retry_after is None:
        return source, answer
    headers = [each for each in answer.headers if each[0].lower() != "retry-after"]
    headers.append(("retry-after", f"{math.ceil(fault.retry_after)}"))  # RFC 9110, section 10.2.3
    return source, replace(answer, headers=headers)


def _page(status: int) -> Answer:
    page = _PAGE.format(status=status, reason=HTTPStatus(status).phrase, sentence=_SENTENCES[status])
    return Answer(status, [("content-type", "text/html")], page.encode())


def _rate_limit(operation: Operation | None, accept: str) -> tuple[Source, Answer]:
    status = GATEWAY_STATUSES["rate-limited"]
    if operation is not None and operation.response(status) is not None:
        with suppress(Unencodable):
            return documented_answer(operation, status, accept)
    problem = Problem("rate-limited", "the fault 'rate-limited' answers this request instead of the API")
    return "mock", replace(problem.answer(), outside=False)  # judged by the contract like any answer
