"""Who calls: the credentials that an operation's security asks for, found in a request.

A mock cannot know which credentials are good, so it asks only that one of the documented kinds is there
and well formed (OpenAPI 3.1, sections 4.8.27 and 4.8.30); a model may know more.
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
    """None of an operation's security requirements is met; `challenges` are for `WWW-Authenticate`."""

    def __init__(self, reason: str, challenges: tuple[str, ...]) -> None:
        super().__init__(reason)
        self.challenges = challenges

    def problem(self) -> Problem:
        return unauthorized(str(self), self.challenges)


def credential(operation: Operation, head: Head) -> str | None:
    """The credential of the first requirement that a request's head meets, None where none is asked for.

    Of several schemes in one requirement, the first one's credential speaks. Raises MissingCredential.
    """
    if not operation.security:
        return None
    for requirement in operation.security:
        found = [_given(scheme, head) for scheme in requirement]
        if None not in found:
            return found[0] if found else None
    schemes = [scheme for requirement in operation.security for scheme in requirement]
    wanted = " or ".join(" and ".join(map(_wanted, each)) for each in operation.security)
    challenges = dict.fromkeys(challenge for scheme in schemes for challenge in _challenges(scheme))
    raise MissingCredential(_complaint(schemes, head, wanted), tuple(challenges))


def sample_credential(scheme: Scheme) -> dict[str, str]:
    """What a sample request sends for a scheme: the name and value of a header, query member or cookie."""
    if scheme.kind == "apiKey":
        return {scheme.name: "KEY"}
    value = {"basic": "Basic dXNlcjpwYXNzd29yZA==", "digest": 'Digest username="user"'}
    return {"Authorization": value.get(scheme.scheme, f"{_scheme_name(scheme)} TOKEN")}


def _given(scheme: Scheme, head: Head) -> str | None:
    """A scheme's credential in a request, where it is there and well formed."""
    match scheme.kind:
        case "apiKey" if scheme.location == "header":
            return head.header(scheme.name.lower()) or None
        case "apiKey" if scheme.location == "query":
            return next((value for name, value in head.query if name == scheme.name), None) or None
        case "apiKey":
            return head.cookies.get(scheme.name) or None
        case "mutualTLS":
            return ""  # a certificate shows itself to the transport, not to the mock
    given = head.all("authorization")
    match = _AUTHORIZATION.fullmatch(given[0]) if len(given) == 1 else None
    if match is None or match[1].lower() != _scheme_name(scheme).lower():
        return None
    well_formed = _FORMS.get(_scheme_name(scheme))
    return match[2] if well_formed is None or well_formed(match[2]) else None


def _is_user_and_password(credential: str) -> bool:
    """Whether it is the base64 of `user:password`, without control characters (RFC 7617, section 2)."""
    try:
        pair = b64decode(credential, validate=True)
    except ValueError:
        return False
    return b":" in pair and not _CONTROL.search(pair)


_FORMS: dict[str, Callable[[str], bool]] = {
    "Basic": _is_user_and_password,
    "Bearer": lambda credential: " " not in credential,
}


def _wanted(scheme: Scheme) -> str:
    if scheme.kind == "apiKey":
        return f"the {scheme.location} {scheme.name!r}"
    name = _scheme_name(scheme)
    return f"Authorization: {name} …" + (" (the base64 of user:password)" if name == "Basic" else "")


def _scheme_name(scheme: Scheme) -> str:
    """How Authorization begins; OAuth and OpenID Connect hand out bearer tokens."""
    return scheme.scheme.capitalize() if scheme.kind == "http" and scheme.scheme else "Bearer"


def _complaint(schemes: list[Scheme], head: Head, wanted: str) -> str:
    given = any(scheme.kind != "apiKey" for scheme in schemes) and head.header("authorization") is not None
    found = (
        "the Authorization header is not as the contract says" if given else "the request has no credentials"
    )
    return f"{found}; send {wanted}"


def _challenges(scheme: Scheme) -> Iterator[str]:
    """What `WWW-Authenticate` asks for (RFC 9110, section 11.6.1); API keys have no registered scheme."""
    if scheme.kind == "apiKey":
        yield f'ApiKey in="{scheme.location}", name="{scheme.name}"'
    elif scheme.kind != "mutualTLS":
        yield f"{_scheme_name(scheme)}{_REALM.get(scheme.scheme, '')}"
