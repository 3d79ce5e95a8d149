"""`python -m tests.benchmarks.soak.probe HOST PORT`: how long a client waits for answers, until stdin ends.

A process of its own, so that the work of the other clients does not count. It prints JSON: the number of
requests, and the longest waits in milliseconds, longest first.
"""

import heapq
import json
import select
import socket
import sys
import time

INTERVAL = 0.005  # seconds between two requests
LONGEST = 20  # waits that are told
REQUEST = b"GET /__mock/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def waits(host: str, port: int) -> tuple[int, list[float]]:
    """The number of requests, and the longest waits for an answer in seconds."""
    longest: list[float] = []
    count = 0
    with socket.create_connection((host, port), timeout=30) as connection:
        while not select.select([sys.stdin], [], [], INTERVAL)[0]:
            started = time.perf_counter()
            connection.sendall(REQUEST)
            answer = b""
            while b"}}\n" not in answer and not answer.rstrip().endswith(b"}}"):
                answer += connection.recv(65_536)
            heapq.heappush(longest, time.perf_counter() - started)
            count += 1
            if len(longest) > LONGEST:
                heapq.heappop(longest)
    return count, sorted(longest, reverse=True)


if __name__ == "__main__":
    count, longest = waits(sys.argv[1], int(sys.argv[2]))
    print(json.dumps({"requests": count, "longest_ms": [round(each * 1000, 1) for each in longest]}))
