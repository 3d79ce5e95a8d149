"""Sends a load over 16 connections for some seconds, and measures: `wrk`, or Python where it is missing."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.benchmarks import python_driver, wrk
from tests.benchmarks.load import Load
from tests.benchmarks.round import Round


class WrongAnswers(Exception):
    """A server did not answer each request as it must; its figures would say nothing."""

    def __init__(self, load: Load, found: Round) -> None:
        super().__init__(
            f"{load.method} {load.target}: expected {load.status} each time; of {found.requests:,} answers "
            f"{found.errors:,} were errors (4xx, 5xx), and {found.broken:,} requests got none"
        )


@dataclass(frozen=True, slots=True)
class Driver:
    """A way to send a load to a port for some seconds."""

    name: str
    send: Callable[[Load, int, float], Round]

    def drive(self, load: Load, port: int, seconds: float) -> Round:
        """What was measured; raises WrongAnswers."""
        found = self.send(load, port, seconds)
        right = 0 if load.status < 400 else found.requests
        if found.requests == 0 or found.broken or found.errors != right:
            raise WrongAnswers(load, found)
        return found


def driver_of(names: Sequence[str] = ("wrk", "python")) -> Driver:
    """The first of these that is there."""
    if "wrk" in names and shutil.which("wrk"):
        return Driver(wrk.version(), wrk.send)
    return Driver("Python, asyncio and httptools", python_driver.send)
