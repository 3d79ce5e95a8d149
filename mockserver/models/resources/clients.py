"""What a request says about its client: the user name of HTTP authentication, and the idempotency key."""

from mockserver.contract.operation import Operation
from mockserver.contract.sampling.plausible_values import words
from mockserver.http.basic_credentials import user_and_password
from mockserver.model import Call


def basic_user(call: Call) -> str | None:
    """The user name of the Basic credential (RFC 7617); None if the request has none."""
    scheme, _, encoded = str(call.headers.get("authorization", "")).partition(" ")
    pair = user_and_password(encoded.strip()) if scheme.lower() == "basic" else None
    return pair[0] if pair is not None else None


def takes_user_name(operation: Operation) -> bool:
    """Whether the contract documents HTTP Basic authentication for an operation."""
    schemes = [scheme for alternative in operation.security for scheme in alternative]
    return any(each.kind == "http" and each.scheme == "basic" for each in schemes)


def idempotency_key(call: Call) -> str | None:
    """The value of `Idempotency-Key`, or of a header of a similar name; None if the request has none."""
    value = call.headers.get("idempotency-key")
    if value is None:
        value = next((each for name, each in call.headers.items() if "idempotency" in words(name)), None)
    return str(value) if value not in (None, "") else None
