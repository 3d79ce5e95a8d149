"""XML as a plain tree, and the tree as text. Nothing is fetched or expanded: a DOCTYPE is refused, and with
it every entity of the sender's own; namespaces are resolved (Namespaces in XML 1.0).
"""

import re
from collections.abc import Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct, field

from mockserver.contract.bodies.charsets import text_of
from mockserver.data.decoding import DEPTH, Undecodable, quoted

INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"  # where `nil` lives (XML Schema 1.0, section 2.6.2)
_NIL = (INSTANCE, "nil")
_NAME = re.compile(r"[^\W\d][\w.-]*")  # near enough: what is written is parsed again
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MANGLED = {"\r": "&#13;"}  # a parser would turn it into a line feed

Name = tuple[str, str]  # the namespace, or an empty text, and the local name


class Element(Struct):
    """One element, with the pieces of its own text."""

    name: Name
    attributes: dict[Name, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of its own characters, those between its children included."""
        return "".join(self.pieces)

    @property
    def is_nil(self) -> bool:
        return self.attributes.get(_NIL) in ("true", "1")


def parse(body: bytes, charset: str | None = None) -> Element:
    """The root element of a document; raises Undecodable.

    The charset is the media type's, else the one of the XML declaration, else UTF-8 (RFC 7303, section 3).
    """
    declared = _DECLARED.match(body)
    text = text_of(
        body.removeprefix(b"\xef\xbb\xbf"), charset or (declared[1].decode() if declared else None)
    )
    builder = _Builder()
    try:
        builder.parser.Parse(text, True)
    except expat.ExpatError as error:
        where = f"at line {error.lineno}, column {error.offset + 1}"
        raise Undecodable("xml", f"the body is not XML: {expat.ErrorString(error.code)} {where}") from None
    except UnicodeEncodeError:
        raise Undecodable("encoding", "the body contains an unpaired surrogate") from None
    return builder.root


class _Builder:
    """Grows the tree as the parser goes on; the first open element stands for the document."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._open = [Element(("", ""))]

    @property
    def root(self) -> Element:
        return self._open[0].children[0]

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) > DEPTH:
            raise Undecodable("depth", f"the body is nested deeper than {DEPTH} levels")
        element = Element(_name(name), {_name(key): value for key, value in attributes.items()})
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].pieces.append(text)

    def _doctype(self, name: str, system_id: str | None, public_id: str | None, has_subset: bool) -> None:
        raise Undecodable("xml", f"the body has a DOCTYPE ({quoted(name)}); this server takes none")


def _name(qualified: str) -> Name:
    namespace, _, local = qualified.rpartition(" ")
    return namespace, local


def is_name(text: str) -> bool:
    """Whether an element or attribute can be called so."""
    return _NAME.fullmatch(text) is not None


def markup(tag: str, attributes: Mapping[str, str], inner: str) -> str:
    """An element as text; `inner` is markup already."""
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


def escaped(text: str) -> str:
    """Characters as markup."""
    return escape(text, _MANGLED)
