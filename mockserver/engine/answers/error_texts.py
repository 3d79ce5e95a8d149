"""Finds the strings of an error body that people read, such as `message`, and fills them with a sentence."""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from mockserver.data.json import Json

Path: TypeAlias = tuple[str | int, ...]  # keys and indices
Accepts: TypeAlias = Callable[[Json], bool]

# Names in lower case, without `_` and `-`: of members that hold a sentence, or that may hold a code.
_MESSAGE = re.compile(
    r"(error|user|developer|status|display|long|short|localized)?(message|msg|detail|description|text)s?"
    r"|explanation|summary|faultstring"
)
_LABEL = re.compile(r"errors?|title|reason|fault")
# Objects of these names describe the error; others may be data, whose texts are not about the error.
_CONTAINER = re.compile(
    r"(error|fault|detail|message|issue|problem|exception|failure|warning|violation|validationerror)s?"
    r"|meta|status"
)
SHORTER = (500, 255, 128, 100, 64, 50, 40, 32, 20, 10)  # lengths to try where a string is limited
_CODE = re.compile(r"[A-Z0-9]{2,}|[A-Za-z0-9]+([_.:/-][A-Za-z0-9]+)+|[A-Za-z][a-z0-9]+([A-Z][a-z0-9]*)+")
_SEVERAL_WORDS = re.compile(r".*[^\W\d_]{2,}\W* .*[^\W\d_]{2,}", re.DOTALL)


class ErrorText(Struct, frozen=True):
    """A string in an error body, at a path; `is_label`: it may be a code that programs read."""

    path: Path
    value: str
    is_label: bool = False


class ErrorTemplate:
    """An error body, and where the strings are in it that people read.

    `generated`: the body is not an example of the contract, so a word in it is not a code, unless it looks
    like one. Codes stay if there is a message beside them, or if `keeps_codes`.
    """

    def __init__(self, body: Json, *, generated: bool, keeps_codes: bool = False) -> None:
        self.body = body
        self._paths = _paths(body, generated=generated, keeps_codes=keeps_codes)
        cut = _cut(body, self._paths)
        # Arrays of errors are cut to their first item, because there is one sentence; if that is allowed.
        self._variants = [(body, self._paths)]
        if cut is not body:
            self._variants.insert(0, (cut, _paths(cut, generated=generated, keeps_codes=keeps_codes)))

    def filled(self, sentence: str, accepts: Accepts, members: dict[str, Json] | None = None) -> Json:
        """The body with the sentence in each string that people read, as far as `accepts` allows.

        An object also gets `members`, and the sentence in `error` if it has no other string that people read.
        """
        for variant, paths in self._variants:
            whole = variant
            for path in paths:
                whole = _replaced(whole, path, sentence)
            complete = self._with_members(whole, sentence, members)
            if complete is not whole and accepts(complete):
                return complete
            if accepts(whole):
                return self._with_allowed_members(whole, sentence, accepts, members)
        body = self.body
        for path in self._paths:
            candidates = (_replaced(body, path, each) for each in (sentence, *_shortened(sentence)))
            body = next(filter(accepts, candidates), body)
        return self._with_allowed_members(body, sentence, accepts, members)

    def _with_members(self, body: Json, sentence: str, members: dict[str, Json] | None) -> Json:
        if not members or not isinstance(body, dict):
            return body
        return {**body, **members} if self._paths else {**body, "error": sentence, **members}

    def _with_allowed_members(
        self, body: Json, sentence: str, accepts: Accepts, members: dict[str, Json] | None
    ) -> Json:
        if not members or not isinstance(body, dict):
            return body
        for each in ({} if self._paths else {"error": sentence}, members):
            body = {**body, **each} if each and accepts({**body, **each}) else body
        return body


def _paths(body: Json, *, generated: bool, keeps_codes: bool) -> list[Path]:
    """Where the strings are that people read; codes are left out if there is a message, too."""
    texts = list(_texts(body, (), describes_error=True))
    keeps_codes = keeps_codes or any(not each.is_label for each in texts)
    return [each.path for each in texts if not (keeps_codes and each.is_label and _is_code(each, generated))]


def _is_code(text: ErrorText, generated: bool) -> bool:
    return bool(_CODE.fullmatch(text.value)) if generated else " " not in text.value


def _texts(value: Json, path: Path, name: str = "", *, describes_error: bool) -> Iterator[ErrorText]:
    """The strings of known names, and those of several words; outside of what describes the error, messages.

    `name` is that of the member that holds the value, or the array of it.
    """
    if isinstance(value, str):
        is_label = not path or _LABEL.fullmatch(name) is not None
        known = describes_error and (is_label or _SEVERAL_WORDS.match(value))
        if known or (_MESSAGE.fullmatch(name) and (describes_error or "message" in name)):
            yield ErrorText(path, value, is_label)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index), name, describes_error=describes_error)
    elif isinstance(value, dict):
        for key, member in value.items():
            plain = key.lower().replace("_", "").replace("-", "")
            inner = _CONTAINER.fullmatch(plain) is not None if _holds_objects(member) else describes_error
            yield from _texts(member, (*path, key), plain, describes_error=inner)


def _holds_objects(value: Json) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_objects, value)))


def _cut(body: Json, paths: list[Path]) -> Json:
    """The body with only the first item of each array whose first item has some of these paths."""
    arrays = {path[:index] for path in paths for index, key in enumerate(path) if key == 0}
    if not arrays:
        return body

    def cut(value: Json, path: Path) -> Json:
        if isinstance(value, dict):
            return {key: cut(member, (*path, key)) for key, member in value.items()}
        if isinstance(value, list):
            kept = value[:1] if path in arrays else value
            return [cut(item, (*path, index)) for index, item in enumerate(kept)]
        return value

    return cut(body, ())


def _replaced(value: Json, path: Path, sentence: str) -> Json:
    """A copy of the value with the sentence at the path."""
    if not path:
        return sentence
    key, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {**value, str(key): _replaced(value[str(key)], rest, sentence)}
    items = value if isinstance(value, list) else []
    return [_replaced(item, rest, sentence) if index == key else item for index, item in enumerate(items)]


def _shortened(sentence: str) -> Iterator[str]:
    """The beginning of the sentence, in several lengths."""
    return (f"{sentence[: length - 1].rstrip()}…" for length in SHORTER if length < len(sentence))
