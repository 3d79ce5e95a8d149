"""A running mock of the bundled carts, requests to it as values, and readers of its exchanges."""

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.runtime import Runtime, wire
from mockserver.settings import Settings

BUNDLED = load_backend(Settings())
TOKEN = "flt_sk_pasted_by_somebody"
READ_ONLY = "flt_sk_read_only_000001"
LINE = {"product_id": 201, "delivery_country": "FR"}


def runtime(settings: Settings | None = None, backend: Backend = BUNDLED) -> Runtime:
    """A new runtime, without any exchange."""
    return wire(backend, settings or Settings())


def choose(mock: Runtime, scenario: str, key: str = "default") -> None:
    """Choose a scenario for a session, as `PUT session/scenario` does."""
    mock.change(key, "PUT /session/scenario", b"", lambda each: mock.backend.choose_scenario(each, scenario))


def patch(
    order_id: str = "42",
    body: object = None,
    headers: Mapping[str, str] | None = None,
    *,
    query: str = "",
    token: str | None = TOKEN,
) -> Request:
    """A PATCH of a cart; with the default arguments it is valid and succeeds."""
    sent = {"content-type": "application/json"}
    if token is not None:
        sent["authorization"] = f"Bearer {token}"
    named = {name.lower(): value for name, value in (headers or {}).items()}
    content = json.dumps({"purchaser_id": 12} if body is None else body).encode()
    return Request.build("PATCH", f"/carts/{order_id}", query, [*(sent | named).items()], content)


def with_headers(request: Request, *more: tuple[str, str]) -> Request:
    """The same request with more headers."""
    head = replace(request.head, headers=[*request.head.headers, *more])
    return replace(request, head=head)


def setting_cookie(secret: str) -> Exchange:
    """A finished exchange whose answer sets a cookie with this value."""
    exchange = runtime().run(patch())
    cookie = ("set-cookie", f"sid={secret}; Path=/")
    exchange.answer = replace(exchange.final_answer, headers=[*exchange.final_answer.headers, cookie])
    return exchange


def status(exchange: Exchange) -> int:
    assert exchange.answer is not None
    return exchange.answer.status


def shown(exchange: Exchange) -> Any:
    """The body of the answer, decoded from JSON."""
    assert exchange.answer is not None
    return json.loads(exchange.answer.body)


def headers(exchange: Exchange) -> dict[str, str]:
    """The headers of the answer by name, in lower case."""
    assert exchange.answer is not None
    return {name.lower(): value for name, value in [*exchange.answer.headers, *exchange.labels()]}


def summary(exchange: Exchange) -> str:
    """Status and error code or kind of problem, such as `409 ORDER_NOT_CART` or `404 unknown-path`."""
    body = shown(exchange)
    said = body.get("type", "").rpartition(":")[2] or body.get("error") or (body.get("data") and "cart")
    return f"{status(exchange)} {said}"
