"""What a request says to the mock server without effect: misspelt names, and values that mean nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.contract.routing.router import Router
from mockserver.engine.head_cache import HeadCache
from mockserver.engine.misspellings import MOST, misspellings, with_header_case
from mockserver.engine.request_facts import RequestFacts
from mockserver.http.control_names import CONTROL_HEADERS, CONTROL_QUERY
from mockserver.http.message import Head, Request
from mockserver.settings import Settings
from tests.support.documents import contract_of
from tests.support.patches import BUNDLED, headers, patch, runtime, status


def found(
    headers: dict[str, str] | None = None, query: str = "", *, described: tuple[str, ...] = ()
) -> list[str]:
    head = Head("GET", "/", query, [(name.lower(), value) for name, value in (headers or {}).items()])
    return [with_header_case(each) for each in misspellings(head, lambda _, name: name in described)]


# Names


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("X-Mock-Scenaro", "the header X-Mock-Scenaro is not known; did you mean 'X-Mock-Scenario'?"),
        ("x-mock-scenarios", "the header X-Mock-Scenarios is not known; did you mean 'X-Mock-Scenario'?"),
        ("X-Mock-Sesion", "the header X-Mock-Sesion is not known; did you mean 'X-Mock-Session'?"),
        ("X-Mock-Deley", "the header X-Mock-Deley is not known; did you mean 'X-Mock-Delay'?"),
        ("X-Mock-Faults", "the header X-Mock-Faults is not known; did you mean 'X-Mock-Fault'?"),
        ("X-Mock_Scenario", "the header X-Mock_scenario is not known; did you mean 'X-Mock-Scenario'?"),
    ],
)
def test_a_misspelt_header_is_named_with_the_nearest_valid_name(name, sentence):
    assert found({name: "order-not-cart"}) == [sentence]


def test_a_name_that_resembles_no_valid_one_is_named_with_all_of_them():
    [sentence] = found({"X-Mock-Q": "1"})
    assert sentence.startswith("the header X-Mock-Q is not known; valid: X-Mock-Scenario, X-Mock-Session, ")
    [sentence] = found(query="__zzz=1")
    assert sentence == f"the query parameter __zzz is not known; valid: {', '.join(CONTROL_QUERY)}"


@pytest.mark.parametrize("name", ["Source", "Exchange", "Note", "Violations", "Mutation", "Off-Contract"])
def test_a_header_of_answers_is_named_as_one(name):
    sentence = f"the header X-Mock-{name} is a header of answers, and is ignored in a request"
    assert found({f"X-Mock-{name}": "x"}) == [sentence]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("__scenaro=slow", "the query parameter __scenaro is not known; did you mean '__scenario'?"),
        ("__Scenario=slow", "the query parameter __Scenario is not known; did you mean '__scenario'?"),
        ("a=1&%5F%5Fcod=409", "the query parameter __cod is not known; did you mean '__code'?"),
        ("__example[]=a", "the query parameter __example[] is not known; did you mean '__example'?"),
    ],
)
def test_a_misspelt_query_parameter_is_named_with_the_nearest_valid_name(query, sentence):
    assert found(query=query) == [sentence]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (("Cookie", "mock_scenaro=x"), "the cookie mock_scenaro is not known; did you mean 'mock_scenario'?"),
        (
            ("Cookie", "a=b; mock_sesion=x"),
            "the cookie mock_sesion is not known; did you mean 'mock_session'?",
        ),
        (
            ("Baggage", "a=b, mock-sesion=x;p=1"),
            "the baggage member mock-sesion is not known; did you mean 'mock-session'?",
        ),
        (("Prefer", "scenaro=slow"), "the preference scenaro is not known; did you mean 'scenario'?"),
        (("Prefer", "codes=409"), "the preference codes is not known; did you mean 'code'?"),
        (("Prefer", "exmaple=a"), "the preference exmaple is not known; did you mean 'example'?"),
    ],
)
def test_a_misspelt_cookie_baggage_member_or_preference_is_named(header, sentence):
    assert found(dict([header])) == [sentence]


@pytest.mark.parametrize(
    "preference",
    [
        "respond-async", "wait=10", "return=minimal", "handling=lenient", "count=exact", "safe",
        "timezone=UTC", "odata.maxpagesize=3", "resolution=merge-duplicates", "depth-noroot",
    ],
)  # fmt: skip
def test_a_preference_of_another_server_is_not_a_misspelling(preference):
    assert found({"Prefer": preference}) == []


@pytest.mark.parametrize("name", ["X-Request-Id", "X-Mocker", "Mock-Scenario", "X-Mock"])
def test_a_name_without_the_prefix_belongs_to_the_mocked_api(name):
    assert found({name: "1"}, "scenario=1&_code=2") == []


def test_every_valid_name_with_a_value_has_no_remark():
    headers = dict.fromkeys(CONTROL_HEADERS, "x") | {
        "Cookie": "mock_scenario=a; mock_session=b; theme=dark",
        "Baggage": "mock-session=c, other=1",
        "Prefer": "code=409, example=a, dynamic, seed=-7, scenario=slow",
    }
    assert found(headers, "__scenario=a&__code=1&__example=b&__dynamic=false&__seed=7&__session=d") == []


def test_what_the_contract_describes_is_not_a_misspelling():
    described = ("x-mock-tenant", "__typename", "mock_flavour")
    headers = {"X-Mock-Tenant": "a", "Cookie": "mock_flavour=b"}
    assert found(headers, "__typename=c", described=described) == []
    assert len(found(headers, "__typename=c")) == 3


DOCUMENT = """
security: [{own: []}]
paths:
  /rows:
    get:
      operationId: rows
      parameters:
        - {name: X-Mock-Tenant, in: header, schema: {type: string}}
        - {name: __filter, in: query, style: deepObject, explode: true, schema: {type: object}}
        - {name: mock_flavour, in: cookie, schema: {type: string}}
      responses: {"204": {description: Done}}
