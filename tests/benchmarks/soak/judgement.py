"""What holds for every answer, told by judges of their own: the contract's schemas, and no code of ours."""

import json
import re
from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS31Validator

from tests.support.hostile import FAILING
from tests.support.table_of_checks import ANSWERS
from tests.support.wire import Reply

LABELS = ("x-mock-exchange", "x-mock-source", "x-mock-session")
PROBLEM = "application/problem+json"


def mocked(reply: Reply) -> Iterator[str]:
    """What is wrong with an answer of the mocked API, whatever was asked."""
    yield from (f"the answer has no {label}" for label in LABELS if label not in reply.headers)
    if "x-mock-off-contract" in reply.headers:
        yield f"the mock's own answer is off the contract: {reply.headers['x-mock-off-contract']}"
    if reply.status >= 500 and reply.headers.get("x-mock-scenario") not in FAILING:
        yield f"a {reply.status} that no scenario asked for"
    try:
        body = reply.json()
    except ValueError:
        yield "the body is not JSON"
        return
    if reply.headers.get("content-type") == PROBLEM:
        yield from _problem(reply, body)
    elif reply.status not in ANSWERS:
        yield f"the contract has no {reply.status}, and the answer is not one of the mock's own problems"
    else:
        yield from (f"off the contract: {error.message}" for error in ANSWERS[reply.status].iter_errors(body))


def _problem(reply: Reply, body: Any) -> Iterator[str]:
    """RFC 9457, section 3.1, as this server keeps to it."""
    if not isinstance(body, dict) or not {"type", "title", "status", "detail"} <= body.keys():
        yield "a problem without type, title, status and detail"
    elif body["status"] != reply.status:
        yield f"a problem that says {body['status']} under the status {reply.status}"


class Control:
    """Judges the answers of control calls by the document that the server itself gives out for them."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._judges: dict[tuple[str, str, int], OAS31Validator | None] = {}
        self._templates = {
            re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))): path
            for path in sorted(document["paths"], key=lambda path: path.count("{"))
        }

    def judge(self, method: str, path: str, reply: Reply) -> Iterator[str]:
        """What is wrong with the answer to a call, whose path stands below the prefix."""
        if reply.status >= 500:
            yield f"a control call answered with {reply.status}"
            return
        template = next((each for known, each in self._templates.items() if known.fullmatch(path)), None)
        if template is None or method.lower() not in self._document["paths"][template]:
            if reply.status not in (403, 404, 405):
                yield f"a call that there is not, answered with {reply.status}"
            return
        key = template, method.lower(), reply.status
        if key not in self._judges:
            documented = self._documented(*key)
            if documented is None:
                yield f"{method} {template} documents no {reply.status}"
                return
            self._judges[key] = self._judge_of(documented)
        judge = self._judges[key]
        if judge is not None:
            found = judge.iter_errors(json.loads(reply.body))
            yield from (f"off the control API's contract: {error.message}" for error in found)

    def _documented(self, template: str, method: str, status: int) -> Any:
        response = self._document["paths"][template][method]["responses"].get(str(status))
        if response is not None and "$ref" in response:
            response = self._document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        return response

    def _judge_of(self, response: Any) -> OAS31Validator | None:
        content = next(iter(response.get("content", {}).values()), {})
        if "schema" not in content:
            return None
        return OAS31Validator({**content["schema"], "components": self._document["components"]})
