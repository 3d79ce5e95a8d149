"""Example suites for the guard of the pytest plugin, and what a run of them says."""

import pytest

# other plugins change every run in which they are loaded
OPTIONS = ("-W", "error", "-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:randomly", "-ra")
BROKEN = '{"purchaser_id": 0}'  # a body that the contract does not permit

PREAMBLE = """
import asyncio
import unittest
import httpx
import pytest

HEADERS = {"Authorization": "Bearer flt_sk_shop", "Content-Type": "application/json"}

def send(session, body, path="/carts/42"):
    headers = {**HEADERS, **session.headers}
    return httpx.patch(session.url + path, json=body, headers=headers, trust_env=False).status_code

def keyless(url, body, path="/carts/42"):
    return httpx.patch(url + path, json=body, headers=HEADERS, trust_env=False).status_code
"""

# the application has one fixed base URL, and knows no session
WITH_AN_APPLICATION = f"""{PREAMBLE}
@pytest.fixture(scope="session")
def call(mock_server):
    yield lambda body: keyless(mock_server.url, body)
    keyless(mock_server.url, {{}})

@pytest.fixture
def closing(call):
    yield
    call({BROKEN})

@pytest.fixture
def opening(call):
    call({BROKEN})

def test_careful(call):
    assert call({{}}) == 200

def test_careless(call):
    call({BROKEN})

def test_careless_setup(opening):
    pass

def test_careless_teardown(closing, mock_session):
    pass

@pytest.mark.mock_allow_violations
def test_permitted(call):
    assert call({BROKEN}) == 400

def test_other():
    pass

class TestOfUnittest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _use(self, call):
        self.call = call

    def test_careful_method(self):
        self.assertEqual(self.call({{}}), 200)

    def test_careless_method(self):
        self.call({BROKEN})
"""
CARELESS = ["test_careless", "test_careless_method", "test_careless_setup", "test_careless_teardown"]


def failed_at_teardown(result: pytest.RunResult) -> list[str]:
    """The names of the tests that failed after they had passed, in the order of the alphabet."""
    lines = [line.split(" - ")[0] for line in result.outlines if line.startswith("ERROR ")]
    return sorted(line.rpartition("::")[2].strip() for line in lines)
