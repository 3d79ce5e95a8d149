"""Every type of problem answer (RFC 9457): its status, its title, and advice for the person who reads it."""

from collections.abc import Mapping

from msgspec import Struct

URN = "urn:mockserver:problem:"


class ProblemType(Struct, frozen=True):
    """One type of problem.

    `kind` is the last part of the type's URN. `other_statuses` are statuses that a problem of this type can
    have besides `status`. `advice` is one sentence that says what to do about it.
    """

    kind: str
    status: int
    title: str
    advice: str
    other_statuses: tuple[int, ...] = ()


_TYPES = (
    # What a request to the mocked API can meet.
    ProblemType(
        "unknown-path",
        404,
        "Unknown path",
        "Check the path: the contract does not have it, and `nearest` is the most similar path that it has.",
    ),
    ProblemType(
        "wrong-method",
        405,
        "Method not allowed",
        "Use one of the methods that the header `Allow` and the member `allowed` list for this path.",
    ),
    ProblemType(
        "unknown-scenario",
        404,
        "Unknown scenario",
        "Choose one of the scenarios in `valid`.",
    ),
    ProblemType(
        "unknown-code",
        404,
        "Unknown status code",
        "Choose one of the statuses in `valid`, which the contract documents for the operation.",
    ),
    ProblemType(
        "unknown-example",
        404,
        "Unknown example",
        "Choose one of the examples in `valid`, which the contract names for the operation.",
    ),
    ProblemType(
        "unknown-fault",
        404,
        "Unknown fault",
        "Choose one of the faults in `valid`.",
    ),
    ProblemType(
        "bad-fault",
        400,
        "Invalid fault",
        "Correct the options of `X-Mock-Fault`; the detail shows how to write them.",
    ),
    ProblemType(
        "rate-limited",
        429,
        "Too many requests",
        "Wait as `Retry-After` says, or turn the fault `rate-limited` off; the contract documents no 429.",
    ),
    ProblemType(
        "bad-delay",
        400,
        "Invalid delay",
        "Correct `X-Mock-Delay`; the detail shows how to write a delay.",
    ),
    ProblemType(
        "bad-session-key",
        400,
        "Invalid session key",
        "Use a key of 1 to 128 letters, digits, `.`, `_` and `-`.",
    ),
    ProblemType(
        "no-session-key",
        400,
        "Missing session key",
        "Send `X-Mock-Session`, because the server runs with `--strict-sessions`.",
    ),
    ProblemType(
        "session-evicted",
        410,
        "Session evicted",
        "Reset or delete the session, or raise the bound that `flag` names: what the session had is lost.",
    ),
    ProblemType(
        "unauthorized",
        401,
        "Unauthorized",
        "Send a credential of a kind that `WWW-Authenticate` names, e.g. `Authorization: Bearer flt_sk_…`.",
    ),
    ProblemType(
        "too-large",
        413,
        "Request body too large",
        "Send a smaller body, or raise `--body-limit`.",
    ),
    ProblemType(
        "unsupported-type",
        415,
        "Unsupported media type",
        "Send the body as one of the media types that `Accept-Patch`, `Accept-Post` or `Accept` lists.",
    ),
    ProblemType(
        "invalid-request",
        422,
        "Invalid request",
        "Correct each of the `violations`; the contract documents no answer of its own for invalid requests.",
        other_statuses=(400,),
    ),
    ProblemType(
        "not-acceptable",
        406,
        "Not acceptable",
        "Accept one of the media types in `available`.",
    ),
    ProblemType(
        "absent",
        404,
        "Resource not found",
        "Use the id of a resource that exists; the contract documents no 404 for this operation.",
    ),
    ProblemType(
        "conflict",
        409,
        "Conflict with the state",
        "Send another value or another patch; the contract documents neither 409 nor 422 for this operation.",
        other_statuses=(400, 422),
    ),
    ProblemType(
        "state-full",
        507,
        "State full",
        "Delete items, reset the session, or raise `--memory-limit`; the detail names the bound.",
    ),
    ProblemType(
        "no-body",
        500,
        "Unsatisfiable schema",
        "Correct the schema that the detail names, because no value is valid against it.",
    ),
    ProblemType(
        "unencodable",
        500,
        "Unencodable body",
        "Correct the contract: its media type cannot hold the answer's body, as the detail explains.",
    ),
    ProblemType(
        "unlisted-code",
        500,
        "Undocumented error code",
        "Add the error code that your model rejects with to the contract, or change the model.",
    ),
    ProblemType(
        "off-contract",
        500,
        "Answer breaks the contract",
        "Correct what the exchange's trail names, such as an example, or start without `--errors`.",
    ),
    ProblemType(
        "internal",
        500,
        "Internal error",
        "Correct your model at `location`; if that is the mock's own code, report the traceback in the log.",
    ),
    ProblemType(
        "upstream-unreachable",
        502,
        "Upstream unreachable",
        "Start the backend that `--upstream` names, or let the mock answer: `X-Mock-Upstream: off`.",
    ),
    ProblemType(
        "upgrade-not-passed",
        501,
        "Upgrade not passed on",
        "Connect the WebSocket to the upstream directly.",
    ),
    # What a connection can meet.
    ProblemType(
        "needs-connection",
        501,
        "Fault needs a connection",
        "Run `mockserver` as a server: without its own connections, this fault cannot break any.",
    ),
    ProblemType(
        "malformed-request",
        400,
        "Malformed request",
        "Send a valid HTTP/1.1 request; the detail says what is wrong with it.",
    ),
    ProblemType(
        "unsupported-coding",
        501,
        "Unsupported transfer coding",
        "Send the body with `Transfer-Encoding: chunked` alone, or with a `Content-Length`.",
    ),
    ProblemType(
        "expectation-failed",
        417,
        "Expectation failed",
        "Send `Expect: 100-continue` or no `Expect`.",
    ),
    ProblemType(
        "https-required",
        400,
        "HTTPS required",
        "Start the URL with `https://`: the server runs with `--tls` or `--certfile`.",
    ),
    ProblemType(
        "url-too-long",
        414,
        "URL too long",
        "Shorten the URL, or raise `--url-limit`.",
    ),
    ProblemType(
        "headers-too-large",
        431,
        "Headers too large",
        "Send fewer or shorter headers, or raise `--header-limit`.",
    ),
    ProblemType(
        "request-timeout",
        408,
        "Request timeout",
        "Send the whole request sooner, or raise `--request-timeout`.",
    ),
    ProblemType(
        "too-many-connections",
        503,
        "Too many connections",
        "Close idle connections, or raise `--max-connections`.",
    ),
    ProblemType(
        "stopping",
        503,
        "Server stopping",
        "Send the request again when the server is back: it stopped before the request was complete.",
    ),
    # What a control call can meet.
    ProblemType(
        "forbidden",
        403,
        "Forbidden origin or host",
        "Allow the page's origin with `--allow-origin`, or the host name with `--allow-host`. Clients on"
        " other machines, or behind a proxy, need a token: set `--control-token`.",
    ),
    ProblemType(
        "control-token",
        401,
        "Missing or invalid control token",
        "Send the token of `--control-token` in `X-Mock-Token`, because the server listens on more than the"
        " loopback address, or because the client is on another machine or behind a proxy.",
    ),
    ProblemType(
        "unknown-call",
        404,
        "Unknown control call",
        "Check the path of the call; the detail names the most similar one.",
    ),
    ProblemType(
        "bad-body",
        400,
        "Unreadable body",
        "Send a valid JSON body of at most 8 MiB.",
        other_statuses=(413,),
    ),
    ProblemType(
        "bad-data",
        422,
        "Invalid data",
        "Correct the data at each `pointer` in `faults`; its `message` says what is wrong there.",
    ),
    ProblemType(
        "unknown-mutation",
        404,
        "Unknown mutation",
        "Choose one of the mutations in `valid`.",
    ),
    ProblemType(
        "unknown-operation",
        404,
        "Unknown operation",
        "Choose one of the operations in `valid`.",
    ),
    ProblemType(
        "ambiguous-operation",
        422,
        "Ambiguous operation",
        "Use one of the full names in `valid`, because several operations have this name.",
    ),
    ProblemType(
        "unknown-session",
        404,
        "Unknown session",
        "Use the key of an open session; `GET /__mock/sessions` lists them.",
    ),
    ProblemType(
        "unknown-subject",
        404,
        "Unknown subject",
        "Use one of the ids in `valid`, which the session's state has in this collection.",
    ),
    ProblemType(
        "unknown-stub",
        404,
        "Unknown stub",
        "Use the id of a stub of the session; `GET /__mock/session/stubs` lists them.",
    ),
    ProblemType(
        "unknown-exchange",
        404,
        "Unknown exchange",
        "Use the id of an exchange in the session's journal; `GET /__mock/requests` lists them.",
    ),
    ProblemType(
        "transition-refused",
        409,
        "Transition not allowed",
        "Fire one of the events in `allowed`, which are possible in the subject's `state`.",
    ),
    ProblemType(
        "not-verified",
        422,
        "Verification failed",
        "Compare the expectation with the three most similar exchanges in `nearest` and their differences.",
    ),
)

PROBLEM_TYPES: Mapping[str, ProblemType] = {each.kind: each for each in _TYPES}
