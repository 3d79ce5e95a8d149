"""Two answers are compared by what the mock can know of the provider's."""

import json

import pytest

from mockserver.loading import load_backend
from mockserver.settings import Settings
from mockserver.upstream.verify.comparing import Knowledge, compare
from mockserver.upstream.verify.made_values import MadeValues
from mockserver.upstream.verify.mock_side import MockSide
from mockserver.upstream.verify.provider_side import ProviderAnswer
from mockserver.upstream.verify.sequence import SentCall
from mockserver.upstream.verify.variants import with_json, with_token

RULES = Knowledge(("/data/devices/*/id",), rules=True)
NO_RULES = Knowledge()
EMPTY = SentCall(
    "PATCH",
    "/carts/42",
    (("Authorization", "Bearer flt_sk_demo"), ("Content-Type", "application/json")),
    b"{}",
)
INVALID = with_json(EMPTY, {"purchaser_id": "x"})
MOCK = MockSide(load_backend(Settings()), Settings(), "127.0.0.1")


def exchanged(call):
    return MOCK.answer(MOCK.first, call)


def answered(status, body, content_type="application/json"):
    return ProviderAnswer(status, [("content-type", content_type)], json.dumps(body).encode())


def differences(call, answer, knowledge=RULES, ignored=()):
    compared = compare(exchanged(call), answer, knowledge, MadeValues(), ignored)
    return [(each.kind, each.pointer) for each in compared.differences]


@pytest.fixture
def cart():
    return json.loads(exchanged(EMPTY).final_answer.body)


def test_the_same_answer_does_not_differ(cart):
    assert differences(EMPTY, answered(200, cart)) == []


def test_ids_that_each_side_makes_may_be_others(cart):
    cart["data"]["devices"][0]["id"] = 5
    assert differences(EMPTY, answered(200, cart)) == []


def test_each_other_value_has_its_pointer_unless_it_is_ignored(cart):
    cart["data"]["rent"] = "1.00"
    assert differences(EMPTY, answered(200, cart)) == [("body", "/data/rent")]
    assert differences(EMPTY, answered(200, cart), ignored=("/data/*",)) == []


def test_an_answer_that_breaks_the_contract_is_a_difference(cart):
    assert differences(EMPTY, answered(200, cart, "text/plain")) == [("contract", "")]


def test_statuses_and_codes_are_compared():
    refused = with_json(EMPTY, {"purchaser_id": 999})
    assert differences(refused, answered(404, {"error": "CART_NOT_FOUND"})) == [("status", "")]
    assert differences(refused, answered(400, {"error": "INVALID_USER"})) == [("error", "/error")]
    assert differences(refused, answered(400, {"error": "INVALID_PURCHASER"})) == []


def test_a_text_is_free_but_is_a_text():
    assert differences(INVALID, answered(400, {"error": "no"})) == []
    assert differences(INVALID, answered(400, {"error": ["no"]})) == [("text", "/error")]
    assert differences(INVALID, answered(400, {"error": "INVALID_USER"})) == [("text", "/error")]


def test_the_status_suffices_where_the_mock_answers_outside_the_document():
    assert differences(with_token(EMPTY, None), answered(401, ["anything"])) == []
    assert differences(with_token(EMPTY, None), answered(403, {"error": "INSUFFICIENT_SCOPE"})) == [
        ("status", "")
    ]


def test_no_answer_is_a_difference():
    assert differences(EMPTY, ProviderAnswer(0, failure="reset")) == [("no-answer", "")]


@pytest.mark.parametrize(("status", "body"), [(409, {"error": "ORDER_NOT_CART"}), (401, {"error": "a"})])
def test_without_rules_a_refusal_is_what_the_mock_cannot_know(status, body):
    compared = compare(exchanged(EMPTY), answered(status, body), NO_RULES, MadeValues(), ())
    assert compared.differences == ()
    assert compared.unknown == f"whether a rule of the provider refuses the request ({status})"


def test_without_rules_an_invalid_request_must_be_refused(cart):
    assert differences(INVALID, answered(200, cart), NO_RULES) == [("status", "")]
    assert differences(INVALID, answered(404, {"error": "CART_NOT_FOUND"}), NO_RULES) == []


def test_without_rules_an_undocumented_answer_is_a_difference():
    assert differences(EMPTY, answered(500, {}), NO_RULES) != []
