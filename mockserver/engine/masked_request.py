"""A request without its secrets: for the journal, and for the texts that quote it."""

from collections.abc import Collection
from typing import TypeVar

from msgspec import Struct

from mockserver.contract.parameters import Deviation
from mockserver.data.cached_attribute import cached_attribute
from mockserver.http.body_redaction import RedactedBody, redacted_body
from mockserver.http.head_redaction import redact_headers, redact_path, redact_query
from mockserver.http.message import Head, Request, received_body
from mockserver.http.redaction import MASK, Redactor, may_have_secrets
from mockserver.http.secret_names import SecretNames
from mockserver.http.secret_values import SecretValues

BODY_LIMIT = 64 * 1024  # bytes of a body that are kept and masked
AnyDeviation = TypeVar("AnyDeviation", bound=Deviation)


class SecretParts(Struct, frozen=True, gc=False):
    """The names whose values are secret in a request and its answer, and the secret values in its path."""

    names: SecretNames
    in_path: tuple[str, ...] = ()  # percent-encoded


class MaskedHead:
    """The parts of a request's head with their secrets masked, each when it is first read."""

    def __init__(self, head: Head, secret: SecretParts, shared: "MaskedHead | None" = None) -> None:
        """`shared`: the same head without some headers, to save masking the other parts again."""
        self._head = head
        self._redactor = Redactor(secret.names)
        self._shared = shared
        self.secret = secret

    @cached_attribute
    def path(self) -> str:
        """The path, percent-encoded."""
        if self._shared is not None:
            return self._shared.path
        return redact_path(self._head.path, self._redactor, self.secret.in_path)

    @cached_attribute
    def query(self) -> list[tuple[str, str]]:
        """The query parameters, percent-decoded."""
        if self._shared is not None:
            return self._shared.query
        return redact_query(self._head.pairs, self._redactor) if self._head.query_string else []

    @cached_attribute
    def headers(self) -> list[tuple[str, str]]:
        """The headers."""
        return redact_headers(self._head.headers, self._redactor)

    @property
    def header_names(self) -> Collection[str]:
        """The names of the headers."""
        return self._head.named.keys()

    @cached_attribute
    def logged_path(self) -> str:
        """The path without the secrets of the whole head, which it may repeat."""
        return self.secrets.mask_in(self.path)

    @cached_attribute
    def secrets(self) -> SecretValues:
        """The secrets of the whole head."""
        if self._shared is not None:
            known = self._shared.header_names
            redact_headers([each for each in self._head.headers if each[0] not in known], self._redactor)
            return self._shared.secrets + SecretValues(self._redactor.found)
        _ = self.path, self.query, self.headers
        return SecretValues(self._redactor.found)


class MaskedRequest:
    """A request with its secrets masked."""

    def __init__(self, head: MaskedHead, body: bytes, known: RedactedBody | None = None) -> None:
        """`body` is the beginning of the body, decoded if possible; `known`: its redacted body."""
        self.head = head
        self._body = body
        self._redacted_body = known

    @property
    def names(self) -> SecretNames:
        """The names by which the request is masked."""
        return self.head.secret.names

    @property
    def path(self) -> str:
        """The path, percent-encoded."""
        return self.secrets.mask_in(self.head.path)

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters, percent-decoded."""
        return self.secrets.mask_in_pairs(self.head.query)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers."""
        return self.secrets.mask_in_pairs(self.head.headers)

    @cached_attribute
    def body(self) -> bytes:
        """The beginning of the body."""
        return self.secrets.mask_in_bytes(self.redacted_body.data)

    @cached_attribute
    def redacted_body(self) -> RedactedBody:
        """The beginning of the body, in which secrets may be repeated elsewhere, and the secrets."""
        if self._redacted_body is None and not self.names.may_mark(self._body):
            return RedactedBody(self._body)
        return self._redacted_body or redacted_body(self._body, Redactor(self.names))

    @cached_attribute
    def _redactor(self) -> Redactor:
        """The redactor of texts."""
        return Redactor(self.names)

    @cached_attribute
    def secrets(self) -> SecretValues:
        """The secrets of the whole request, which it may repeat elsewhere, and its answer, too."""
        in_body = self.redacted_body.secrets
        return self.head.secrets if in_body is None else self.head.secrets + in_body

    def text(self, text: str) -> str:
        """A sentence that may quote the request, without the request's secrets."""
        return self._redactor.text(self.secrets.mask_in(text))

    def deviations(self, found: list[AnyDeviation]) -> list[AnyDeviation]:
        """Violations or leniencies without the request's secrets; they quote no value of a secret name."""
        is_kept, names = self.redacted_body.is_kept, self.names
        if is_kept and not any(each.is_about_secret(names) for each in found):
            text = "\n".join([f"{each.pointer}\n{each.message}" for each in found])
            is_whole = MASK not in text  # nothing was cut off, maybe in the middle of a secret
            if is_whole and not may_have_secrets(text) and self.secrets.mask_in(text) == text:
                return found  # as nearly always
        return [
            each.masked(self.text, names, conceal=not is_kept and each.location == "body") for each in found
        ]


def body_beginning(request: Request) -> bytes:
    """The beginning of a body as it was decoded, or as it was sent where that failed."""
    body = received_body(request)
    return body if len(body) <= BODY_LIMIT else body[:BODY_LIMIT]
