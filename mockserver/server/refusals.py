"""Problems of requests that never reach the application: malformed, unencrypted, too slow, too many."""

from mockserver.http.problem import Problem
from mockserver.settings import Settings

SOURCE = [("x-mock-source", "mock")]


def malformed(reason: str) -> Problem:
    """For bytes that are not a valid request; `reason` is the parser's, which quotes no part of them."""
    detail = f"not a valid HTTP request: {reason[:1].lower()}{reason[1:]}"
    return Problem("malformed-request", detail, headers=SOURCE)


def too_slow(settings: Settings) -> Problem:
    detail = f"the request was not complete within {settings.request_timeout:g} s"
    return Problem("request-timeout", detail, headers=SOURCE)


def too_many_connections(settings: Settings) -> Problem:
    detail = f"{settings.max_connections:,} connections are open, which is the limit"
    headers = [("retry-after", "1"), *SOURCE]
    return Problem("too-many-connections", detail, headers=headers)


STOPPING = Problem("stopping", "the server stopped before the request was complete", headers=SOURCE)
HTTPS_REQUIRED = Problem(
    "https-required", "this port serves HTTPS, and the request is plain HTTP", headers=SOURCE
)
