"""The names whose values are secret."""

import pytest

from mockserver.http.secret_names import USUAL, SecretNames


@pytest.mark.parametrize(
    "name",
    ["pin", "CVV", "otp", "sid", "userPassword", "x-csrf-token", "clientsecret", "filter[password]",
     "user.pin", "ns:token", "pass%77ord", "pass%2577ord", "session_token_2", "passphrase", "aws_access_key"],
)  # fmt: skip
def test_usual_names_are_secret_in_every_spelling(name):
    assert name in USUAL


@pytest.mark.parametrize(
    "name",
    ["shipping", "spin", "side", "author", "passenger", "signatures", "token_type", "tokenType",
     "token_endpoint_auth_method", "password_policy", "secretUrl", "cookie-count"],
)  # fmt: skip
def test_names_that_describe_a_secret_are_shown(name):
    assert name not in USUAL


@pytest.mark.parametrize("name", ["max_tokens", "promptTokens", "tokens"])
def test_numbers_of_tokens_are_shown(name):
    assert not USUAL.holds(name, 100)
    assert USUAL.holds(name, "a string")


@pytest.mark.parametrize("name", ["X-Auth", "x_auth", "x-auth", "filter[x-auth]", "X%2DAuth"])
def test_added_names_are_compared_without_case_and_separator(name):
    assert name in SecretNames(["X-Auth"])
    assert name not in USUAL


def test_an_added_name_is_secret_even_if_it_describes_one():
    assert SecretNames(["token_type", "max_tokens"]).holds("max_tokens", 5)
    assert "token_type" in SecretNames(["token_type"])


@pytest.mark.parametrize(
    "body",
    [b'{"a": "pin"}', b'{"Password": 1}', b"a=%70", b'"\\u0070"', b"Bearer x", b"http://a:b@c", b"\x00"],
    ids=repr,
)
def test_a_body_with_a_hint_may_have_something_to_mask(body):
    assert USUAL.may_mark(body)


def test_the_space_of_a_name_is_a_plus_in_a_form():
    assert USUAL.may_mark(b"a=1&api+key=x")
    assert SecretNames(["my word"]).may_mark(b"my+word=x")


@pytest.mark.parametrize("body", [b"", b'{"shipping": 1, "mail": "a@b.c"}', b"a=1&b=2"], ids=repr)
def test_a_body_without_a_hint_has_nothing_to_mask(body):
    assert not USUAL.may_mark(body)
