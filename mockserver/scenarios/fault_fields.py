"""The members `delay`, `fault` and `probability` of scenario files, stubs and a session's network.

A delay and a fault are strings as in X-Mock-Delay and X-Mock-Fault, or objects.
"""

from collections.abc import Mapping

from mockserver.data.json import type_phrase
from mockserver.data.quoting import quoted
from mockserver.data.reading import Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.scenarios.faults import (
    DEFAULT_DURATIONS,
    DELAY_SYNTAX,
    DISTRIBUTIONS,
    DURATION_SYNTAX,
    FAULT_NAMES,
    GATEWAY_STATUSES,
    NO_FAULTS,
    RETRY_SYNTAX,
    BadFault,
    Delay,
    Fault,
    FaultName,
    FaultPlan,
    read_delay,
    read_distribution,
    read_duration,
    read_fault,
    read_retry_after,
)

FAULT_PLAN_KEYS = ("delay", "fault", "probability")
_FAULT_KEYS = ("name", "duration", "retryAfter", "retry-after", "probability")
_OBJECT_SYNTAX = (
    f"{DURATION_SYNTAX}, or as {{uniform: [100ms, 400ms]}} or {{lognormal: {{median: 200ms, sigma: 0.5}}}}"
)


def read_fault_plan(cursor: Cursor) -> FaultPlan:
    """The plan in the members FAULT_PLAN_KEYS of an object; errors go to the cursor."""
    delay, fault, probability = cursor / "delay", cursor / "fault", cursor / "probability"
    if probability.present and not fault.present:
        probability.error("'probability' requires a 'fault'")
    if not (delay.present or fault.present):
        return NO_FAULTS
    wait = _delay(delay) if delay.present else None
    plan = _fault_plan(fault) if fault.present else NO_FAULTS
    if probability.present and plan.probability < 1:
        probability.error("the fault has a probability already; expected only one of them")
    share = _probability(probability) if probability.present else plan.probability
    return FaultPlan(wait, plan.fault, share)


def _delay(cursor: Cursor) -> Delay | None:
    """`200ms`, `uniform(100ms, 400ms)` or `{uniform: [100ms, 400ms]}`, and the same of `lognormal`."""
    match cursor.value:
        case str() as text:
            try:
                return read_delay(text)
            except BadFault as error:
                cursor.error(str(error))
        case dict() as members:
            delay = _delay_of_object(members)
            if delay is not None:
                return delay
            hint = did_you_mean(str(next(iter(members))), DISTRIBUTIONS) if len(members) == 1 else ""
            cursor.error(f"expected a delay, written {_OBJECT_SYNTAX}; found an object{hint}")
        case _:
            cursor.error(f"expected a delay, written {DELAY_SYNTAX}; found {_found(cursor)}")
    return None


def _delay_of_object(members: Mapping[object, object]) -> Delay | None:
    """The delay that an object describes; None where it describes none."""
    match members:
        case {"uniform": [low, high], **rest} if not rest:
            return read_distribution("uniform", str(low), str(high))
        case {"lognormal": {"median": median, "sigma": sigma, **unknown}, **rest} if not (rest or unknown):
            return read_distribution("lognormal", str(median), str(sigma))
    return None


def _fault_plan(cursor: Cursor) -> FaultPlan:
    """`slow-body`, `slow-body; duration=2s` or `{name: slow-body, duration: 2s}`."""
    if isinstance(cursor.value, dict):
        return _fault_plan_of_object(cursor)
    if not isinstance(cursor.value, str) or ";" not in cursor.value:
        name = _fault_name(cursor)
        return FaultPlan(None, Fault(name, DEFAULT_DURATIONS.get(name, 0.0)))
    written = cursor.value.partition(";")[0].strip()
    if written not in FAULT_NAMES:
        _fault_name(Cursor(written, cursor.pointer, cursor.errors))
        return NO_FAULTS
    try:
        return read_fault(cursor.value)
    except BadFault as error:
        cursor.error(str(error))
        return NO_FAULTS


def _fault_plan_of_object(cursor: Cursor) -> FaultPlan:
    cursor.keys(_FAULT_KEYS, required=("name",))
    named, probability = cursor / "name", cursor / "probability"
    if not named.present:
        return NO_FAULTS
    name = _fault_name(named)
    fault = Fault(name, _duration(cursor / "duration", name), _retry_after(cursor, name))
    return FaultPlan(None, fault, _probability(probability) if probability.present else 1.0)


def _fault_name(cursor: Cursor) -> FaultName:
    chosen = cursor.choice(FAULT_NAMES, "fault")
    return next(name for name in FAULT_NAMES if name == chosen)


def _duration(cursor: Cursor, name: FaultName) -> float:
    """The duration of a fault that has one, in seconds."""
    default = DEFAULT_DURATIONS.get(name, 0.0)
    if not cursor.present:
        return default
    if name not in DEFAULT_DURATIONS:
        cursor.error(f"{name} has no duration, only {' and '.join(DEFAULT_DURATIONS)} have one")
        return default
    written = read_duration(str(cursor.value))
    if written is None:
        cursor.error(f"expected a duration, written {DURATION_SYNTAX}; found {_found(cursor)}")
    return written or 0.0


def _retry_after(fault: Cursor, name: FaultName) -> float | None:
    """The member `retryAfter` or `retry-after` of a gateway fault, in seconds."""
    given = [each for each in (fault / "retryAfter", fault / "retry-after") if each.present]
    if len(given) > 1:
        fault.error("'retryAfter' and 'retry-after' mean the same; expected only one of them")
    for cursor in given:
        if not Fault(name).is_gateway:
            cursor.error(f"{name} has no Retry-After, only {', '.join(GATEWAY_STATUSES)} have one")
            return None
        written = read_retry_after(str(cursor.value))
        if written is None:
            cursor.error(f"expected a duration, written {RETRY_SYNTAX}; found {_found(cursor)}")
        return written
    return None


def _probability(cursor: Cursor) -> float:
    value = cursor.value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    cursor.error(f"expected a probability, a number from 0 to 1; found {_found(cursor)}")
    return 1.0


def _found(cursor: Cursor) -> str:
    """The value as a message names it: a string or number itself, of anything else the type."""
    value = cursor.value
    if isinstance(value, str):
        return quoted(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value}" if is_number else type_phrase(value)
