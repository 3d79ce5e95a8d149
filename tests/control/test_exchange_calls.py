"""Control calls about exchanges: journal, coverage and explain; test_verification.py tests verification."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.console import Console, open_console, problem

CALL = {"method": "PATCH", "path": "/carts/42", "body": {"purchaser_id": 12}}
REFUSES = {"respond": {"error": "ORDER_NOT_CART"}}
AS_SOMEBODY = {"Authorization": "Bearer flt_sk_pasted_by_somebody"}


def ids(console: Console, query: str = "") -> list[str]:
    return [each["id"] for each in console.exchanges(query)]


@pytest.fixture
def busy(console: Console) -> Console:
    """x1: 200; x2: 409 by scenario; x3: 400, invalid; x4: 404 by the model; x5: no such path."""
    console.patch()
    console.patch(headers={"x-mock-scenario": "order-not-cart"})
    console.patch(body={"purchaser_id": 0})
    console.patch("99")
    console.send("GET", "/nothing")
    return console


# The journal


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["x5", "x4", "x3", "x2", "x1"]),
        ("?operation=update-a-cart", ["x4", "x3", "x2", "x1"]),
        ("?operation=PATCH%20/carts/{order_id}", ["x4", "x3", "x2", "x1"]),
        ("?status=409", ["x2"]),
        ("?status=404", ["x5", "x4"]),
        ("?scenario=order-not-cart", ["x2"]),
        ("?valid=true", ["x4", "x2", "x1"]),
        ("?valid=false", ["x5", "x3"]),
        ("?valid=true&status=404", ["x4"]),
        ("?valid=false&operation=update-a-cart&status=400", ["x3"]),
        ("?limit=2", ["x5", "x4"]),
        ("?cursor=3", ["x2", "x1"]),
    ],
)
def test_the_journal_is_newest_first_and_filtered(busy, query, expected):
    assert ids(busy, query) == expected


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 7), valid=st.sampled_from(["", "&valid=true", "&valid=false"]))
def test_the_pages_together_are_the_whole_and_the_last_says_so(console, limit, valid):
    while len(console.exchanges()) < 6:
        console.patch(body={"purchaser_id": len(console.exchanges()) % 2})
    paged: list[str] = []
    cursor = ""
    for _ in count():
        page = console.call(f"GET requests?limit={limit}{valid}{cursor}").json()
        paged += [each["id"] for each in page["requests"]]
        if page["next"] is None:
            break
        assert len(page["requests"]) == limit
        cursor = f"&cursor={page['next']}"
    assert paged == ids(console, f"?limit=1000{valid}")


def test_a_page_keeps_its_place_while_further_requests_come(busy):
    first = busy.call("GET requests?limit=2").json()
    busy.patch()
    assert ids(busy, f"?limit=2&cursor={first['next']}") == ["x3", "x2"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("status=99", "/status"),
        ("status=600", "/status"),
        ("status=abc", "/status"),
        ("status=", "/status"),
        ("status=%D9%A4%D9%A0%D9%A4", "/status"),
        ("limit=0", "/limit"),
        ("limit=1001", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=1.0", "/limit"),
        ("cursor=x3", "/cursor"),
        ("cursor=03", "/cursor"),
        ("cursor=" + "9" * 16, "/cursor"),
        ("valid=yes", "/valid"),
        ("valid=", "/valid"),
        ("stauts=200", "/stauts"),
        ("status=200&status=404", "/status"),
        ("%FF=1", "/\ufffd"),
    ],
)
def test_a_filter_that_is_none_is_refused_by_name(console, query, pointer):
    refused = console.call(f"GET requests?{query}")
    assert problem(refused) == "422 bad-data"
    assert [fault["pointer"] for fault in refused.json()["faults"]] == [pointer]


def test_a_filter_by_an_unknown_operation_names_the_nearest_one(console):
    refused = console.call("GET requests?operation=update-cart")
    assert problem(refused) == "404 unknown-operation"
    assert "did you mean 'update-a-cart'?" in refused.json()["detail"]


def test_a_match_of_an_unknown_operation_names_the_nearest_one(console):
    refused = console.call("POST requests/verify", {"match": {"operation": "update-cart"}})
    assert problem(refused) == "422 bad-data"
    assert refused.json()["faults"] == [
        {
            "pointer": "/match/operation",
            "message": "the contract has no operation 'update-cart'; did you mean 'update-a-cart'?",
        }
    ]


def test_a_misspelt_filter_is_told_the_right_one(console):
    assert "did you mean 'status'?" in console.call("GET requests?stauts=200").json()["detail"]


def test_the_query_may_name_the_session(console):
    console.patch(session="mine")
    listed = console.send("GET", "/__mock/requests?__session=mine&status=200").json()
    assert [each["id"] for each in listed["requests"]] == ["x1"]


def test_an_exchange_is_found_by_the_id_that_its_answer_named(busy):
    answered = busy.patch(body={"purchaser_id": 13})
    shown = busy.call(f"GET requests/{answered.header('x-mock-exchange')}").json()
    assert shown["request"]["body"] == {"purchaser_id": 13}
    assert shown["response"]["body"] == answered.json()
    assert shown == busy.exchanges("?limit=1")[0]


@pytest.mark.parametrize("name", ["x6", "x0", "x01", "1", "x", "verify-it"])
def test_an_exchange_that_is_not_there_is_a_problem(busy, name):
    assert problem(busy.call(f"GET requests/{name}")) == "404 unknown-exchange"


def test_sessions_do_not_see_each_other_s_exchanges(busy):
    busy.patch(session="mine")
    assert [each["id"] for each in busy.exchanges(session="mine")] == ["x1"]
    assert problem(busy.call("GET requests/x2", session="mine")) == "404 unknown-exchange"
    assert busy.call("DELETE requests", session="mine").status == 204
    assert busy.exchanges(session="mine") == []
    assert len(busy.exchanges()) == 5


def test_a_cleared_journal_leaves_the_state_as_it_is(busy):
    busy.call("POST session/carts/42/events", {"event": "submit"})
    busy.call("DELETE requests")
    assert busy.exchanges() == []
    assert busy.state()["carts"]["42"]["state"] == "ordered"


def test_bytes_in_a_query_that_are_no_utf8_can_be_shown(console):
    console.send("GET", "/carts/42?a=%FF&%FE=b")
    assert console.exchanges()[0]["request"]["query"] == [
        {"name": "a", "value": "\ufffd"},
        {"name": "\ufffd", "value": "b"},
    ]
    refused = console.call("POST requests/verify", {"match": {"query": {"a": "b"}}})
    assert refused.json()["nearest"][0]["differences"][0]["found"] == "\ufffd"


# Coverage


def seen(console: Console, query: str = "", session: str | None = None) -> set[str]:
    """The names of what was seen, of all kinds."""
    row = console.call(f"GET coverage{query}", session=session).json()["operations"][0]
    kinds = ("statuses", "codes", "properties", "values")
    return {fact["name"] for kind in kinds for fact in row[kind] if fact["seen"]}


def test_coverage_is_of_one_session_or_of_all(console):
    console.patch(session="mine")
    console.patch("99", {"acquisition_mode": "BUY"}, session="yours")
    mine, yours = (
        {"200", "body/purchaser_id"},
        {"404", "CART_NOT_FOUND", "body/acquisition_mode", "body/acquisition_mode=BUY"},
    )
    assert seen(console, session="mine") == mine
    assert seen(console, "?scope=session", session="yours") == yours
    assert seen(console, "?scope=all") == mine | yours
    assert seen(console) == set()


def test_coverage_stays_when_records_drop_out_and_when_sessions_go():
    with open_console(Settings(journal_size=1, max_sessions=2)) as console:
        console.patch(session="mine")
        console.patch("99", {"acquisition_mode": "BUY"}, session="mine")
        assert ids(console, "?__session=mine") == [] == console.exchanges()
        whole = {
            "200",
            "body/purchaser_id",
            "404",
            "CART_NOT_FOUND",
            "body/acquisition_mode",
            "body/acquisition_mode=BUY",
        }
        assert len(console.exchanges(session="mine")) == 1
        assert seen(console, session="mine") == whole
        console.patch(session="another")
        assert "mine" not in [each["key"] for each in console.call("GET sessions").json()["sessions"]]
        assert seen(console, "?scope=all") == whole


def test_coverage_goes_with_what_is_cleared_or_reset(console):
    for call in ("DELETE requests", "POST session/reset", "DELETE session"):
        console.patch()
        assert seen(console) == {"200", "body/purchaser_id"}
        console.call(call)
        assert seen(console) == set()


def test_coverage_of_all_needs_no_session_key_but_refuses_what_is_none():
    with open_console(Settings(strict_sessions=True)) as console:
        assert console.send("GET", "/__mock/coverage?scope=all").status == 200
        assert problem(console.call("GET coverage?scope=all", session="no key")) == "400 bad-session-key"


@pytest.mark.parametrize("query", ["scope=everything", "scope=", "scop=all", "scope=all&scope=all"])
def test_a_scope_that_is_none_is_refused(console, query):
    assert problem(console.call(f"GET coverage?{query}")) == "422 bad-data"


# Explain


def explained(console: Console, session: str | None = None, **request: object):
    reply = console.call("POST explain", {**CALL, "headers": AS_SOMEBODY, **request}, session=session)
    assert reply.status == 200, reply.json()
    return reply.json()


def test_explain_answers_what_would_be_answered_and_the_trail(console):
    explanation = explained(console)
    answered = console.patch()
    shown = console.exchanges()[0]
    assert explanation["id"] is None
    for member in (
        "operation",
        "violations",
        "off_contract",
        "valid",
        "scenario",
        "source",
        "trail",
        "session",
    ):
        assert explanation[member] == shown[member], member
    assert explanation["response"]["body"] == answered.json()
    assert explanation["response"]["status"] == 200
    assert [each["step"] for each in explanation["trail"]][:3] == ["match", "open_session", "authenticate"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"headers": {}}, (401, "auth")),
        ({"body": {"purchaser_id": 0}}, (400, "validation")),
        ({"body": "{"}, (400, "validation")),
        ({"body": " " * (1024 * 1024 + 1)}, (413, "validation")),
        ({"headers": {**AS_SOMEBODY, "content-type": "text/plain"}}, (415, "validation")),
        ({"path": "/carts/99"}, (404, "model")),
        ({"path": "/carts/42?__code=409"}, (409, "scenario")),
        ({"headers": {**AS_SOMEBODY, "X-Mock-Scenario": "slow"}}, (200, "scenario")),
        ({"headers": {**AS_SOMEBODY, "X-Mock-Scenario": "slwo"}}, (404, "mock")),
        ({"headers": {**AS_SOMEBODY, "X-Mock-Session": "no key"}}, (400, "mock")),
        ({"method": "GET"}, (405, "mock")),
        ({"path": "/cart"}, (404, "mock")),
        ({"path": ""}, (404, "mock")),
    ],
    ids=[
        "no token",
        "invalid",
        "no JSON",
        "too large",
        "another type",
        "no such cart",
        "a code by query",
        "a scenario by header",
        "an unknown scenario",
        "no session key",
        "a wrong method",
        "an unknown path",
        "no path",
    ],
)
def test_explain_speaks_of_refusals_as_of_answers(console, request_, expected):
    explanation = explained(console, **request_)
    assert (explanation["response"]["status"], explanation["source"]) == expected


def everything(console: Console) -> object:
    """All that a server could tell of a change, but for when a session was used."""
    sessions = console.call("GET sessions").json()["sessions"]
    health = console.call("GET health").json()
    keys = sorted(each["key"] for each in sessions)
    plain = sorted(({**each, "used": None} for each in sessions), key=lambda each: each["key"])
    return (
        health,
        plain,
        [(console.state(key), console.exchanges(session=key), seen(console, "", key)) for key in keys],
    )


@pytest.mark.parametrize(
    "request_",
    [
        {"body": {"acquisition_mode": "BUY"}},
        {"headers": {**AS_SOMEBODY, "X-Mock-Scenario": "submitted-elsewhere"}},
        {"headers": {**AS_SOMEBODY, "X-Mock-Scenario": "cancelled-meanwhile"}},
        {"headers": {**AS_SOMEBODY, "X-Mock-Session": "unheard-of"}},
        {"path": "/carts/42?__dynamic=true"},
        {"method": "POST", "path": "/nowhere"},
    ],
    ids=["a change", "a story", "a story with an event", "another session", "a generated body", "a problem"],
)
def test_explain_changes_nothing(console, request_):
    console.patch(headers={"x-mock-scenario": "submitted-elsewhere"})
    console.call("PUT session/scenario", {"name": "submitted-elsewhere"})
    before = everything(console)
    first = explained(console, **request_)
    assert explained(console, **request_)["response"]["body"] == first["response"]["body"]
    assert everything(console) == before
    assert console.patch().header("x-mock-exchange") == "x2", "no number was used up"


def test_explain_masks_an_answer_s_headers_as_the_journal_does(tmp_path):
    token = "abcdefghijklmnopqrstu"
    (tmp_path / "api.yaml").write_text(TOKENS.replace("TOKEN", token), encoding="utf-8")
    backend = load_backend(Settings(specs=(tmp_path / "api.yaml",)))
    with open_console(backend=backend) as console:
        explanation = console.call("POST explain", {"method": "GET", "path": "/tokens"}).json()
        assert explanation["response"]["headers"]["x-token"] == "…rstu"
        assert token not in str(explanation)


TOKENS = """
openapi: 3.1.0
info: {title: Tokens, version: "1"}
paths:
  /tokens:
    get:
      responses:
        "204": {description: Done, headers: {X-Token: {schema: {type: string}, example: TOKEN}}}
