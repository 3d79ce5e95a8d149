"""Masks secrets in bodies: JSON, forms, multipart bodies, XML and other text.

The format is recognized by the content, because a wrong Content-Type must not show a secret.
"""

import json
import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from msgspec import Struct

from mockserver.data.json import Json
from mockserver.http.markup_redaction import redact_xml
from mockserver.http.multipart_redaction import redact_multipart
from mockserver.http.redaction import MASK, NOT_KEPT, Redactor, quote_around_masks
from mockserver.http.secret_names import percent_decoded
from mockserver.http.secret_values import SecretValues

DEEPEST = 6  # documents within the strings of others
_FORM = re.compile(r"[^\s=&]{1,200}=[^\s]*")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_COLUMNS = re.compile(r"[\w \"-]+(?:[,;\t|][\w \"-]*)+\r?\n")  # the first line of a table, such as CSV
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_LINE_NAME = re.compile(r"([\w.-]{1,100}|\"[^\"\n]{1,100}\"|'[^'\n]{1,100}')[ \t]*(?:=>|[:=])[ \t]*")
_NAME_MEMBERS = ("name", "key", "field")  # of an object that has a name and a value, as forms in HAR files


class RedactedBody(Struct, frozen=True, gc=False):
    """A body without its secrets, and the secrets; `is_kept`: whether it could be read."""

    data: bytes
    secrets: SecretValues | None = None
    is_kept: bool = True


def redact_body(body: bytes, redactor: Redactor | None = None) -> bytes:
    """Mask the secrets in a body; the same bytes if it has none. What cannot be read is replaced."""
    redactor = redactor or Redactor()
    if not body or not redactor.names.may_mark(body):
        return body
    before = redactor.changes
    text = _decoded(body)
    redacted = (
        _hidden(text, redactor) if redactor.names.has_whole_body else _redact_document(text, redactor, 0)
    )
    return body if redactor.changes == before else redacted.encode("utf-8", "surrogateescape")


def _hidden(text: str, redactor: Redactor) -> str:
    """A mask for a whole body, which is JSON if the body is."""
    try:
        _redact_secret(json.loads(text), redactor)
    except (ValueError, RecursionError):
        return redactor.hide(text)
    redactor.changes += 1
    return f'"{MASK}"'


def redacted_body(body: bytes, redactor: Redactor) -> RedactedBody:
    """The same, with the secrets that were found."""
    data = redact_body(body, redactor)
    if data is body:
        return RedactedBody(data)
    return RedactedBody(data, SecretValues(redactor.found), NOT_KEPT.encode() not in data)


def redact_string(text: str, redactor: Redactor, depth: int = 0) -> str:
    """Mask the secrets in a string of a body or a head; it may itself be JSON, XML or a form."""
    if not redactor.names.may_mark(text.encode("utf-8", "surrogatepass")):
        return text
    decoded = percent_decoded(text)
    if decoded.lstrip()[:1] not in ("{", "[", '"', "<"):
        return redactor.text(text)
    if depth >= DEEPEST:
        return redactor.hide(text)
    before = redactor.changes
    redacted = _redact_document(decoded, redactor, depth + 1)
    return text if redactor.changes == before else redacted


def _decoded(body: bytes) -> str:
    """The text of a body in UTF-8, UTF-16 or UTF-32; other bytes become surrogates."""
    encoding = json.detect_encoding(body)
    if not encoding.startswith("utf-8"):
        text = body.decode(encoding, "replace")
        if _BINARY.search(text) is None and "\ufffd" not in text:
            return text
    return body.decode("utf-8", "surrogateescape")


def _redact_document(text: str, redactor: Redactor, depth: int) -> str:
    """A document without its secrets; NOT_KEPT if it cannot be read, and one may be in it."""
    redact_part = _part_of(redactor, depth)
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "[", '"'):
        return _redact_json(text, redactor, depth)
    if start.startswith("--") or ("\n--" in text and "content-disposition" in text.lower()):
        return redact_multipart(text, redactor, redact_part)
    if start.startswith("<"):
        redacted = redact_xml(start, redactor, redact_part)
        return redacted if redacted is not None else _not_kept(redactor)
    is_binary = _BINARY.search(text) is not None
    if is_binary and redactor.names.occur_in(percent_decoded(text)):
        return _not_kept(redactor)
    if _FORM.fullmatch(start.strip()) or ("&" in start and "=" in start and "\n" not in start):
        return "&".join(_redact_field(each, redactor, depth) for each in start.split("&"))
    if _NOT_UTF8.search(text) is not None and redactor.names.occur_in(percent_decoded(text)):
        return _not_kept(redactor)
    if _COLUMNS.match(start) and redactor.names.occur_in(start.partition("\n")[0]):
        return _not_kept(redactor)
    return _redact_lines(text, redactor)


