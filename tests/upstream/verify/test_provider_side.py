"""What is called is the provider alone, no faster than allowed."""

import pytest

from mockserver.upstream.verify.provider_side import Rate, is_loopback


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1", "http://localhost", "http://[::1]:4/x", "https://127.9.9.9", "http://a.localhost"],
)
def test_loopback_is_this_machine(url):
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://[::2]",
        "http://0.0.0.0",
    ],
)
def test_other_hosts_are_remote(url):
    assert not is_loopback(url)


def test_a_rate_spreads_requests_over_time():
    waited = []
    rate = Rate(10, waited.append)
    for _ in range(4):
        rate.wait()
    assert sum(each > 0 for each in waited) == 3
    assert 0.5 < sum(waited) <= 0.6  # 0.1 + 0.2 + 0.3, because nothing really sleeps


def test_without_a_rate_nothing_waits():
    waited = []
    Rate(None, waited.append).wait()
    assert waited == []
