"""Numbers within their bounds."""

from fractions import Fraction
from math import ceil, floor, lcm

from msgspec import Struct

from mockserver.contract.sampling.context import Keywords, SamplingContext
from mockserver.contract.sampling.merging import exact
from mockserver.contract.sampling.names import number_for

SPAN = 10_000  # how far a varied number lies from 0, or from the bound nearest to 0
_WIDTHS = {"int32": 31, "int64": 63}  # bits of the numbers on each side of 0 (OpenAPI 3.1, 4.4)
NEIGHBOURS = 100  # multiples tried until one survives the rounding of floats


class _Bound(Struct, frozen=True):
    """The least or the greatest value, and the keyword that says so."""

    value: Fraction
    keyword: str
    exclusive: bool

    def __str__(self) -> str:
        value = self.value
        return f"{self.keyword} {int(value) if value.denominator == 1 else float(value)}"


def make_number(keywords: Keywords, context: SamplingContext, *, whole: bool) -> int | float:
    """An integer, or a number, that the keywords allow; raises Unsatisfiable."""
    low = _bound(keywords, "minimum", "exclusiveMinimum", 1)
    high = _bound(keywords, "maximum", "exclusiveMaximum", -1)
    if low and high and low.value > high.value:
        raise context.refuse(f"{low} is above {high}")
    step = _step(keywords, context, whole=whole)
    if step is not None:
        return _multiple(step, low, high, context)
    return _between(low, high, context)


def _bound(keywords: Keywords, closed: str, opened: str, sign: int) -> _Bound | None:
    """The tighter of the bounds on one side; `sign` is 1 where that is the greater one."""
    bounds = [
        _Bound(exact(keywords[keyword]), keyword, keyword == opened)
        for keyword in (opened, closed)
        if keyword in keywords
    ]
    format_ = keywords.get("format")
    if isinstance(format_, str) and format_ in _WIDTHS:
        edge = -(2 ** _WIDTHS[format_]) if sign == 1 else 2 ** _WIDTHS[format_] - 1
        bounds.append(_Bound(Fraction(edge), f"the {format_} bound", exclusive=False))
    return max(bounds, key=lambda bound: sign * bound.value, default=None)


def _step(keywords: Keywords, context: SamplingContext, *, whole: bool) -> Fraction | None:
    if "multipleOf" not in keywords:
        return Fraction(1) if whole else None
    step = exact(keywords["multipleOf"])
    if step <= 0:
        raise context.refuse(f"multipleOf {keywords['multipleOf']} is not above 0")
    return Fraction(lcm(step.numerator, step.denominator), step.denominator) if whole else step


def _multiple(
    step: Fraction, low: _Bound | None, high: _Bound | None, context: SamplingContext
) -> int | float:
    first = None if low is None else ceil(low.value / step)
    last = None if high is None else floor(high.value / step)
    if low is not None and first is not None and low.exclusive and first * step == low.value:
        first += 1
    if high is not None and last is not None and high.exclusive and last * step == high.value:
        last -= 1
    if first is not None and last is not None and first > last:
        raise context.refuse(f"no multiple of {float(step):g} lies between {low} and {high}")
    if context.rng is None:
        start = _clamp(round(number_for(context.name) / step), first, last)
    else:
        start = context.rng.randint(*_window(first, last, max(1, int(SPAN / step))))
    for count in (start + away * sign for away in range(NEIGHBOURS) for sign in (1, -1)):
        if _clamp(count, first, last) == count:
            value = _plain(count * step)
            if isinstance(value, int) or value / float(step) == int(value / float(step)):
                return value
    raise context.refuse(f"no float is a multiple of {float(step)}")


def _clamp(count: int, first: int | None, last: int | None) -> int:
    if first is not None and count < first:
        return first
    return last if last is not None and count > last else count


def _window(first: int | None, last: int | None, span: int) -> tuple[int, int]:
    """Where varied counts lie: the whole range where it is small, else the part of it nearest to 0."""
    if first is not None and last is not None and last - first <= span:
        return first, last
    nearest = _clamp(0, first, last)
    if nearest == last:
        return _clamp(last - span, first, last), last
    return nearest, _clamp(nearest + span, first, last)


def _between(low: _Bound | None, high: _Bound | None, context: SamplingContext) -> int | float:
    wanted = _wanted(low, high, context)
    for value in (wanted, *_edges(low, high)):
        number = exact(_plain(value))
        above = low is None or number > low.value or (number == low.value and not low.exclusive)
        below = high is None or number < high.value or (number == high.value and not high.exclusive)
        if above and below:
            return _plain(value)
    raise context.refuse(f"no number lies between {low} and {high}")


def _wanted(low: _Bound | None, high: _Bound | None, context: SamplingContext) -> Fraction:
    if context.rng is None:
        return exact(number_for(context.name))
    least = low.value if low else (high.value - SPAN if high else Fraction(0))
    most = high.value if high else least + SPAN
    return round(least + (most - least) * exact(context.rng.random()), 2)


def _edges(low: _Bound | None, high: _Bound | None) -> list[Fraction]:
    """The numbers nearest to the bounds, the rounder ones first."""
    bounds = [bound.value for bound in (low, high) if bound is not None]
    if low and high:
        middle = (low.value + high.value) / 2
        return [*bounds, Fraction(round(middle)), middle]
    return [*bounds, *(bound + 1 for bound in bounds), *(bound - 1 for bound in bounds)]


def _plain(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(number)
