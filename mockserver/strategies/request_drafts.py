"""Requests that the contract allows, in parts that can still be changed, and whole as a client sends them."""

import re
from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.bodies import Unencodable, encode_body
from mockserver.contract.description import LOCATIONS, Location, MediaType, Parameter, is_json
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import ParameterReaders, serialize
from mockserver.contract.security import sample_credential
from mockserver.contract.validation import Checked, check_request
from mockserver.data.json import Json
from mockserver.http.message import Request
from mockserver.strategies.values import Values

TOKEN = "flt_sk_demo"  # well formed; the bundled world takes it for the default company's
VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
_SENDABLE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")  # as a header's value, whatever the client
_COOKIE = re.compile(r"[!#-+\--:<-\[\]-~]*")  # RFC 6265, section 4.1.1
_IGNORED = ("accept", "content-type", "authorization")  # as header parameters (OpenAPI 3.1, 4.8.12.2)

Pairs = tuple[tuple[str, str], ...]


class SentRequest(Struct, frozen=True):
    """A request as a client sends it.

    `path` is percent-encoded and holds the query, but not the path of a server; `json` is what `body` was
    written from, None without one and where it cannot be read.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    json: Json


class Draft(Struct, frozen=True):
    """A request in parts: the texts of each location as they are sent, by parameter, and the body."""

    operation: Operation
    texts: Mapping[tuple[Location, str], Pairs]
    values: Mapping[tuple[Location, str], Json]
    credentials: Mapping[Location, Pairs]
    media: MediaType | None = None  # of the body; None without one
    content_type: str | None = None
    body: bytes = b""
    json: Json = None

    def pairs(self, location: Location) -> Pairs:
        own = [pair for (place, _), pairs in self.texts.items() if place == location for pair in pairs]
        return (*own, *self.credentials.get(location, ()))

    @property
    def sent(self) -> SentRequest:
        """The request whole."""
        path = self.operation.path
        for name, text in self.pairs("path"):
            path = path.replace("{" + name + "}", text)
        query = "&".join(f"{name}={text}" for name, text in self.pairs("query"))
        headers = dict(self.pairs("header"))
        cookies = "; ".join(f"{name}={text}" for name, text in self.pairs("cookie"))
        headers |= {"Cookie": cookies} if cookies else {}
        headers |= {"Content-Type": self.content_type} if self.content_type is not None else {}
        target = f"{path}?{query}" if query else path
        return SentRequest(self.operation.method, target, headers, self.body, self.json)

    def checked(self) -> Checked:
        """What validation says of it."""
        sent = self.sent
        path, _, query = sent.path.partition("?")
        headers = [(name.lower(), value) for name, value in sent.headers.items()]
        request = Request.build(sent.method, path, query, headers, sent.body)
        return check_request(self.operation, dict(self.pairs("path")), request)


def sendable(location: Location, pairs: Pairs) -> bool:
    """Whether the texts can go where they are meant to, through any client and proxy."""
    texts = [text for _, text in pairs]
    match location:
        case "path":  # a client takes dots for steps, and an empty segment for none
            return all(text.replace("%2E", ".").strip(".") for text in texts)
        case "header":
            return all(_SENDABLE.fullmatch(text) for text in texts)
        case "cookie":
            return all(_COOKIE.fullmatch(text) for text in texts)
    return True


def drafts(operation: Operation, values: Values, token: str | None) -> SearchStrategy[Draft]:
    """Requests without a violation; `token` is the bearer token, None for no credentials at all."""

    @st.composite
    def valid(draw: DrawFn) -> Draft:  # without arguments: Hypothesis prints them, and they are large
        return _draft(draw, operation, values, token)

    return valid().filter(lambda draft: not draft.checked().violations)


def _draft(draw: DrawFn, operation: Operation, values: Values, token: str | None) -> Draft:
    texts: dict[tuple[Location, str], Pairs] = {}
    given: dict[tuple[Location, str], Json] = {}
    for parameter in operation.parameters:
        key = parameter.location, parameter.name
        if parameter.location == "header" and parameter.name.lower() in _IGNORED:
            continue
        if parameter.required or draw(st.booleans()):
            given[key], texts[key] = draw(_written(operation, parameter))
    draft = Draft(operation, texts, given, _credentials(operation, token))
    body = operation.body
    if body is None or not (body.required or draw(st.booleans())):
        return draft
    media = media_of(operation)
    value = draw(values.for_pointer(media.schema).filter(lambda each: encodes(operation, media, each)))
    return with_json(draft, media, value)


def with_json(draft: Draft, media: MediaType, value: Json) -> Draft:
    """The draft with this body."""
    encoded = encode_body(media, value, draft.operation.requests.document)
    content_type = encoded.content_type
    return replace(draft, media=media, content_type=content_type, body=encoded.body, json=value)


def media_of(operation: Operation) -> MediaType:
    """What the body is sent as: JSON where the contract takes it, else its first type."""
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
    """What the operation's first requirement asks for, by location."""
    found: dict[Location, Pairs] = {}
    location: Location
    for scheme in operation.security[0] if token is not None and operation.security else ():
        location = next((each for each in LOCATIONS if each == scheme.location), "header")
        for name, value in sample_credential(scheme).items():
            text = f"Bearer {token}" if value == "Bearer TOKEN" else value
            found[location] = (*found.get(location, ()), (name, text))
    return found


def _written(operation: Operation, parameter: Parameter) -> SearchStrategy[tuple[Json, Pairs]]:
    """A parameter's values with the texts that carry them, where they come back as they went."""
    is_narrow = parameter.location in ("header", "cookie")
    values = Values(operation.requests, VISIBLE if is_narrow else None)
    parameter_readers = ParameterReaders([parameter], operation.requests.types)
    location = parameter.location

    def written(value: Json) -> tuple[Json, Pairs]:
        return value, tuple(serialize(parameter, value))

    def comes_back(both: tuple[Json, Pairs]) -> bool:
        value, pairs = both
        if not pairs or not sendable(location, pairs):
            return False
        path = dict(pairs) if location == "path" else {}
        others = [
            [(name.lower() if each == "header" else name, text) for name, text in pairs]
            if each == location
            else []
            for each in ("query", "header", "cookie")
        ]
        found = parameter_readers.read(path, *others)
        return not found.violations and found.values[location].get(parameter.name) == value

    return values.for_pointer(parameter.schema).map(written).filter(comes_back)


def encodes(operation: Operation, media: MediaType, value: Json) -> bool:
    """Whether the media type can write the value, and as something."""
    try:
        return encode_body(media, value, operation.requests.document).body != b""
    except Unencodable:
        return False