"""


def test_explain_counts_a_story_from_where_it_stands(console):
    console.call("PUT session/scenario", {"name": "submitted-elsewhere"})
    statuses = [(explained(console)["response"]["status"], console.patch().status) for _ in range(4)]
    assert statuses == [(200, 200), (200, 200), (409, 409), (409, 409)]


def test_explain_speaks_for_its_own_session_unless_the_request_names_another(console):
    console.call("POST session/carts/42/events", {"event": "submit"}, session="ordered")
    assert explained(console, session="ordered")["response"]["status"] == 409
    assert explained(console)["response"]["status"] == 200
    for way in (
        {"headers": {**AS_SOMEBODY, "X-Mock-Session": "ordered"}},
        {"headers": {**AS_SOMEBODY, "baggage": "mock-session=ordered"}},
        {"headers": {**AS_SOMEBODY, "cookie": "mock_session=ordered"}},
        {"path": "/carts/42?__session=ordered"},
    ):
        explanation = explained(console, session="mine", **way)
        assert (explanation["session"], explanation["response"]["status"]) == ("ordered", 409)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"path": "/"}, ""),
        ({"method": "GET"}, ""),
        ({"method": "get", "path": "/"}, "/method"),
        ({"method": "FETCH", "path": "/"}, "/method"),
        ({"method": 1, "path": "/"}, "/method"),
        ({"method": "GET", "path": 1}, "/path"),
        ({"method": "GET", "path": "/", "headers": {"a": 1}}, "/headers/a"),
        ({"method": "GET", "path": "/", "headers": []}, "/headers"),
        ({"method": "GET", "path": "/", "query": {}}, "/query"),
    ],
)
def test_a_request_that_is_badly_described_is_refused_by_pointer(console, body, pointer):
    refused = console.call("POST explain", body)
    assert problem(refused) == "422 bad-data"
    assert pointer in [fault["pointer"] for fault in refused.json()["faults"]]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "PATCH", "OPTIONS"]),
    path=st.text(max_size=20) | st.just("/carts/42?a=%FF"),
    headers=st.dictionaries(
        st.sampled_from(["X-Mock-Session", "Cookie", "Prefer", "Origin", "Authorization", "baggage"])
        | st.text(max_size=5),
        st.text(max_size=20),
        max_size=3,
    ),
    body=st.none() | st.text(max_size=20),
)
def test_whatever_request_is_described_is_explained(console, method, path, headers, body):
    described = {"method": method, "path": path, "headers": headers, "body": body}
    assert console.call("POST explain", described).status == 200


# All sessions


def test_a_page_over_all_sessions_goes_on_by_its_cursor(console):
    for session in ("a", "b", "a"):
        console.patch(session=session)
    rows: list[tuple[str, str]] = []
    cursor = ""
    while cursor is not None:
        page = console.call(f"GET requests?scope=all&limit=2{cursor}").json()
        rows += [(each["session"], each["id"]) for each in page["requests"]]
        cursor = None if page["next"] is None else f"&cursor={page['next']}"
    assert rows == [("a", "x2"), ("b", "x1"), ("a", "x1")]
    assert [each["id"] for each in console.call("GET requests", session="b").json()["requests"]] == ["x1"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_over_all_sessions_keep_their_place_while_exchanges_come_and_sessions_go(console, limit):
    for session in ("a", "b", "a", "b", "c", "a"):
        console.patch(session=session)
    rows: list[tuple[str, str]] = []
    target = f"GET requests?scope=all&limit={limit}"
    page = console.call(target).json()
    console.patch(session="new")
    console.call("DELETE sessions/c")
    while True:
        rows += [(each["session"], each["id"]) for each in page["requests"]]
        if page["next"] is None:
            break
        console.patch(session="a")
        page = console.call(f"{target}&cursor={page['next']}").json()
    listed = [("a", "x3"), ("c", "x1"), ("b", "x2"), ("a", "x2"), ("b", "x1"), ("a", "x1")]
    assert rows == [each for number, each in enumerate(listed) if each[0] != "c" or number < limit]


def test_the_last_page_over_all_sessions_says_so_although_others_have_exchanges_that_do_not_match(console):
    for session in ("a", "b", "a"):
        console.patch(session=session)
    console.call("PUT session/scenario", {"name": "order-not-cart"}, session="b")
    console.patch(session="b")
    console.patch(session="b")
    page = console.call("GET requests?scope=all&status=200&limit=3").json()
    assert [(each["session"], each["id"]) for each in page["requests"]] == [
        ("a", "x2"),
        ("b", "x1"),
        ("a", "x1"),
    ]
    assert page["next"] is None
    assert console.call("GET requests?scope=all&status=409&limit=2").json()["next"] is None


# Ids


@pytest.mark.parametrize(
    ("call", "body", "following"),
    [
        ("POST session/reset", None, "x2"),
        ("DELETE requests", None, "x2"),
        ("POST session/fork", {"from": "source"}, "x2"),
        ("POST explain", {"method": "PATCH", "path": "/carts/42"}, "x2"),
        ("DELETE session", None, "x1"),
        ("DELETE sessions/mine", None, "x1"),
    ],
)
def test_ids_count_on_until_the_session_is_deleted(console, call, body, following):
    for _ in range(3):
        console.patch(session="source")
    console.patch(session="mine")
    console.call(call, body, session="mine")
    assert console.patch(session="mine").header("x-mock-exchange") == following
    assert console.patch(session="source").header("x-mock-exchange") == "x4"


# Changes by control calls


def changes(console: Console, query: str = "") -> list[tuple[str | None, str, object]]:
    rows = console.call(f"GET session/changes{query}").json()["changes"]
    return [(each["after"], each["call"], each["body"]) for each in rows]


def test_the_changes_of_a_session_are_kept_in_order_between_its_exchanges(console):
    console.call("PUT session/scenario", {"name": "order-not-cart"})
    console.patch()
    console.call("DELETE session/scenario")
    console.call("POST session/carts/42/events", {"event": "submit"})
    console.patch(session="another")
    console.patch()
    console.call("PATCH session/state", {"carts": {"43": None}})
    assert changes(console) == [
        ("x2", "PATCH /session/state", {"carts": {"43": None}}),
        ("x1", "POST /session/carts/42/events", {"event": "submit"}),
        ("x1", "DELETE /session/scenario", None),
        (None, "PUT /session/scenario", {"name": "order-not-cart"}),
    ]


def test_a_call_that_is_refused_is_no_change(console):
    console.call("PUT session/scenario", {"name": "no-such-scenario"})
    console.call("POST session/carts/42/events", {"event": "reopen"})
    console.call("PUT session/state", {"carts": 1})
    assert changes(console) == []


@pytest.mark.parametrize("call", ["POST session/reset", "DELETE session", "DELETE requests"])
def test_changes_go_with_the_journal(console, call):
    console.call("PUT session/scenario", {"name": "order-not-cart"})
    console.call(call)
    assert changes(console) == []


def test_a_fork_has_its_own_changes_which_begin_with_the_fork(console):
    console.call("PUT session/scenario", {"name": "order-not-cart"}, session="source")
    console.patch()
    console.call("POST session/fork", {"from": "source"})
    console.call("DELETE session/scenario")
    assert changes(console) == [
        ("x1", "DELETE /session/scenario", None),
        ("x1", "POST /session/fork", {"from": "source"}),
    ]
    of_source = console.call("GET session/changes", session="source").json()["changes"]
    assert [each["call"] for each in of_source] == ["PUT /session/scenario"]


def test_pages_of_changes_go_on_by_a_cursor_and_are_bounded_like_the_journal():
    with open_console(Settings(journal_size=3)) as console:
        for number in range(5):
            console.call("PATCH session/state", {"carts": {"42": {"purchaser": 11 + number % 3}}})
        first = console.call("GET session/changes?limit=2").json()
        rest = console.call(f"GET session/changes?limit=2&cursor={first['next']}").json()
        assert (len(first["changes"]), len(rest["changes"]), rest["next"]) == (2, 1, None)


def test_secrets_in_a_change_are_masked(console):
    console.call(
        "PATCH session/state", {"tokens": {"flt_sk_very-secret-token": {"company": 1, "scopes": []}}}
    )
    assert "very-secret" not in str(changes(console))
    assert len(changes(console)) == 1


# Violations

INVALID_BODY = {"purchaser_id": 0}


def violations(console: Console, query: str = "", **options: str) -> list[tuple[str, str, str]]:
    answer = console.call(f"GET violations{query}", **options).json()
    rows = [(each["exchange"], each["side"], each["pointer"]) for each in answer["violations"]]
    assert answer["count"] == len(rows)
    return rows


def test_violations_are_those_of_the_session(console):
    console.patch(body=INVALID_BODY)
    console.patch(session="another", body=INVALID_BODY)
    assert violations(console) == [("x1", "request", "/purchaser_id")]
    assert len(violations(console, "?scope=all")) == 2
    [row] = console.call("GET violations").json()["violations"]
    assert row["operation"] == "update-a-cart"
    assert (row["method"], row["path"], row["lenient"]) == ("PATCH", "/carts/42", False)
    shown = console.call("GET requests/x1").json()["violations"]
    assert shown == [{name: row[name] for name in ("in", "pointer", "keyword", "message", "rule")}]


@pytest.mark.parametrize("call", ["POST session/reset", "DELETE requests"])
def test_violations_stay_after_a_reset_until_they_are_cleared(console, call):
    console.patch(body=INVALID_BODY)
    console.call(call)
    assert violations(console) == [("x1", "request", "/purchaser_id")]
    assert console.call("DELETE violations").status == 204
    assert violations(console) == []


@pytest.mark.parametrize("session", ["default", "mine"])
def test_a_deleted_session_leaves_no_violations(console, session):
    console.patch(body=INVALID_BODY, session=session)
    console.call("DELETE session", session=session)
    assert violations(console, session=session) == []


def test_a_fork_has_no_violations(console):
    console.patch(body=INVALID_BODY)
    console.call("POST session/fork", {"from": "default"}, session="copy")
    assert violations(console, session="copy") == []


def test_violations_stay_whatever_comes_after_them(console):
    """Many more exchanges, a reset, and another session's content."""
    console.patch(body=INVALID_BODY)
    for _ in range(1_005):
        console.patch()
    console.call("PUT session/state", {}, session="other")
    console.call("POST session/fork", {"from": "other"})
    console.call("POST session/reset")
    assert console.exchanges() == []
    assert violations(console) == [("x1", "request", "/purchaser_id")]


