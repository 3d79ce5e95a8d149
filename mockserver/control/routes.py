"""The routes of the control API, and the ASGI application that calls their handlers."""

from collections.abc import Awaitable, Callable, Mapping

from msgspec.structs import replace
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.asgi.io import ClientDisconnected, head_of, read_request, send_answer
from mockserver.contract.routing.router import WrongMethod
from mockserver.control import (
    event_stream,
    exchange_calls,
    mutation_calls,
    offer_calls,
    scenario_list,
    server_calls,
    session_calls,
    stub_calls,
    upstream_calls,
)
from mockserver.control.guard import Caller, Guard, caller
from mockserver.control.page_files import is_page, show_page
from mockserver.control.request import ControlRequest, Handler, StreamedAnswer, bad_data
from mockserver.data.reading import BadData
from mockserver.data.suggest import did_you_mean
from mockserver.engine.internal_error import Origin, internal_error
from mockserver.engine.masked_request import MaskedHead, MaskedRequest, SecretParts, body_beginning
from mockserver.engine.misspellings import misspellings, with_header_case
from mockserver.engine.session_path import SEGMENT
from mockserver.http import cors
from mockserver.http.head_redaction import redact_path
from mockserver.http.header_rules import note_value
from mockserver.http.message import Answer, Head, Request
from mockserver.http.problem import ProblemError
from mockserver.runtime import Runtime

LIMIT = 8 * 1024 * 1024  # bytes of a call's body

# Starlette tries routes in this order: calls that suites make for each test come first.
CALLS: Mapping[str, Mapping[str, Handler]] = {
    "/session/reset": {"POST": session_calls.reset},
    "/session": {"GET": session_calls.show, "DELETE": session_calls.delete},
    "/session/scenario": {"PUT": session_calls.choose_scenario, "DELETE": session_calls.clear_scenario},
    "/session/state": {
        "GET": session_calls.show_state,
        "PUT": session_calls.put_state,
        "PATCH": session_calls.patch_state,
    },
    "/session/stubs": {
        "GET": stub_calls.list_stubs,
        "PUT": stub_calls.put_stubs,
        "POST": stub_calls.add_stub,
        "DELETE": stub_calls.clear_stubs,
    },
    "/session/stubs/{id}": {"GET": stub_calls.show_stub, "DELETE": stub_calls.delete_stub},
    "/session/network": {
        "GET": stub_calls.show_network,
        "PUT": stub_calls.put_network,
        "DELETE": stub_calls.clear_network,
    },
    "/session/upstream": {
        "GET": upstream_calls.show_upstream,
        "PUT": upstream_calls.put_upstream,
        "DELETE": upstream_calls.clear_upstream,
    },
    "/session/transitions": {"GET": offer_calls.list_transitions},
    "/session/changes": {"GET": exchange_calls.list_changes},
    "/session/fork": {"POST": session_calls.fork},
    "/session/mutation": {"PUT": mutation_calls.choose, "DELETE": mutation_calls.clear},
    "/session/{collection}/{id}/events": {"POST": session_calls.fire},
    "/requests": {"GET": exchange_calls.list_requests, "DELETE": exchange_calls.clear_requests},
    "/requests/verify": {"POST": exchange_calls.verify_requests},
    "/requests/{id}": {"GET": exchange_calls.show_request},
    "/events": {"GET": event_stream.follow},
    "/violations": {"GET": exchange_calls.list_violations, "DELETE": exchange_calls.clear_violations},
    "/coverage": {"GET": exchange_calls.show_coverage},
    "/explain": {"POST": exchange_calls.explain},
    "/health": {"GET": server_calls.health},
    "/contract.json": {"GET": server_calls.contract},
    "/openapi.json": {"GET": server_calls.own_contract},
    "/scenarios": {"GET": scenario_list.list_scenarios},
    "/sample": {"GET": offer_calls.show_sample},
    "/sessions": {"GET": session_calls.list_all},
    "/sessions/{key}": {"DELETE": session_calls.delete_named},
    "/keyless": {"PUT": session_calls.choose_keyless, "DELETE": session_calls.clear_keyless},
    "/mutations": {"GET": mutation_calls.list_page},
    "/mutation": {"PUT": mutation_calls.choose_for_all, "DELETE": mutation_calls.clear_for_all},
}
OPEN = "/health"  # needs no token


class UnknownCall(ProblemError):
    """The control API has no call with this path."""

    kind = "unknown-call"

    def __init__(self, path: str, calls: tuple[str, ...]) -> None:
        super().__init__(f"the control API has no path {path}{did_you_mean(path, calls)}")


class IncompleteBaseUrl(ProblemError):
    """The path begins as one with a session key, and has no key."""

    kind = "unknown-call"

    def __init__(self, start: str) -> None:
        super().__init__(
            f"the session key is missing: the base URL of the mocked API in a session is {start}/KEY, and"
            f" {start}/KEY/PATH is its path /PATH"
        )


class MockedElsewhere(ProblemError):
    """A request that is not a control call came to the control API's own port."""

    kind = "unknown-call"

    def __init__(self, prefix: str, port: int | None) -> None:
        mocked = f"; the mocked API is on port {port}" if port is not None else ""
        super().__init__(f"this port serves only the control API, under {prefix}{mocked}")


def control_routes(runtime: Runtime, guard: Guard) -> list[Route]:
    """A Starlette route for each path of CALLS."""
    prefix = runtime.settings.control_prefix
    return [
        Route(prefix + path, _endpoint(runtime, guard, handlers, path)) for path, handlers in CALLS.items()
    ]


