"""The facts of a head are computed once; those that raise do so each time."""

import pytest

from mockserver.contract.routing.router import UnknownPath
from mockserver.contract.security import MissingCredential
from mockserver.engine.request_facts import RequestFacts
from mockserver.http.message import Head
from tests.support.patches import BUNDLED, patch


def test_a_fact_is_computed_once():
    facts = RequestFacts(patch(headers={"X-Mock-Session": "mine"}).head, BUNDLED)
    assert facts.parameters is facts.parameters
    assert facts.session_key == "mine"


def test_a_fact_that_raises_does_so_each_time():
    facts = RequestFacts(Head("GET", "/nowhere"), BUNDLED)
    for _ in range(2):
        with pytest.raises(UnknownPath):
            _ = facts.match


def test_a_missing_credential_raises_each_time():
    facts = RequestFacts(patch(token=None).head, BUNDLED)
    for _ in range(2):
        with pytest.raises(MissingCredential):
            _ = facts.credential
