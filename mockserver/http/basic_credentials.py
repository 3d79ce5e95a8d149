"""The credential of HTTP Basic authentication (RFC 7617)."""

from base64 import b64decode


def user_and_password(credential: str) -> tuple[str, str] | None:
    """The user name and the password that a credential holds; None if it is not the base64 of a text."""
    try:
        user, _, password = b64decode(credential, validate=True).decode().partition(":")
    except ValueError:
        return None
    return user, password