def _endpoint(runtime: Runtime, guard: Guard, handlers: Mapping[str, Handler], path: str) -> "CallEndpoint":
    if path == OPEN:
        return CallEndpoint(runtime, guard, handlers, lambda head, caller: None, limit=0)
    return CallEndpoint(runtime, guard, handlers, guard.admit)


def page_or_unknown_call(runtime: Runtime, guard: Guard) -> ASGIApp:
    """The application of the paths that no call has: the dashboard's, and unknown ones."""
    page = CallEndpoint(runtime, guard, {"GET": show_page}, guard.admit_to_page, limit=0)
    unknown = CallEndpoint(runtime, guard, {}, guard.admit)

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = page if is_page(scope, runtime) else unknown
        await endpoint(scope, receive, send)

    return call


class CallEndpoint:
    """The ASGI application of one path: reads a request, checks access, calls the handler, answers.

    `admit` raises a ProblemError for a caller who may not make the call; `limit` is that of a body,
    in bytes.
    """

    def __init__(
        self,
        runtime: Runtime,
        guard: Guard,
        handlers: Mapping[str, Handler],
        admit: Callable[[Head, Caller], None],
        limit: int = LIMIT,
    ) -> None:
        self._runtime = runtime
        self._guard = guard
        self._admit = admit
        self._limit = limit
        self._handlers = dict(handlers)
        if "GET" in handlers:
            self._handlers["HEAD"] = handlers["GET"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = head_of(scope)
        refusal = self._refusal(head, scope)
        # of a body that nobody reads, nothing is kept
        limit = 0 if refusal is not None else self._limit
        try:
            request, is_complete = await read_request(scope, receive, limit, lambda scope: head)
        except ClientDisconnected:
            return
        answer = self._with_note(
            refusal or await self._answer(request, scope.get("path_params", {})), request
        )
        origin = head.header("origin")
        if origin is not None and self._guard.allows_origin(origin):
            answer = replace(answer, headers=[*answer.headers, *cors.headers(head, answer.headers)])
        if isinstance(answer, StreamedAnswer):
            await answer.stream(answer.headers, scope, receive, send)
        else:
            await send_answer(send, answer, head=head.method == "HEAD", close=not is_complete)

    def _with_note(self, answer: Answer, request: Request) -> Answer:
        """The answer with X-Mock-Note where the call says something to the mock server without effect."""
        found = misspellings(request.head, lambda location, name: False)
        if not found:
            return answer
        masked = map(self._masked_text(request), found)
        note = note_value(map(with_header_case, masked))
        return replace(answer, headers=[*answer.headers, ("x-mock-note", note)])

    def _refusal(self, head: Head, scope: Scope) -> Answer | None:
        """The answer to a caller who may not make the call; None for any other."""
        try:
            self._admit(head, caller(scope))
        except ProblemError as error:
            return error.problem().answer()
        return None

    async def _answer(self, request: Request, values: Mapping[str, str]) -> Answer:
        answer = self.handled(request, values)
        try:
            return answer if isinstance(answer, Answer) else await answer
        except ProblemError as error:
            return error.problem().masked(self._masked_text(request)).answer()
        except BadData as bad:
            return bad_data(bad, self._masked_text(request)).answer()
        except Exception as error:
            return self._failed(error, request)

    def handled(self, request: Request, values: Mapping[str, str]) -> Answer | Awaitable[Answer]:
        """The answer of a call, or what awaits it."""
        try:
            return self._handler(request.head)(ControlRequest(self._runtime, request, values))
        except ProblemError as error:
            return error.problem().masked(self._masked_text(request)).answer()
        except BadData as bad:
            return bad_data(bad, self._masked_text(request)).answer()
        except BaseException as error:  # whatever a model raises, SystemExit included
            return self._failed(error, request)

    def _masked_text(self, request: Request) -> Callable[[str], str]:
        """The function that masks the secrets of a call in a text."""
        head = MaskedHead(request.head, SecretParts(self._runtime.backend.secrets.names))
        return MaskedRequest(head, body_beginning(request)).text

    def _failed(self, error: BaseException, request: Request) -> Answer:
        """Log an unexpected exception, and answer with its problem."""
        head, models = request.head, self._runtime.backend.distinct_models.values()
        origin = Origin(f"{head.method} {redact_path(head.path)}")
        internal = internal_error(error, origin, models, self._masked_text(request))
        self._runtime.log.internal_error(internal)
        return internal.problem().answer()

    def _handler(self, head: Head) -> Handler:
        """The handler of the request's method; raises WrongMethod, and that of an unknown path."""
        if cors.is_preflight(head):
            return lambda call: cors.preflight(call.request.head)
        if not self._handlers:
            raise self._unknown_path(head.path)
        if head.method not in self._handlers:
            raise WrongMethod(head.method, head.path, tuple(sorted(self._handlers)))
        return self._handlers[head.method]

    def _unknown_path(self, path: str) -> UnknownCall | IncompleteBaseUrl | MockedElsewhere:
        """The error for a path that is not that of a control call."""
        runtime, prefix = self._runtime, self._runtime.settings.control_prefix
        is_base_url = f"{path}/".startswith(f"{prefix}{SEGMENT}/")
        if runtime.control_port is not None and (is_base_url or not f"{path}/".startswith(f"{prefix}/")):
            return MockedElsewhere(prefix, runtime.port)
        if is_base_url:
            return IncompleteBaseUrl(prefix + SEGMENT)
        return UnknownCall(path, tuple(prefix + path for path in CALLS))
