"""`python -m tests.support.reference_cycles`: what requests leave to the collector of reference cycles.

It prints the classes and functions of the package that are in cycles, or that there are none.
"""

import gc
import socket
import types
from collections import Counter, deque
from http.client import HTTPConnection, HTTPException, HTTPResponse
from itertools import islice
from json import load
from urllib.parse import urlsplit

from mockserver import Settings, create_app
from mockserver.testing.thread_server import serve_in_thread
from tests.benchmarks.soak.judgement import Control
from tests.benchmarks.soak.life import Life
from tests.benchmarks.soak.step import Step

WARM_UP = 100  # requests that fill the caches, and use what is made on first use
REQUESTS = 500


def main() -> None:
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
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        for step in islice(steps, REQUESTS):
            send(address, step)
        gc.collect()
        found = Counter(name for name in map(own_name, gc.garbage) if name)
    print(found or f"{REQUESTS} requests left nothing")


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


def own_name(each: object) -> str:
    """The name of a function of the package, or of an object's class that is one; empty for any other."""
    owner = each if isinstance(each, types.FunctionType) else type(each)
    module = owner.__module__
    return f"{module}.{owner.__qualname__}" if module.startswith("mockserver") else ""


if __name__ == "__main__":
    main()
