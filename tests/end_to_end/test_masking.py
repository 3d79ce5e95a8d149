"""A secret that the contract, the user or the list of usual names marks is shown nowhere."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.secrets import carriers, leaks, secret_console, shown

SECRET = "Kx7-swordfish-Qz9"
SECRETS = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~", min_size=16, max_size=90
)


@pytest.fixture(scope="module")
def server():
    with secret_console() as found:
        yield found


@pytest.mark.parametrize("where", carriers(SECRET))
def test_a_secret_is_shown_nowhere(server, where):
    console, log = server
    assert leaks(shown(console, log, carriers(SECRET)[where], SECRET), SECRET) == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(carriers(SECRET))), SECRETS)
def test_no_secret_is_shown_anywhere(server, where, secret):
    console, log = server
    assert leaks(shown(console, log, carriers(secret)[where], secret), secret) == []
