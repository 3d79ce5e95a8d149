"""Delays and faults as values: how long an answer waits, and how it breaks on its way to the client.

Random values come from the session's seed: a test that is repeated sees the same faults. The ASGI layer
carries a fault out, after the exchange was recorded.
"""

import math
import re
from random import Random
from typing import Literal, get_args

from msgspec import Struct

from mockserver.data.suggest import did_you_mean
from mockserver.http.problem import ProblemError
from mockserver.scenarios.choice import UnknownChoice

FaultName = Literal[
    "connection-reset",  # a TCP RST instead of an answer
    "empty-response",  # the connection is closed without a byte
    "malformed-chunk",  # a chunked body whose first size is not a number
    "truncated-body",  # half of the body that Content-Length announces
    "slow-body",  # the body in small parts, over `duration`
    "timeout",  # no answer until the client disconnects or `duration` is over
    "rate-limited",  # the contract's 429, where it documents one
]
FAULT_NAMES: tuple[FaultName, ...] = get_args(FaultName)
DEFAULT_DURATIONS: dict[FaultName, float] = {"slow-body": 2.0, "timeout": 60.0}  # seconds
LONGEST = 60.0  # seconds, of any delay and duration
MAX_SIGMA = 5.0  # of a lognormal delay
DURATION_SYNTAX = "200ms or 1.5s, up to 60s"
DELAY_SYNTAX = f"{DURATION_SYNTAX}, or as uniform(100ms, 400ms) or lognormal(200ms, 0.5)"
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s)")
_DISTRIBUTION = re.compile(r"([A-Za-z-]{1,40}) ?\(([^()]{0,100})\)")
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,6})?")


class BadFault(ProblemError):
    """The value of X-Mock-Delay or X-Mock-Fault is not valid."""

    def __init__(self, what: Literal["delay", "fault"], message: str) -> None:
        super().__init__(message)
        self.kind = f"bad-{what}"


class NoRateLimit(UnknownChoice):
    """The fault `rate-limited` was chosen for an operation without a 429."""

    def __init__(self, operation: str) -> None:
        valid = tuple(name for name in FAULT_NAMES if name != "rate-limited")
        super().__init__("fault", "rate-limited", valid)
        self.args = (f"the contract documents no 429 for {operation}, so there is no fault 'rate-limited'",)


class Fixed(Struct, frozen=True):
    """A delay that is the same each time."""

    seconds: float

    def draw(self, chance: Random) -> float:
        """The delay, in seconds."""
        return self.seconds


class Uniform(Struct, frozen=True):
    """A delay between two bounds, in seconds, uniformly distributed."""

    low: float
    high: float

    def draw(self, chance: Random) -> float:
        """One delay, in seconds."""
        return chance.uniform(self.low, self.high)


class Lognormal(Struct, frozen=True):
    """A delay mostly near the median, in seconds, and sometimes far above it, like a real backend's."""

    median: float
    sigma: float

    def draw(self, chance: Random) -> float:
        """One delay, in seconds, at most LONGEST."""
        return min(self.median * math.exp(chance.gauss(0, self.sigma)), LONGEST)


Delay = Fixed | Uniform | Lognormal


class Fault(Struct, frozen=True):
    """One fault; `duration` is in seconds, for the faults that have one."""

    name: FaultName
    duration: float = 0.0

    def __str__(self) -> str:
        return f"{self.name} over {format_duration(self.duration)}" if self.duration else self.name


class FaultPlan(Struct, frozen=True):
    """What happens to an answer: the delay always, the fault with `probability`, from 0 to 1."""

    delay: Delay | None = None
    fault: Fault | None = None
    probability: float = 1.0

    @property
    def by_chance(self) -> bool:
        """Whether two draws can differ."""
        return self.probability < 1 or not (self.delay is None or isinstance(self.delay, Fixed))

    def or_else(self, other: "FaultPlan") -> "FaultPlan":
        """This plan, with the delay or the fault of the other one where this one has none."""
        decisive = self if self.fault is not None else other
        return FaultPlan(self.delay or other.delay, decisive.fault, decisive.probability)

    def draw(self, chance: Random) -> tuple[float, Fault | None]:
        """The delay in seconds, and the fault if it occurs this time."""
        wait = self.delay.draw(chance) if self.delay is not None else 0.0
        occurs = self.fault is not None and (self.probability >= 1 or chance.random() < self.probability)
        return wait, self.fault if occurs else None


NO_FAULTS = FaultPlan()


def read_headers(delay: str | None, fault: str | None) -> FaultPlan:
    """The plan in the values of X-Mock-Delay and X-Mock-Fault; raises BadFault, UnknownChoice."""
    plan = read_fault(fault) if fault else NO_FAULTS
    return FaultPlan(read_delay(delay) if delay else None, plan.fault, plan.probability)


def read_duration(text: str) -> float | None:
    """`200ms` or `1.5s` in seconds; None where it is neither, or longer than LONGEST."""
    match = _DURATION.fullmatch(text)
    wait = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else -1.0
    return wait if 0 <= wait <= LONGEST else None


def read_delay(text: str) -> Delay:
    """`200ms`, `uniform(100ms, 400ms)` or `lognormal(200ms, 0.5)`; raises BadFault."""
    wait = read_duration(text.strip())
    if wait is not None:
        return Fixed(wait)
    match = _DISTRIBUTION.fullmatch(text.strip())
    first, _, second = (match[2] if match else "").partition(",")
    delay = read_distribution(match[1], first.strip(), second.strip()) if match else None
    if delay is None:
        hint = did_you_mean(match[1], ("uniform", "lognormal")) if match else ""
        raise BadFault("delay", f"expected a delay, written {DELAY_SYNTAX}; found {text!r}{hint}")
    return delay


def read_distribution(name: str, first: str, second: str) -> Delay | None:
    """The distribution with this name and these two parameters, None where they are not valid."""
    low, high = read_duration(first), read_duration(second)
    if name == "uniform" and low is not None and high is not None and low <= high:
        return Uniform(low, high)
    if name == "lognormal" and low is not None and _NUMBER.fullmatch(second) and float(second) <= MAX_SIGMA:
        return Lognormal(low, float(second))
    return None


def read_fault(text: str) -> FaultPlan:
    """`slow-body; duration=2s; probability=0.3`; raises BadFault, UnknownChoice."""
    written, *options = (part.strip() for part in text.split(";"))
    name = next((each for each in FAULT_NAMES if each == written), None)
    if name is None:
        raise UnknownChoice("fault", written, FAULT_NAMES)
    duration, probability = DEFAULT_DURATIONS.get(name, 0.0), 1.0
    for option in options:
        key, _, value = (part.strip() for part in option.partition("="))
        wait, share = read_duration(value), float(value) if _NUMBER.fullmatch(value) else -1.0
        if key == "duration" and wait is not None and name in DEFAULT_DURATIONS:
            duration = wait
        elif key == "probability" and 0 <= share <= 1:
            probability = share
        else:
            raise BadFault("fault", f"{option!r} is not a valid option of {name}; {_valid_options(name)}")
    return FaultPlan(None, Fault(name, duration), probability)


def _valid_options(name: FaultName) -> str:
    probability = "'probability=0.3', from 0 to 1"
    if name in DEFAULT_DURATIONS:
        return f"valid: 'duration=2s', up to 60s, and {probability}"
    return f"valid: {probability}"


def format_duration(seconds: float) -> str:
    """A duration as a header writes it: `250ms`."""
    return f"{seconds * 1000:.0f}ms"
