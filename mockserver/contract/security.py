"""Authentication: finds the credential that an operation's security requirements ask for in a request.

A mock does not know which credentials are valid. It checks only that a request has a well-formed credential
for one of the documented security schemes (OpenAPI 3.1, sections 4.8.27 and 4.8.30). A model may check more.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator

from mockserver.contract.description import Scheme
from mockserver.contract.operation import Operation
from mockserver.http.message import Head
from mockserver.http.problem import Problem, ProblemError, unauthorized

_AUTHORIZATION = re.compile(r"(\S+) +(\S(?:.*\S)?) *")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_REALM = {"basic": ' realm="mock"', "digest": ' realm="mock", nonce="mock", qop="auth"'}


class MissingCredential(ProblemError):
    """The request meets none of the operation's security requirements.

    `challenges` are the values of the answer's `WWW-Authenticate` headers. The message never quotes the
    request's credentials.
    """

    def __init__(self, message: str, challenges: tuple[str, ...]) -> None:
        super().__init__(message)
        self.challenges = challenges

    def problem(self) -> Problem:
        return unauthorized(str(self), self.challenges)


def credential(operation: Operation, head: Head) -> str | None:
    """The credential for the first security requirement that the request meets.

    A requirement with several schemes gives the first scheme's credential. None if the operation requires
    no credential. Raises MissingCredential.
    """
    if not operation.security:
        return None
    for requirement in operation.security:
        found = [_scheme_credential(scheme, head) for scheme in requirement]
        if None not in found:
            return found[0] if found else None
    schemes = [scheme for requirement in operation.security for scheme in requirement]
    expected = " or ".join(" and ".join(map(_expected_form, each)) for each in operation.security)
    challenges = dict.fromkeys(challenge for scheme in schemes for challenge in _challenges(scheme))
    raise MissingCredential(_message(schemes, head, expected), tuple(challenges))


def sample_credential(scheme: Scheme) -> dict[str, str]:
    """A well-formed sample credential: the name and value of a header, query parameter or cookie."""
    if scheme.kind == "apiKey":
        return {scheme.name: "KEY"}
    values = {"basic": "Basic dXNlcjpwYXNzd29yZA==", "digest": 'Digest username="user"'}
    return {"Authorization": values.get(scheme.scheme, f"{_scheme_name(scheme)} TOKEN")}


def _scheme_credential(scheme: Scheme, head: Head) -> str | None:
    """The request's credential for a scheme; None if it is missing or malformed."""
    match scheme.kind:
        case "apiKey" if scheme.location == "header":
            return head.header(scheme.name.lower()) or None
        case "apiKey" if scheme.location == "query":
            return next((value for name, value in head.query if name == scheme.name), None) or None
        case "apiKey":
            return head.cookies.get(scheme.name) or None
        case "mutualTLS":
            return ""  # client certificates are a matter of the TLS connection; the mock does not check them
    headers = head.all("authorization")
    match = _AUTHORIZATION.fullmatch(headers[0]) if len(headers) == 1 else None
    if match is None or match[1].lower() != _scheme_name(scheme).lower():
        return None
    is_well_formed = _SYNTAX_CHECKS.get(_scheme_name(scheme))
    return match[2] if is_well_formed is None or is_well_formed(match[2]) else None


def _is_user_and_password(credential: str) -> bool:
    """Whether it is the base64 of `user:password`, without control characters (RFC 7617, section 2)."""
    try:
        pair = b64decode(credential, validate=True)
    except ValueError:
        return False
    return b":" in pair and not _CONTROL.search(pair)


_SYNTAX_CHECKS: dict[str, Callable[[str], bool]] = {
    "Basic": _is_user_and_password,
    "Bearer": lambda credential: " " not in credential,
}


def _expected_form(scheme: Scheme) -> str:
    """What a request has to send for a scheme, as a phrase of a message."""
    if scheme.kind == "apiKey":
        location = "query parameter" if scheme.location == "query" else scheme.location
        return f"the {location} {scheme.name!r}"
    name = _scheme_name(scheme)
    return f"Authorization: {name} …" + (" (the base64 of user:password)" if name == "Basic" else "")


def _scheme_name(scheme: Scheme) -> str:
    """The authentication scheme in `Authorization`; `Bearer` for OAuth 2 and OpenID Connect."""
    return scheme.scheme.capitalize() if scheme.kind == "http" and scheme.scheme else "Bearer"


def _message(schemes: list[Scheme], head: Head, expected: str) -> str:
    uses_header = any(scheme.kind != "apiKey" for scheme in schemes)
    if uses_header and head.header("authorization") is not None:
        return f"the Authorization header does not match the contract; send {expected}"
    return f"the request has no credentials; send {expected}"


def _challenges(scheme: Scheme) -> Iterator[str]:
    """The challenges for `WWW-Authenticate` (RFC 9110, section 11.6.1).

    No authentication scheme is registered for API keys; `ApiKey` is our own.
    """
    if scheme.kind == "apiKey":
        yield f'ApiKey in="{scheme.location}", name="{scheme.name}"'
    elif scheme.kind != "mutualTLS":
        yield f"{_scheme_name(scheme)}{_REALM.get(scheme.scheme, '')}"