components:
  securitySchemes:
    own: {type: apiKey, in: header, name: X-Mock-Key}
"""


def test_parameters_and_credentials_of_the_operation_are_described():
    contract = contract_of(DOCUMENT)
    backend = replace(BUNDLED, contract=contract, router=Router(contract.operations), models={}, scenarios={})
    headers = [
        ("x-mock-tenant", "a"),
        ("x-mock-key", "b"),
        ("cookie", "mock_flavour=c"),
        ("x-mock-other", "d"),
    ]
    [sentence] = RequestFacts(Head("GET", "/rows", "__filter[a]=1", headers), backend).misspellings
    assert sentence.startswith("the header x-mock-other is not known; ")
    assert len(RequestFacts(Head("GET", "/nowhere", "__filter[a]=1", headers), backend).misspellings) == 5


# Values


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("__dynamic=maybe", "__dynamic is ignored: expected 'true' or 'false', found 'maybe'"),
        ("__dynamic=True", "__dynamic is ignored: expected 'true' or 'false', found 'True'"),
        ("__dynamic", "__dynamic is empty, and is ignored"),
        ("__seed=x", "__seed is ignored: expected an integer of at most 18 digits, found 'x'"),
        (
            "__seed=" + "1" * 19,
            f"__seed is ignored: expected an integer of at most 18 digits, found '{'1' * 19}'",
        ),
        ("__seed=a%20b", "__seed is ignored: expected an integer of at most 18 digits, found 3 characters"),
        ("__scenario=", "__scenario is empty, and is ignored"),
        ("__session=", "__session is empty, and is ignored"),
    ],
)
def test_a_value_that_means_nothing_is_named(query, sentence):
    assert found(query=query) == [f"the query parameter {sentence}"]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (("X-Mock-Scenario", " "), "the header X-Mock-Scenario is empty, and is ignored"),
        (("X-Mock-Scenario", ", ,"), "the header X-Mock-Scenario is empty, and is ignored"),
        (("X-Mock-Delay", ""), "the header X-Mock-Delay is empty, and is ignored"),
        (("Cookie", "mock_session="), "the cookie mock_session is empty, and is ignored"),
        (
            ("Prefer", "dynamic=maybe"),
            "the preference dynamic is ignored: expected 'true' or 'false', found 'maybe'",
        ),
        (("Prefer", "seed"), "the preference seed is empty, and is ignored"),
    ],
)
def test_a_value_of_a_header_that_means_nothing_is_named(header, sentence):
    assert found(dict([header])) == [sentence]


def test_of_a_repeated_query_parameter_only_the_first_counts():
    assert found(query="__scenario=a&__scenario=b") == [
        "the query has 2 parameters __scenario, and only the first counts"
    ]


# Bounds


def test_only_the_first_ones_are_named():
    sentences = found({f"X-Mock-A{number}": "" for number in range(1_000)})
    assert len(sentences) == MOST + 1
    assert [each.split()[2] for each in sentences[:MOST]] == [f"X-Mock-A{number}" for number in range(MOST)]
    assert sentences[-1] == "more names and values for the mock server have no effect"


@pytest.mark.parametrize("name", ["x-mock-scenário", "x-mock-" + "s" * 5_000, "x-mock-a b"])
def test_a_name_that_cannot_be_shown_is_described(name):
    [sentence] = found({name: "1"})
    assert sentence.startswith(
        f"a header that begins with X-Mock- and has {len(name)} characters is not known"
    )


@given(
    st.dictionaries(st.text(max_size=20).map("x-mock-".__add__), st.text(max_size=10), max_size=8),
    st.text(st.characters(max_codepoint=127), max_size=60).map("__".__add__),
    st.sampled_from(["prefer", "cookie", "baggage"]),
    st.text(max_size=60),
)
def test_any_head_has_short_sentences_that_can_be_written(headers, query, name, value):
    sentences = found(headers | {name: value}, query)
    assert len(sentences) <= MOST + 1
    for sentence in sentences:
        assert len(sentence) < 300
        assert sentence.isascii()


# The cache of heads


def test_a_head_without_control_names_has_none_at_no_cost():
    facts = HeadCache(BUNDLED, Settings()).facts(patch(headers={"X-Request-Id": "1"}).head)
    assert facts.misspellings == ()
    assert facts.misspellings is facts.misspellings


def test_unknown_control_headers_are_among_the_facts_of_a_head():
    heads = HeadCache(BUNDLED, Settings())
    plain, misspelt = heads.facts(patch().head), heads.facts(patch(headers={"X-Mock-Scenaro": "a"}).head)
    assert plain is not misspelt
    assert len(misspelt.misspellings) == 1


# What the answer and the trail say


def test_a_misspelt_header_is_told_in_the_note_and_in_the_trail():
    exchange = runtime().run(patch(headers={"X-Mock-Scenaro": "order-not-cart"}))
    sentence = "the header X-Mock-Scenaro is not known; did you mean 'X-Mock-Scenario'?"
    assert (status(exchange), headers(exchange)["x-mock-note"]) == (200, sentence)
    assert [each.decided for each in exchange.trail if each.step == "open_session"] == [sentence, "default"]


def test_an_unknown_query_parameter_is_told_and_still_validated():
    exchange = runtime().run(patch(query="__scenaro=order-not-cart"))
    assert headers(exchange)["x-mock-note"].startswith("the query parameter __scenaro is not known; ")
    assert "__scenaro" in str(runtime().run(patch(query="__scenaro=a")).facts.head.query)


@pytest.mark.parametrize(
    "request_",
    [
        patch(headers={"X-Mock-Scenaro": "a"}, token=None),
        patch(headers={"X-Mock-Scenaro": "a"}, body={"purchaser_id": 0}),
        patch("no-number", headers={"X-Mock-Scenaro": "a"}),
        Request.build("GET", "/nowhere", headers=[("x-mock-scenaro", "a")]),
    ],
    ids=["no credential", "an invalid body", "an invalid path", "an unknown path"],
)
def test_a_refused_request_is_told_too(request_):
    exchange = runtime().run(request_)
    assert status(exchange) >= 400
    assert "X-Mock-Scenaro" in headers(exchange)["x-mock-note"]


def test_a_misspelt_session_key_is_told_where_a_key_is_required():
    exchange = runtime(Settings(strict_sessions=True)).run(patch(headers={"X-Mock-Sesion": "mine"}))
    assert status(exchange) == 400
    assert "did you mean 'X-Mock-Session'?" in headers(exchange)["x-mock-note"]


@pytest.mark.parametrize(
    ("more", "query"),
    [
        ({"X-Mock-Flt_sk_secret_0001": "1"}, ""),
        ({"X-Mock-hunter-seven-two": "1", "X-Api-Key": "hunter-seven-two"}, ""),
        ({}, "__flt_sk_secret_0001=1"),
        ({}, "__seed=hunter-seven-two&token=hunter-seven-two"),
        ({"Cookie": "mock_hunter-seven-two=1; sid=hunter-seven-two"}, ""),
    ],
)
def test_secrets_in_names_and_values_are_masked(more, query):
    exchange = runtime().run(patch(headers=more, query=query))
    told = [headers(exchange)["x-mock-note"], *(each.decided for each in exchange.trail)]
    for secret in ("secret_0001", "hunter-seven-two"):
        assert all(secret not in each.lower() for each in told)


def test_a_plain_request_has_no_note():
    assert "x-mock-note" not in headers(runtime().run(patch(headers={"X-Mock-Session": "a"})))
