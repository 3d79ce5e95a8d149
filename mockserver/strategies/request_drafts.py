"""Valid requests, as drafts whose parts can still be changed and as a client sends them."""

import re
from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.bodies import Unencodable, encode_body
from mockserver.contract.description import LOCATIONS, Location, MediaType, Parameter, is_json
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import ParameterReaders, is_ignored, serialize
from mockserver.contract.security import sample_credential
from mockserver.contract.validation import Checked, check_request
from mockserver.data.json import Json
from mockserver.http.message import Request
from mockserver.strategies.values import Values

TOKEN = "flt_sk_demo"  # a valid key of the default company in the bundled world
VISIBLE_ASCII = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
_HEADER_VALUE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")  # values that all clients can send
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")  # RFC 6265, section 4.1.1

Pairs = tuple[tuple[str, str], ...]  # names with values as they are sent, percent-encoded


class SentRequest(Struct, frozen=True):
    """A request as a client sends it.

    `path` is percent-encoded and includes the query, but not the base path of a server. `json` is the value
    of `body`; None if there is no body or if the body is damaged on purpose.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    json: Json


class RequestDraft(Struct, frozen=True):
    """A request in parts.

    `pairs` and `values` have the names and raw values, and the decoded value, of each parameter.
    """

    operation: Operation
    pairs: Mapping[tuple[Location, str], Pairs]
    values: Mapping[tuple[Location, str], Json]
    credentials: Mapping[Location, Pairs]
    media: MediaType | None = None  # of the body; None if there is no body
    content_type: str | None = None
    body: bytes = b""
    json: Json = None

    def pairs_in(self, location: Location) -> Pairs:
        """The names and raw values of one location, including credentials."""
        own = [pair for (each, _), pairs in self.pairs.items() if each == location for pair in pairs]
        return (*own, *self.credentials.get(location, ()))

    @property
    def sent(self) -> SentRequest:
        """The request as a client sends it."""
        path = self.operation.path
        for name, raw in self.pairs_in("path"):
            path = path.replace("{" + name + "}", raw)
        query = "&".join(f"{name}={raw}" for name, raw in self.pairs_in("query"))
        headers = dict(self.pairs_in("header"))
        cookies = "; ".join(f"{name}={raw}" for name, raw in self.pairs_in("cookie"))
        headers |= {"Cookie": cookies} if cookies else {}
        headers |= {"Content-Type": self.content_type} if self.content_type is not None else {}
        target = f"{path}?{query}" if query else path
        return SentRequest(self.operation.method, target, headers, self.body, self.json)

    def checked(self) -> Checked:
        """The result of validating the request."""
        sent = self.sent
        path, _, query = sent.path.partition("?")
        headers = [(name.lower(), value) for name, value in sent.headers.items()]
        request = Request.build(sent.method, path, query, headers, sent.body)
        return check_request(self.operation, dict(self.pairs_in("path")), request)


def can_send(location: Location, pairs: Pairs) -> bool:
    """Whether all clients and proxies send these values unchanged in this location."""
    values = [raw for _, raw in pairs]
    match location:
        case "path":  # clients normalize segments that are empty or consist of dots
            return all(raw.replace("%2E", ".").strip(".") for raw in values)
        case "header":
            return all(_HEADER_VALUE.fullmatch(raw) for raw in values)
        case "cookie":
            return all(_COOKIE_VALUE.fullmatch(raw) for raw in values)
    return True


def request_drafts(operation: Operation, values: Values, token: str | None) -> SearchStrategy[RequestDraft]:
    """A strategy for valid requests; `token` is the bearer token, None means no credentials."""

    @st.composite
    def valid(draw: DrawFn) -> RequestDraft:  # no arguments, because Hypothesis prints them
        return _draft(draw, operation, values, token)

    return valid().filter(lambda draft: not draft.checked().violations)


def _draft(draw: DrawFn, operation: Operation, values: Values, token: str | None) -> RequestDraft:
    pairs: dict[tuple[Location, str], Pairs] = {}
    given: dict[tuple[Location, str], Json] = {}
    for parameter in operation.parameters:
        key = parameter.location, parameter.name
        if is_ignored(parameter):
            continue
        if parameter.required or draw(st.booleans()):
            given[key], pairs[key] = draw(_parameter_values(operation, parameter))
    draft = RequestDraft(operation, pairs, given, _credentials(operation, token))
    body = operation.body
    if body is None or not (body.required or draw(st.booleans())):
        return draft
    media = media_of(operation)
    value = draw(values.for_pointer(media.schema).filter(lambda each: can_encode(operation, media, each)))
    return with_json(draft, media, value)


def with_json(draft: RequestDraft, media: MediaType, value: Json) -> RequestDraft:
    """The draft with this value as its body."""
    encoded = encode_body(media, value, draft.operation.requests.document)
    content_type = encoded.content_type
    return replace(draft, media=media, content_type=content_type, body=encoded.body, json=value)


def media_of(operation: Operation) -> MediaType:
    """The media type of the request body: JSON if it is allowed, else the first one; raises NoBody."""
    content = operation.body.content if operation.body is not None else {}
    found = [media for name, media in content.items() if is_json(name)] or list(content.values())
    if not found:
        raise NoBody(operation)
    return found[0]


class NoBody(LookupError):
    """The contract describes no request body for the operation."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(f"the contract describes no request body for {operation.id} ({operation.name})")
        self.operation = operation


def _credentials(operation: Operation, token: str | None) -> dict[Location, Pairs]:
    """Credentials for the operation's first security requirement, by location."""
    found: dict[Location, Pairs] = {}
    location: Location
    for scheme in operation.security[0] if token is not None and operation.security else ():
        location = next((each for each in LOCATIONS if each == scheme.location), "header")
        for name, value in sample_credential(scheme).items():
            raw = f"Bearer {token}" if value == "Bearer TOKEN" else value
            found[location] = (*found.get(location, ()), (name, raw))
    return found


def _parameter_values(operation: Operation, parameter: Parameter) -> SearchStrategy[tuple[Json, Pairs]]:
    """A strategy for valid values of a parameter, each with its serialization."""
    is_ascii = parameter.location in ("header", "cookie")
    values = Values(operation.requests, VISIBLE_ASCII if is_ascii else None)
    parameter_readers = ParameterReaders([parameter], operation.requests.types)
    location = parameter.location

    def serialized(value: Json) -> tuple[Json, Pairs]:
        return value, tuple(serialize(parameter, value))

    def is_read_back(both: tuple[Json, Pairs]) -> bool:
        value, pairs = both
        if not pairs or not can_send(location, pairs):
            return False
        path = dict(pairs) if location == "path" else {}
        others = [
            [(name.lower() if each == "header" else name, raw) for name, raw in pairs]
            if each == location
            else []
            for each in ("query", "header", "cookie")
        ]
        found = parameter_readers.read(path, *others)
        return not found.violations and found.values[location].get(parameter.name) == value

    return values.for_pointer(parameter.schema).map(serialized).filter(is_read_back)


def can_encode(operation: Operation, media: MediaType, value: Json) -> bool:
    """Whether the value can be encoded in the media type, as a body that is not empty."""
    try:
        return encode_body(media, value, operation.requests.document).body != b""
    except Unencodable:
        return False