def _part_of(redactor: Redactor, depth: int) -> Callable[[str], str]:
    """The function that redacts a part of a document."""
    return lambda part: _redact_part(part, redactor, depth + 1)


def _redact_part(text: str, redactor: Redactor, depth: int) -> str:
    """The same as `redact_body` for text, which is a part of a document."""
    if not redactor.names.may_mark(text.encode("utf-8", "surrogatepass")):
        return text
    return redactor.hide(text) if depth >= DEEPEST else _redact_document(text, redactor, depth)


def _redact_json(text: str, redactor: Redactor, depth: int) -> str:
    """JSON, or several JSON values on lines, without secrets."""
    try:
        return _dumped(json.loads(text.lstrip("\ufeff")), text, redactor, depth)
    except (ValueError, RecursionError):
        pass
    lines = text.splitlines(keepends=True)
    try:
        return "".join(
            _dumped(json.loads(line), line, redactor, depth, "\n") if line.strip() else line for line in lines
        )
    except (ValueError, RecursionError):
        pass
    if redactor.names.precede_values_in(_without_escapes(percent_decoded(text))):
        return _not_kept(redactor)
    return redactor.text(text)


def _dumped(value: Json, text: str, redactor: Redactor, depth: int, end: str = "") -> str:
    before = redactor.changes
    redacted = _redact_value(value, redactor, depth)
    return text if redactor.changes == before else json.dumps(redacted, ensure_ascii=False) + end


def _without_escapes(text: str) -> str:
    """The text of malformed JSON without `\\u` escapes, which could hide a secret name."""
    for _ in range(3):
        text = re.sub(r"(?<!\\)\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return text


def _not_kept(redactor: Redactor) -> str:
    redactor.changes += 1
    return NOT_KEPT


def _redact_value(value: Json, redactor: Redactor, depth: int) -> Json:
    match value:
        case str():
            return redact_string(value, redactor, depth)
        case list():
            return [_redact_value(item, redactor, depth) for item in value]
        case dict():
            named = next((name for each in _NAME_MEMBERS if isinstance(name := value.get(each), str)), "")
            return {
                redactor.text(name): _redact_secret(member, redactor)
                if redactor.names.holds(name, member) or (name == "value" and named in redactor.names)
                else _redact_value(member, redactor, depth)
                for name, member in value.items()
            }
    return value


def _redact_secret(value: Json, redactor: Redactor) -> Json:
    """The value of a secret name: masked with all that is below it."""
    match value:
        case None | bool():
            return value
        case str() | int() | float():
            return redactor.mask(str(value))
        case list():
            return [_redact_secret(item, redactor) for item in value]
    for name, member in value.items():
        redactor.found.add(name)
        _redact_secret(member, redactor)
    redactor.changes += 1
    return MASK


def _redact_field(field: str, redactor: Redactor, depth: int) -> str:
    """One field of a form (`name=value`) without its secrets."""
    name, found, value = field.partition("=")
    decoded = unquote_plus(value, errors="surrogateescape")
    if redactor.names.holds(unquote_plus(name), value):
        return f"{name}={redactor.mask(decoded)}" if found else field
    before = redactor.changes
    redacted = redact_string(decoded, redactor, depth)
    shown = value if redactor.changes == before else quote_around_masks(redacted, "")
    return f"{redactor.text(name)}{found}{shown}"


def _redact_lines(text: str, redactor: Redactor) -> str:
    """Text, such as YAML, without what follows a secret name on its line, and on lines indented further."""
    lines: list[str] = []
    indent: int | None = None  # of the line with the latest secret name
    for line in text.splitlines(keepends=True):
        content = line.strip()
        own_indent = len(line) - len(line.lstrip())
        if indent is not None and (not content or own_indent > indent or content.startswith("- ")):
            redactor.found.add(content.lstrip("- "))
            continue
        start = next(
            (each.end() for each in _LINE_NAME.finditer(line) if each[1].strip("\"'") in redactor.names), None
        )
        indent = None if start is None else own_indent
        if start is None:
            lines.append(redactor.text(line))
            continue
        secret = line[start:].strip()
        ending = line[len(line.rstrip("\r\n")) :]
        lines.append(f"{line[:start]}{redactor.mask(secret.strip(chr(34) + chr(39)))}{ending}")
    return "".join(lines)
