"""The errors of control calls, as problems."""

import json
from typing import get_args

import pytest

from mockserver.contract.mutations import UnknownMutation
from mockserver.contract.operation import UnknownOperation
from mockserver.control.exchange_calls import UnknownExchange
from mockserver.control.guard import Forbidden, TokenNeeded
from mockserver.control.refusals import Refusal, UnknownCall, refusal_of
from mockserver.control.request import UnreadableBody
from mockserver.control.verification import NotVerified
from mockserver.data.reading import BadData, DataError
from mockserver.engine.problems import TROUBLE
from mockserver.engine.sessions import BadKey, UnknownSession
from mockserver.model import Subject, TransitionRefused, UnknownSubject
from tests.support.paths import README

TEXT = README.read_text(encoding="utf-8")
KEY = "flt_sk_abcdefghijkl1234"
REFUSALS = {
    "403 forbidden": Forbidden(f"pages of {KEY!r} may not"),
    "401 control-token": TokenNeeded(),
    "404 unknown-call": UnknownCall(f"/__mock/{KEY}", ("/__mock/health",)),
    "400 bad-body": UnreadableBody(f"not JSON: {KEY}"),
    "413 bad-body": UnreadableBody("too large", 413),
    "422 bad-data": BadData([DataError(f"/tokens/{KEY}", f"found {KEY}")]),
    "404 unknown-session": UnknownSession(KEY),
    "404 unknown-subject": UnknownSubject(Subject("tokens", KEY), (KEY,)),
    "404 unknown-exchange": UnknownExchange(KEY, KEY),
    "409 transition-refused": TransitionRefused(KEY, "ordered", ("cancel",)),
    "404 unknown-mutation": UnknownMutation(KEY, (f"op 200 null /{KEY}",)),
    "404 unknown-operation": UnknownOperation(KEY, ("op",)),
    "422 not-verified": NotVerified("expected 1", 1, 0, ()),
    "400 bad-session-key": BadKey(f"no key {KEY}", "header"),
}


@pytest.mark.parametrize("expected", REFUSALS)
def test_each_refusal_is_a_problem_of_its_own_kind(expected):
    answer = refusal_of(REFUSALS[expected]).answer()
    body = json.loads(answer.body)
    assert f"{answer.status} {body['type'].removeprefix('urn:mockserver:problem:')}" == expected
    assert answer.content_type == "application/problem+json"
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize("expected", REFUSALS)
def test_no_refusal_tells_a_key_whole(expected):
    assert KEY.encode() not in refusal_of(REFUSALS[expected]).answer().body


@pytest.mark.parametrize("expected", REFUSALS)
def test_the_readme_explains_each_kind(expected):
    assert f"`{expected.partition(' ')[2]}`" in TEXT


def test_every_refusal_of_the_control_api_is_among_these():
    assert {type(refusal) for refusal in REFUSALS.values()} >= set(get_args(Refusal)) - set(TROUBLE)


def test_faults_are_told_one_by_one():
    bad = BadData([DataError("/a", "expected a text"), DataError("/b/0", "unknown key")])
    assert refusal_of(bad).members == {
        "faults": [
            {"pointer": "/a", "message": "expected a text"},
            {"pointer": "/b/0", "message": "unknown key"},
        ]
    }
