"""What wrk is told to send, and how its report is read."""

import pytest

from tests.benchmarks import wrk
from tests.benchmarks.load import REFUSED, SESSIONS
from tests.benchmarks.round import Round

OUTPUT = """Running 2s test @ http://127.0.0.1:4010/carts/42
  1 threads and 16 connections
Requests/sec:  10250.00
measured requests=20500 us=2000000 errors=3 broken=1 p50=1450 p99=3200
"""


def test_the_last_line_has_all_figures_exactly():
    found = wrk.parse(OUTPUT)
    assert found == Round(requests=20_500, seconds=2.0, errors=3, broken=1, p50=1.45, p99=3.2)
    assert found.rate == 10_250


def test_an_output_without_figures_is_an_error_that_shows_it():
    with pytest.raises(ValueError, match="unable to connect"):
        wrk.parse("unable to connect to 127.0.0.1:1 Connection refused\n")


def test_the_script_sends_the_body_and_the_headers():
    script = wrk.script(REFUSED)
    assert 'wrk.method = "PATCH"' in script
    assert 'wrk.headers["Authorization"] = "Bearer flt_sk_demo"' in script
    assert "RENT" in script
    assert "X-Mock-Session" not in script


def test_sessions_are_named_in_turn():
    assert 'wrk.headers["X-Mock-Session"] = "test-" .. number' in wrk.script(SESSIONS)
    assert "% 10000" in wrk.script(SESSIONS)
