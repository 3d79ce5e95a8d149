"""Masks secrets in texts: in log lines, the trail, messages and the values of headers.

A platform key becomes `flt_sk_…1234`, with its last four characters; any other secret becomes `…1234`, or `…`
if it is short.
"""

import re
from urllib.parse import quote, unquote

from mockserver.http.basic_credentials import user_and_password
from mockserver.http.secret_names import DECODINGS, USUAL, SecretNames

PATH_CHARACTERS = "/%:@!$&'()*+,;=-._~"  # allowed unescaped (RFC 3986, section 3.3)
MASK = "…"
TAIL = 4  # characters at the end of a secret that are shown
TAIL_FROM = 12  # characters after the prefix, below which none are shown
_KEY = re.compile(r"(flt_sk_)([A-Za-z0-9_-]+)")
_SCHEME = re.compile(
    r"(?i)\b((?:(?:bearer|basic|digest|apikey)(?:[ \t]+|\++|(?:%20)+)|(?:bearer|apikey)[ \t]*[:=][ \t]*)"
    r"\\*[\"']?)(?!flt_sk_)([^\s,;\"'\\]+)"
)
# The parameters of digest access authentication (RFC 7616), to the end of the line.
_DIGEST = re.compile(r"(?i)\b(digest[ \t]+)(\w+[ \t]*=[^\r\n]*)")
_PRIVATE_KEY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)(.+?)(?=-----END|\Z)", re.DOTALL)
_USERINFO = re.compile(r"//([^/\s?#\"']*)@")  # RFC 3986, section 3.2.1
# A member of a query, a form or a cookie: its name, and its value, which ends where a URL ends.
_PAIR_NAME = re.compile(r"([^\s=&?;,\"'#/(){}<>|]{1,100})=")
_PAIR_VALUE = re.compile(r"(?:[^&\s#\"<>']|'(?![\s,;.):]|$))+")
# The name of a member of JSON, perhaps within a string of JSON, and of a value in quotes in other languages.
_MEMBER = re.compile(r"(?:(?<!\\)(\\*+)([\"'])([^\"'\\]{1,100})(\\*+)\2|(?<![\w.-])([\w.-]{1,100}+))\s*+:\s*")
_QUOTE = re.compile(r"\\*[\"']")
_BARE_VALUE = re.compile(r"[^\s,}\]]*")
NOT_KEPT = "(not kept: it could not be read, and has the name of a secret)"  # instead of a body


