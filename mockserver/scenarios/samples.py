"""Sample requests for operations: `mockserver check` sends them, and printed curl lines show them."""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote, urlencode

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.contract.bodies import Unencodable, encode_body
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import LOCATIONS, MediaType, Parameter
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import is_ignored, serialize
from mockserver.contract.security import sample_credential
from mockserver.contract.validation import check_request
from mockserver.data.json import Json
from mockserver.data.reading import MISSING, Cursor
from mockserver.data.shell_word import shell_word
from mockserver.http.media_types import concrete_type
from mockserver.http.message import Headers, Request


class Sample(Struct, frozen=True):
    """A request for an operation; the values of path, query and headers are not percent-encoded.

    `encoded_path` and `encoded_query` are percent-encoded: values by name, and members such as `id=1,2`.
    `content` is a body that is not JSON; its Content-Type is among the headers.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = MISSING  # JSON, or MISSING where the request has no body
    encoded_path: Mapping[str, str] = field(default_factory=dict)
    encoded_query: tuple[str, ...] = ()
    content: bytes = b""

    @property
    def raw_path(self) -> dict[str, str]:
        """The values of the path parameters, percent-encoded."""
        return {name: quote(value, safe="") for name, value in self.path.items()} | {**self.encoded_path}

    def target(self, operation: Operation) -> str:
        """The request's path and query, percent-encoded."""
        path = operation.path
        for name, value in self.raw_path.items():
            path = path.replace("{" + name + "}", value)
        query = "&".join([*([urlencode(self.query)] if self.query else []), *self.encoded_query])
        return f"{path}?{query}" if query else path

    def request(self, operation: Operation, extra: Headers = ()) -> Request:
        """The request as the server receives it, with extra headers."""
        path, _, query = self.target(operation).partition("?")
        headers = [(name.lower(), value) for name, value in self._headers().items()]
        return Request.build(operation.method, path, query, [*headers, *extra], self._body())

    def curl(self, operation: Operation, base_url: str, extra: Mapping[str, str]) -> str:
        """A command line for a shell that sends the request, with extra headers.

        It is for any POSIX shell, which need only know `$'...'` (POSIX.1-2024) for a body of several lines.
        """
        words, body = ["curl", "-i"], self._body()
        if operation.method == "HEAD":
            words.append("-I")
        elif operation.method != "GET":
            words += ["-X", operation.method]
        words.append(base_url + self.target(operation))
        for name, value in {**self._headers(), **extra}.items():
            words += ["-H", f"{name}: {value}"]
        if body and operation.method == "GET":
            words += ["-X", "GET"]  # a body would make it a POST
        if body:
            words += [
                "-d" if self.body is not MISSING else "--data-raw",
                body.decode("utf-8", "surrogateescape"),
            ]
        return " ".join(map(shell_word, words))

    def _headers(self) -> dict[str, str]:
        typed = any(name.lower() == "content-type" for name in self.headers)
        default = {} if typed or self.body is MISSING else {"Content-Type": "application/json"}
        return {**self.headers, **default}

    def _body(self) -> bytes:
        return self.content if self.body is MISSING else json.dumps(self.body, ensure_ascii=False).encode()


def read_sample(cursor: Cursor) -> Sample:
    """A sample from its members `path`, `query`, `headers` and `body`; errors go to the cursor."""
    cursor.keys(("path", "query", "headers", "body"))
    return Sample(
        path=_strings(cursor / "path"),
        query=_strings(cursor / "query"),
        headers=_strings(cursor / "headers"),
        body=(cursor / "body").value,
    )


def _strings(cursor: Cursor) -> dict[str, str]:
    return {name: _string(member) for name, member in cursor.entries()}


def _string(cursor: Cursor) -> str:
    """A string, or an integer as a string; anything else is an error."""
    value: object = cursor.value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else cursor.string()


def sample_from_contract(operation: Operation) -> Sample:
    """A sample with all that the contract requires, by its examples, else by generated values.

    An example that breaks the contract is left out where another body is valid. Raises Unsatisfiable.
    """
    sample, first = _sample_without_body(operation), None
    for candidate in _with_bodies(sample, operation):
        if not check_request(operation, candidate.raw_path, candidate.request(operation)).violations:
            return candidate
        first = first or candidate
    return first or sample


def _sample_without_body(operation: Operation) -> Sample:
    """The required parameters and a credential."""
    values: dict[str, dict[str, str]] = {location: {} for location in LOCATIONS}
    encoded: dict[str, list[tuple[str, str]]] = {location: [] for location in LOCATIONS}
    for parameter in operation.parameters:
        if parameter.required and not is_ignored(parameter):
            pairs = _parameter_pairs(parameter, operation)
            decoded = _decoded(parameter, pairs)
            if decoded is None:
                encoded[parameter.location] += pairs
            else:
                values[parameter.location][parameter.name] = decoded
    for scheme in operation.security[0] if operation.security else ():
        values[scheme.location or "header"] |= sample_credential(scheme)
    cookies = [*encoded["cookie"], *values["cookie"].items()]
    cookie = {"Cookie": "; ".join("=".join(each) for each in cookies)} if cookies else {}
    return Sample(
        values["path"],
        values["query"],
        {**dict(encoded["header"]), **values["header"], **cookie},
        encoded_path=dict(encoded["path"]),
        encoded_query=tuple("=".join(each) for each in encoded["query"]),
    )


def _decoded(parameter: Parameter, pairs: list[tuple[str, str]]) -> str | None:
    """The decoded value of a parameter in the path or query; None if encoding it does not give it back."""
    name, raw = pairs[0] if len(pairs) == 1 else ("", "")
    value = unquote(raw)
    is_plain = name == parameter.name and parameter.location in ("path", "query")
    return value if is_plain and quote(value, safe="") == raw else None


def _parameter_pairs(parameter: Parameter, operation: Operation) -> list[tuple[str, str]]:
    """The names and raw values of a parameter: of its example, else of a generated value."""
    value = parameter.example
    if value is None and parameter.schema is not None:
        value = operation.value(parameter.schema, direction="request")
    return serialize(parameter, value)


def _with_bodies(sample: Sample, operation: Operation) -> Iterator[Sample]:
    """The sample with each body that may be valid: the examples, a generated value, and none."""
    content = operation.body.content if operation.body is not None else {}
    media = next((each for each in content.values() if each.is_json), next(iter(content.values()), None))
    if media is not None:
        yield from _with_values(sample, media, operation)
    yield sample


def _with_values(sample: Sample, media: MediaType, operation: Operation) -> Iterator[Sample]:
    for example in media.examples.values():
        yield _with_body(sample, media, example, operation)
    if media.schema is not None:
        value = operation.value(media.schema, direction="request")
        yield _with_body(sample, media, value, operation)
        if isinstance(value, dict):
            required = SchemaView.for_schema(operation.requests.document, media.schema).required
            least = {name: member for name, member in value.items() if name in required}
            yield _with_body(sample, media, least, operation)


def _with_body(sample: Sample, media: MediaType, value: Json, operation: Operation) -> Sample:
    """The sample with a value as its body, and without one if the media type cannot express the value."""
    media_type = concrete_type(media.name)
    if media.is_json:
        typed = {} if media_type == "application/json" else {"Content-Type": media_type}
        return replace(sample, headers={**sample.headers, **typed}, body=value)
    try:
        encoded = encode_body(media, value, operation.requests.document)
    except Unencodable:
        return sample
    typed = {"Content-Type": encoded.content_type}
    return replace(sample, headers={**sample.headers, **typed}, content=encoded.body)
