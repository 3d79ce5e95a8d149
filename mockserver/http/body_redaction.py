"""Masks secrets in bodies: JSON, forms, multipart bodies, XML and other text.

The format is recognized by the content, because a wrong Content-Type must not show a secret.
"""

import json
import re
from collections.abc import Callable
from typing import TypeGuard
from urllib.parse import unquote_plus

from msgspec import Struct

from mockserver.data.json import Json
from mockserver.http.line_redaction import redact_lines
from mockserver.http.markup_redaction import redact_xml
from mockserver.http.multipart_redaction import redact_multipart
from mockserver.http.redaction import MASK, NOT_KEPT, Redactor, quote_around_masks
from mockserver.http.secret_names import percent_decoded
from mockserver.http.secret_values import SecretValues

DEEPEST = 6  # documents within the strings of others
_FORM = re.compile(r"[^\s=&]{1,200}=[^\s]*")
_FORM_NAME = re.compile(r"[^\s=&\"':{}<>]{1,200}=")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# The first line of a table, such as CSV.
_COLUMNS = re.compile(r"[\w \"-]+(?:[,;\t|][\w \"-]*)*[\r\n]+(?=[^\r\n])")
_ESCAPE = re.compile(r"(?<!\\)\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
# Of an object that has a name and a value, such as a form in a HAR file or an operation of a JSON Patch.
_NAME_MEMBERS = frozenset(
    ("attribute", "field", "header", "id", "key", "name", "param", "parameter", "path", "property")
)
_VALUE_MEMBERS = frozenset(("newvalue", "oldvalue", "val", "value", "values"))


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
        redact_secret(json.loads(text), redactor)
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
    decoded = text if _is_document(text) or _is_markup(text) else percent_decoded(text)
    if not _is_document(decoded) and not _is_markup(text):
        return _not_kept(redactor) if _is_unreadable(text, redactor) else redact_lines(text, redactor)
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
    if _is_multipart(start):
        return redact_multipart(text, redactor, redact_part)
    if "\x00" in text and redactor.names.occur_in(percent_decoded(text.replace("\x00", ""))):
        return _not_kept(redactor)
    if start[:1] in ("{", "[", '"'):
        return _redact_json(text, redactor, depth)
    if _is_markup(start):
        redacted = redact_xml(start, redactor, redact_part)
        return redacted if redacted is not None else _not_kept(redactor)
    if _BINARY.search(text) is not None and redactor.names.occur_in(percent_decoded(text)):
        return _not_kept(redactor)
    if _FORM.fullmatch(start.strip()) or (_FORM_NAME.match(start) and "&" in start and "\n" not in start):
        return "&".join(_redact_field(each, redactor, depth) for each in start.split("&"))
    return _not_kept(redactor) if _is_unreadable(text, redactor) else redact_lines(text, redactor)


def _is_unreadable(text: str, redactor: Redactor) -> bool:
    """Whether a text with a secret name is binary, a table or not UTF-8: its value may be anywhere."""
    names = redactor.names
    if _BINARY.search(text) is not None or _NOT_UTF8.search(text) is not None:
        return names.occur_in(percent_decoded(text.replace("\x00", "")))
    columns = _COLUMNS.match(text.lstrip("\ufeff \t\r\n"))
    return columns is not None and names.occur_in(columns[0])


def _is_document(text: str) -> bool:
    """Whether a string begins as JSON or XML do, or is a multipart body."""
    return text.lstrip()[:1] in ("{", "[", '"', "<") or _is_multipart(text, is_whole=False)


def _is_multipart(start: str, *, is_whole: bool = True) -> bool:
    """Whether a text is a multipart body; one that `is_whole` may have parts without a name."""
    if start.startswith("--") and is_whole:
        return True
    return (start.startswith("--") or "\n--" in start) and "content-disposition" in start.lower()


def _is_markup(text: str) -> bool:
    """Whether a text is XML or HTML, or has elements of them or parts of a multipart body in it."""
    return text.lstrip().startswith("<") or "</" in text


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
        return _dumped(_loaded(text.lstrip("\ufeff")), text, redactor, depth)
    except (ValueError, RecursionError):
        pass
    lines = text.splitlines(keepends=True)
    try:
        return "".join(
            _dumped(_loaded(line), line, redactor, depth, "\n") if line.strip() else line for line in lines
        )
    except (ValueError, RecursionError):
        pass
    if redactor.names.precede_values_in(_without_escapes(percent_decoded(text))):
        return _not_kept(redactor)
    return redactor.text(text)


def _loaded(text: str) -> Json:
    """The value of a JSON text; raises ValueError for an object that has a name twice, too."""
    value: Json = json.loads(text, object_pairs_hook=_distinct)
    return value


def _distinct(members: list[tuple[str, Json]]) -> dict[str, Json]:
    distinct = dict(members)
    if len(distinct) < len(members):
        raise ValueError("an object has a name twice")
    return distinct


def _dumped(value: Json, text: str, redactor: Redactor, depth: int, end: str = "") -> str:
    before = redactor.changes
    redacted = _redact_value(value, redactor, depth)
    return text if redactor.changes == before else json.dumps(redacted, ensure_ascii=False) + end


def _without_escapes(text: str) -> str:
    """The text of malformed JSON without escapes, which could hide a secret name."""
    for _ in range(3):
        text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    return text


def _not_kept(redactor: Redactor) -> str:
    redactor.changes += 1
    return NOT_KEPT


def _redact_value(value: Json, redactor: Redactor, depth: int) -> Json:
    match value:
        case str():
            return redact_string(value, redactor, depth)
        case list():
            return [
                [each[0], redact_secret(each[1], redactor)]
                if _is_secret_pair(each, value, redactor)
                else _redact_value(each, redactor, depth)
                for each in value
            ]
        case dict():
            names_secret = _names_secret(value, redactor)
            return {
                redactor.text(name): redact_secret(member, redactor)
                if redactor.names.holds(name, member)
                or (names_secret and re.sub("[-_]", "", name.lower()) in _VALUE_MEMBERS)
                else _redact_value(member, redactor, depth)
                for name, member in value.items()
            }
    return value


def _is_secret_pair(item: Json, items: list[Json], redactor: Redactor) -> TypeGuard[list[Json]]:
    """Whether an item is an array of a secret name and a value, among others of a name and a value."""
    return (
        isinstance(item, list)
        and isinstance(item[0] if item else None, str)
        and all(isinstance(each, list) and len(each) == 2 for each in items)
        and str(item[0]) in redactor.names
    )


def _names_secret(members: dict[str, Json], redactor: Redactor) -> bool:
    """Whether an object has a secret name as the value of a member, and so may have its value in another."""
    return any(
        name.lower() in _NAME_MEMBERS and isinstance(named, str) and named in redactor.names
        for name, named in members.items()
    )


def redact_secret(value: Json, redactor: Redactor) -> Json:
    """The value of a secret name: masked with all that is below it."""
    match value:
        case None | bool():
            return value
        case str() | int() | float():
            return redactor.mask(str(value))
        case list():
            return [redact_secret(item, redactor) for item in value]
    for name, member in value.items():
        redactor.found.add(name)
        redact_secret(member, redactor)
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
