"""How a request becomes an answer: the order of the steps, the precedence of choices, and the state."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.model import Call, Outcome
from mockserver.runtime import Runtime
from mockserver.settings import Settings
from tests.support.lamps import LampModel, Lamps
from tests.support.patches import (
    BUNDLED,
    LINE,
    READ_ONLY,
    choose,
    headers,
    patch,
    runtime,
    shown,
    status,
    summary,
    with_headers,
)

NOBODY = None
INVALID: dict[str, object] = {"order_items": []}
FORCE = {"X-Mock-Scenario": "order-not-cart"}
UNKNOWN = {"X-Mock-Scenario": "order-not-car"}


def asked(*ways: str) -> Request:
    """A valid change that chooses a scenario by each of these: header, prefer, query, cookie."""
    told = {
        "header": {"X-Mock-Scenario": "invalid-user"},
        "prefer": {"Prefer": "scenario=invalid-address"},
        "cookie": {"Cookie": "mock_scenario=cart-not-found"},
    }
    sent = {name: value for way in ways for name, value in told.get(way, {}).items()}
    return patch(headers=sent, query="__scenario=company-not-found" if "query" in ways else "")


# The order of the steps


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request.build("PATCH", "/cart/42"), "404 unknown-path"),
        (Request.build("GET", "/carts/42"), "405 wrong-method"),
        (patch(headers={"X-Mock-Session": "no key"}, token=NOBODY), "400 bad-session-key"),
        (patch(body=INVALID, headers=UNKNOWN, token=NOBODY), "401 unauthorized"),
        (patch("999", INVALID, UNKNOWN, token=READ_ONLY), "403 INSUFFICIENT_SCOPE"),
        (patch(body=INVALID, headers=FORCE, token=READ_ONLY), "403 INSUFFICIENT_SCOPE"),
        (patch("046", {}, UNKNOWN), "400 order_id: "),
        (patch(headers=UNKNOWN), "404 unknown-scenario"),
        (patch("999", headers=FORCE), "409 ORDER_NOT_CART"),
        (patch("999"), "404 CART_NOT_FOUND"),
        (patch("46", {"purchaser_id": 999}), "409 ORDER_NOT_CART"),
        (patch(), "200 cart"),
    ],
    ids=[
        "no such path, before all else",
        "no such method",
        "no session key, before the token",
        "no token, before the scope, the body and the scenario",
        "no scope, before the body and the order",
        "no scope, before a forced answer",
        "an invalid path, before an unknown scenario",
        "an unknown scenario",
        "a forced answer, before the model",
        "the model: no order",
        "the model: no cart any more, before its purchaser",
        "the model: a change",
    ],
)
def test_the_first_check_that_fails_answers(request_, expected):
    assert summary(runtime().run(request_)).startswith(expected)


def test_an_invalid_request_is_refused_although_a_scenario_is_chosen():
    exchange = runtime().run(patch(body=INVALID, headers=FORCE))
    assert (status(exchange), headers(exchange)["x-mock-source"]) == (400, "validation")
    assert [each["pointer"] for each in shown(exchange)["violations"]] == ["/order_items"]
    assert exchange.scenario is None


@pytest.mark.parametrize(
    "request_",
    [patch(token=NOBODY), patch(token=READ_ONLY), patch(body=INVALID), patch("x")],
    ids=["no token", "no scope", "invalid body", "invalid path"],
)
def test_a_scenario_that_does_not_validate_answers_every_request(request_):
    named = with_headers(request_, ("x-mock-scenario", "gateway-down"))
    exchange = runtime().run(named)
    assert summary(exchange) == "500 INTERNAL_ERROR"
    assert headers(exchange)["retry-after"] == "5"
    assert exchange.answer is not None
    assert exchange.delay == 0.2


def test_the_trail_names_the_steps_in_order():
    exchange = runtime().run(patch(headers={"X-Mock-Scenario": "already-ordered"}))
    steps = list(dict.fromkeys(reason.step for reason in exchange.trail))
    assert steps == ["match", "open_session", "authenticate", "validate", "pick_scenario", "answer"]
    assert "check 6, ORDER_NOT_CART" in exchange.trail[-1].decided


def test_the_trail_says_where_the_scenario_is_written():
    exchange = runtime().run(patch(headers=FORCE))
    where = next(reason.where for reason in exchange.trail if reason.step == "pick_scenario")
    assert str(where).endswith("order-not-cart.yaml:4#/respond")


# Paths and methods outside the contract


def test_an_unknown_path_is_a_problem_that_names_the_nearest():
    exchange = runtime().run(Request.build("GET", "/cart/42"))
    assert headers(exchange)["content-type"] == "application/problem+json"
    assert shown(exchange)["nearest"] == "/carts/{order_id}"
    assert "/carts/{order_id}" in shown(exchange)["detail"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "PURGE"])
def test_an_undocumented_method_is_answered_with_the_documented_ones(method):
    exchange = runtime().run(Request.build(method, "/carts/42"))
    assert (status(exchange), headers(exchange)["allow"]) == (405, "PATCH")
    assert shown(exchange)["allowed"] == ["PATCH"]


# Who calls


@pytest.mark.parametrize(
    "sent",
    [
        [],
        [""],
        ["Bearer"],
        ["Bearer "],
        ["flt_sk_demo"],
        ["Basic Zmx0X3NrX2RlbW86"],
        ["Bearer flt_sk_"],
        ["Bearer sk_live_1"],
        ["Bearer flt_sk_a b"],
        ["Bearer flt_sk_é"],
        ["Bearer flt_sk_٤"],
        ["Bearer flt_sk_demo\n"],
        ["Bearer\tflt_sk_demo"],
        ["Bearer flt_sk_demo", "Bearer flt_sk_demo"],
        ["Bearer flt_sk_demo, Bearer flt_sk_demo"],
    ],
    ids=repr,
)
def test_a_token_that_is_missing_or_malformed_is_401(sent):
    request = patch(token=NOBODY)
    exchange = runtime().run(with_headers(request, *(("authorization", value) for value in sent)))
    assert status(exchange) == 401
    assert shown(exchange)["error"] == "UNAUTHORIZED"
    assert headers(exchange)["www-authenticate"] == "Bearer"
    assert headers(exchange)["content-type"] == "application/problem+json"
    assert headers(exchange)["x-mock-source"] == "auth"


@pytest.mark.parametrize("sent", ["Bearer flt_sk_-_9", "bearer flt_sk_a", "BEARER   flt_sk_a  "], ids=repr)
def test_any_well_formed_token_acts_for_the_default_company(sent):
    assert status(runtime().run(patch(headers={"Authorization": sent}))) == 200


@pytest.mark.parametrize("token", ["secret", "flt_sk_", "flt_sk_very!secret"])
def test_no_token_is_quoted_in_an_answer(token):
    exchange = runtime().run(patch(token=token))
    assert exchange.answer is not None
    assert token not in exchange.answer.body.decode().replace("flt_sk_ followed", "")


def test_without_auth_tokens_are_ignored():
    open_to_all = runtime(Settings(auth=False))
    for token in (NOBODY, READ_ONLY, "nonsense"):
        assert status(open_to_all.run(patch(token=token))) == 200


# Every code by what is sent: ids and tokens of the bundled world

NATURAL = {
    "INSUFFICIENT_SCOPE": patch(token=READ_ONLY),
    "COMPANY_NOT_FOUND": patch(token="flt_sk_ghost_company_000003"),
    "CART_NOT_FOUND": patch("61"),
    "ORDER_NOT_CART": patch("46"),
    "INVALID_PURCHASER": patch(body={"purchaser_id": 21}),
    "DELIVERY_COUNTRY_NOT_FOUND": patch(body={"order_items": [{**LINE, "delivery_country": "US"}]}),
    "PRODUCT_NOT_FOUND": patch(body={"order_items": [{**LINE, "product_id": 999}]}),
    "KEYBOARD_LAYOUT_REQUIRED": patch(body={"order_items": [{**LINE, "product_id": 101}]}),
    "PRODUCT_PRICING_UNAVAILABLE": patch(body={"order_items": [{**LINE, "product_id": 301}]}),
    "INVALID_USER": patch(body={"order_items": [{**LINE, "user_id": 22}]}),
    "INVALID_ADDRESS": patch(body={"order_items": [{**LINE, "shipping_address_id": 81}]}),
}
OPERATION = BUNDLED.contract.operations[0]


@pytest.mark.parametrize(("code", "request_"), NATURAL.items(), ids=list(NATURAL))
def test_an_error_code_is_reached_by_the_request_and_has_the_documented_status(code, request_):
    exchange = runtime().run(request_)
    assert shown(exchange) == {"error": code}
    assert status(exchange) == OPERATION.status_of(code)


@pytest.mark.parametrize("code", [code for code, _ in OPERATION.codes()])
def test_an_error_code_is_forced_by_the_scenario_of_its_name_for_any_valid_request(code):
    name = code.lower().replace("_", "-")
    exchange = runtime().run(patch("47", {}, {"X-Mock-Scenario": name}))
    assert shown(exchange) == {"error": code}
    assert status(exchange) == OPERATION.status_of(code)
    assert headers(exchange)["x-mock-scenario"] == name


def test_each_error_code_except_internal_error_is_reached_both_ways():
    assert {*NATURAL, "INTERNAL_ERROR"} == {code for code, _ in OPERATION.codes()}


# Who has the say: header, Prefer, query, cookie, session

LADDER = {
    "header": "400 INVALID_USER",
    "prefer": "400 INVALID_ADDRESS",
    "query": "404 COMPANY_NOT_FOUND",
    "cookie": "404 CART_NOT_FOUND",
    "session": "400 INVALID_PURCHASER",
}


@pytest.mark.parametrize("first", list(LADDER))
def test_the_choice_with_the_higher_precedence_applies(first):
    ways = list(LADDER)[list(LADDER).index(first) :]
    pipe = runtime()
    if "session" in ways:
        choose(pipe, "invalid-purchaser")
    assert summary(pipe.run(asked(*ways))) == LADDER[first]


def test_without_a_choice_the_model_answers():
    assert summary(runtime().run(asked())) == "200 cart"


@pytest.mark.parametrize("way", ["header", "prefer", "query", "cookie"])
def test_a_choice_of_one_request_does_not_affect_the_next(way):
    pipe = runtime()
    assert summary(pipe.run(asked(way))) == LADDER[way]
    assert summary(pipe.run(asked())) == "200 cart"


def test_the_choice_of_a_session_does_not_affect_other_sessions():
    pipe = runtime()
    choose(pipe, "order-not-cart", "a")
    assert status(pipe.run(patch(headers={"X-Mock-Session": "a"}))) == 409
    assert status(pipe.run(patch(headers={"X-Mock-Session": "b"}))) == 200


# Prefer


@pytest.mark.parametrize(
    ("preference", "expected", "scenario"),
    [
        ("code=409", "409 ORDER_NOT_CART", "order-not-cart"),
        ("code=404", "404 CART_NOT_FOUND", "cart-not-found"),
        ("code=400", "400 KEYBOARD_LAYOUT_REQUIRED", "keyboard-layout-required"),
        ("code=403", "403 INSUFFICIENT_SCOPE", "insufficient-scope"),
        ("code=500", "500 INTERNAL_ERROR", "internal-error"),
        ("code=200", "200 cart", None),
        ("example=empty-cart", "200 cart", None),
        ("example=invalid-user", "400 INVALID_USER", None),
        ("code=404, example=product-not-found", "404 PRODUCT_NOT_FOUND", None),
        ("dynamic=true", "200 cart", None),
        ("seed=7", "200 cart", None),
        ("scenario=order-not-cart", "409 ORDER_NOT_CART", "order-not-cart"),
    ],
)
def test_a_preference_is_honoured_and_repeated(preference, expected, scenario):
    exchange = runtime().run(patch("47", headers={"Prefer": preference}))
    assert summary(exchange) == expected
    assert headers(exchange)["preference-applied"] == preference
    assert headers(exchange).get("x-mock-scenario") == scenario


@pytest.mark.parametrize(
    ("sent", "query"), [({"Prefer": "code=409"}, ""), ({}, "__code=409")], ids=["Prefer", "query"]
)
def test_a_chosen_status_uses_the_scenario_of_its_first_error_code(sent, query):
    exchange = runtime().run(patch(headers=sent, query=query))
    assert (summary(exchange), headers(exchange)["x-mock-source"]) == ("409 ORDER_NOT_CART", "scenario")


def test_a_choice_that_is_not_by_prefer_is_not_repeated():
    for sent, query in (({}, "__code=409"), (FORCE, ""), ({"Prefer": "respond-async"}, "")):
        assert "preference-applied" not in headers(runtime().run(patch(headers=sent, query=query)))


@pytest.mark.parametrize("preference", ["dynamic=false", "seed=seven", "respond-async"])
def test_a_preference_without_effect_leaves_the_answer_to_the_model(preference):
    exchange = runtime().run(patch("46", headers={"Prefer": preference}))
    assert summary(exchange) == "409 ORDER_NOT_CART"
    assert headers(exchange)["x-mock-source"] == "model"


@pytest.mark.parametrize("seed", [0, 7, -7])
def test_a_seed_gives_the_same_body_each_time_in_any_session(seed):
    pipe = runtime()
    bodies = [
        shown(pipe.run(patch(headers={"Prefer": f"seed={seed}", "X-Mock-Session": key}))) for key in "aab"
    ]
    assert bodies[0] == bodies[1] == bodies[2]


def test_dynamic_bodies_vary_and_repeat_from_session_to_session():
    pipe = runtime()

    def bodies(key: str) -> list[object]:
        return [
            shown(pipe.run(patch(headers={"Prefer": "dynamic=true", "X-Mock-Session": key})))
            for _ in range(4)
        ]

    assert bodies("a") == bodies("b")
    assert len({str(body) for body in bodies("c")}) > 1


@pytest.mark.parametrize(
    ("sent", "query", "kind", "name"),
    [
        (UNKNOWN, "", "scenario", "order-not-cart"),
        ({"Prefer": "scenario=order-not-car"}, "", "scenario", "order-not-cart"),
        ({}, "__scenario=order-not-car", "scenario", "order-not-cart"),
        ({"Cookie": "mock_scenario=order-not-car"}, "", "scenario", "order-not-cart"),
        ({"Prefer": "code=418"}, "", "code", "409"),
        ({"Prefer": "code=abc"}, "", "code", "409"),
        ({"Prefer": "code=٤٠٩"}, "", "code", "409"),
        ({"Prefer": "example=empty-car"}, "", "example", "empty-cart"),
        ({"Prefer": "code=404, example=empty-cart"}, "", "example", "cart-not-found"),
    ],
    ids=lambda value: repr(value),
)
def test_an_unknown_choice_is_a_problem_that_lists_the_valid_ones(sent, query, kind, name):
    exchange = runtime().run(patch(headers=sent, query=query))
    assert summary(exchange) == f"404 unknown-{kind}"
    assert headers(exchange)["content-type"] == "application/problem+json"
    assert name in shown(exchange)["valid"]
    assert "preference-applied" not in headers(exchange)


def test_an_unknown_choice_suggests_the_nearest_name():
    detail = shown(runtime().run(patch(headers=UNKNOWN)))["detail"]
    assert detail == "there is no scenario 'order-not-car'; did you mean 'order-not-cart'?"


# What every answer says of itself


@pytest.mark.parametrize(
    ("request_", "source"),
    [
        (patch(), "model"),
        (patch("46"), "model"),
        (patch(headers=FORCE), "scenario"),
        (patch(headers={"X-Mock-Scenario": "already-ordered"}), "model"),
        (patch(headers={"Prefer": "example=empty-cart"}), "example"),
        (patch(headers={"Prefer": "dynamic=true"}), "generated"),
        (patch(body=INVALID), "validation"),
        (patch(token=NOBODY), "auth"),
        (patch(token=READ_ONLY), "auth"),
        (patch(headers=UNKNOWN), "mock"),
        (Request.build("GET", "/"), "mock"),
    ],
)
def test_every_answer_says_where_it_comes_from(request_, source):
    told = headers(runtime().run(request_))
    assert (told["x-mock-source"], told["x-mock-session"]) == (source, "default")


def exchange_ids(mock: Runtime, *requests: Request) -> list[str | None]:
    return [headers(mock.run(each)).get("x-mock-exchange") for each in requests]


def test_the_ids_of_exchanges_count_within_their_session():
    asked = [patch(headers={"X-Mock-Session": key}) for key in ("a", "b", "a", "a", "b")]
    assert exchange_ids(runtime(), *asked) == ["x1", "x1", "x2", "x3", "x2"]
    refused = [patch(), Request.build("GET", "/"), patch(token=None)]
    assert exchange_ids(runtime(), *refused) == ["x1", "x2", "x3"]


def test_an_exchange_with_an_invalid_session_key_belongs_to_the_default_session():
    invalid = patch(headers={"X-Mock-Session": "no key"})
    assert exchange_ids(runtime(), patch(), invalid, patch()) == ["x1", "x2", "x3"]


def test_a_preflight_request_has_the_id_of_the_exchange_that_follows_it():
    preflight = Request.build(
        "OPTIONS", "/carts/42", "", [("origin", "http://a.test"), ("access-control-request-method", "PATCH")]
    )
    assert exchange_ids(runtime(), patch(), preflight, patch()) == ["x1", "x2", "x2"]


def test_an_exchange_takes_a_session_and_makes_the_next_one():
    mock = runtime()
    session, request = mock.sessions.new("mine", 1.0), patch(body={"acquisition_mode": "BUY"})
    facts = mock.pipeline.facts(request.head)
    one, other = (mock.pipeline.run(request, facts, session, 5.0) for _ in range(2))
    assert one.session == other.session != session
    assert (one.session.version, one.session.exchanges, one.session.clock) == (1, 1, 5.0)
    assert session.states == mock.sessions.first.states
    assert "mine" not in mock.sessions


def test_the_scenario_header_is_sent_only_where_a_scenario_was_used():
    pipe = runtime()
    assert headers(pipe.run(patch(headers=FORCE)))["x-mock-scenario"] == "order-not-cart"
    assert "x-mock-scenario" not in headers(pipe.run(patch()))
    assert "x-mock-scenario" not in headers(pipe.run(patch(body=INVALID, headers=FORCE)))


# Sessions


@pytest.mark.parametrize(
    ("sent", "query"),
    [
        ({"X-Mock-Session": "mine"}, ""),
        ({"Baggage": "user=1, mock-session=mine;ttl=5"}, ""),
        ({}, "__session=mine"),
        ({"Cookie": "theme=dark; mock_session=mine"}, ""),
    ],
    ids=["header", "baggage", "query", "cookie"],
)
def test_a_session_is_named_by_its_key_and_has_its_own_carts(sent, query):
    pipe = runtime()
    changed = pipe.run(patch(body={"purchaser_id": 13}, headers=sent, query=query))
    assert headers(changed)["x-mock-session"] == "mine"
    again = pipe.run(patch(body={}, headers={"X-Mock-Session": "mine"}))
    assert shown(again)["data"]["purchaser_id"] == 13
    assert shown(pipe.run(patch(body={})))["data"]["purchaser_id"] == 12


@pytest.mark.parametrize("token", [NOBODY, READ_ONLY], ids=["no token", "no scope"])
def test_a_strict_server_refuses_requests_without_a_session_key(token):
    strict = runtime(Settings(strict_sessions=True))
    assert summary(strict.run(patch(token=token))) == "400 no-session-key"
    assert status(strict.run(patch(headers={"X-Mock-Session": "mine"}))) == 200
    assert summary(strict.run(patch(headers={"X-Mock-Session": ""}))) == "400 no-session-key"


def test_a_strict_server_reports_an_unknown_path_first():
    assert (
        summary(runtime(Settings(strict_sessions=True)).run(Request.build("GET", "/x"))) == "404 unknown-path"
    )


def test_even_a_refused_request_belongs_to_its_session():
    sent = [("x-mock-session", "mine")]
    assert headers(runtime().run(Request.build("GET", "/x", headers=sent)))["x-mock-session"] == "mine"


def test_the_control_members_of_the_query_are_not_validated():
    query = "__session=a&__dynamic=false&__scenario=order-not-cart"
    assert status(runtime().run(patch(query=query))) == 409


# `given`: a changed world


def test_given_for_one_request_changes_no_state():
    pipe = runtime()
    bought = pipe.run(patch(body={"order_items": [LINE]}, headers={"X-Mock-Scenario": "bought-outright"}))
    assert shown(bought)["data"]["rent"] is None
    assert [device["product_id"] for device in shown(bought)["data"]["devices"]] == [201]
    after = pipe.run(patch(body={}))
    assert shown(after)["data"]["rent"] == "39.90"
    assert [device["product_id"] for device in shown(after)["data"]["devices"]] == [101]


def test_given_for_one_request_applies_to_the_session_s_state():
    pipe = runtime()
    pipe.run(patch(body={"purchaser_id": 13}))
    leased = pipe.run(patch(body={}, headers={"X-Mock-Scenario": "leased"}))
    assert shown(leased)["data"]["purchaser_id"] == 13


def test_given_at_the_start_applies_to_each_new_session_and_keeps_its_changes():
    pipe = runtime(Settings(scenario="emptied"))
    for key in ("a", "b"):
        first = pipe.run(patch(body={}, headers={"X-Mock-Session": key}))
        assert shown(first)["data"]["devices"] == []
        pipe.run(patch(body={"order_items": [LINE]}, headers={"X-Mock-Session": key}))
        assert len(shown(pipe.run(patch(body={}, headers={"X-Mock-Session": key})))["data"]["devices"]) == 1


def test_a_rejected_change_changes_nothing():
    pipe = runtime()
    refused = pipe.run(patch(body={"purchaser_id": 13, "order_items": [{**LINE, "user_id": 22}]}))
    assert status(refused) == 400
    assert shown(pipe.run(patch(body={})))["data"]["purchaser_id"] == 12


# Stories


def told(pipe: Runtime, name: str, *requests: Request) -> list[int]:
    """The statuses of requests that choose a scenario by header."""
    return [status(pipe.run(with_headers(each, ("x-mock-scenario", name)))) for each in requests]


def test_a_story_advances_with_each_call_and_repeats_its_last_step():
    assert told(runtime(), "submitted-elsewhere", *[patch()] * 5) == [200, 200, 409, 409, 409]


def test_a_story_can_end_with_a_successful_answer():
    assert told(runtime(), "reopened", *[patch()] * 4) == [409, 200, 200, 200]


def test_a_story_counts_the_calls_for_each_order():
    pipe = runtime()
    orders = [patch(order) for order in ("42", "43", "42", "43", "42", "43")]
    assert told(pipe, "submitted-elsewhere", *orders) == [200, 200, 200, 200, 409, 409]


def test_a_story_counts_the_calls_in_each_session():
    pipe = runtime()
    a, b = (patch(headers={"X-Mock-Session": key}) for key in "ab")
    assert told(pipe, "cancelled-meanwhile", a, b, a, b) == [200, 200, 409, 409]


def test_a_story_counts_calls_however_it_was_chosen():
    pipe = runtime(Settings(scenario="submitted-elsewhere"))
    by = [
        patch(),
        patch(query="__scenario=submitted-elsewhere"),
        patch(headers={"Prefer": "scenario=submitted-elsewhere"}),
    ]
    assert [status(pipe.run(each)) for each in by] == [200, 200, 409]


def test_stories_count_their_calls_separately():
    pipe = runtime()
    assert told(pipe, "submitted-elsewhere", patch()) == [200]
    assert told(pipe, "cancelled-meanwhile", patch()) == [200]
    assert told(pipe, "submitted-elsewhere", patch()) == [200]
    assert told(pipe, "submitted-elsewhere", patch()) == [409]


@pytest.mark.parametrize(
    "stopped",
    [patch(token=NOBODY), patch(token=READ_ONLY), patch(body=INVALID)],
    ids=["by check 1", "by check 2", "by check 3"],
)
def test_a_refused_request_does_not_count_as_a_call_of_the_story(stopped):
    pipe = runtime()
    statuses = told(pipe, "cancelled-meanwhile", stopped, stopped, patch(), patch())
    assert statuses[2:] == [200, 409]


def test_a_rejected_request_counts_as_a_call_of_the_story():
    refused = patch(body={"purchaser_id": 999})
    assert told(runtime(), "cancelled-meanwhile", refused, patch()) == [400, 409]


def test_the_events_of_a_story_that_was_chosen_for_one_request_are_kept():
    pipe = runtime()
    assert told(pipe, "submitted-elsewhere", *[patch()] * 3) == [200, 200, 409]
    assert summary(pipe.run(patch())) == "409 ORDER_NOT_CART"


def test_an_impossible_event_of_a_story_has_no_effect():
    assert told(runtime(), "cancelled-meanwhile", patch("47"), patch("47")) == [409, 409]
    assert told(runtime(), "cancelled-meanwhile", patch("999"), patch("999")) == [404, 404]


def test_the_changes_of_a_story_are_kept():
    pipe = runtime()
    told(pipe, "submitted-elsewhere", patch(body={"purchaser_id": 13}))
    assert shown(pipe.run(patch(body={})))["data"]["purchaser_id"] == 13


@given(st.lists(st.sampled_from(["42", "43", "44"]), max_size=12))
def test_each_order_has_its_own_story_in_any_sequence_of_calls(orders):
    statuses = told(runtime(), "submitted-elsewhere", *map(patch, orders))
    for order in set(orders):
        seen = [answered for each, answered in zip(orders, statuses, strict=True) if each == order]
        assert seen == [200, 200, *[409] * len(seen)][: len(seen)]


# Browsers


def test_a_preflight_is_answered_without_token_session_or_path():
    asks = [("origin", "http://app.test"), ("access-control-request-method", "PATCH")]
    exchange = runtime(Settings(strict_sessions=True)).run(Request.build("OPTIONS", "/any", headers=asks))
    assert status(exchange) == 204
    assert "PATCH" in headers(exchange)["access-control-allow-methods"]


def test_without_cors_a_preflight_is_handled_like_any_request():
    asks = [("origin", "http://app.test"), ("access-control-request-method", "PATCH")]
    exchange = runtime(Settings(cors=False)).run(Request.build("OPTIONS", "/carts/42", headers=asks))
    assert summary(exchange) == "405 wrong-method"


# A contract of the user's own, with no model

SHELF = """
openapi: 3.1.0
info: {title: Shelf, version: "1"}
paths:
  /books:
    get:
      operationId: list-books
      responses:
        "200":
          description: Books
          content:
            application/json:
              schema: {type: array, items: {type: string}}
              examples: {two: {value: [Emma, Middlemarch]}, none: {value: []}}
  /shelves/{name}:
    get:
      operationId: get-shelf
      parameters: [{name: name, in: path, required: true, schema: {type: string, maxLength: 3}}]
      responses:
        "200":
          description: A shelf
          content:
            application/json:
              schema: {type: object, required: [n], properties: {n: {type: integer, minimum: 3}}}
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Runtime:
    (tmp_path / "shelf.yaml").write_text(SHELF, encoding="utf-8")
    settings = Settings(specs=(tmp_path / "shelf.yaml",))
    return runtime(settings, load_backend(settings))


