"""Faults on purpose, as values: how long an answer waits, and how it goes wrong on its way to the client.

Chance is drawn from the session's seed, so that a test sees the same each time. The edge carries it out,
after the exchange was recorded.
"""

import math
import re
from random import Random
from typing import Literal, get_args

from msgspec import Struct

from mockserver.data.suggest import did_you_mean
from mockserver.http.problem import ProblemError
from mockserver.scenarios.choice import UnknownChoice

Name = Literal[
    "connection-reset",  # a TCP RST in place of an answer
    "empty-response",  # closed without a byte
    "malformed-chunk",  # a chunked body whose first size is no number
    "truncated-body",  # half of the body that Content-Length announces
    "slow-body",  # the body in drops, over `duration`
    "timeout",  # no answer until the client leaves, or `duration` is over
    "rate-limited",  # the contract's 429, where it documents one
]
NAMES: tuple[Name, ...] = get_args(Name)
DURATIONS: dict[Name, float] = {"slow-body": 2.0, "timeout": 60.0}  # seconds, where none is named
LONGEST = 60.0  # seconds, of any wait
WIDEST = 5.0  # the sigma of a lognormal delay
WRITTEN = "200ms or 1.5s, up to 60s"
FORMS = f"{WRITTEN}, or as uniform(100ms, 400ms) or lognormal(200ms, 0.5)"
_SECONDS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s)")
_CALL = re.compile(r"([A-Za-z-]{1,40}) ?\(([^()]{0,100})\)")
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,6})?")


class BadFault(ProblemError):
    """The value of X-Mock-Delay or X-Mock-Fault is not valid."""

    def __init__(self, what: Literal["delay", "fault"], message: str) -> None:
        super().__init__(message)
        self.kind = f"bad-{what}"


class NoRateLimit(UnknownChoice):
    """`rate-limited`, of an operation without a 429."""

    def __init__(self, operation: str) -> None:
        super().__init__("fault", "rate-limited", tuple(name for name in NAMES if name != "rate-limited"))
        self.args = (f"the contract documents no 429 for {operation}, so there is no fault 'rate-limited'",)


class Fixed(Struct, frozen=True):
    seconds: float

    def draw(self, chance: Random) -> float:
        return self.seconds


class Uniform(Struct, frozen=True):
    """Between two bounds, in seconds, each as likely as the other."""

    low: float
    high: float

    def draw(self, chance: Random) -> float:
        return chance.uniform(self.low, self.high)


class Lognormal(Struct, frozen=True):
    """Mostly near the median, in seconds, and now and then far above it, as real backends are."""

    median: float
    sigma: float

    def draw(self, chance: Random) -> float:
        return min(self.median * math.exp(chance.gauss(0, self.sigma)), LONGEST)


Delay = Fixed | Uniform | Lognormal


class Fault(Struct, frozen=True):
    """`duration` is in seconds, for those that take one."""

    name: Name
    duration: float = 0.0

    def __str__(self) -> str:
        return f"{self.name} over {seconds(self.duration)}" if self.duration else self.name


class FaultPlan(Struct, frozen=True):
    """What is to happen to an answer; the fault with `probability`, from 0 to 1, the delay always."""

    delay: Delay | None = None
    fault: Fault | None = None
    probability: float = 1.0

    @property
    def by_chance(self) -> bool:
        return self.probability < 1 or not (self.delay is None or isinstance(self.delay, Fixed))

    def over(self, other: "FaultPlan") -> "FaultPlan":
        """This one, and what it leaves open as the other one says."""
        decisive = self if self.fault is not None else other
        return FaultPlan(self.delay or other.delay, decisive.fault, decisive.probability)

    def draw(self, chance: Random) -> tuple[float, Fault | None]:
        """The seconds to wait, and the fault, where it strikes this time."""
        wait = self.delay.draw(chance) if self.delay is not None else 0.0
        strikes = self.fault is not None and (self.probability >= 1 or chance.random() < self.probability)
        return wait, self.fault if strikes else None


NO_FAULTS = FaultPlan()


def read_headers(delay: str | None, fault: str | None) -> FaultPlan:
    """What X-Mock-Delay and X-Mock-Fault ask for; raises BadFault, and UnknownChoice for a fault's name."""
    asked = read_fault(fault) if fault else NO_FAULTS
    return FaultPlan(read_delay(delay) if delay else None, asked.fault, asked.probability)


def read_seconds(text: str) -> float | None:
    """`200ms` or `1.5s` in seconds, up to a minute, else None."""
    match = _SECONDS.fullmatch(text)
    wait = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else -1.0
    return wait if 0 <= wait <= LONGEST else None


def read_delay(text: str) -> Delay:
    """`200ms`, `uniform(100ms, 400ms)` or `lognormal(200ms, 0.5)`; raises BadFault."""
    wait = read_seconds(text.strip())
    if wait is not None:
        return Fixed(wait)
    call = _CALL.fullmatch(text.strip())
    first, _, second = (call[2] if call else "").partition(",")
    delay = spread(call[1], first.strip(), second.strip()) if call else None
    if delay is None:
        hint = did_you_mean(call[1], ("uniform", "lognormal")) if call else ""
        raise BadFault("delay", f"a delay is written {FORMS}; found {text!r}{hint}")
    return delay


def spread(name: str, first: str, second: str) -> Delay | None:
    """A distribution by its name and two parameters, or None where they are not those of one."""
    low, high = read_seconds(first), read_seconds(second)
    if name == "uniform" and low is not None and high is not None and low <= high:
        return Uniform(low, high)
    if name == "lognormal" and low is not None and _NUMBER.fullmatch(second) and float(second) <= WIDEST:
        return Lognormal(low, float(second))
    return None


def read_fault(text: str) -> FaultPlan:
    """`slow-body; duration=2s; probability=0.3`; raises BadFault and UnknownChoice."""
    name, *options = (part.strip() for part in text.split(";"))
    known = next((each for each in NAMES if each == name), None)
    if known is None:
        raise UnknownChoice("fault", name, NAMES)
    duration, probability = DURATIONS.get(known, 0.0), 1.0
    for option in options:
        key, _, value = (part.strip() for part in option.partition("="))
        wait, share = read_seconds(value), float(value) if _NUMBER.fullmatch(value) else -1.0
        if key == "duration" and wait is not None and known in DURATIONS:
            duration = wait
        elif key == "probability" and 0 <= share <= 1:
            probability = share
        else:
            raise BadFault("fault", f"{option!r} is no option of {known}; {_options(known)}")
    return FaultPlan(None, Fault(known, duration), probability)


def _options(name: Name) -> str:
    probability = "'probability=0.3', from 0 to 1"
    return (
        f"valid: 'duration=2s', up to 60s, and {probability}"
        if name in DURATIONS
        else f"valid: {probability}"
    )


def seconds(wait: float) -> str:
    """A wait as it is written in a header: `250ms`."""
    return f"{wait * 1000:.0f}ms"
