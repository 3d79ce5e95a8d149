"""The choices of an answer by header, Prefer, query and cookie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.message import Head
from mockserver.scenarios.choice import Choice, UnknownChoice, preferences, requested_choices


def request(*headers: tuple[str, str], query: str = "") -> Head:
    return Head("GET", "/", query, headers)


def prefer(*values: str) -> Head:
    return request(*(("prefer", value) for value in values))


# The order of the ways

WAYS = {
    "header": [("x-mock-scenario", "by-header")],
    "prefer": [("prefer", "scenario=by-prefer")],
    "query": "__scenario=by-query",
    "cookie": [("cookie", "mock_scenario=by-cookie")],
}


@pytest.mark.parametrize("first", list(WAYS), ids=[f"{way} goes first of those after" for way in WAYS])
def test_the_sources_of_a_choice_have_a_precedence(first):
    ways = list(WAYS)[list(WAYS).index(first) :]
    headers = [each for way in ("cookie", "prefer", "header") if way in ways for each in WAYS[way]]
    head = request(*headers, query=WAYS["query"] if "query" in ways else "")
    assert requested_choices(head) == tuple(Choice(way, (f"by-{way}",)) for way in ways)


def test_a_plain_request_has_no_choice():
    assert requested_choices(request()) == ()


@pytest.mark.parametrize(
    "head",
    [
        prefer("respond-async, wait=10"),
        prefer(""),
        prefer("seed=seven"),
        prefer("dynamic=perhaps"),
        request(("x-mock-scenario", " ")),
        request(("cookie", "mock_scenario=")),
        request(query="__scenario=&__code=&__dynamic"),
        request(query="__session=mine"),
        request(query="code=409&scenario=x"),
        request(("cookie", "mock_session=mine; theme=dark")),
    ],
    ids=[
        "preferences of others",
        "an empty Prefer",
        "a seed that is no number",
        "neither true nor false",
        "an empty header",
        "an empty cookie",
        "empty members of the query",
        "a session key",
        "the API's own query",
        "other cookies",
    ],
)
def test_a_source_without_a_choice_gives_way_to_the_next(head):
    assert requested_choices(head) == ()


def test_the_choices_of_several_sources_are_not_mixed():
    head = request(("prefer", "code=409"), query="__scenario=slow&__dynamic=true")
    by_query = Choice("query", ("slow",), dynamic=True)
    assert requested_choices(head) == (Choice("prefer", code="409"), by_query)


@pytest.mark.parametrize(
    ("choice", "is_for_any"),
    [
        (Choice("header", ("slow",)), False),
        (Choice("prefer", code="409"), True),
        (Choice("query", dynamic=False), True),
        (Choice("prefer", ("slow",), seed=0), True),
    ],
    ids=["scenarios have their operations", "a status", "no generated body", "a seed beside a scenario"],
)
def test_what_names_no_scenario_is_asked_of_any_operation(choice, is_for_any):
    assert choice.is_for_any is is_for_any


# What each way can say


@pytest.mark.parametrize(
    ("query", "choice"),
    [
        ("__scenario=slow", Choice("query", scenarios=("slow",))),
        ("__scenario=slow,+order-not-cart", Choice("query", scenarios=("slow", "order-not-cart"))),
        ("__code=409", Choice("query", code="409")),
        ("__example=empty-cart", Choice("query", example="empty-cart")),
        ("__dynamic=true", Choice("query", dynamic=True)),
        ("__dynamic=false", Choice("query", dynamic=False)),
        ("__code=409&__dynamic=true", Choice("query", code="409", dynamic=True)),
        ("a=1&__code=404&b=2", Choice("query", code="404")),
        ("__scenario=order%2Dnot%2Dcart", Choice("query", scenarios=("order-not-cart",))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_choice_is_read_from_the_query(query, choice):
    assert requested_choices(request(query=query)) == (choice,)


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ("scenario=slow", Choice("prefer", scenarios=("slow",))),
        ('scenario="slow, emptied"', Choice("prefer", scenarios=("slow", "emptied"))),
        ("code=409", Choice("prefer", code="409")),
        ("example=empty-cart", Choice("prefer", example="empty-cart")),
        ("dynamic=true", Choice("prefer", dynamic=True)),
        ("dynamic", Choice("prefer", dynamic=True)),
        ("seed=7", Choice("prefer", seed=7)),
        ("seed=-7", Choice("prefer", seed=-7)),
        ("code=400, example=invalid-user", Choice("prefer", code="400", example="invalid-user")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_choice_is_read_from_prefer(value, choice):
    assert requested_choices(prefer(value)) == (choice,)


@pytest.mark.parametrize(
    ("choice", "applied"),
    [
        (Choice("prefer", code="409"), ("code=409",)),
        (Choice("prefer", scenarios=("slow",), code="409"), ("scenario=slow",)),
        (Choice("prefer", ("slow", "emptied")), ('scenario="slow,emptied"',)),
        (Choice("prefer", dynamic=True, seed=7), ("seed=7", "dynamic=true")),
        (Choice("prefer", dynamic=False), ("dynamic=false",)),
        (Choice("query", code="409"), ()),
        (Choice("header", scenarios=("slow",)), ()),
    ],
    ids=[
        "a code",
        "a scenario goes before the rest",
        "two scenarios",
        "two",
        "no",
        "said by query",
        "said by header",
    ],
)
def test_only_preferences_are_repeated_as_applied(choice, applied):
    assert choice.applied_preferences(choice.scenarios, by_code=False) == applied


@pytest.mark.parametrize(
    ("choice", "generated"),
    [
        (Choice("prefer", dynamic=True), True),
        (Choice("prefer", seed=7), True),
        (Choice("prefer", dynamic=False, seed=7), False),
        (Choice("prefer", code="409"), False),
    ],
    ids=["dynamic", "a seed alone", "a seed, but not dynamic", "neither"],
)
def test_a_generated_body_is_asked_for_by_dynamic_or_by_a_seed(choice, generated):
    assert choice.generated is generated


# Prefer, by RFC 7240


@pytest.mark.parametrize(
    ("values", "members"),
    [
        (["code=409"], {"code": "409"}),
        (["Code=409"], {"code": "409"}),
        (["code = 409"], {"code": "409"}),
        (['code="409"'], {"code": "409"}),
        ([r'example="a \"b\" \\ c"'], {"example": r'a "b" \ c'}),
        (['example="a, b"; code=1, code=409'], {"example": "a, b", "code": "409"}),
        (["code=409; level=high"], {"code": "409"}),
        (["code=409, code=500"], {"code": "409"}),
        (["code=409", "code=500, dynamic"], {"code": "409", "dynamic": ""}),
        (["respond-async,,wait=10,"], {"respond-async": "", "wait": "10"}),
        (['example=""'], {"example": ""}),
        (["=409"], {}),
        (['example="cut'], {"example": ""}),
    ],
    ids=[
        "plain",
        "names in any case",
        "space around",
        "quoted",
        "escapes",
        "a comma in quotes; a parameter",
        "parameters are not ours",
        "the first counts",
        "several headers",
        "empty members",
        "empty text",
        "no name",
        "a quote that never ends",
    ],
)
def test_preferences_are_read_from_all_prefer_headers(values, members):
    assert preferences(prefer(*values)) == members


@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=40), max_size=3))
def test_any_prefer_header_can_be_read(values):
    assert all(name == name.lower() and name for name in preferences(prefer(*values)))


TOKEN = st.from_regex(r"[A-Za-z0-9-]{1,12}", fullmatch=True)


@given(st.dictionaries(TOKEN.map(str.lower), st.text(st.characters(min_codepoint=32, max_codepoint=126))))
def test_any_quoted_value_is_read_unchanged(members):
    written = ", ".join(
        f'{name}="{value.translate({34: chr(92) + chr(34), 92: chr(92) * 2})}"'
        for name, value in members.items()
    )
    assert preferences(prefer(written)) == members


# What is not there


def test_an_unknown_choice_names_the_nearest_and_has_the_valid_ones():
    unknown = UnknownChoice("scenario", "order-not-car", ("slow", "order-not-cart"))
    assert str(unknown) == "there is no scenario 'order-not-car'; did you mean 'order-not-cart'?"
    assert (unknown.kind, unknown.name, unknown.valid) == (
        "unknown-scenario",
        "order-not-car",
        ("slow", "order-not-cart"),
    )
