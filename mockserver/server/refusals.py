"""The problems that a connection gets in place of an exchange: malformed, too slow, too many, stopping."""

from mockserver.http.problem import Problem
from mockserver.settings import Settings

SOURCE = [("x-mock-source", "mock")]


def malformed(reason: str) -> Problem:
    """For bytes that are no HTTP/1.1 request; `reason` is the parser's, and quotes nothing."""
    detail = f"this is no request of HTTP/1.1: {reason[:1].lower()}{reason[1:]}"
    return Problem("malformed-request", detail, headers=SOURCE)


def too_slow(settings: Settings) -> Problem:
    detail = f"the request was not complete within {settings.request_timeout:g} s"
    return Problem("request-timeout", detail, headers=SOURCE)


def crowded(settings: Settings) -> Problem:
    detail = f"{settings.max_connections:,} connections are open, and no more are taken"
    headers = [("retry-after", "1"), *SOURCE]
    return Problem("too-many-connections", detail, headers=headers)


STOPPING = Problem("stopping", "the server stopped before the request was complete", headers=SOURCE)
