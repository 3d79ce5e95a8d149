"""A process that does not stop in time is ended."""

import threading

from mockserver.server.stop_limit import StopLimit


def test_the_end_comes_after_a_request_and_not_before():
    ended = threading.Event()
    limit = StopLimit(0.01, ended.set)
    limit.start()
    assert not ended.wait(0.1)
    limit.request()
    assert ended.wait(10)
