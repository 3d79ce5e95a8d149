"""An unexpected exception, in a model or in the mock itself, as the client, the journal and the log get it.

No value of a local variable is kept, and the exception's message is only in the traceback, which is for the
log, with its secrets masked.
"""

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType

from msgspec import Struct

from mockserver.contract.validation import Violation
from mockserver.engine.exchange import Exchange
from mockserver.engine.session import Session
from mockserver.http.problem import Problem
from mockserver.http.redaction import redact
from mockserver.model import AnyModel

FRAMES = 30  # of a traceback in the log, the innermost ones
_OWN = "mockserver"  # the package
_STDLIB = os.path.dirname(os.__file__) + os.sep


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
    packages = {_OWN, *(type(model).__module__.partition(".")[0] for model in models)}
    location = _location(error.__traceback__, packages)
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


def _location(trace: TracebackType | None, packages: set[str]) -> str:
    """The innermost location in the code of these packages, or in other code that is not installed."""
    found = "an unknown location"
    for module, file, line in _frames(trace):
        if module.partition(".")[0] in packages or not _is_installed(file):
            found = f"{_short_path(file, module)}:{line}"
    return found


def _is_installed(file: str) -> bool:
    """Whether a file belongs to Python, to an installed distribution, or is none."""
    installed = any(part in ("site-packages", "dist-packages") for part in Path(file).parts)
    return installed or file.startswith(("<", _STDLIB))


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, str, int]]:
    """The module, file and line of each frame, the outermost first."""
    while trace is not None:
        frame = trace.tb_frame
        yield str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def _short_path(file: str, module: str) -> str:
    """A file without folders of this machine: below its package or the working directory, or its name."""
    path = Path(file)
    depth = module.count(".") + (path.stem == "__init__")
    if depth:
        return "/".join(path.parts[-depth - 1 :])
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # elsewhere, or the working directory was deleted
        return path.name
