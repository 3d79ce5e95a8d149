"""The provider as the other side of the comparison: it is called over HTTP, by no more than its own URLs."""

import json
import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from msgspec import Struct

from mockserver.data.json import Json, object_or_empty
from mockserver.http.message import Headers
from mockserver.upstream.origin import Origin
from mockserver.upstream.verify.sequence import FiredEvent, SentCall
from mockserver.upstream.verify.substitution import Substitution

TIMEOUT = 10.0  # seconds
LARGEST_BODY = 4 * 1024 * 1024  # bytes of an answer that are read


class CannotVerify(Exception):
    """The provider or its setup cannot be used; the text says why."""


class ProviderAnswer(Struct, frozen=True):
    """An answer of the provider; `failure` says why there is none, and the status is 0 then."""

    status: int
    headers: Headers = ()  # their names in lower case
    body: bytes = b""
    failure: str = ""

    @property
    def content_type(self) -> str | None:
        """The value of Content-Type; None if it is missing."""
        return next((value for name, value in self.headers if name == "content-type"), None)


class Rate:
    """Holds back requests, so that there are at most so many in a second; None: any number."""

    def __init__(self, limit: float | None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._interval = 0.0 if limit is None else 1 / limit
        self._next = 0.0
        self._sleep = sleep

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        if not self._interval:
            return
        now = time.monotonic()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._interval


class ProviderSide:
    """Sends calls to the provider, and what it is to set up to the URL for that, if there is one."""

    def __init__(
        self,
        url: str,
        setup_url: str | None = None,
        rate: float | None = None,
        authorities: Path | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.setup_url = setup_url
        self.requests = 0
        self.tokens: Mapping[str, str] = {}
        self.skipped: frozenset[str] = frozenset()
        self._origin = Origin.of_url(url)
        self._rate = Rate(rate)
        self._client = httpx.Client(
            timeout=TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            verify=True if authorities is None else str(authorities),
        )

    @property
    def host(self) -> str:
        """The header Host of all requests."""
        return self._origin.authority

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check_reachable(self) -> None:
        """Raise CannotVerify if no connection to the provider can be made."""
        answer = self.send(SentCall("GET", "/"), Substitution())
        if answer.failure:
            raise CannotVerify(f"the provider {self.url} cannot be reached: {answer.failure}")

    def send(self, call: SentCall, substitution: Substitution) -> ProviderAnswer:
        """The answer to a call, in which the mock's ids and tokens are replaced by the provider's."""
        target = substitution.in_target(call.target)
        headers = [(name, self._with_token(value)) for name, value in call.headers]
        self._rate.wait()
        self.requests += 1
        try:
            return self._answer(call.method, target, headers, substitution.in_body(call.body))
        except httpx.TransportError as error:
            return ProviderAnswer(0, failure=_reason(error))

    def _answer(self, method: str, target: str, headers: Headers, body: bytes) -> ProviderAnswer:
        request = self._client.build_request(
            method,
            f"{self._origin.scheme}://{self._origin.authority}",
            headers=headers,
            content=body or None,
            extensions={"target": f"{self._origin.path}{target}".encode()},
        )
        response = self._client.send(request, stream=True)
        try:
            content = _first_bytes(response)
        finally:
            response.close()
        received = [
            (name.lower().decode("latin-1"), self._without_token(value.decode("latin-1")))
            for name, value in response.headers.raw
        ]
        return ProviderAnswer(response.status_code, received, self._without_token_in(content))

    def _with_token(self, value: str) -> str:
        scheme, space, token = value.rpartition(" ")
        return f"{scheme}{space}{self.tokens.get(token, token)}"

    def _without_token(self, text: str) -> str:
        for own, real in self.tokens.items():
            text = text.replace(real, own) if real else text
        return text

    def _without_token_in(self, content: bytes) -> bytes:
        for own, real in self.tokens.items():
            content = content.replace(real.encode(), own.encode()) if real else content
        return content

    def reset(self, state: Mapping[str, Json]) -> None:
        """Let the provider begin in this state; raises CannotVerify."""
        answer = self._set_up({"action": "reset", "state": dict(state)})
        tokens = object_or_empty(answer.get("tokens"))
        self.tokens = {own: real for own, real in tokens.items() if isinstance(real, str)}
        skipped = answer.get("skip")
        if isinstance(skipped, list):
            self.skipped = frozenset(each for each in skipped if isinstance(each, str))

    def fire(self, fired: FiredEvent, substitution: Substitution) -> None:
        """Fire an event; raises CannotVerify."""
        item = substitution.of_value(fired.id)
        self._set_up(
            {"action": "event", "collection": fired.collection, "id": str(item), "event": fired.event}
        )

    def _set_up(self, data: dict[str, Json]) -> dict[str, Json]:
        assert self.setup_url is not None
        self._rate.wait()
        try:
            response = self._client.post(self.setup_url, json=data)
        except httpx.TransportError as error:
            raise CannotVerify(
                f"the setup URL {self.setup_url} cannot be reached: {_reason(error)}"
            ) from None
        if response.status_code >= 300:
            raise CannotVerify(
                f"the setup URL {self.setup_url} answered {response.status_code} to the action"
                f" {data['action']!r}; expected a 2xx"
            )
        try:
            answer: Json = json.loads(response.content) if response.content else {}
        except ValueError:
            answer = {}
        return object_or_empty(answer)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine by its host: `localhost`, or an address of the loopback."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _first_bytes(response: httpx.Response) -> bytes:
    content = b""
    for part in response.iter_bytes():
        content += part
        if len(content) > LARGEST_BODY:
            break
    return content


def _reason(error: httpx.TransportError) -> str:
    """Why a request failed, as a phrase."""
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {TIMEOUT:g} seconds"
    text = str(error).strip()
    return text[:1].lower() + text[1:] if text else type(error).__name__
