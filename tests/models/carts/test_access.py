"""Bearer tokens, and the companies for which they act."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.model import Unauthenticated
from mockserver.models.carts.access import find_token
from mockserver.models.carts.world import SCOPES, Token
from tests.support.bundled import ANY_TOKEN, MODEL, WORLD, rejected

FULL = frozenset(SCOPES)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


@given(st.text(LETTERS, min_size=1))
def test_any_well_formed_token_that_is_not_listed_acts_for_the_default_company(tail: str) -> None:
    assert find_token(WORLD, f"flt_sk_{tail}") == Token(WORLD.default_company, FULL)


def test_without_authentication_a_request_acts_for_the_default_company() -> None:
    assert find_token(WORLD, None) == Token(WORLD.default_company, FULL)


@pytest.mark.parametrize("key", WORLD.tokens)
def test_a_listed_token_is_what_the_world_says(key: str) -> None:
    assert find_token(WORLD, key) is WORLD.tokens[key]


@pytest.mark.parametrize(
    "credential",
    [
        pytest.param("", id="empty"),
        pytest.param("flt_sk_", id="nothing after the prefix"),
        pytest.param("flt_pk_abc", id="another prefix"),
        pytest.param("FLT_SK_abc", id="capitals"),
        pytest.param(" flt_sk_abc", id="space before"),
        pytest.param("flt_sk_abc ", id="space after"),
        pytest.param("flt_sk_abc\n", id="newline after"),
        pytest.param("flt_sk_a.c", id="full stop"),
        pytest.param("flt_sk_été", id="accents"),
        pytest.param("flt_sk_٤٢", id="digits of another script"),
    ],
)
def test_a_malformed_token_is_unauthenticated_and_never_quoted(credential: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        MODEL.admit(WORLD, credential)
    secret = credential.removeprefix("flt_sk_")
    assert not secret or secret not in caught.value.reason


@pytest.mark.parametrize("key", ["flt_sk_read_only_000001", "flt_sk_no_scopes_000002"])
def test_a_token_without_the_scope_to_write_is_refused_before_validation(key: str) -> None:
    rejection = rejected("42", {}, token=key)
    assert (rejection.code, rejection.check) == ("INSUFFICIENT_SCOPE", 2)
    assert "carts:write" in rejection.reason
    assert key not in rejection.reason


@pytest.mark.parametrize("key", [None, ANY_TOKEN, "flt_sk_ghost_company_000003"])
def test_every_other_token_is_authorized(key: str | None) -> None:
    MODEL.admit(WORLD, key)
