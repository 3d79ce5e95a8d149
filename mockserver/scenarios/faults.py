"""Delays and faults as values: how long an answer waits, and how it breaks on its way to the client.

Random values come from the session's seed: a test that is repeated sees the same faults. A gateway fault is
an answer instead of the API's. The ASGI layer carries out any other fault, after the exchange was recorded.
"""

import math
import re
from random import Random
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.quoting import quoted
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
    "bad-gateway",  # a gateway's 502 in HTML
    "service-unavailable",  # a gateway's 503 in HTML
    "gateway-timeout",  # a gateway's 504 in HTML
    "rate-limited",  # the contract's 429, else a problem
]
FAULT_NAMES: tuple[FaultName, ...] = get_args(FaultName)
DEFAULT_DURATIONS: dict[FaultName, float] = {"slow-body": 2.0, "timeout": 60.0}  # seconds
GATEWAY_STATUSES: dict[FaultName, int] = {  # of the faults that are an answer of a gateway before the API
    "bad-gateway": 502,
    "service-unavailable": 503,
    "gateway-timeout": 504,
    "rate-limited": 429,
}
LONGEST = 60.0  # seconds, of any delay and duration
MAX_SIGMA = 5.0  # of a lognormal delay
DISTRIBUTIONS = ("uniform", "lognormal")
DURATION_SYNTAX = "200ms or 1.5s, up to 60s"
RETRY_SYNTAX = "1s or 120s"
DELAY_SYNTAX = f"{DURATION_SYNTAX}, or as uniform(100ms, 400ms) or lognormal(200ms, 0.5)"
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s)")
_DISTRIBUTION = re.compile(r"([A-Za-z-]{1,40}) ?\(([^()]{0,100})\)")
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,6})?")


class BadFault(ProblemError):
    """The value of X-Mock-Delay or X-Mock-Fault is not valid."""

    def __init__(self, what: Literal["delay", "fault"], message: str) -> None:
        super().__init__(message)
        self.kind = f"bad-{what}"


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
    """One fault.

    `duration` is in seconds, for the faults that have one; `retry_after` is the value of Retry-After in
    seconds, for gateway faults (RFC 9110, section 10.2.3).
    """

    name: FaultName
    duration: float = 0.0
    retry_after: float | None = None

    def __str__(self) -> str:
        if self.retry_after is not None:
            return f"{self.name}, retry after {self.retry_after:g}s"
        return f"{self.name} over {format_duration(self.duration)}" if self.duration else self.name

    @property
    def is_gateway(self) -> bool:
        """Whether the fault is an answer of a gateway before the API, which then never sees the request."""
        return self.name in GATEWAY_STATUSES


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


def read_duration(text: str, longest: float = LONGEST) -> float | None:
    """`200ms` or `1.5s` in seconds; None where it is neither, or longer than `longest`."""
    match = _DURATION.fullmatch(text)
    wait = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else -1.0
    return wait if 0 <= wait <= longest else None


def read_retry_after(text: str) -> float | None:
    """A duration in seconds, which may be longer than LONGEST because only the client waits for it."""
    return read_duration(text, math.inf)


def read_delay(text: str) -> Delay:
    """`200ms`, `uniform(100ms, 400ms)` or `lognormal(200ms, 0.5)`; raises BadFault."""
    wait = read_duration(text.strip())
    if wait is not None:
        return Fixed(wait)
    match = _DISTRIBUTION.fullmatch(text.strip())
    first, _, second = (match[2] if match else "").partition(",")
    delay = read_distribution(match[1], first.strip(), second.strip()) if match else None
    if delay is None:
        hint = did_you_mean(match[1], DISTRIBUTIONS) if match else ""
        raise BadFault("delay", f"expected a delay, written {DELAY_SYNTAX}; found {quoted(text)}{hint}")
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
    fault, probability = Fault(name, DEFAULT_DURATIONS.get(name, 0.0)), 1.0
    for option in options:
        fault, probability = _with_option(fault, probability, option)
    return FaultPlan(None, fault, probability)


def _with_option(fault: Fault, probability: float, option: str) -> tuple[Fault, float]:
    """The fault and its probability with one more option; raises BadFault."""
    key, _, value = (part.strip() for part in option.partition("="))
    duration, retry_after = read_duration(value), read_retry_after(value)
    share = float(value) if _NUMBER.fullmatch(value) else -1.0
    if key == "duration" and duration is not None and fault.name in DEFAULT_DURATIONS:
        return replace(fault, duration=duration), probability
    if key == "retry-after" and retry_after is not None and fault.is_gateway:
        return replace(fault, retry_after=retry_after), probability
    if key == "probability" and 0 <= share <= 1:
        return fault, share
    message = f"{quoted(option)} is not a valid option of {fault.name}; {_valid_options(fault)}"
    raise BadFault("fault", message)


def _valid_options(fault: Fault) -> str:
    probability = "'probability=0.3', from 0 to 1"
    if fault.is_gateway:
        return f"valid: 'retry-after=1s', and {probability}"
    if fault.name in DEFAULT_DURATIONS:
        return f"valid: 'duration=2s', up to 60s, and {probability}"
    return f"valid: {probability}"


def format_duration(seconds: float) -> str:
    """A duration as a header writes it: `250ms`."""
    return f"{seconds * 1000:.0f}ms"