@pytest.mark.parametrize(
    ("request_", "source", "body"),
    [
        (Request.build("GET", "/books"), "example", ["Emma", "Middlemarch"]),
        (Request.build("GET", "/books", "__example=none"), "example", []),
        (Request.build("GET", "/books", headers=[("prefer", "example=none")]), "example", []),
        (Request.build("GET", "/shelves/top"), "generated", {"n": 3}),
    ],
    ids=["the first example", "by query", "by Prefer", "made from the schema"],
)
def test_without_a_model_the_contract_answers(shelf, request_, source, body):
    exchange = shelf.run(request_)
    assert (status(exchange), headers(exchange)["x-mock-source"], shown(exchange)) == (200, source, body)


def test_without_a_documented_refusal_an_invalid_request_is_a_problem(shelf):
    exchange = shelf.run(Request.build("GET", "/shelves/bottom"))
    assert summary(exchange) == "422 invalid-request"
    assert shown(exchange)["violations"][0]["name"] == "name"


def test_head_is_answered_like_get(shelf):
    exchange = shelf.run(Request.build("HEAD", "/books"))
    assert (status(exchange), headers(exchange)["content-type"]) == (200, "application/json")


def test_a_model_that_changes_its_parameters_does_not_affect_the_next_request(tmp_path):
    (tmp_path / "sums.yaml").write_text(SUMS, encoding="utf-8")
    settings = Settings(specs=(tmp_path / "sums.yaml",))
    pipe = runtime(settings, load_backend(settings, [Careless(operation="add")]))
    request = Request.build("PUT", "/sums/1,2")
    assert [shown(pipe.run(request)) for _ in "12"] == [{"sum": 102}] * 2