class Redactor:
    """Masks the secrets of one message by their names and their forms, and remembers what it masked."""

    def __init__(self, names: SecretNames = USUAL) -> None:
        self.names = names
        self.found: set[str] = set()
        self.changes = 0  # how often something was masked

    def mask(self, secret: str) -> str:
        """The masked secret, which is remembered."""
        self.changes += 1
        self.found.add(secret)
        return mask(secret)

    def hide(self, secret: str) -> str:
        """A mask without a tail for a secret, which is remembered."""
        self.mask(secret)
        return MASK

    def text(self, text: str) -> str:
        """The text without its secrets; percent-encoding is decoded where it hides one."""
        if not may_have_secrets(text):
            return text
        shown = text = self._decoded_text(text)
        for _ in range(DECODINGS):  # one by one, because a secret may hold delimiters that are encoded
            if "%" not in text or (decoded := unquote(text)) == text:
                break
            before = self.changes
            text = self._decoded_text(decoded)
            if self.changes > before:
                shown = text
        return shown

    def _decoded_text(self, text: str) -> str:
        if "flt_sk_" in text:
            text = _KEY.sub(lambda found: self.mask(found[0]), text)
        lowered = text.lower()
        if "digest" in lowered:
            text = _DIGEST.sub(self._after_name, text)
        if "bearer" in lowered or "basic" in lowered or "digest" in lowered or "apikey" in lowered:
            text = _SCHEME.sub(lambda found: found[1] + self.credential(found[2]), text)
        if "-----BEGIN" in text:
            text = _PRIVATE_KEY.sub(self._after_name, text)
        if "@" in text:
            text = _USERINFO.sub(lambda found: f"//{self._userinfo(found[1])}@", text)
        if "=" in text:
            text = self._pairs(text)
        return self._members(text) if ":" in text else text

    def _after_name(self, found: re.Match[str]) -> str:
        """What comes before a secret, and the masked secret."""
        self.found.update(re.findall(r"[^\s,;=\"']{6,}", found[2]))
        return found[1] + self.mask(found[2].strip())

    def credential(self, credential: str) -> str:
        """The masked credential of a header; what the base64 of `user:password` holds is remembered, too."""
        self.found.update(credential.split())
        user, password = user_and_password(credential) or ("", "")
        if password:
            self.found |= {f"{user}:{password}", password}
        return self.mask(credential)

    def _userinfo(self, userinfo: str) -> str:
        self.found.add(userinfo.partition(":")[2] or userinfo)
        return self.hide(userinfo)

    def _pairs(self, text: str) -> str:
        """The text with the values of pairs masked that have a secret name; a value may have pairs in it."""
        parts: list[str] = []
        position = kept = 0
        while (found := _PAIR_NAME.search(text, position)) is not None:
            position = found.end()
            value = _PAIR_VALUE.match(text, position) if found[1] in self.names else None
            if value is not None and self.names.holds(found[1], value[0]):
                parts += [text[kept:position], self.mask(value[0])]
                position = kept = value.end()
        return "".join([*parts, text[kept:]])

    def _members(self, text: str) -> str:
        """The text with the values of members masked that have a secret name."""
        parts: list[str] = []
        position = kept = 0
        while (found := _MEMBER.search(text, position)) is not None:
            is_quoted = found[2] is not None
            if is_quoted and len(found[4]) > len(found[1]):  # the name goes on behind an escaped quote
                position = found.end(2)
                continue
            position = found.end()
            if (found[3] or found[5]) not in self.names:
                continue
            end = _value_end(text, position, is_quoted_name=is_quoted)
            if end > position:
                parts += [text[kept:position], self._value(text[position:end])]
                position = kept = end
        return "".join([*parts, text[kept:]])

    def _value(self, value: str) -> str:
        opening = _QUOTE.match(value)
        if opening is None:
            return value if value in ("true", "false", "null") else self.mask(value)
        delimiter = opening[0]
        closing = delimiter if value.endswith(delimiter) and len(value) > len(delimiter) else ""
        return f"{delimiter}{self.mask(value[len(delimiter) :].removesuffix(closing))}{closing}"


def mask(secret: str) -> str:
    """The masked secret: its known prefix, and its last characters if it is long enough."""
    prefix = "flt_sk_" if secret.startswith("flt_sk_") else ""
    rest = secret.removeprefix(prefix)
    return f"{prefix}{MASK}{rest[-TAIL:] if len(rest) >= TAIL_FROM else ''}"


def may_have_secrets(text: str) -> bool:
    """Whether a text may have a secret that is found by its form or its name; False is certain."""
    if "%" in text or ":" in text or "=" in text or "@" in text or "flt_sk_" in text:
        return True
    lowered = text.lower()
    is_credential = "bearer" in lowered or "basic" in lowered or "digest" in lowered or "apikey" in lowered
    return is_credential or "-----begin" in lowered


def redact(text: str) -> str:
    """Mask platform keys, credentials after the name of their scheme, and the values of usual names."""
    return Redactor().text(text)


def quote_around_masks(text: str, safe: str) -> str:
    """Percent-encode a text, but leave its masks as they are."""
    return MASK.join(quote(part, safe=safe, errors="surrogateescape") for part in text.split(MASK))


def _value_end(text: str, start: int, *, is_quoted_name: bool) -> int:
    """Where the value at `start` ends; at `start` if it is not one that a secret name has."""
    opening = _QUOTE.match(text, start)
    if opening is not None:
        position = opening.end()
        while (position := text.find(opening[0], position)) >= 0:
            if len(opening[0]) > 1 or text[position - 1] != "\\":
                return position + len(opening[0])
            position += 1
        return len(text)
    if not is_quoted_name:
        return start
    if text[start : start + 1] in ("{", "["):
        return _bracket_end(text, start)
    found = _BARE_VALUE.match(text, start)
    return found.end() if found is not None else start


def _bracket_end(text: str, start: int) -> int:
    """Where the bracket at `start` is closed; the end of the text if it is not. Strings are not regarded."""
    depth = 0
    for position in range(start, len(text)):
        depth += (text[position] in "{[") - (text[position] in "}]")
        if depth == 0:
            return position + 1
    return len(text)