def test_violations_of_one_side_are_listed_and_counted_alone(console):
    console.patch(body=INVALID_BODY)
    assert violations(console, "?side=request") == [("x1", "request", "/purchaser_id")]
    assert violations(console, "?side=answer") == []
    assert console.call("GET violations?side=both").status == 422


def test_requests_and_control_calls_without_a_key_belong_to_the_session_that_adopts_them(console):
    console.server.keyless_session = "mine"
    keyless = {"content-type": "application/json", "authorization": "Bearer flt_sk_demo"}
    answer = console.send("PATCH", "/carts/42", b"{}", keyless)
    assert dict(answer.headers)[b"x-mock-session"] == b"mine"
    [row] = console.exchanges(session="mine")
    assert "mine, which adopts requests without a session key" in [each["decided"] for each in row["trail"]]
    assert console.send("GET", "/__mock/session").json()["key"] == "mine"
    refused = console.send("PATCH", "/carts/42", b"{}", {**keyless, "x-mock-session": "not a key"})
    assert dict(refused.headers)[b"x-mock-session"] == b"mine"


def test_leniencies_are_listed_with_the_violations_where_they_are_asked_for(console):
    token = {"authorization": "Bearer flt_sk_demo", "content-type": "application/json"}
    console.send("PATCH", "/carts/42/", b"{}", token)
    assert violations(console) == []
    assert violations(console, "?leniencies=true") == [("x1", "request", "")]
    [row] = console.call("GET violations?leniencies=true").json()["violations"]
    assert (row["lenient"], row["in"], row["keyword"]) == (True, "path", "trailingSlash")
    shown = console.call("GET requests/x1").json()["leniencies"]
    assert shown == [{name: row[name] for name in ("in", "pointer", "keyword", "message")}]