SUMS = """
openapi: 3.1.0
info: {title: Sums, version: "1"}
paths:
  /sums/{numbers}:
    put:
      operationId: add
      parameters:
        - {name: numbers, in: path, required: true, schema: {type: array, items: {type: integer}}}
      responses:
        "200": {description: The sum, content: {application/json: {schema: {type: object}}}}
"""


class Careless(LampModel):
    """A model that changes what it was given."""

    def handle(self, state: Lamps, call: Call) -> Outcome[Lamps]:
        numbers = call.parameters["numbers"]
        assert isinstance(numbers, list)
        numbers.append(99)
        return Outcome(state, {"sum": sum(map(int, numbers))})


def test_a_path_with_get_allows_head(shelf):
    assert headers(shelf.run(Request.build("DELETE", "/books")))["allow"] == "GET, HEAD"


def test_a_scenario_of_another_operation_does_not_apply(tmp_path):
    (tmp_path / "shelf.yaml").write_text(SHELF, encoding="utf-8")
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "no-books.yaml").write_text(
        "summary: None.\noperation: list-books\nrespond: {status: 200, body: []}\n", encoding="utf-8"
    )
    settings = Settings(specs=(tmp_path / "shelf.yaml",), scenario="no-books")
    pipe = runtime(settings, load_backend(settings))
    assert shown(pipe.run(Request.build("GET", "/books"))) == []
    other = pipe.run(Request.build("GET", "/shelves/top", headers=[("x-mock-scenario", "no-books")]))
    assert shown(other) == {"n": 3}
    assert "x-mock-scenario" not in headers(other)


def test_dynamic_answers_are_generated_although_there_is_an_example(tmp_path):
    (tmp_path / "shelf.yaml").write_text(SHELF, encoding="utf-8")
    settings = Settings(specs=(tmp_path / "shelf.yaml",), dynamic=True)
    pipe = runtime(settings, load_backend(settings))
    assert headers(pipe.run(Request.build("GET", "/books")))["x-mock-source"] == "generated"
    still = pipe.run(Request.build("GET", "/books", headers=[("prefer", "dynamic=false")]))
    assert headers(still)["x-mock-source"] == "example"
