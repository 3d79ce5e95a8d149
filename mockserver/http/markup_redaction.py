"""Masks secrets in XML, and in HTML; also in documents that are not well-formed."""

import re
from collections.abc import Callable
from html import escape, unescape

from mockserver.http.line_redaction import redact_lines
from mockserver.http.redaction import Redactor
from mockserver.http.secret_names import percent_decoded

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)|<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)|<[?!][^>]*(?:>|\Z)"
    r"|</(?P<close>[^\s>]*)[^>]*(?:>|\Z)"
    r"|<(?P<open>[^\s/<>!?]+)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*)(?:>|\Z)"
    r"|(?P<text><?[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=\"'/]+)(\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+)")
_NAME_ELEMENTS = frozenset(("field", "key", "name"))  # before an element with the value of this name


def redact_xml(text: str, redactor: Redactor, redact: Callable[[str], str]) -> str | None:
    """XML with the elements and attributes masked that have a secret name; None if it defines entities.

    What is below a secret element is masked with it. `redact` masks secrets in other text.
    """
    if "<!entity" in text.lower() and redactor.names.occur_in(percent_decoded(text)):
        return None
    return _Markup(redactor, redact).redacted(text)


class _Markup:
    """One document; `secret` is the name of the secret element that is open, and `depth` how deep.

    `latest` is the name of the latest element; `is_named`: its text is the name of the next one's secret.
    """

    def __init__(self, redactor: Redactor, redact: Callable[[str], str]) -> None:
        self._redactor = redactor
        self._redact = redact
        self._secret: str | None = None
        self._depth = 0
        self._latest = ""
        self._is_named = False
        self._content: list[str] = []
        self._parts: list[str] = []

    def redacted(self, text: str) -> str:
        for token in _TOKEN.finditer(text):
            if self._secret is None:
                self._outside(token)
            else:
                self._inside(token)
        self._end_secret()
        return "".join(self._parts)

    def _outside(self, token: re.Match[str]) -> None:
        """A token that is not below a secret element."""
        if token["open"] is not None:
            attributes, is_secret = self._attributes(token["attributes"], token["open"])
            end = token[0][len(token["open"] + token["attributes"]) + 1 :]
            self._parts.append(f"<{token['open']}{attributes}{end}")
            if (is_secret or self._is_named) and not token["attributes"].endswith("/"):
                self._secret, self._depth = token["open"], 1
            self._latest, self._is_named = token["open"].rpartition(":")[2].lower(), False
        elif token["text"] is not None:
            plain = unescape(token["text"])
            self._is_named |= self._latest in _NAME_ELEMENTS and plain.strip() in self._redactor.names
            redacted = self._redact(plain)
            self._parts.append(token["text"] if redacted == plain else escape(redacted, quote=False))
        elif token["data"] is not None:
            self._parts.append(token[0].replace(token["data"], self._redact(token["data"])))
        elif token["comment"] is not None:
            self._parts.append(token[0].replace(token["comment"], self._redact(token["comment"])))
        else:
            self._parts.append(redact_lines(token[0], self._redactor))

    def _inside(self, token: re.Match[str]) -> None:
        """A token below a secret element."""
        if token["open"] == self._secret and not token["attributes"].endswith("/"):
            self._depth += 1
        elif token["close"] == self._secret:
            self._depth -= 1
        if self._depth == 0:
            self._end_secret()
            self._parts.append(token[0])
            return
        self._content.append(token["data"] if token["data"] is not None else unescape(token["text"] or ""))
        if token["attributes"]:
            self._content += [_value(each) for each in _ATTRIBUTE.finditer(token["attributes"])]

    def _end_secret(self) -> None:
        if self._secret is not None:
            pieces = [each.strip() for each in self._content if each.strip()]
            self._redactor.found.update(pieces)
            if pieces:
                self._parts.append(self._redactor.mask(pieces[0] if len(pieces) == 1 else " ".join(pieces)))
        self._secret, self._content = None, []

    def _attributes(self, attributes: str, element: str) -> tuple[str, bool]:
        """The attributes without secrets, and whether the element's content is secret, by any name of it."""
        found = [(each[1], _value(each)) for each in _ATTRIBUTE.finditer(attributes)]
        names = self._redactor.names
        is_secret = element in names or any(
            name.lower() in ("name", "key", "id", "type") and value in names for name, value in found
        )

        def redacted(each: re.Match[str]) -> str:
            name, value = each[1], _value(each)
            quote = each[3][0] if each[3][0] in "\"'" else ""
            is_name = name.lower() in ("name", "key", "id", "type") or name.startswith("xmlns")
            if name in names or (is_secret and not is_name):
                return f"{name}{each[2]}{quote}{self._redactor.mask(value)}{quote}"
            shown = self._redactor.text(value)
            return each[0] if shown == value else f"{name}{each[2]}{quote}{escape(shown)}{quote}"

        return _ATTRIBUTE.sub(redacted, attributes), is_secret


def _value(attribute: re.Match[str]) -> str:
    """The value of an attribute, with or without quotes."""
    value = attribute[3]
    return unescape(value[1:-1] if value[0] in "\"'" else value)
