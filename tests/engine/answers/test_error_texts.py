"""The sentence that says what is wrong fills the strings of an error body that people read, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.answers.error_texts import ErrorTemplate

SENTENCE = "/colour: the property is missing"


def everything(value):
    return True


def filled_example(body, accepts=everything, members=None):
    return ErrorTemplate(body, generated=False).filled(SENTENCE, accepts, members)


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ({"message": "All went well."}, {"message": SENTENCE}),
        ({"error": "All went well."}, {"error": SENTENCE}),
        ({"detail": "All went well."}, {"detail": SENTENCE}),
        ({"title": "All went well."}, {"title": SENTENCE}),
        ({"Message": "OK", "ErrorNumber": 10}, {"Message": SENTENCE, "ErrorNumber": 10}),
        (
            {"error_description": "OK", "error": "bad_scope"},
            {"error_description": SENTENCE, "error": "bad_scope"},
        ),
        ({"error": {"message": "OK", "type": "card"}}, {"error": {"message": SENTENCE, "type": "card"}}),
        ({"errors": [{"message": "OK", "code": 3}]}, {"errors": [{"message": SENTENCE, "code": 3}]}),
        ({"errors": [{"detail": "A."}, {"detail": "B."}]}, {"errors": [{"detail": SENTENCE}]}),
        ({"errors": ["A wrong name", "A wrong age"]}, {"errors": [SENTENCE]}),
        ({"errors": {"name": ["is too long"]}}, {"errors": {"name": [SENTENCE]}}),
        ({"detail": [{"loc": ["body"], "msg": "OK"}]}, {"detail": [{"loc": ["body"], "msg": SENTENCE}]}),
        ([{"message": "OK"}], [{"message": SENTENCE}]),
        ("All went well.", SENTENCE),
        (
            {"Elements": [{"Name": "Two pens", "ValidationErrors": [{"Message": "OK"}]}]},
            {"Elements": [{"Name": "Two pens", "ValidationErrors": [{"Message": SENTENCE}]}]},
        ),
        ({"code": 1, "hint": "All went well."}, {"code": 1, "hint": SENTENCE}),
    ],
    ids=str,
)
def test_the_sentence_replaces_the_text_of_an_example(example, expected):
    assert filled_example(example) == expected


@pytest.mark.parametrize(
    "kept",
    [
        {"type": "invalid_request_error"},
        {"code": "E-17", "status": 400, "retry": False, "cause": None},
        {"documentation_url": "https://example.com/errors#colour"},
        {"title": "Bad"},
        {"error": "invalid_request"},
        {"allowed": ["red", "green"]},
        {"order": {"description": "Two red pens", "title": "My order"}},
    ],
    ids=str,
)
def test_codes_and_data_beside_a_message_stay(kept):
    assert filled_example({"message": "OK", **kept}) == {"message": SENTENCE, **kept}


def test_a_generated_word_is_not_a_code():
    body = {"message": "text", "error": "text", "title": "text", "reason": "card_declined"}
    expected = {**dict.fromkeys(body, SENTENCE), "reason": "card_declined"}
    assert ErrorTemplate(body, generated=True).filled(SENTENCE, everything) == expected


def test_what_the_schema_refuses_stays():
    def accepts(body):
        return body["error"] in ("Bad Request", "Not Found")

    body = {"error": "Bad Request", "message": "OK"}
    assert filled_example(body, accepts) == {"error": "Bad Request", "message": SENTENCE}


def test_an_array_that_must_have_two_items_keeps_them():
    body = {"errors": [{"message": "A"}, {"message": "B"}]}
    assert filled_example(body, lambda value: len(value["errors"]) == 2) == {
        "errors": [{"message": SENTENCE}, {"message": SENTENCE}]
    }


@given(st.integers(10, 40))
def test_a_limited_string_has_the_beginning_of_the_sentence(limit):
    text = filled_example({"message": "OK"}, lambda body: len(body["message"]) <= limit)["message"]
    assert len(text) <= limit
    assert text == SENTENCE or (text.endswith("…") and SENTENCE.startswith(text[:-1]))


@pytest.mark.parametrize(
    ("body", "refused", "expected"),
    [
        ({"message": "OK"}, "", {"message": SENTENCE, "violations": [1]}),
        ({"code": 1}, "", {"code": 1, "error": SENTENCE, "violations": [1]}),
        ({"message": "OK"}, "violations", {"message": SENTENCE}),
        ({"code": 1}, "violations", {"code": 1, "error": SENTENCE}),
        ({"code": 1}, "error", {"code": 1, "violations": [1]}),
        (["OK"], "", ["OK"]),
    ],
    ids=str,
)
def test_an_object_gets_further_members_as_far_as_possible(body, refused, expected):
    assert filled_example(body, lambda value: refused not in value, {"violations": [1]}) == expected


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["OK", "All went well.", "e_1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["message", "error", "errors", "code", "data"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_filling_twice_changes_nothing_more_and_the_argument_stays(body):
    before = repr(body)
    once = filled_example(body)
    assert filled_example(once) == once
    assert repr(body) == before
    if isinstance(body, dict):
        assert SENTENCE in repr(filled_example(body, members={"violations": []}))
