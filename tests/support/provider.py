"""A real backend for the tests of an upstream: it shows what reaches it, and answers as its paths say."""

import gzip
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

CART = {"data": {"id": "42", "state": "cart"}}


async def _echo(request: Request) -> Response:
    """What reached the backend."""
    headers = [[name.decode(), value.decode()] for name, value in request.headers.raw]
    return JSONResponse(
        {
            "method": request.method,
            "target": request.scope["raw_path"].decode() + _query(request),
            "headers": headers,
            "body": (await request.body()).decode("latin-1"),
        }
    )


def _query(request: Request) -> str:
    query: str = request.scope["query_string"].decode()
    return f"?{query}" if query else ""


async def _cart(request: Request) -> Response:
    return JSONResponse(CART)


async def _page(request: Request) -> Response:
    return HTMLResponse("<h1>page</h1>")


async def _redirect(request: Request) -> Response:
    answer = RedirectResponse(str(request.url.replace(path="/page", query="a=1")), 303)
    answer.set_cookie("sid", "1", domain="127.0.0.1", secure=True, samesite="none")
    return answer


async def _large(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(int(request.query_params["mib"])):
            yield bytes(1024 * 1024)

    return StreamingResponse(parts(), media_type="application/octet-stream")


async def _broken(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b'{"a": ' + b" " * int(request.query_params.get("spaces", "0"))
        raise ConnectionError

    return StreamingResponse(parts(), media_type=request.query_params.get("type", "application/json"))


async def _gzip(request: Request) -> Response:
    return Response(
        gzip.compress(b'{"data": {}}'), 200, {"content-encoding": "gzip"}, media_type="application/json"
    )


APPLICATION = Starlette(
    routes=[
        Route("/carts/42", _cart, methods=["PATCH"]),
        Route("/carts/43", _gzip, methods=["PATCH"]),
        Route("/page", _page),
        Route("/redirect", _redirect),
        Route("/large", _large),
        Route("/broken", _broken),
        Route("/{path:path}", _echo, methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    ]
)


def provider() -> AbstractContextManager[str]:
    """The base URL of the backend."""
    return serving(APPLICATION)


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The base URL of an application, which runs in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
