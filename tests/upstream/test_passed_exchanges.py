"""The two halves of a passed exchange, between which its session can change or go."""

import pytest

from mockserver import Settings, create_app
from mockserver.http.message import Answer, Request
from mockserver.runtime import Runtime

ANSWER = Answer(200, [("content-type", "application/json")], b"{}")


@pytest.fixture
def runtime() -> Runtime:
    return create_app(Settings(upstream="http://127.0.0.1:1", max_sessions=2)).runtime


def request(key: str) -> Request:
    headers = [("host", "127.0.0.1"), ("x-mock-session", key), ("content-type", "application/json")]
    return Request.build("POST", "/any", headers=headers, body=b"{}")


def test_an_exchange_ends_in_the_session_as_it_is_then(runtime: Runtime) -> None:
    first, second = runtime.begin_passed(request("a")), runtime.begin_passed(request("a"))
    assert first is not None
    assert second is not None
    assert runtime.end_passed(second, ANSWER, 0.1).id == "x1"
    assert runtime.end_passed(first, ANSWER, 0.2).id == "x2"
    assert runtime.journal.count("a") == 2


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_session_that_was_evicted_meanwhile_is_a_410(runtime: Runtime, is_streamed: bool) -> None:
    earlier, begun = runtime.begin_passed(request("a")), runtime.begin_passed(request("a"))
    assert earlier is not None
    assert begun is not None
    runtime.end_passed(earlier, ANSWER, 0.1)  # so that the session has something to lose
    for key in ("b", "c"):
        other = runtime.begin_passed(request(key))
        assert other is not None
        runtime.end_passed(other, ANSWER, 0.1)
    ended = runtime.start_passed(begun, ANSWER) if is_streamed else runtime.end_passed(begun, ANSWER, 0.1)
    assert (ended.final_answer.status, ended.unrecorded) == (410, True)
    assert "a" not in runtime.sessions
