"""An unexpected exception, in a model or in the mock itself, as the client, the journal and the log get it.

No value of a local variable is kept, and the exception's message is only in the traceback, which is for the
log, with its secrets masked.
"""

import signal
import threading
import traceback
from collections.abc import Callable, Iterable

from msgspec import Struct

from mockserver.contract.validation import Violation
from mockserver.engine.code_location import code_location
from mockserver.engine.exchange import Exchange
from mockserver.engine.session import Session
from mockserver.http.problem import Problem
from mockserver.http.redaction import redact
from mockserver.model import AnyModel

FRAMES = 30  # of a traceback in the log, the innermost ones


class Origin(Struct, frozen=True):
    """What the mock did when an exception was raised: an exchange, a control call, or something else."""

    doing: str  # `PATCH /__mock/session/state`, `reload`, or empty for an exchange
    session: str | None = None
    exchange: str | None = None
    operation: str | None = None

    def __str__(self) -> str:
        if self.exchange is None:
            return self.doing
        return f"exchange {self.exchange} of session {self.session} ({self.operation or 'no operation'})"


def origin_of(exchange: Exchange) -> Origin:
    """An exchange as the origin of an exception."""
    operation = exchange.operation
    return Origin("", exchange.session.key, exchange.id, operation.id if operation is not None else None)


class InternalError(Struct, frozen=True):
    """An unexpected exception: its type, its location in the code, and its traceback."""

    origin: Origin
    type: str  # the name of its class
    location: str  # `lamps.py:12`
    traceback: str

    def __str__(self) -> str:
        return f"{self.type} at {self.location}"

    def problem(self) -> Problem:
        """The answer of the exchange or the control call."""
        detail = f"the mock failed with {self}; the log of the server has the traceback"
        return Problem("internal", detail, {"exception": self.type, "location": self.location})


def internal_error(
    error: BaseException,
    origin: Origin,
    models: Iterable[AnyModel] = (),
    masked_text: Callable[[str], str] = redact,
) -> InternalError:
    """The internal error of an exception that was caught; `masked_text` masks the secrets in a text.

    Raises a KeyboardInterrupt again if it is the user's.
    """
    if isinstance(error, KeyboardInterrupt) and _is_interrupted():
        raise error
    location = code_location(traceback.walk_tb(error.__traceback__), models)
    return InternalError(origin, type(error).__name__, location, masked_text(_traceback(error)))


def failed_exchange(internal: InternalError, exchange: Exchange, session: Session) -> Exchange:
    """The exchange that answers with the problem of an exception; it leaves `session` as it was before."""
    failed = Exchange(
        exchange.request,
        session.for_exchange(exchange.at),
        exchange.facts,
        at=exchange.at,
        operation=exchange.operation,
        violations=exchange.violations,
        trail=exchange.trail,
        own_violations=[Violation("body", "", "internal", str(internal))],
    )
    failed.note_unmasked("failed", str(internal))
    failed.reply("mock", internal.problem().answer())
    return failed


def _is_interrupted() -> bool:
    """Whether Ctrl-C raises KeyboardInterrupt in this thread; otherwise only a model can have raised it."""
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def _traceback(error: BaseException) -> str:
    """The traceback as text, shortened if it is long."""
    try:
        shown = traceback.TracebackException.from_exception(error, limit=-FRAMES, compact=True)
        return "".join(shown.format()).rstrip("\n")
    except Exception as failed:  # an exception's own attributes may raise
        return f"{type(error).__name__}: its traceback cannot be shown ({type(failed).__name__})"
