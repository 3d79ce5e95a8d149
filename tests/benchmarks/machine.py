"""Where and with what a benchmark ran, and which core does what."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """The day of a run, and the machine: its processor, the cores that we may use, system and Python.

    `pinned`: server and driver had a core each.
    """

    date: str
    processor: str
    cores: int
    system: str
    python: str
    pinned: bool

    def __str__(self) -> str:
        shared = "one each for server and driver" if self.pinned else "which server and driver share"
        return (
            f"{self.date}: {self.processor}, {self.cores} cores, {shared}, "
            f"{self.system}, Python {self.python}"
        )


def this_machine() -> Machine:
    return Machine(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        processor=_processor(),
        cores=len(usable_cores()),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        pinned=two_cores() != (None, None),
    )


def environment() -> dict[str, str]:
    """This process's environment, in which Python keeps bytecode, as it does of an installed package.

    Where it must keep none, each start would compile this package anew, and take twice the time.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def usable_cores() -> list[int]:
    """The numbers of the cores that this process may run on; not known everywhere."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def two_cores() -> tuple[int | None, int | None]:
    """One core for the server and one for the driver; None where there are not two, or no pinning."""
    cores = usable_cores()
    if len(cores) < 2 or not hasattr(os, "sched_setaffinity"):
        return None, None
    return cores[0], cores[1]


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """This thread, and the processes that it starts, keep to a core meanwhile; None: to any."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
