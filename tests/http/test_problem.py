"""Each error of the server's own is a problem (RFC 9457) that a person and a machine can read."""

import json

import pytest

from mockserver.contract.bodies import Unencodable
from mockserver.contract.mutations import UnknownMutation
from mockserver.contract.operation_names import AmbiguousOperation, UnknownOperation
from mockserver.contract.routing.router import UnknownPath, WrongMethod
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.security import MissingCredential
from mockserver.contract.validation import NotAcceptable
from mockserver.control.exchange_calls import UnknownExchange
from mockserver.control.guard import Forbidden, TokenNeeded
from mockserver.control.request import UnreadableBody, bad_data
from mockserver.control.routes import IncompleteBaseUrl, MockedElsewhere, UnknownCall
from mockserver.control.stub_calls import UnknownStub
from mockserver.control.verification import NotVerified
from mockserver.data.reading import BadData, DataError
from mockserver.engine.evictions import SessionBounds, SessionEvicted
from mockserver.engine.session_keys import BadSessionKey, NoSessionKey
from mockserver.engine.sessions import UnknownSession
from mockserver.engine.states import UnknownCollection
from mockserver.http.problem import ProblemError
from mockserver.http.problem_types import PROBLEM_TYPES
from mockserver.model import (
    Absent,
    Conflict,
    StateFull,
    Subject,
    TransitionRefused,
    Unauthenticated,
    UnknownSubject,
    UnlistedCode,
)
from mockserver.scenarios.choice import UnknownChoice
from mockserver.scenarios.faults import BadFault

KEY = "flt_sk_abcdefghijkl1234"
BEARER = {"www-authenticate": "Bearer"}
# An error, its status, and the members and headers of its problem besides those that all have.
CASES = {
    "unknown-path": (UnknownPath("/cart/42", "/carts/{order_id}"), 404, {"nearest": "/carts/{order_id}"}, {}),
    "wrong-method": (WrongMethod("GET", "/a", ("PATCH",)), 405, {"allowed": ["PATCH"]}, {"allow": "PATCH"}),
    "unknown-scenario": (UnknownChoice("scenario", "slo", ("slow",)), 404, {"valid": ["slow"]}, {}),
    "unknown-code": (UnknownChoice("code", "418", ("200", "409")), 404, {"valid": ["200", "409"]}, {}),
    "unknown-example": (UnknownChoice("example", "x", ("a",)), 404, {"valid": ["a"]}, {}),
    "bad-session-key": (BadSessionKey("no key", "query"), 400, {}, {}),
    "no-session-key": (NoSessionKey(), 400, {}, {}),
    "unauthorized": (Unauthenticated("no token"), 401, {"error": "UNAUTHORIZED"}, BEARER),
    "unauthorized by a scheme": (
        MissingCredential("no password", ('Basic realm="mock"',)),
        401,
        {"error": "UNAUTHORIZED"},
        {"www-authenticate": 'Basic realm="mock"'},
    ),
    "unknown-fault": (UnknownChoice("fault", "slow", ("slow-body",)), 404, {"valid": ["slow-body"]}, {}),
    "bad-delay": (BadFault("delay", "expected a delay"), 400, {}, {}),
    "bad-fault": (BadFault("fault", "'x' is not an option"), 400, {}, {}),
    "no-body": (Unsatisfiable("no value", ""), 500, {}, {}),
    "not-acceptable": (
        NotAcceptable("text/html", ("application/json",)),
        406,
        {"available": ["application/json"]},
        {},
    ),
    "absent": (Absent(Subject("/users", "7")), 404, {}, {}),
    "unencodable": (Unencodable("XML has no name 'a b'"), 500, {}, {}),
    "conflict": (Conflict("shops has an item with the id 7 already"), 409, {}, {}),
    "conflict, of a patch": (Conflict("the JSON Patch cannot be applied", (422, 409)), 422, {}, {}),
    "state-full": (StateFull("users has 10,000 items"), 507, {}, {}),
    "session-evicted": (
        SessionEvicted("a", "crowded out", SessionBounds(2)),
        410,
        {"session": "a", "bound": "max-sessions", "flag": "--max-sessions", "limit": 2},
        {},
    ),
    "unlisted-code": (UnlistedCode("TOO_ODD", "count"), 500, {}, {}),
    "forbidden": (Forbidden("'evil.example' is not a name of this server"), 403, {}, {}),
    "control-token": (TokenNeeded(), 401, {}, BEARER),
    "unknown-call": (UnknownCall("/__mock/helth", ("/__mock/health",)), 404, {}, {}),
    "unknown-call on a port of its own": (MockedElsewhere("/__mock", 4010), 404, {}, {}),
    "unknown-call in a session": (IncompleteBaseUrl("/__mock/as"), 404, {}, {}),
    "unknown-stub": (UnknownStub("s3", ("s1",)), 404, {"valid": ["s1"]}, {}),
    "bad-body": (UnreadableBody("not JSON"), 400, {}, {}),
    "bad-body that is too large": (UnreadableBody("too large", 413), 413, {}, {}),
    "unknown-session": (UnknownSession("a"), 404, {}, {}),
    "unknown-subject": (UnknownSubject(Subject("carts", "7"), ("42",)), 404, {"valid": ["42"]}, {}),
    "unknown-subject, its collection": (UnknownCollection("a", ("b",)), 404, {"valid": ["b"]}, {}),
    "unknown-exchange": (UnknownExchange("x1", "default"), 404, {}, {}),
    "transition-refused": (
        TransitionRefused("reopen", "ordered", ("cancel",)),
        409,
        {"state": "ordered", "allowed": ["cancel"]},
        {},
    ),
    "unknown-mutation": (UnknownMutation("a", ("b",)), 404, {"valid": ["b"]}, {}),
    "unknown-operation": (UnknownOperation("a", ("b",)), 404, {"valid": ["b"]}, {}),
    "ambiguous-operation": (AmbiguousOperation("c", ("a/c", "b/c")), 422, {"valid": ["a/c", "b/c"]}, {}),
    "not-verified": (
        NotVerified("expected 1", 1, 0, ()),
        422,
        {"expected": 1, "actual": 0, "nearest": []},
        {},
    ),
}
# Errors that quote what a client sent, which may be a secret.
QUOTING = (
    Forbidden(f"pages of {KEY!r} may not"),
    UnknownCall(f"/__mock/{KEY}", ("/__mock/health",)),
    UnreadableBody(f"not JSON: {KEY}"),
    UnknownStub(KEY, (KEY,)),
    UnknownSession(KEY),
    SessionEvicted(KEY, "idle", SessionBounds(2, ttl=1.0)),
    UnknownSubject(Subject("tokens", KEY), (KEY,)),
    UnknownCollection(KEY, (KEY,)),
    UnknownExchange(KEY, KEY),
    TransitionRefused(KEY, "ordered", ("cancel",)),
    UnknownMutation(KEY, (f"op 200 null /{KEY}",)),
    UnknownOperation(KEY, ("op",)),
    AmbiguousOperation(KEY, (f"a/{KEY}", f"b/{KEY}")),
    BadSessionKey(f"no key {KEY}", "header"),
    UnknownPath(f"/{KEY}", None),
    UnknownChoice("scenario", KEY, (KEY,)),
)


