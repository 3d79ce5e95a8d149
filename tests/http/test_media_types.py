"""Content-Type and Accept are read as RFC 9110 says; malformed values match nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.media_types import (
    concrete_type,
    matching_entry,
    names_type,
    parse_content_type,
    preferred_type,
)
from tests.support.timing import assert_linear

JSON, XML, TEXT = "application/json", "application/xml", "text/plain"


@pytest.mark.parametrize(
    ("text", "essence", "parameters"),
    [
        ("application/json", "application/json", {}),
        ("Application/JSON;Charset=UTF-8", "application/json", {"charset": "UTF-8"}),
        (' text/plain ; charset="us-ascii" ', "text/plain", {"charset": "us-ascii"}),
        (r'a/b;c="d\"e;f\\"', "a/b", {"c": 'd"e;f\\'}),
        ("multipart/form-data; boundary=a/b=?", "multipart/form-data", {"boundary": "a/b=?"}),
        ("text/*", "text/*", {}),
        ("a/b;", "a/b", {}),
        ("a/b;;c=d", "a/b", {"c": "d"}),
    ],
    ids=["plain", "case", "quoted", "escapes", "boundary", "range", "semicolon", "empty parameter"],
)
def test_a_content_type_has_an_essence_and_parameters(text, essence, parameters):
    kind = parse_content_type(text)
    assert (kind.essence, kind.parameters) == (essence, parameters)


@pytest.mark.parametrize(
    "text", ["", "json", "a/", "/b", "a b/c", "a/b; c", "a/b; =d", 'a/b; c="d', "a/b x", "a/b;c=1;c=2"]
)
def test_a_malformed_content_type_is_none(text):
    assert parse_content_type(text) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("application/json", "json"),
        ("application/json; charset=utf-8", "json"),
        ("APPLICATION/JSON", "json"),
        ("application/json; version=2", "two"),
        ("application/json; charset=utf-8; version=2", "two"),
        ("application/json; version=3", "json"),
        ("application/problem+json", "application"),
        ("text/csv", "csv"),
        ("text/csv; charset=utf-8", "csv"),
        ("text/html", "any"),
        ("nothing", None),
    ],
)
def test_content_is_found_by_parameters_then_name_then_range(given, expected):
    content = {
        "*/*": "any",
        "application/*": "application",
        "application/json": "json",
        "application/json; version=2": "two",
        "text/csv; charset=iso-8859-1": "csv",
    }
    assert matching_entry(content, given) == expected


def test_a_type_without_an_entry_has_none():
    assert matching_entry({"application/json": 1, "image/*": 2, "no type": 3}, "text/plain") is None


@pytest.mark.parametrize(
    ("accept", "offered", "chosen"),
    [
        (None, [JSON, XML], JSON),
        ("", [JSON, XML], JSON),
        ("*/*", [JSON, XML], JSON),
        ("application/xml", [JSON, XML], XML),
        ("application/json;q=0.5, application/xml;q=0.6", [JSON, XML], XML),
        ("application/*;q=0.1, application/json;q=0", [JSON, XML], XML),
        ("application/json;q=0, */*", [JSON], None),
        ("*/*;q=0", [JSON, XML], None),
        ("*/*, application/xml", [JSON, XML], XML),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", [JSON, XML], XML),
        ("text/html", [JSON, XML], None),
        ("application/json; charset=utf-8", [JSON], JSON),
        ("application/json; version=2", ["application/json; version=1", "application/json; version=2"],
         "application/json; version=2"),
        ("application/json; version=2", ["application/json; version=1"], None),
        ('a/b;c="x,application/xml", application/json', [XML, JSON], JSON),
        ("text/html, text/csv", ["text/*"], "text/*"),
        ("???, application/xml;q=2", [JSON, XML], JSON),
        ("???, application/xml", [JSON, XML], XML),
        (",,", [JSON], JSON),
        ("application/json", [], None),
        (None, [], None),
    ],
)  # fmt: skip
def test_accept_chooses_by_weight_then_specificity_then_order(accept, offered, chosen):
    assert preferred_type(accept, offered) == chosen


@given(st.one_of(st.text(), st.text(' ,;="\\/*q0.1ab')), st.lists(st.sampled_from([JSON, XML, TEXT, "*/*"])))
def test_any_accept_header_chooses_an_offer_or_none(accept, offered):
    assert preferred_type(accept, offered) in {*offered, None}


@pytest.mark.parametrize(
    ("accept", "is_named"),
    [
        ("text/html", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json, TEXT/HTML;level=1", True),
        ("text/html;q=0, */*", False),
        ("text/*", False),
        ("*/*", False),
        ("", False),
        (";", False),
    ],
)
def test_a_type_is_named_or_only_in_a_range(accept, is_named):
    assert names_type(accept, "text/html") == is_named


@pytest.mark.parametrize("piece", ['"\\', '"', "a/b;", "a/b,", 'a/b;a="\\a', " "], ids=repr)
def test_the_cost_of_an_accept_header_is_linear_in_its_length(piece):
    assert_linear(lambda times: preferred_type(piece * times, [JSON]), 1_250, 20_000)


@given(st.text(' ;="\\/*abc'))
def test_any_content_type_is_read_or_refused(text):
    kind = parse_content_type(text)
    assert kind is None or (kind.type in text and "/" in text)


@pytest.mark.parametrize(
    ("name", "sent"),
    [("a/b", "a/b"), ("text/*", TEXT), ("*/*", JSON), ("x/*", "application/octet-stream"), ("", JSON)],
)
def test_a_range_has_a_concrete_type(name, sent):
    assert concrete_type(name) == sent


@pytest.mark.parametrize(
    ("text", "is_json", "is_xml"),
    [
        ("application/json", True, False),
        ("application/problem+json", True, False),
        ("text/xml", False, True),
        ("image/svg+xml", False, True),
        ("text/json-ish", False, False),
    ],
)
def test_a_structured_syntax_suffix_decides_the_format(text, is_json, is_xml):
    kind = parse_content_type(text)
    assert (kind.is_json, kind.is_xml) == (is_json, is_xml)
