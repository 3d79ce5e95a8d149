"""A sample request for an operation: what `check` sends, and what the printed curl lines hold."""

import json
import shlex
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from msgspec import Struct, field

from mockserver.contract.description import LOCATIONS
from mockserver.contract.operation import Operation
from mockserver.contract.security import sample_credential
from mockserver.data.json import Json
from mockserver.data.reading import MISSING, Cursor
from mockserver.http.message import Headers, Request


class Sample(Struct, frozen=True):
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = MISSING  # JSON, or MISSING where the request has no body

    @property
    def raw_path(self) -> dict[str, str]:
        """The path's values, percent-encoded."""
        return {name: quote(value, safe="") for name, value in self.path.items()}

    def target(self, operation: Operation) -> str:
        """The request's path and query, percent-encoded."""
        path = operation.path
        for name, value in self.raw_path.items():
            path = path.replace("{" + name + "}", value)
        return f"{path}?{urlencode(self.query)}" if self.query else path

    def request(self, operation: Operation, extra: Headers = ()) -> Request:
        """The sample as the server would receive it, with extra headers."""
        path, _, query = self.target(operation).partition("?")
        headers = [(name.lower(), value) for name, value in self._headers().items()]
        return Request.of(operation.method, path, query, [*headers, *extra], self._body().encode())

    def curl(self, operation: Operation, base_url: str, extra: Mapping[str, str]) -> str:
        """A line for a POSIX shell that sends the sample, with extra headers."""
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
    """A sample from its file's form: `path`, `query`, `headers` and `body`; faults go to the cursor."""
    cursor.keys(("path", "query", "headers", "body"))
    return Sample(
        path=_texts(cursor / "path"),
        query=_texts(cursor / "query"),
        headers=_texts(cursor / "headers"),
        body=(cursor / "body").value,
    )


def _texts(cursor: Cursor) -> dict[str, str]:
    return {name: _text(member) for name, member in cursor.entries()}


def _text(cursor: Cursor) -> str:
    value: object = cursor.value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else cursor.string()


def sample_from_contract(operation: Operation) -> Sample:
    """A sample where no file gives one: what the contract requires, by its examples, else made for it."""
    texts: dict[str, dict[str, str]] = {location: {} for location in LOCATIONS}
    for parameter in operation.parameters:
        if parameter.required:
            value = parameter.example
            if value is None and parameter.schema is not None:
                value = operation.value(parameter.schema, direction="request")
            texts[parameter.location][parameter.name] = _as_text(value)
    for scheme in operation.security[0] if operation.security else ():
        texts[scheme.location or "header"] |= sample_credential(scheme)
    media = next(iter(operation.body.content.values()), None) if operation.body else None
    body: object = MISSING
    if media is not None and media.is_json:
        body = next(iter(media.examples.values()), None)
        if body is None and media.schema is not None:
            body = operation.value(media.schema, direction="request")
    cookies = "; ".join(f"{name}={value}" for name, value in texts["cookie"].items())
    headers = texts["header"] | ({"Cookie": cookies} if cookies else {})
    return Sample(texts["path"], texts["query"], headers, body)


def _as_text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
