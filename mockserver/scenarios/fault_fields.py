"""The members `delay`, `fault` and `probability` of a scenario's fixed answer."""

from mockserver.contract.operation import Operation
from mockserver.data.reading import Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.scenarios.faults import (
    DEFAULT_DURATIONS,
    DURATION_SYNTAX,
    FAULT_NAMES,
    NO_FAULTS,
    Delay,
    Fault,
    FaultName,
    FaultPlan,
    Fixed,
    read_distribution,
    read_duration,
)

_DELAY_SYNTAX = (
    f"{DURATION_SYNTAX}, or as {{uniform: [100ms, 400ms]}} or {{lognormal: {{median: 200ms, sigma: 0.5}}}}"
)


def read_fault_plan(cursor: Cursor, operation: Operation) -> FaultPlan:
    """The fault plan of a fixed answer; errors go to the cursor."""
    delay, fault, probability = cursor / "delay", cursor / "fault", cursor / "probability"
    if probability.present and not fault.present:
        probability.error("'probability' requires a 'fault'")
    if not (delay.present or fault.present):
        return NO_FAULTS
    return FaultPlan(
        delay=_delay(delay) if delay.present else None,
        fault=_fault(fault, operation) if fault.present else None,
        probability=_probability(probability) if probability.present else 1.0,
    )


def _delay(cursor: Cursor) -> Delay | None:
    delay: Delay | None = None
    hint = ""
    match cursor.value:
        case str() as text if (wait := read_duration(text)) is not None:
            delay = Fixed(wait)
        case {"uniform": [low, high], **rest} if not rest:
            delay = read_distribution("uniform", str(low), str(high))
        case {"lognormal": {"median": median, "sigma": sigma, **unknown}, **rest} if not (rest or unknown):
            delay = read_distribution("lognormal", str(median), str(sigma))
        case dict() as members if len(members) == 1:
            hint = did_you_mean(str(next(iter(members))), ("uniform", "lognormal"))
    if delay is None:
        cursor.error(f"expected a delay, written {_DELAY_SYNTAX}; found {cursor.value!r}{hint}")
    return delay


def _fault(cursor: Cursor, operation: Operation) -> Fault:
    """`slow-body`, or `{name: slow-body, duration: 2s}`."""
    named = cursor / "name" if isinstance(cursor.value, dict) else cursor
    if named is not cursor:
        cursor.keys(("name", "duration"), required=("name",))
        if not named.present:
            return Fault(FAULT_NAMES[0])  # any will do, because the file is refused
    name = _fault_name(named, operation)
    duration = cursor / "duration"
    wait = DEFAULT_DURATIONS.get(name, 0.0)
    if duration.present and name not in DEFAULT_DURATIONS:
        duration.error(f"{name} has no duration, only {' and '.join(DEFAULT_DURATIONS)} have one")
    elif duration.present:
        written = read_duration(str(duration.value))
        if written is None:
            duration.error(f"expected a duration, written {DURATION_SYNTAX}; found {duration.value!r}")
        wait = written or 0.0
    return Fault(name, wait)


def _fault_name(cursor: Cursor, operation: Operation) -> FaultName:
    if cursor.value == "rate-limited" and operation.response(429) is None:
        documented = ", ".join(operation.responses)
        cursor.error(f"the contract documents no 429 for {operation.id}, only {documented}")
    chosen = cursor.choice(FAULT_NAMES, "fault")
    return next(name for name in FAULT_NAMES if name == chosen)


def _probability(cursor: Cursor) -> float:
    value = cursor.value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    cursor.error(f"expected a probability, a number from 0 to 1; found {value!r}")
    return 1.0
