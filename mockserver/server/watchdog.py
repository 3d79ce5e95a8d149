"""Logs what holds up the event loop: a model that waits, or a request that is too laborious.

A thread asks the event loop for a sign of life, and reads the loop's stack if none comes. A request costs
nothing for it.
"""

import asyncio
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from time import monotonic, process_time
from types import CodeType, FrameType
from typing import NamedTuple

from mockserver.control.routes import CallEndpoint
from mockserver.engine.code_location import code_location
from mockserver.engine.exchange import Exchange
from mockserver.engine.hold import Hold, stack_as_text
from mockserver.engine.internal_error import Origin, origin_of
from mockserver.engine.pipeline import Pipeline
from mockserver.http.head_redaction import redact_path
from mockserver.http.message import Request
from mockserver.model import AnyModel
from mockserver.runtime import Runtime

PERIOD = 0.025  # seconds between two checks
LIMIT = 0.25  # seconds that one callback may take
_LOOP_MODULES = ("asyncio", "selectors", "uvicorn", "uvloop")
_EXCHANGE = Pipeline.run.__code__
_CALL = CallEndpoint.handled.__code__
_REQUEST = Runtime.run.__code__

Frames = list[tuple[FrameType, int]]  # with line numbers, the outermost first


class _Running(NamedTuple):
    """A callback of the event loop, by its outermost frame, and its exchange, if it has one so far."""

    frame: FrameType
    exchange: Exchange | None

    def differs(self, earlier: "_Running") -> bool:
        """Whether another callback or another exchange runs now."""
        if self.frame is not earlier.frame:
            return True
        return None not in (self.exchange, earlier.exchange) and self.exchange is not earlier.exchange


class Watchdog(threading.Thread):
    """Watches the event loop of the thread that makes it; `report` gets each hold once, on another thread.

    Each exchange and each other callback is measured alone: many short ones in a row hold up nothing.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        report: Callable[[Hold], None],
        models: Callable[[], Iterable[AnyModel]],
    ) -> None:
        super().__init__(name="mockserver-watchdog", daemon=True)
        self._loop = loop
        self._watched = threading.get_ident()
        self._report = report
        self._models = models
        self._is_alive = threading.Event()  # the loop gave the sign of life
        self._over = threading.Event()

    def stop(self) -> None:
        """End the thread, and wait for its end."""
        self._over.set()
        self._is_alive.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(PERIOD):
            self._is_alive.clear()
            try:
                self._loop.call_soon_threadsafe(self._is_alive.set)
            except RuntimeError:  # the loop is closed
                return
            self._await_sign()

    def _await_sign(self) -> None:
        """Wait for the loop, and report what holds it up."""
        since, subject, is_reported = monotonic(), None, False
        while True:
            before, cpu = monotonic(), process_time()
            if self._is_alive.wait(PERIOD) or self._over.is_set():
                return
            now = monotonic()
            frames = _callback(sys._current_frames().get(self._watched))
            running = _Running(frames[0][0], _exchange(frames)) if frames else None
            is_other = subject is not None and (running is None or running.differs(subject))
            is_starved = now - before > LIMIT and process_time() - cpu < LIMIT / 2
            if is_other or is_starved:  # the system held up the whole process, not a callback the loop
                since, is_reported = now, False
            if running is not None and now - since >= LIMIT and not is_reported:
                is_reported = True
                self._report(self._hold(frames, running.exchange, now - since))
            subject = running

    def _hold(self, frames: Frames, exchange: Exchange | None, seconds: float) -> Hold:
        origin = origin_of(exchange) if exchange is not None else _origin(frames)
        return Hold(origin, seconds, code_location(frames, self._models()), stack_as_text(frames))


def _callback(innermost: FrameType | None) -> Frames:
    """The frames of what the event loop calls just now; empty if it waits."""
    frames: Frames = []
    for frame, line in traceback.walk_stack(innermost) if innermost is not None else ():
        if str(frame.f_globals.get("__name__")).partition(".")[0] in _LOOP_MODULES:
            break
        frames.append((frame, line))
    return frames[::-1]


def _local(frames: Frames, code: CodeType, name: str) -> object:
    """The local variable of the frame that runs this code; None if there is none, or not yet."""
    return next((frame.f_locals.get(name) for frame, _ in frames if frame.f_code is code), None)


def _exchange(frames: Frames) -> Exchange | None:
    """The exchange that is under way, or that is being recorded."""
    found = _local(frames, _EXCHANGE, "exchange") or _local(frames, _REQUEST, "exchange")
    return found if isinstance(found, Exchange) else None


def _origin(frames: Frames) -> Origin:
    """What is under way where no exchange is: a control call, or something else."""
    call = _local(frames, _CALL, "request")
    if isinstance(call, Request):
        return Origin(f"{call.head.method} {redact_path(call.head.path)}")
    return Origin("a callback of the event loop")
