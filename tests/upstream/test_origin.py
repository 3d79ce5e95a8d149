"""URLs and cookies of the real backend become those of the mock server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.upstream.origin import Origin

OWN = "http://127.0.0.1:4010"
API = Origin.of_url("https://api.example.com/v1/")


def test_the_path_has_no_slash_at_its_end_and_a_default_port_is_not_shown():
    assert str(API) == "https://api.example.com/v1"
    assert API.authority == "api.example.com"
    assert Origin.of_url("http://[::1]:8080").authority == "[::1]:8080"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("https://api.example.com/v1/carts/42?a=1#b", f"{OWN}/carts/42?a=1#b"),
        ("https://api.example.com:443/v1", f"{OWN}/"),
        ("//api.example.com/v1/carts", f"{OWN}/carts"),
        ("https://api.example.com/elsewhere", f"{OWN}/elsewhere"),
        ("/v1/carts", "/carts"),
        ("/v10/carts", "/v10/carts"),
        ("carts/43", "carts/43"),
        ("?page=2", "?page=2"),
        ("https://other.example.com/v1/carts", "https://other.example.com/v1/carts"),
        ("https://api.example.com:444/v1", "https://api.example.com:444/v1"),
        ("mailto:info@api.example.com", "mailto:info@api.example.com"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_a_reference_to_the_backend_leads_to_the_mock_server(reference: str, expected: str):
    assert API.own_reference(reference, OWN) == expected


@given(st.text())
def test_any_reference_can_be_read(reference: str):
    assert isinstance(API.own_reference(reference, OWN), str)


@pytest.mark.parametrize(
    ("cookie", "encrypted", "expected"),
    [
        ("sid=1", False, "sid=1"),
        ("sid=1; Domain=example.com; Path=/v1/carts", False, "sid=1; Path=/carts"),
        ("sid=1; Path=/; Secure; HttpOnly", False, "sid=1; Path=/; HttpOnly"),
        ("sid=1; Secure; SameSite=None", False, "sid=1; SameSite=Lax"),
        ("sid=1; Secure; SameSite=None", True, "sid=1; Secure; SameSite=None"),
    ],
)
def test_a_cookie_is_for_the_host_of_the_mock_server(cookie: str, encrypted: bool, expected: str):
    assert API.own_cookie(cookie, encrypted=encrypted) == expected
