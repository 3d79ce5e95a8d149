"""A control call as a value; handlers are functions from it to an answer, and most of them await nothing."""

import re
from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct

from mockserver.asgi.io import Receive, Scope, Send
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.reading import BadData, Cursor, DataError
from mockserver.engine.session import Session
from mockserver.engine.session_keys import NoSessionKey, session_key
from mockserver.http.message import Answer, Headers, Request, as_utf8
from mockserver.http.problem import Problem, ProblemError
from mockserver.http.redaction import redact
from mockserver.runtime import Runtime

_POSITIVE = re.compile(r"[1-9][0-9]{0,14}")


class UnreadableBody(ProblemError):
    """The body of a control call is not valid JSON (`status` 400), or too large (413)."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status

    def problem(self) -> Problem:
        return Problem("bad-body", str(self), own_status=self.status)


class ControlRequest(Struct, frozen=True):
    """A control call: the running mock, the request, and `values`, the path parameters by name."""

    runtime: Runtime
    request: Request
    values: Mapping[str, str]

    @property
    def key(self) -> str:
        """The key of the session that the call concerns; raises BadSessionKey and NoSessionKey."""
        key = session_key(self.request.head)
        if key is None and self.runtime.settings.strict_sessions:
            raise NoSessionKey
        return key or self.runtime.keyless_session

    @property
    def session(self) -> Session:
        """The session that the call concerns; it is opened if it is new. Raises SessionEvicted, too."""
        session = self.runtime.sessions.open(self.key, self.runtime.clock())
        self.runtime.memory.note(session.key, 0)
        return session

    def change(self, change: Callable[[Session], Session]) -> Session:
        """Change the session that the call concerns; return its next value. Raises what `change` raises."""
        head = self.request.head
        path = head.path.removeprefix(self.runtime.settings.control_prefix)
        return self.runtime.change(self.key, f"{head.method} {path}", self.request.body, change)

    def query(self, allowed: tuple[str, ...]) -> Cursor:
        """A cursor over the query parameters; a repeated or unknown parameter is an error."""
        pairs = [(as_utf8(name), as_utf8(value)) for name, value in self.request.head.query]
        members = dict(pairs)
        cursor = Cursor(members)
        cursor.keys(allowed)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            cursor.error(
                "repeated query parameter", key=next(name for name in names if names.count(name) > 1)
            )
        return cursor

    def body(self) -> Cursor:
        """A cursor over the JSON body; raises UnreadableBody."""
        if self.request.over is not None:
            raise UnreadableBody(f"the body is larger than {self.request.over:,} bytes", 413)
        try:
            return Cursor(decode(self.request.body))
        except Undecodable as error:
            raise UnreadableBody(str(error)) from None


class StreamedAnswer(Answer, frozen=True, kw_only=True):
    """An answer whose body does not end: `stream` sends it, head included, until the client leaves.

    The headers are an argument of `stream`, because more are added to those of the answer.
    """

    stream: Callable[[Headers, Scope, Receive, Send], Awaitable[None]]


# A handler that awaits lets other requests be answered meanwhile.
Handler = Callable[[ControlRequest], Answer | Awaitable[Answer]]


def query_integer(cursor: Cursor, minimum: int = 1, maximum: int = 10**15 - 1) -> int | None:
    """A query parameter as an integer, or None if it is absent or not valid; errors go to the cursor."""
    if not cursor.present:
        return None
    text = cursor.string()
    if _POSITIVE.fullmatch(text) and minimum <= int(text) <= maximum:
        return int(text)
    cursor.error(f"expected an integer from {minimum} to {maximum}, found {text[:40]!r}")
    return None


def bad_data(error: BadData, masked_text: Callable[[str], str] = redact) -> Problem:
    """The problem that lists each error in the data of a control call; `masked_text` masks secrets."""
    masked = BadData(DataError(masked_text(each.pointer), masked_text(each.message)) for each in error.errors)
    faults: list[Json] = [{"pointer": each.pointer, "message": each.message} for each in masked.errors]
    return Problem("bad-data", str(masked), {"faults": faults})
