"""Masks secrets in text by its lines: YAML, headers, configuration files, commands and prose."""

import re
from codecs import decode

from mockserver.http.redaction import NOT_KEPT, Redactor

# A name before its value: `--a 1`, or `a: 1`, `"a" => 1`, `a "1"`, `| a | 1`, `a {`.
_NAME = re.compile(
    r"(?P<flag>(?<!-)--?[\w.-]{1,100}+)[ \t]+(?=[^\s-])"
    r"|(?P<name>(?<![\w.-])[\w.-]++|\"[^\"\n]{1,100}\"|'[^'\n]{1,100}')"
    r"(?:[ \t]*(?:=>|[:=])[ \t]*|[ \t]+\|[ \t]+|[ \t]*(?=\{)|[ \t]+(?=\\*[\"']))"
)
_COMPLEX_KEY = re.compile(r"[ \t]*\?[ \t]+(.+)")  # of YAML (YAML 1.2.2, section 8.2.2)
_OPENING = re.compile(r"\"\"\"|\'\'\'|[\[{\"\']")
_INTEGER = re.compile(r"[0-9]{1,18}\s*")
_CLOSING = {"[": "]", "{": "}"}


def redact_lines(text: str, redactor: Redactor) -> str:
    """Text without what follows a secret name on its line, and on lines indented further.

    NOT_KEPT if the value of a secret name may be elsewhere: if it is an alias, or has no end on its line.
    """
    if "\\" not in text and not redactor.names.occur_in(text):
        return redactor.text(text)
    lines: list[str] = []
    plain: list[str] = []  # lines without a secret name, which are masked together
    indent: int | None = None  # of the line with the latest secret name
    for line in text.splitlines(keepends=True):
        content = line.strip()
        own_indent = len(line) - len(line.lstrip())
        if indent is not None and (not content or own_indent > indent or content.startswith(("- ", ": "))):
            redactor.found.add(content.lstrip("-: "))
            continue
        start = _value_start(line, redactor)
        indent = None if start is None else own_indent
        if start is None:
            plain.append(line)
            continue
        secret = line[start:].strip()
        if _is_elsewhere(secret):
            redactor.changes += 1
            return NOT_KEPT
        ending = line[len(line.rstrip("\r\n")) :]
        lines += [redactor.text("".join(plain)), redactor.text(line[:start])]
        lines += [redactor.mask(secret.strip("\"'")), ending]
        plain = []
    return "".join([*lines, redactor.text("".join(plain))])


def _value_start(line: str, redactor: Redactor) -> int | None:
    """Where the value of the first secret name of a line starts; None if the line has no such name."""
    found = _COMPLEX_KEY.match(line)
    if found is not None and _unquoted(found[1]) in redactor.names:
        return len(line.rstrip("\r\n"))
    return next(
        (
            each.end()
            for each in _NAME.finditer(line)
            if redactor.names.holds(
                _unquoted(each["name"] or each["flag"].lstrip("-")), _number_or_text(line[each.end() :])
            )
        ),
        None,
    )


def _number_or_text(value: str) -> int | str:
    return int(value) if _INTEGER.fullmatch(value) else value


def _unquoted(name: str) -> str:
    """A name without its quotes, escapes and tags of YAML."""
    name = name.strip().strip("\"'")
    if "\\" not in name:
        return name
    try:
        return decode(name.encode("latin-1", "backslashreplace"), "unicode_escape")
    except ValueError:
        return name


def _is_elsewhere(value: str) -> bool:
    """Whether a value is an alias of YAML, or has an opening quote or bracket that is not closed."""
    opening = _OPENING.match(value)
    if opening is None:
        return value.startswith("*")
    mark = opening[0]
    if mark in _CLOSING:
        return value.count(mark) > value.count(_CLOSING[mark])
    return value.replace(f"\\{mark}", "").count(mark) % 2 == 1