def test_an_answer_that_breaks_the_contract_on_purpose_is_no_violation(console):
    console.call("PUT session/mutation", {"name": "update-a-cart 200 missing /data"})
    console.patch()
    assert console.call("GET requests/x1").json()["off_contract"] != []
    assert violations(console) == []


def test_an_unknown_parameter_of_the_list_is_refused(console):
    assert console.call("GET violations?lenient=true").status == 422
    assert console.call("GET violations?leniencies=yes").status == 422


@pytest.mark.parametrize(
    ("match", "request_"),
    [
        ({"bodyPartial": {"password": "correct-horse"}}, {"body": {"password": "another-horse"}}),
        ({"body": {"password": "correct-horse"}}, {"body": {"password": "another-horse"}}),
        ({"header": {"x-api-key": "correct-horse"}}, {}),
        ({"query": {"token": "correct-horse"}}, {"path": "/carts/42?token=another-horse"}),
    ],
    ids=["a part of a body", "a body", "a header", "a query"],
)
def test_explain_shows_no_secret_that_a_stub_expects(console, match, request_):
    console.call("POST session/stubs", {"match": match, **REFUSES})
    shown = str(explained(console, **request_))
    assert "the stub s1 does not match" in shown
    assert "horse" not in shown.replace("…orse", "")
