"""Secrets that are found by their values, however they are spelled."""

import json
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.redaction import mask
from mockserver.http.secret_values import SHORTEST, SecretValues

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=12, max_size=50)
SPELLINGS = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "plus": quote_plus,
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "message": lambda text: repr(text)[1:-1],
    "XML": escape,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(secret=TEXTS)
def test_a_secret_is_masked_in_each_spelling(spelling, secret):
    spelled = SPELLINGS[spelling](secret)
    if "…" not in secret:
        assert spelled not in SecretValues([secret]).mask_in(f"found {spelled} there")


def test_a_short_secret_is_masked_only_as_a_word():
    values = SecretValues(["orders"])
    assert values.mask_in("orders, reorders") == "…, reorders"
    assert SHORTEST == 6
    assert SecretValues(["order"]).mask_in("order") == "order"


def test_a_common_word_is_not_masked():
    assert (
        SecretValues(["password"]).mask_in("/password: expected a string") == "/password: expected a string"
    )


def test_values_are_joined_and_never_shown():
    both = SecretValues(["first-secret"]) + SecretValues(["second-secret"])
    assert both.mask_in("first-secret second-secret") == f"{mask('first-secret')} {mask('second-secret')}"
    assert "secret" not in repr(both).replace("secret_values", "")


def test_bytes_that_are_not_utf8_stay():
    assert SecretValues(["first-secret"]).mask_in_bytes(b"\xff first-secret") == b"\xff \xe2\x80\xa6cret"
    data = b"\xff"
    assert SecretValues(["first-secret"]).mask_in_bytes(data) is data


def test_the_beginning_of_a_secret_that_a_quotation_was_cut_in_is_masked():
    secrets = SecretValues(["correct horse battery", "flt_sk_abcdefghijkl"])
    assert secrets.mask_in("the path '/resets/correct hor…'") == "the path '/resets/…'"
    assert secrets.mask_in("Bearer flt_sk_…ijkl") == "Bearer flt_sk_…ijkl"
