"""The headers that say how an answer came about, and those of CORS."""

from msgspec.structs import replace

from mockserver.engine.answers.base_url import with_base_path
from mockserver.engine.exchange import Exchange
from mockserver.http import cors
from mockserver.http.message import Answer, Head
from mockserver.settings import Settings

DEPRECATED_SINCE = "@0"  # RFC 9745 requires a date; a contract only says that an operation is deprecated


def labelled(exchange: Exchange, settings: Settings, control_port: int | None) -> Answer:
    """The exchange's answer with these headers; `control_port` is the control API's own, if it has one."""
    answer, operation = exchange.final_answer, exchange.operation
    if exchange.request.base_path:
        answer = with_base_path(answer, exchange.request)
    headers = [*answer.headers, *exchange.labels()]
    if exchange.violations:
        entry = f"/requests/{exchange.id}?__session={exchange.session.key}"
        control = control_url(exchange.request.head, settings, control_port)
        headers.append(("link", f'<{control}{entry}>; rel="describedby"'))
    if operation is not None and operation.deprecated:
        headers.append(("deprecation", DEPRECATED_SINCE))
    if settings.cors:
        headers += cors.headers(exchange.request.head, headers)
    return replace(answer, headers=headers)


def control_url(head: Head, settings: Settings, control_port: int | None) -> str:
    """The control API for a client of the mocked API: a path, or a URL if it has a port of its own."""
    prefix = settings.control_prefix
    if control_port is None:
        return prefix
    host = head.host_name or "localhost"
    return f"{settings.scheme}://{host}:{control_port}{prefix}"
