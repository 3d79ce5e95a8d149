"""Finds text that was probably meant to be an expression, such as `{request.path.id}`."""

import re
from collections.abc import Collection, Iterator

from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.quoting import quoted
from mockserver.data.suggest import did_you_mean, nearest
from mockserver.scenarios.expressions import (
    BAD_ESCAPE,
    ESCAPED,
    NAMED,
    PLAIN,
    Expression,
    parse,
    read_expression,
)

FORMS = (
    *(f"{{$request.{source}.NAME}}" for source in NAMED),
    "{$request.body}",
    "{$request.body#/POINTER}",
    *(f"{{${source}}}" for source in PLAIN),
)
# Braces with or without a dollar sign, in all the orders that template languages have. `\{$` is none.
_BRACES = re.compile(r"\\\{\$|(?P<open>\$?\{{1,2}+\$?)(?P<inner>[^{}\\\n]{0,200}+)(?P<close>\}{1,2}+|\Z)")
_BARE = re.compile(r"\$(?:request\.(?:path|query|header|body)\b.*|method|url|uuid|now)")
_CALL = re.compile(r"\(\s*\)$")
_SOURCE = re.compile(r"([A-Za-z_-]+)(.*)", re.DOTALL)
_SOURCES = {source: source for source in (*NAMED, "body", *PLAIN)} | {
    "params": "path",
    "timestamp": "now",
}
_NO_REQUEST = (*_SOURCES, "response", "statuscode")  # names that are not a misspelt `request`


def slips(
    value: Json, pointer: str = "", path_names: Collection[str] | None = None
) -> Iterator[tuple[str, str]]:
    """The pointer and a sentence for each text that is probably meant to be an expression, but is none.

    Braces around an expression are slips, too, because they stay in the answer, and so are expressions for
    other path parameters than those of the operation, if these are given.
    """
    match value:
        case str():
            for sentence in _sentences(value, path_names):
                yield pointer, sentence
        case list():
            for index, item in enumerate(value):
                yield from slips(item, f"{pointer}/{index}", path_names)
        case dict():
            for name, member in value.items():
                below = f"{pointer}/{pointer_token(name)}"
                for sentence in _sentences(name, path_names):
                    yield below, sentence
                yield from slips(member, below, path_names)


def _sentences(text: str, path_names: Collection[str] | None) -> Iterator[str]:
    if _BARE.fullmatch(text):
        yield _sentence(text, f"{{{text}}}", "an expression is written in braces")
        return
    for found in _BRACES.finditer(text) if "{" in text else ():
        if found["open"] is not None:
            sentence = _of_braces(found["open"], found["inner"], found["close"], is_whole=found[0] == text)
            if sentence is not None:
                yield sentence
    if path_names is not None:
        for part in parse(text):
            if isinstance(part, Expression) and part.source == "path" and part.name not in path_names:
                hint = did_you_mean(part.name, path_names)
                yield f"{quoted(part.text)}: the operation has no path parameter {quoted(part.name)}{hint}"


def _of_braces(opening: str, inner: str, closing: str, *, is_whole: bool) -> str | None:
    """What is probably wrong with braces and what is between them; None if nothing is."""
    written = f"{opening}{inner}{closing}"
    meant = _meant(inner)
    if opening.endswith("{$") and closing and read_expression(inner) is not None:
        if opening == "{$" and closing == "}":
            return None
        return _sentence(written, f"{{${inner}}}", "the characters around the expression stay in the answer")
    if opening.endswith("{$"):
        if meant is None and not re.match(r"[A-Za-z]", inner):
            return None
        reason = "it is not a valid expression and stays as it is" if closing else "it has no closing brace"
        return _sentence(written, meant, reason)
    is_about_request = re.match(r"\s*\$?request\.", inner) is not None
    # `{url}` within a text may be a URI template
    is_plain = inner.strip(" $()") in PLAIN and (opening != "{" or is_whole)
    if meant is None or not closing or not (is_about_request or is_plain):
        return None
    return _sentence(written, meant, "an expression begins with {$")


def _sentence(written: str, meant: str | None, reason: str) -> str:
    if meant is not None:
        return f"{quoted(written)}: {reason}; did you mean {meant!r}?"
    return f"{quoted(written)}: {reason}; valid: {', '.join(FORMS)}, and {ESCAPED} for text in braces"


def _meant(inner: str) -> str | None:
    """The expression that is most similar to what is between braces; None if none is similar."""
    content = _CALL.sub("", inner.strip().removeprefix("$").strip())
    root, _, below = content.partition(".")
    is_request = root.lower() not in _NO_REQUEST and nearest(root.lower(), ("request",)) is not None
    found = _SOURCE.match(below if is_request else content)
    source = _SOURCES.get(nearest(found[1].lower(), _SOURCES) or "") if found is not None else None
    if found is None or source is None:
        return None
    rest = found[2].lstrip(".#/[]")
    if source in NAMED:
        return _valid(f"request.{source}.{rest or 'NAME'}")
    if source == "body":
        pointer = re.sub(r"[.\[\]]+", "/", BAD_ESCAPE.sub("~0", rest))
        return _valid(f"request.body{f'#/{pointer}' if pointer else ''}")
    return _valid(source)


def _valid(content: str) -> str | None:
    expression = read_expression(content)
    return expression.text if expression is not None else None
