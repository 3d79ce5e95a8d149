"""Masks secrets that are known by their values, in texts and answers that quote or repeat them."""

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote, quote_plus, unquote

from mockserver.data.pointer import pointer_token
from mockserver.data.quoting import LONGEST_QUOTE
from mockserver.http.redaction import MASK, mask
from mockserver.http.secret_names import percent_decoded

SHORTEST = 6  # characters of a secret that is found by its value
_SHORT = 8  # characters below which it is found only between other characters than letters and digits
_LONGEST_CUT = 2_000  # characters of a text in which the beginnings of secrets are looked for
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")  # spelled alike in every encoding
_WORDS = frozenset(
    ("false", "flt_sk_", "null", "pass", "passwd", "password", "secret", "string", "token", "true")
)


class SecretValues:
    """The secrets of one message; its representation shows none of them."""

    __slots__ = ("_spellings",)

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {spelling: mask(secret) for secret in secrets for spelling in _spellings(secret)}
        self._spellings = tuple(sorted(known.items(), key=lambda each: -len(each[0])))

    def __bool__(self) -> bool:
        return bool(self._spellings)

    def __add__(self, other: "SecretValues") -> "SecretValues":
        if not other or not self:
            return self or other
        joined = SecretValues()
        spellings = {*self._spellings, *other._spellings}
        joined._spellings = tuple(sorted(spellings, key=lambda each: -len(each[0])))
        return joined

    def mask_in(self, text: str) -> str:
        """The text with each of the secrets masked, however it is encoded."""
        for spelling, masked in self._spellings:
            if spelling in text:
                text = _replaced(text, spelling, masked)
        return self._without_cut_secrets(text) if MASK in text and len(text) <= _LONGEST_CUT else text

    def _without_cut_secrets(self, text: str) -> str:
        """The text without the beginnings of secrets that a quotation was cut in."""
        pieces = text.split(MASK)
        for index, piece in enumerate(pieces[:-1]):
            if piece.endswith("flt_sk_"):  # the prefix that a mask shows
                continue
            for spelling, _ in self._spellings:
                longest = min(len(spelling) - 1, len(piece), LONGEST_QUOTE)
                length = next(
                    (n for n in range(longest, SHORTEST - 1, -1) if piece.endswith(spelling[:n])), 0
                )
                piece = piece[: len(piece) - length]
            pieces[index] = piece
        return MASK.join(pieces)

    def mask_in_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """The same for names with values."""
        return [(self.mask_in(name), self.mask_in(value)) for name, value in pairs]

    def mask_in_bytes(self, data: bytes) -> bytes:
        """The same for a body."""
        for spelling, _ in self._spellings:
            if spelling.encode("utf-8", "surrogateescape") in data:
                text = data.decode("utf-8", "surrogateescape")
                return self.mask_in(text).encode("utf-8", "surrogateescape")
        return data


def _spellings(secret: str) -> set[str]:
    """How a text may spell a secret, in percent-encoding, JSON, XML and messages; none of a short one."""
    found: set[str] = set()
    for text in {secret, secret.strip(), unquote(secret), percent_decoded(secret)}:
        if len(text) < SHORTEST or text.lower() in _WORDS or MASK in text:
            continue
        found |= {text, pointer_token(text)}
        if len(text) > LONGEST_QUOTE:
            found.add(text[:LONGEST_QUOTE])
        if _PLAIN.fullmatch(text) is None:
            found |= _encoded(text)
    return found


def _encoded(text: str) -> set[str]:
    once = {quote(text, safe=safe, errors="surrogateescape") for safe in ("", "/", "!$&'()*+,;=:@/")}
    once.add(quote_plus(text, errors="surrogateescape"))
    percent = once | {quote(each, safe="") for each in once}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), each) for each in percent}
    in_json = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    others = in_json | {escape(each) for each in (text, *in_json)}
    shown = {repr(text)[1:-1], repr(text[:LONGEST_QUOTE])[1:-1], json.dumps(json.dumps(text))[3:-3]}
    return percent | lower | others | shown


def _replaced(text: str, spelling: str, masked: str) -> str:
    if len(spelling) >= _SHORT:
        return text.replace(spelling, masked)
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(spelling)}(?![A-Za-z0-9])", lambda found: masked, text)
