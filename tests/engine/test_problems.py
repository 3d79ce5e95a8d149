"""Trouble of the mock's own is a problem (RFC 9457) that a person and a machine can read."""

import json

import pytest

from mockserver.contract.bodies import Unencodable
from mockserver.contract.routing.router import UnknownPath, WrongMethod
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.security import MissingCredential
from mockserver.contract.validation import NotAcceptable
from mockserver.engine.problems import TROUBLE, problem_of
from mockserver.engine.sessions import BadKey, NoKey
from mockserver.model import Absent, Subject, Unauthenticated, UnlistedCode
from mockserver.scenarios.choice import UnknownChoice
from mockserver.scenarios.faults import BadFault

CASES = {
    "unknown-path": (UnknownPath("/cart/42", "/carts/{order_id}"), 404, {"nearest": "/carts/{order_id}"}, {}),
    "wrong-method": (WrongMethod("GET", "/a", ("PATCH",)), 405, {"allowed": ["PATCH"]}, {"allow": "PATCH"}),
    "unknown-scenario": (UnknownChoice("scenario", "slo", ("slow",)), 404, {"valid": ["slow"]}, {}),
    "unknown-code": (UnknownChoice("code", "418", ("200", "409")), 404, {"valid": ["200", "409"]}, {}),
    "unknown-example": (UnknownChoice("example", "x", ("a",)), 404, {"valid": ["a"]}, {}),
    "bad-session-key": (BadKey("no key", "query"), 400, {}, {}),
    "no-session-key": (NoKey(), 400, {}, {}),
    "unauthorized": (
        Unauthenticated("no token"),
        401,
        {"error": "UNAUTHORIZED"},
        {"www-authenticate": "Bearer"},
    ),
    "unknown-fault": (UnknownChoice("fault", "slow", ("slow-body",)), 404, {"valid": ["slow-body"]}, {}),
    "bad-delay": (BadFault("delay", "a delay is written 200ms"), 400, {}, {}),
    "bad-fault": (BadFault("fault", "'x' is no option"), 400, {}, {}),
    "no-body": (Unsatisfiable("no value", ""), 500, {}, {}),
    "not-acceptable": (
        NotAcceptable("text/html", ("application/json",)),
        406,
        {"available": ["application/json"]},
        {},
    ),
    "absent": (Absent(Subject("/users", "7")), 404, {}, {}),
    "unencodable": (Unencodable("XML has no name 'a b'"), 500, {}, {}),
    "unlisted-code": (UnlistedCode("TOO_ODD", "count"), 500, {}, {}),
}
MISSING = (
    MissingCredential("no key", ("Basic",)),
    401,
    {"error": "UNAUTHORIZED"},
    {"www-authenticate": "Basic"},
)
ALL_CASES = [*CASES.items(), ("unauthorized", MISSING)]


@pytest.mark.parametrize(("kind", "case"), ALL_CASES, ids=[*CASES, "missing credential"])
def test_a_trouble_is_told_with_type_title_status_and_detail(kind, case):
    error, status, members, headers = case
    answer = problem_of(error).answer()
    body = json.loads(answer.body)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert (body["type"], body["status"]) == (f"urn:mockserver:problem:{kind}", status)
    assert body["title"]
    assert body["detail"]
    assert {name: body[name] for name in members} == members
    assert {*body} == {"type", "title", "status", "detail", *members}
    assert dict(answer.headers).items() >= headers.items()


def test_every_trouble_has_a_problem():
    assert {type(error) for _, (error, *_) in ALL_CASES} == {*TROUBLE}


def test_where_no_path_is_near_none_is_guessed():
    problem = problem_of(UnknownPath("/x", None))
    assert "nearest path" not in problem.detail
    assert problem.members == {"nearest": None}
