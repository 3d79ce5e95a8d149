"""Valid requests, as drafts whose parts can still be changed and as a client sends them."""

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.bodies import Unencodable, encode_body
from mockserver.contract.description import LOCATIONS, Location, MediaType, RequestBody, is_json
from mockserver.contract.document.references import reference_to
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import is_ignored
from mockserver.contract.security import sample_credential
from mockserver.contract.validation import Checked, check_request
from mockserver.data.json import Json
from mockserver.http.message import Request
from mockserver.strategies.known_values import Names, Position
from mockserver.strategies.parameter_values import Pairs, ParameterValues, SentValue
from mockserver.strategies.path_ids import PathIds
from mockserver.strategies.reference_names import reference_names
from mockserver.strategies.values import Values, is_present
from mockserver.strategies.world import KnownState, ParameterKey

UNSTRAYED = 2  # of ten requests, in which no reference strays
REPETITIONS = 10_000  # of a request, because Hypothesis repeats no draw, and few ids would soon be used up
NOTHING_FIXED: Mapping[ParameterKey, SentValue] = MappingProxyType({})
TOKEN = "flt_sk_demo"  # a valid key of the default company in the bundled world


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


class RequestDrafts:
    """Draws valid requests of one operation; `token` is the bearer token, None means no credentials.

    `fixed` has the parameters that are always sent with the same value. Without `known` all other values are
    arbitrary, otherwise most are those of a state.
    """

    def __init__(
        self,
        operation: Operation,
        values: Values,
        token: str | None,
        fixed: Mapping[ParameterKey, SentValue] = NOTHING_FIXED,
        known: KnownState | None = None,
    ) -> None:
        self._operation = operation
        self._values = values
        self._credentials = _credentials(operation, token)
        self._fixed = fixed
        self._known = known
        self._references: list[Names] | None = None  # that may stray; found when the state is read
        self._parameters = [
            ParameterValues(operation, each) for each in operation.parameters if not is_ignored(each)
        ]
        in_path = {
            each.parameter.name: each for each in self._parameters if each.parameter.location == "path"
        }
        self._shown = known.shown if known is not None else {}
        shown = {name: value for (location, name), value in self._shown.items() if location == "path"}
        self._path = PathIds(operation.path, in_path, shown)

    def strategy(self) -> SearchStrategy[RequestDraft]:
        """A strategy for the requests."""
        valid = st.composite(self._draw)
        return valid().filter(lambda draft: not draft.checked().violations)

    def _draw(self, draw: DrawFn) -> RequestDraft:
        position = self._position(draw)
        sent = dict(self._fixed)
        if position is not None:
            ids = {name: each for (location, name), each in sent.items() if location == "path"}
            sent |= {
                ("path", name): each for name, each in self._path.draw(draw, position.items, ids).items()
            }
        for each in self._parameters:
            name = each.parameter.name
            key = each.parameter.location, name
            if key not in sent and (each.parameter.required or is_present(draw, position, name)):
                sent[key] = self._value(draw, each, position and position.member(name))
        draft = RequestDraft(
            self._operation,
            {key: each.pairs for key, each in sent.items()},
            {key: each.value for key, each in sent.items()},
            self._credentials,
        )
        body = self._operation.body
        return draft if body is None else self._with_body(draw, draft, body, position)

    def _value(self, draw: DrawFn, parameter: ParameterValues, position: Position | None) -> SentValue:
        """A value of a parameter: in half of the draws that of the example, if it refers to no item."""
        key = parameter.parameter.location, parameter.parameter.name
        if position is not None and key in self._shown and position.collection is None:
            shown = parameter.sent(self._shown[key])
            if shown is not None and not draw(st.booleans()):
                return shown
        return draw(parameter.strategy(position))

    def _position(self, draw: DrawFn) -> Position | None:
        """The position of the whole request in the state, with the reference that strays, if one does."""
        if self._known is None:
            return None
        items = self._known.items()
        if self._references is None:
            self._references = [*self._found_references(Position(items))]
        draw(st.integers(0, REPETITIONS))
        if draw(st.integers(1, 10)) > UNSTRAYED and self._references:
            items.stray = draw(st.sampled_from(self._references))
        return Position(items)

    def _found_references(self, position: Position) -> Iterator[Names]:
        """The names of the parameters and members that may stray."""
        for each in self._parameters:
            in_path = each.parameter.location == "path"
            member = position.member(each.parameter.name)
            is_fixed = (each.parameter.location, each.parameter.name) in self._fixed
            if not is_fixed and (in_path or member.collection is not None):
                yield member.names
        if self._operation.body is not None and (schema := media_of(self._operation).schema) is not None:
            yield from reference_names(self._values, {"$ref": reference_to(schema)}, position)

    def _with_body(
        self, draw: DrawFn, draft: RequestDraft, body: RequestBody, position: Position | None
    ) -> RequestDraft:
        if not (body.required or draw(st.booleans())):
            return draft
        media = media_of(self._operation)
        drawn = self._values.for_pointer(media.schema, position)
        return with_json(draft, media, draw(drawn.filter(partial(can_encode, self._operation, media))))


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


def can_encode(operation: Operation, media: MediaType, value: Json) -> bool:
    """Whether the value can be encoded in the media type, as a body that is not empty."""
    try:
        return encode_body(media, value, operation.requests.document).body != b""
    except Unencodable:
        return False