def subclasses(parent):
    """The classes of the product that derive from a class, directly or not."""
    children = [each for each in parent.__subclasses__() if each.__module__.startswith("mockserver.")]
    return {*children, *(grandchild for child in children for grandchild in subclasses(child))}


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=list(CASES))
def test_an_error_becomes_a_problem_with_type_title_status_detail_and_message(name, case):
    error, status, members, headers = case
    kind = name.partition(" ")[0].rstrip(",")
    answer = error.problem().answer()
    body = json.loads(answer.body)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert (body["type"], body["status"]) == (f"urn:mockserver:problem:{kind}", status)
    assert body["title"] == PROBLEM_TYPES[kind].title
    assert body["detail"]
    assert {name: body[name] for name in members} == members
    assert body["message"] == body["detail"]
    assert {*body} == {"type", "title", "status", "detail", "message", *members}
    assert dict(answer.headers) == {"content-type": "application/problem+json", **headers}


def test_every_error_has_a_problem():
    assert {type(error) for error, *_ in CASES.values()} == subclasses(ProblemError)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_each_status_is_one_of_the_type(case):
    error, status, *_ = case
    known = error.problem().type
    assert status in (known.status, *known.other_statuses)


@pytest.mark.parametrize("error", QUOTING, ids=lambda error: type(error).__name__)
def test_no_problem_shows_a_secret(error):
    assert KEY.encode() not in error.problem().answer().body


def test_where_no_path_is_near_none_is_guessed():
    problem = UnknownPath("/x", None).problem()
    assert "nearest path" not in problem.detail
    assert problem.members == {"nearest": None}


def test_each_error_in_the_data_is_listed():
    answer = bad_data(
        BadData([DataError("/a", "expected a string"), DataError("/b/0", "unknown key")])
    ).answer()
    body = json.loads(answer.body)
    assert (answer.status, body["type"]) == (422, "urn:mockserver:problem:bad-data")
    assert body["title"] == "Invalid data"
    assert body["faults"] == [
        {"pointer": "/a", "message": "expected a string"},
        {"pointer": "/b/0", "message": "unknown key"},
    ]


def test_bad_data_shows_no_secret():
    bad = BadData([DataError(f"/tokens/{KEY}", f"found {KEY}")])
    assert KEY.encode() not in bad_data(bad).answer().body
