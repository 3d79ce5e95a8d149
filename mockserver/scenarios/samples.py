"""Sample requests for operations: `mockserver check` sends them, and printed curl lines show them."""

import json
import shlex
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from msgspec import Struct, field

from mockserver.contract.description import LOCATIONS
from mockserver.contract.operation import Operation
from mockserver.contract.security import sample_credential
from mockserver.data.reading import MISSING, Cursor
from mockserver.http.message import Headers, Request


class Sample(Struct, frozen=True):
    """A request for an operation; the values of path, query and headers are not percent-encoded."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = MISSING  # JSON, or MISSING where the request has no body

    @property
    def raw_path(self) -> dict[str, str]:
        """The values of the path parameters, percent-encoded."""
        return {name: quote(value, safe="") for name, value in self.path.items()}

    def target(self, operation: Operation) -> str:
        """The request's path and query, percent-encoded."""
        path = operation.path
        for name, value in self.raw_path.items():
            path = path.replace("{" + name + "}", value)
        return f"{path}?{urlencode(self.query)}" if self.query else path

    def request(self, operation: Operation, extra: Headers = ()) -> Request:
        """The request as the server receives it, with extra headers."""
        path, _, query = self.target(operation).partition("?")
        headers = [(name.lower(), value) for name, value in self._headers().items()]
        return Request.build(operation.method, path, query, [*headers, *extra], self._body().encode())

    def curl(self, operation: Operation, base_url: str, extra: Mapping[str, str]) -> str:
        """A command line for a POSIX shell that sends the request, with extra headers."""
        words = ["curl", "-i"]
        if operation.method != "GET":
            words += ["-X", operation.method]
        words.append(base_url + self.target(operation))
        for name, value in {**self._headers(), **extra}.items():
            words += ["-H", f"{name}: {value}"]
        if self.body is not MISSING:
            words += ["-d", self._body()]
        return shlex.join(words)

    def _headers(self) -> dict[str, str]:
        typed = any(name.lower() == "content-type" for name in self.headers)
        default = {} if typed or self.body is MISSING else {"Content-Type": "application/json"}
        return {**self.headers, **default}

    def _body(self) -> str:
        return "" if self.body is MISSING else json.dumps(self.body, ensure_ascii=False)


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

    Raises Unsatisfiable.
    """
    values = _required_parameters(operation)
    for scheme in operation.security[0] if operation.security else ():
        values[scheme.location or "header"] |= sample_credential(scheme)
    cookies = "; ".join(f"{name}={value}" for name, value in values["cookie"].items())
    headers = values["header"] | ({"Cookie": cookies} if cookies else {})
    return Sample(values["path"], values["query"], headers, _sample_body(operation))


def _required_parameters(operation: Operation) -> dict[str, dict[str, str]]:
    """The values of the required parameters: location -> name -> value."""
    values: dict[str, dict[str, str]] = {location: {} for location in LOCATIONS}
    for parameter in operation.parameters:
        if parameter.required:
            value = parameter.example
            if value is None and parameter.schema is not None:
                value = operation.value(parameter.schema, direction="request")
            text = value if isinstance(value, str) else json.dumps(value)
            values[parameter.location][parameter.name] = text
    return values


def _sample_body(operation: Operation) -> object:
    """The JSON body: the first example, else a generated value; MISSING where the operation takes no JSON."""
    media = next(iter(operation.body.content.values()), None) if operation.body else None
    if media is None or not media.is_json:
        return MISSING
    example = next(iter(media.examples.values()), None)
    if example is None and media.schema is not None:
        return operation.value(media.schema, direction="request")
    return example
