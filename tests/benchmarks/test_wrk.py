"""What wrk is told to send, and how its report is read."""

import pytest

from tests.benchmarks import wrk
from tests.benchmarks.latency import corrected
from tests.benchmarks.load import REFUSED, SESSIONS

OUTPUT = """Running 2s test @ http://127.0.0.1:4010/carts/42
  1 threads and 16 connections
Requests/sec:  10250.00
measured requests=20500 us=2000000 errors=3 broken=1
latencies 1450:20000 3200:399 5000:80 6239:1 7800:21
"""


def test_the_last_line_has_all_figures_exactly():
    found = wrk.parse(OUTPUT)
    assert (found.requests, found.seconds, found.errors, found.broken) == (20_500, 2.0, 3, 1)
    assert found.rate == 10_250


def test_latencies_are_those_that_were_measured_and_those_that_wrk_reported():
    sent = {800: 990, 20_000: 10}
    reported = corrected(sent, 1_600)
    text = " ".join(f"{us}:{count}" for us, count in reported.items())
    found = wrk.parse(f"measured requests=1000 us=99200 errors=0 broken=0\nlatencies {text}\n")
    assert (found.p50, found.p99, found.longest) == (0.8, 0.8, 20.0)
    assert (found.corrected_p50, found.corrected_p99) == (0.8, 18.4)


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
    script = wrk.script(SESSIONS)
    assert 'wrk.headers["X-Mock-Session"] = "{}"' in script
    assert 'before .. "test-" .. turn .. after' in script
    assert "% 9000" in script
