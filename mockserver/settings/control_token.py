"""The control token: what it consists of, so that a header can carry it."""

import re

EXPECTED = "a non-empty token of printable ASCII characters"
_TOKEN = re.compile(r"[!-~](?:[ -~]*[!-~])?")


class InvalidToken(ValueError):
    """A text that cannot be the control token; `found` describes it without showing it."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the control token is not valid: expected {EXPECTED}, found {found}")
        self.found = found


def check_control_token(token: str) -> None:
    """Raise InvalidToken for a text that is empty, or that no header can carry (RFC 9110, section 5.5)."""
    if not _TOKEN.fullmatch(token):
        raise InvalidToken(_description(token))


def _description(token: str) -> str:
    if not token:
        return "an empty string"
    if not token.strip():
        return "only white space"
    if token != token.strip():
        return "white space at the start or the end"
    return "a control character" if token.isascii() else "a character outside ASCII"
