"""Exchanges leave nothing to the collector of reference cycles, whose full runs would be pauses."""

import gc
import socket
import types
from collections import deque
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from itertools import islice
from json import load
from urllib.parse import urlsplit

import pytest

from mockserver import Settings, create_app
from mockserver.testing.thread_server import serve_in_thread
from tests.benchmarks.soak.judgement import Control
from tests.benchmarks.soak.life import Life
from tests.benchmarks.soak.step import Step

WARM_UP = 100  # requests that fill the caches, and use what is made on first use
REQUESTS = 500


@pytest.fixture
def garbage() -> Iterator[list[object]]:
    """What only the collector can free; nothing is freed by it in the meantime."""
    gc.collect()
    gc.disable()
    yield gc.garbage
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


def test_exchanges_make_no_reference_cycles(garbage: list[object]) -> None:
    """Lawful requests and attacks of all kinds, with heads that are not alike, and control calls."""
    with serve_in_thread(create_app(Settings())) as url:
        address = (str(urlsplit(url).hostname), int(urlsplit(url).port or 0))
        connection = HTTPConnection(*address)
        connection.request("GET", "/__mock/openapi.json")
        life = Life(1, 7, Control(load(connection.getresponse())), deque(maxlen=50))
        connection.close()
        steps = life.steps()
        for step in islice(steps, WARM_UP):
            send(address, step)
        gc.collect()
        gc.set_debug(gc.DEBUG_SAVEALL)
        for step in islice(steps, REQUESTS):
            send(address, step)
        gc.collect()
        assert [each for each in garbage if is_ours(each)] == []


def send(address: tuple[str, int], step: Step) -> None:
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(step.sent)
        if step.fate == "dropped":
            return
        try:
            answer = HTTPResponse(client, method=step.sent.partition(b" ")[0].decode("latin-1"))
            answer.begin()
            answer.read()
        except (HTTPException, ConnectionError):
            assert step.fate == "refused"


def is_ours(each: object) -> bool:
    """Whether an object is of a class or a function of the package."""
    owner = each if isinstance(each, types.FunctionType) else type(each)
    return owner.__module__.startswith("mockserver")
