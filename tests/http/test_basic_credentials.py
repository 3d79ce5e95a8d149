"""The credential of HTTP Basic authentication."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.basic_credentials import user_and_password


@given(st.text().filter(lambda user: ":" not in user), st.text())
def test_user_and_password_are_what_the_client_encoded(user, password):
    credential = b64encode(f"{user}:{password}".encode()).decode()
    assert user_and_password(credential) == (user, password)


@pytest.mark.parametrize(
    "credential",
    ["?", "abc", "Zm9v Zm9v", "//79", "é"],
    ids=["no base64", "cut off", "two", "no text", "not ASCII"],
)
def test_another_text_holds_neither(credential):
    assert user_and_password(credential) is None
