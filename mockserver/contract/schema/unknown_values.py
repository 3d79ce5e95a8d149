"""Evaluates values that are known only in part: what an unknown value decides is not judged."""

from collections.abc import Iterable, Iterator
from typing import Any

from mockserver.contract.schema.evaluator import ScopedEvaluator
from mockserver.contract.schema.keywords.errors import KeywordError, NotJudgedError
from mockserver.data.json import Json

_MESSAGE = "the value is not known yet"
_COMPARING = frozenset(("enum", "const", "uniqueItems"))  # these compare a value with all that is in it
_UNIONS = frozenset(("anyOf", "oneOf", "discriminator"))


class Unknown(str):
    """A placeholder for a value of any type that is not known yet, or for the name of a member."""

    __slots__ = ()


class PartialEvaluator(ScopedEvaluator):
    """An evaluator that reports what depends on an unknown value as a NotJudgedError."""

    __slots__ = ()

    def descend(self, value: Json, schema: Json, path: str | int | None = None) -> Iterator[KeywordError]:
        """The errors of a value by a schema of this scope, found one by one; raises VisitsExhausted."""
        errors: Iterable[KeywordError]
        if isinstance(value, Unknown):
            errors = (NotJudgedError(_MESSAGE, (), "unknown", schema),) if isinstance(schema, dict) else ()
        else:
            errors = super().descend(value, schema)
        for error in errors:
            found = error
            if _is_open(error, value):
                found = NotJudgedError(_MESSAGE, error.path, error.keyword, error.schema)
            if path is not None:
                found.path = (path, *found.path)
            yield found


def _is_open(error: KeywordError, value: Any) -> bool:
    """Whether an unknown name or value in a value may prevent its error."""
    if error.path:
        token = error.path[0]
        is_about_tag = error.keyword in _UNIONS and len(error.path) == 1
        return isinstance(token, Unknown) or (is_about_tag and isinstance(value[token], Unknown))
    if error.keyword in _COMPARING:
        return _has_unknown(value)
    has_unknown_name = isinstance(value, dict) and any(isinstance(name, Unknown) for name in value)
    return has_unknown_name and error.keyword != "type"


def _has_unknown(value: Json) -> bool:
    """Whether anything in a value is unknown."""
    match value:
        case list():
            return any(map(_has_unknown, value))
        case dict():
            return any(isinstance(name, Unknown) or _has_unknown(each) for name, each in value.items())
    return isinstance(value, Unknown)
