"""The answers of gateway faults: pages in HTML, and too many requests, for any contract."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.validation import check_answer
from mockserver.engine.answers.gateway_fault import gateway_answer
from mockserver.http.message import Answer
from mockserver.scenarios.faults import Fault, FaultName
from tests.support.documents import operation_of

PAGES: list[tuple[FaultName, int, str]] = [
    ("bad-gateway", 502, "Bad Gateway"),
    ("service-unavailable", 503, "Service Unavailable"),
    ("gateway-timeout", 504, "Gateway Timeout"),
]
PLAIN = operation_of('paths: {/a: {get: {responses: {"200": {description: .}}}}}')
LIMITED = operation_of("""
paths:
  /a:
    get:
      responses:
        "200": {description: .}
        "429":
          description: .
          headers: {Retry-After: {schema: {type: integer}, example: 30}}
          content: {application/json: {example: {error: SLOW_DOWN}}, text/plain: {example: slow down}}
""")
IMPOSSIBLE = operation_of("""
paths:
  /a:
    get:
      responses:
        "200": {description: .}
        "429": {description: ., content: {application/xml: {example: {"a b": 1}}}}
""")


def retry_after(answer: Answer) -> str | None:
    return dict(answer.headers).get("retry-after")


@pytest.mark.parametrize(("name", "status", "reason"), PAGES)
@pytest.mark.parametrize("operation", [PLAIN, LIMITED, None], ids=["documented", "limited", "unknown"])
def test_a_gateway_answers_a_page_in_html_whatever_the_client_accepts(name, status, reason, operation):
    source, answer = gateway_answer(Fault(name), operation, "application/json")
    assert (source, answer.status, answer.headers) == ("mock", status, [("content-type", "text/html")])
    page = answer.body.decode("ascii")
    assert page.startswith("<!DOCTYPE html>\n<html")
    assert f"<h1>{status} {reason}</h1>" in page
    with pytest.raises(json.JSONDecodeError):
        json.loads(page)


def test_rate_limited_is_the_429_of_the_contract_in_the_accepted_type():
    source, answer = gateway_answer(Fault("rate-limited"), LIMITED, "text/plain")
    assert (source, answer.status, answer.body) == ("example", 429, b"slow down")
    assert retry_after(answer) == "30"
    _, answer = gateway_answer(Fault("rate-limited", retry_after=1), LIMITED, "")
    assert (json.loads(answer.body), retry_after(answer)) == ({"error": "SLOW_DOWN"}, "1")


@pytest.mark.parametrize("operation", [PLAIN, IMPOSSIBLE, None], ids=["none", "impossible", "unknown"])
def test_rate_limited_is_a_problem_where_the_contract_has_none_that_can_be_sent(operation):
    source, answer = gateway_answer(Fault("rate-limited", retry_after=2), operation, "text/html")
    assert (source, answer.status, answer.content_type) == ("mock", 429, "application/problem+json")
    assert json.loads(answer.body)["type"] == "urn:mockserver:problem:rate-limited"
    assert retry_after(answer) == "2"


@pytest.mark.parametrize("name", ["bad-gateway", "service-unavailable", "gateway-timeout", "rate-limited"])
def test_it_is_judged_by_the_contract_like_any_answer(name):
    _, answer = gateway_answer(Fault(name), PLAIN, "")
    assert not answer.outside
    [violation] = check_answer(PLAIN, answer.status, answer.content_type, answer.body)
    assert violation.message == f"the contract documents no answer with status {answer.status}"


@given(st.integers(0, 9_999_999), st.sampled_from(["bad-gateway", "rate-limited"]))
def test_retry_after_is_in_whole_seconds_rounded_up(milliseconds, name):
    _, answer = gateway_answer(Fault(name, retry_after=milliseconds / 1000), LIMITED, "")
    assert retry_after(answer) == str(-(-milliseconds // 1000))
    assert [key for key, _ in answer.headers].count("retry-after") == 1
