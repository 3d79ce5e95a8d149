"""Runs against the planted provider: whether a defect is found, after how long, and by how many calls."""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import httpx

from mockserver import strategies
from mockserver.engine.backend import Backend
from mockserver.loading import load_backend
from mockserver.settings import Settings
from mockserver.upstream.verify.provider_side import ProviderSide
from mockserver.upstream.verify.verifier import Result, Verifier, verifier_for

ROOT = Path(__file__).parents[3]
LIMIT = 20.0  # seconds


class Found(NamedTuple):
    """The outcome for one defect and seed; `calls` is None if the defect was not found."""

    defect: str
    seed: int
    seconds: float
    calls: int | None
    headline: str


@contextmanager
def planted_process() -> Iterator[str]:
    """The URL of a planted provider in a process of its own."""
    command = [sys.executable, "-m", "tests.upstream.verify.planted"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@cache
def _bundled() -> Backend:
    return load_backend(Settings())


def loaded(settings: Settings) -> Backend:
    """The backend for these settings; the bundled one is loaded once."""
    return _bundled() if settings == Settings(seed=settings.seed) else load_backend(settings)


@contextmanager
def verifier(url: str, seed: int, setup: bool = True, **settings: object) -> Iterator[Verifier]:
    """A verifier of the provider at this URL."""
    given = Settings(seed=seed, **settings)
    backend = loaded(given)
    drawn = strategies.of(backend.contract, backend.scenarios.values(), backend.samples)
    side = ProviderSide(url, f"{url}/setup" if setup else None)
    try:
        yield verifier_for(backend, given, drawn, side)
    finally:
        side.close()


def plant(url: str, defects: Iterable[str]) -> None:
    """Give the provider these defects and no others."""
    httpx.put(f"{url}/defects", json=[*defects]).raise_for_status()


def first_difference(url: str, defect: str, seed: int, limit: float = LIMIT) -> Found:
    """Run until the defect shows."""
    plant(url, [defect])
    started = time.monotonic()
    with verifier(url, seed) as run:
        for result in run.run(limit):
            if result.discoveries:
                seconds = time.monotonic() - started
                first = result.discoveries[0]
                return Found(defect, seed, seconds, len(first.sequence), first.difference.sentence)
    return Found(defect, seed, limit, None, "")


def honest(url: str, seed: int, seconds: float) -> Result:
    """The result of a run against the provider without defects."""
    plant(url, [])
    with verifier(url, seed) as run:
        for _ in run.run(seconds):
            pass
        return run.result
