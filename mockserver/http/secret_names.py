"""The names whose values are secret: the usual ones, and those that a contract or a user adds."""

import re
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import unquote

from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.pointer import pointer_keys

WHOLE_BODY = "*"  # stands among the added names for a body that is secret as a whole
DECODINGS = 3  # how often a percent-encoded string is decoded
USUAL_PARTS = (  # a name that contains one of these is secret; `-` stands for `-`, `_`, a space or nothing
    "access-key", "api-key", "authorization", "cookie", "credential", "passphrase", "passw", "private-key",
    "pwd", "secret", "token",
)  # fmt: skip
USUAL_NAMES = (  # a name that is one of these is secret
    "auth", "cvc", "cvv", "jwt", "otp", "pass", "passcode", "pin", "sid", "signature", "ssn",
)  # fmt: skip
DESCRIPTIVE_ENDINGS = (  # a usual name with one of these words at its end describes a secret, and is shown
    "count", "details", "endpoint", "expires", "expires-at", "expires-in", "expiry", "format", "hint",
    "length", "limit", "method", "policy", "required", "ttl", "type", "uri", "url",
)  # fmt: skip
_CAPITALIZED = "|".join("".join(map(str.capitalize, each.split("-"))) for each in DESCRIPTIVE_ENDINGS)
_DESCRIPTIVE = re.compile(
    rf"(?:(?i:[-_. ](?:{'|'.join(DESCRIPTIVE_ENDINGS).replace('-', '[-_]')}))|(?<=[a-z])(?:{_CAPITALIZED}))$"
)
_COUNTED = re.compile(r"(?i:^tokens|[-_. ]tokens)$|[a-z]Tokens$")  # `max_tokens`, `promptTokens`
_USUAL = re.compile("|".join(USUAL_PARTS).replace("-", "[-_ ]?"))
_SEPARATORS = re.compile(r"[\[\].:/]+")  # `filter[password]`, `user.password`, `ns:password`
_USERINFO = re.compile(rb"//[^/\s\"]*@")
_FORMS = ("basic", "bearer", "digest", "flt_sk_", "transfer-encoding")
_KNOWN_LIMIT = 1024  # names that are remembered


class SecretNames:
    """The usual names and added ones, which are compared without regard to case, and to `-` and `_`."""

    def __init__(self, added: Iterable[str] = ()) -> None:
        self.added = frozenset(_normalized(each) for each in added if each)
        self.has_whole_body = WHOLE_BODY in self.added
        self._known: BoundedCache[str, bool] = BoundedCache(_KNOWN_LIMIT)
        self._known_pointers: BoundedCache[str, bool] = BoundedCache(_KNOWN_LIMIT)
        names = [re.escape(each).replace(r"\-", "[-_]").replace(r"\ ", "[ +]") for each in self.added]
        self._named = re.compile("|".join([*_usual_patterns(), *sorted(names)]))
        self._valued = re.compile(rf"(?:{self._named.pattern})[\s\"':]*[^\s\"':]")
        hints = [_factored([*_usual_patterns(), *_FORMS]), *sorted(names)]
        self._hint = re.compile("|".join(hints).encode())

    def __contains__(self, name: str) -> bool:
        """Whether the value of this name is secret; the name may be percent-encoded, up to three times."""
        known = self._known.get(name)
        return self._known.put(name, self._is_secret(name)) if known is None else known

    def holds(self, name: str, value: object) -> bool:
        """Whether this value of the name is secret; numbers of tokens are not."""
        if name not in self:
            return False
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return not (is_number and _COUNTED.search(name)) or _normalized(name) in self.added

    def mark_pointer(self, pointer: str) -> bool:
        """Whether a JSON Pointer leads to a secret value, or below one."""
        known = self._known_pointers.get(pointer)
        if known is None:
            is_secret = any(key in self for key in pointer_keys(pointer))
            known = self._known_pointers.put(pointer, is_secret)
        return known

    def occur_in(self, text: str) -> bool:
        """Whether one of the names is anywhere in a text."""
        return self._named.search(text.lower()) is not None

    def precede_values_in(self, text: str) -> bool:
        """Whether one of the names is anywhere in a text, and something comes after it."""
        return self._valued.search(text.lower()) is not None

    def may_mark(self, body: bytes) -> bool:
        """Whether a body may have something to mask; False is certain.

        Besides names these are the schemes of credentials, user information in URLs, and escapes and
        encodings that could hide a name.
        """
        if b"%" in body or b"\\" in body or b"\x00" in body or self.has_whole_body:
            return True
        return self._hint.search(body.lower()) is not None or (
            b"@" in body and _USERINFO.search(body) is not None
        )

    def _is_secret(self, name: str) -> bool:
        decoded = percent_decoded(name)
        parts = (decoded, *_SEPARATORS.split(decoded))
        return any(_normalized(part) in self.added or _is_usual(part) for part in parts)


def percent_decoded(text: str) -> str:
    """The text with its percent-encoding decoded, up to three times."""
    for _ in range(DECODINGS):
        if "%" not in text or (decoded := unquote(text)) == text:
            break
        text = decoded
    return text


def _is_usual(name: str) -> bool:
    if _DESCRIPTIVE.search(name):
        return False
    lowered = name.strip().lower()
    return lowered in USUAL_NAMES or _USUAL.search(lowered) is not None


def _normalized(name: str) -> str:
    return name.strip().lower().replace("_", "-")


def _usual_patterns() -> list[str]:
    """Regular expressions of the usual names in lower-cased text; each begins with a letter.

    A form may have `+` for a space (URL Standard, section 5.1).
    """
    parts = [part.replace("-", "[-_ +]?") for part in USUAL_PARTS]
    return parts + [rf"{name}(?![a-z])(?<![a-z]{name})" for name in USUAL_NAMES]


def _factored(patterns: Iterable[str]) -> str:
    """The alternatives as one regular expression, grouped by their first letters, which is quicker."""
    grouped = groupby(sorted(patterns), key=lambda each: each[0])
    return "|".join(f"{first}(?:{'|'.join(each[1:] for each in group)})" for first, group in grouped)


USUAL = SecretNames()
