"""The delay and the fault of a scenario's answer, read from its file."""

from mockserver.contract.operation import Operation
from mockserver.data.reading import Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.scenarios.faults import (
    DURATIONS,
    NAMES,
    NO_FAULTS,
    WRITTEN,
    Delay,
    Fault,
    FaultPlan,
    Fixed,
    Name,
    read_seconds,
    spread,
)

_FORMS = f"{WRITTEN}, or as {{uniform: [100ms, 400ms]}} or {{lognormal: {{median: 200ms, sigma: 0.5}}}}"


def read_fault_plan(cursor: Cursor, operation: Operation) -> FaultPlan:
    """The members `delay`, `fault` and `probability` of a fixed answer; faults go to the cursor."""
    delay, fault, probability = cursor / "delay", cursor / "fault", cursor / "probability"
    if probability.present and not fault.present:
        probability.error("'probability' goes with a 'fault'")
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
        case str() as text if (wait := read_seconds(text)) is not None:
            delay = Fixed(wait)
        case {"uniform": [low, high], **rest} if not rest:
            delay = spread("uniform", str(low), str(high))
        case {"lognormal": {"median": median, "sigma": sigma, **unknown}, **rest} if not (rest or unknown):
            delay = spread("lognormal", str(median), str(sigma))
        case dict() as members if len(members) == 1:
            hint = did_you_mean(str(next(iter(members))), ("uniform", "lognormal"))
    if delay is None:
        cursor.error(f"a delay is written {_FORMS}; found {cursor.value!r}{hint}")
    return delay


def _fault(cursor: Cursor, operation: Operation) -> Fault:
    """`slow-body`, or `{name: slow-body, duration: 2s}`."""
    named = cursor / "name" if isinstance(cursor.value, dict) else cursor
    if named is not cursor:
        cursor.keys(("name", "duration"), required=("name",))
        if not named.present:
            return Fault(NAMES[0])  # the file is refused, so any will do
    name = _name(named, operation)
    duration = cursor / "duration"
    wait = DURATIONS.get(name, 0.0)
    if duration.present and name not in DURATIONS:
        duration.error(f"{name} takes no duration, only {' and '.join(DURATIONS)} do")
    elif duration.present:
        written = read_seconds(str(duration.value))
        if written is None:
            duration.error(f"a duration is written {WRITTEN}; found {duration.value!r}")
        wait = written or 0.0
    return Fault(name, wait)


def _name(cursor: Cursor, operation: Operation) -> Name:
    if cursor.value == "rate-limited" and operation.response(429) is None:
        documented = ", ".join(operation.responses)
        cursor.error(f"the contract documents no 429 for {operation.id}, only {documented}")
    chosen = cursor.choice(NAMES, "fault")
    return next(name for name in NAMES if name == chosen)


def _probability(cursor: Cursor) -> float:
    value = cursor.value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    cursor.error(f"a probability is a number from 0 to 1; found {value!r}")
    return 1.0
