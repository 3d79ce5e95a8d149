"""Problems of requests that never reach the application: unencrypted, too large, too slow, too many."""

from mockserver.asgi.http_rules import SOURCE
from mockserver.http.problem import Problem
from mockserver.settings import Settings


def url_too_long(settings: Settings) -> Problem:
    return Problem("url-too-long", f"the URL is longer than {settings.url_limit:,} bytes", headers=SOURCE)


def headers_too_large(settings: Settings) -> Problem:
    detail = f"the headers are larger than {settings.header_limit:,} bytes together"
    return Problem("headers-too-large", detail, headers=SOURCE)


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
