"""Redirects of browsers to the dashboard, which is at the prefix of the control API."""

from urllib.parse import quote

from mockserver.engine.answers.labels import control_url
from mockserver.engine.exchange import Exchange
from mockserver.http.media_types import names_type
from mockserver.http.message import Answer, Head
from mockserver.settings import Settings


def is_browser(head: Head) -> bool:
    """Whether a client asks for a page, as browsers do when a person opens an address."""
    return head.method in ("GET", "HEAD") and names_type(head.accept, "text/html")


def redirect(head: Head, url: str) -> Answer:
    """A redirect to another URL with the query of a request, which may name a session."""
    query = f"?{head.query_string}" if head.query_string else ""
    headers = [("location", url + query), ("cache-control", "no-store"), ("vary", "Accept")]
    return Answer(302, headers)


def relative_url(path: str) -> str:
    """A path as a relative URL: a proxy may serve it below a path of its own."""
    return f"./{quote(path)}/"


def redirect_to_dashboard(exchange: Exchange, settings: Settings, control_port: int | None) -> bool:
    """Answer a browser that opens `/`, which the contract does not have; whether the request was that.

    The journal does not get the exchange, because it says nothing about the client under test.
    """
    request = exchange.request
    if request.head.path != "/" or request.base_path or not is_browser(request.head):
        return False
    exchange.unrecorded = True
    url = relative_url(settings.control_prefix[1:])
    if control_port is not None:
        url = quote(control_url(request.head, settings, control_port), safe=":/[]") + "/"
    exchange.reply("mock", redirect(request.head, url))
    return True
