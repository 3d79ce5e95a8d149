"""Parse XML into a tree of elements, and write elements as markup.

Nothing is fetched or expanded: a DOCTYPE, and so every entity that a sender could declare, is rejected.
Namespaces are resolved (Namespaces in XML 1.0).
"""

import re
from collections.abc import Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct, field

from mockserver.contract.bodies.charsets import decode_string
from mockserver.data.decoding import Undecodable
from mockserver.data.limits import MAX_BODY_DEPTH, MAX_XML_NODES
from mockserver.data.quoting import quoted

INSTANCE = (
    "http://www.w3.org/2001/XMLSchema-instance"  # the namespace of `nil` (XML Schema 1.0, section 2.6.2)
)
_NIL = (INSTANCE, "nil")
_NAME = re.compile(r"[^\W\d][\w.-]*")  # an approximation: all written XML is parsed again
_XML_DECLARATION = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENTITIES = {"\r": "&#13;"}  # a parser would replace a bare carriage return with a line feed

Name = tuple[str, str]  # the namespace, empty if there is none, and the local name


class Element(Struct):
    """One element; `pieces` are the parts of its own text, between its children."""

    name: Name
    attributes: dict[Name, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text, without that of its children."""
        return "".join(self.pieces)

    @property
    def is_nil(self) -> bool:
        """Whether `xsi:nil` says that the value is null."""
        return self.attributes.get(_NIL) in ("true", "1")


def parse(body: bytes, charset: str | None = None) -> Element:
    """Parse a document and return its root element; raises Undecodable.

    The charset is that of the media type, else of the XML declaration, else UTF-8 (RFC 7303, section 3).
    """
    declaration = _XML_DECLARATION.match(body)
    declared = declaration[1].decode() if declaration else None
    text = decode_string(body.removeprefix(b"\xef\xbb\xbf"), charset or declared)
    builder = _TreeBuilder()
    try:
        builder.parser.Parse(text, True)
    except expat.ExpatError as error:
        position = f"at line {error.lineno}, column {error.offset + 1}"
        message = f"the body is not well-formed XML: {expat.ErrorString(error.code)} {position}"
        raise Undecodable("xml", message) from None
    except UnicodeEncodeError:
        raise Undecodable("encoding", "the body contains an unpaired surrogate") from None
    return builder.root


class _TreeBuilder:
    """Builds the tree from the parser's events; the first open element represents the document."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._open = [Element(("", ""))]
        self._left = MAX_XML_NODES

    @property
    def root(self) -> Element:
        return self._open[0].children[0]

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) > MAX_BODY_DEPTH:
            raise Undecodable("depth", f"the body is nested deeper than {MAX_BODY_DEPTH} levels")
        self._left -= 1 + len(attributes)
        if self._left < 0:
            raise Undecodable("xml", f"the body has more than {MAX_XML_NODES:,} elements and attributes")
        element = Element(_name(name), {_name(key): value for key, value in attributes.items()})
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].pieces.append(text)

    def _doctype(self, name: str, system_id: str | None, public_id: str | None, has_subset: bool) -> None:
        message = f"the body has a DOCTYPE ({quoted(name)}), which this server does not accept"
        raise Undecodable("xml", message)


def _name(qualified: str) -> Name:
    namespace, _, local = qualified.rpartition(" ")
    return namespace, local


def is_name(string: str) -> bool:
    """Whether the string is a valid name of an element or attribute."""
    return _NAME.fullmatch(string) is not None


def markup(tag: str, attributes: Mapping[str, str], inner: str) -> str:
    """Write an element; `inner` is its content as markup."""
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


def escaped(text: str) -> str:
    """The text as markup, with special characters escaped."""
    return escape(text, _ENTITIES)
