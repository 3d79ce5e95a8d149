"""The errors that keyword functions report about a value."""

from collections.abc import Callable

from msgspec import Struct

from mockserver.data.json import Json


class KeywordError(Struct, eq=False):
    """A keyword that a value violates.

    `path` leads to the part of the value from where the error was found; each schema around it adds a token.
    `keyword` and `schema`, which has the keyword, are added by the evaluator.
    """

    message: str
    path: tuple[str | int, ...] = ()
    keyword: str = ""
    schema: Json = None
    suggestion: Callable[[], str] | None = None  # makes the end of the message, if it is asked for


class NotJudgedError(KeywordError):
    """Reported by a keyword that needs more work than is left; not a violation."""
