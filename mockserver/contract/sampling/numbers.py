"""Generate integers and numbers within their bounds."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor, lcm

from msgspec import Struct

from mockserver.contract.sampling.context import Keywords, SamplingContext
from mockserver.contract.sampling.plausible_values import is_identifier, numbers_for
from mockserver.data.decimals import exact_decimal

SPAN = 10_000  # the greatest distance of a varied number from 0, or from the bound nearest to 0
_WIDTHS = {"int32": 31, "int64": 63}  # bits without the sign (OpenAPI 3.1.1, section 4.4)
NEIGHBOURS = 100  # multiples tried on each side until one is exact as a double


class _Bound(Struct, frozen=True):
    """A lower or upper bound, and the keyword that sets it."""

    value: Fraction
    keyword: str
    is_exclusive: bool

    def __str__(self) -> str:
        return f"{self.keyword} {_number(self.value)}"


class _Range(Struct, frozen=True):
    """The counts of a step that lie within the bounds, from `first` to `last`; None means unbounded."""

    first: int | None
    last: int | None

    @property
    def is_empty(self) -> bool:
        return self.first is not None and self.last is not None and self.first > self.last

    def clamped(self, count: int) -> int:
        """The count in the range that is nearest to `count`."""
        if self.first is not None and count < self.first:
            return self.first
        return self.last if self.last is not None and count > self.last else count

    def window(self, span: int) -> tuple[int, int]:
        """The range itself if it is at most `span` wide, else the part of that width nearest to 0."""
        if self.first is not None and self.last is not None and self.last - self.first <= span:
            return self.first, self.last
        nearest = self.clamped(0)
        if nearest == self.last:
            return self.clamped(self.last - span), self.last
        return nearest, self.clamped(nearest + span)


def make_number(keywords: Keywords, context: SamplingContext, *, whole: bool) -> int | float:
    """Generate a number that the keywords allow, an integer if `whole`; raises Unsatisfiable."""
    low = _bound(keywords, "minimum", "exclusiveMinimum", 1)
    high = _bound(keywords, "maximum", "exclusiveMaximum", -1)
    if low and high and low.value > high.value:
        raise context.unsatisfiable(f"{low} is greater than {high}")
    step = _step(keywords, context, whole=whole)
    plausible = _plausible(keywords, context)
    if step is not None:
        return _multiple(step, low, high, plausible, context)
    return _between(low, high, plausible, context)


class _Plausible(Struct, frozen=True):
    """A plain number, and the range of varied ones if there is one."""

    plain: Fraction
    low: Fraction
    high: Fraction

    @property
    def has_range(self) -> bool:
        return self.low <= self.high


def _plausible(keywords: Keywords, context: SamplingContext) -> _Plausible:
    """What is plausible by the name and the format, or for an identifier by the length of its example."""
    examples = keywords.get("examples")
    example = examples[0] if isinstance(examples, list) and examples else None
    if is_identifier(context.name) and type(example) is int and example > 0:
        least = 10 ** (len(str(example)) - 1)
        return _Plausible(Fraction(example), Fraction(least), Fraction(least * 10 - 1))
    found = numbers_for(context.name, str(keywords.get("format", "")))
    if "not" in keywords:  # such as the items that are already in an array of unique ones
        return _Plausible(exact_decimal(found.plain), Fraction(1), Fraction(0))
    return _Plausible(exact_decimal(found.plain), Fraction(found.low), Fraction(found.high))


def _bound(keywords: Keywords, inclusive: str, exclusive: str, sign: int) -> _Bound | None:
    """The tightest bound on one side; `sign` is 1 for lower bounds and -1 for upper bounds."""
    bounds = [
        _Bound(exact_decimal(keywords[keyword]), keyword, keyword == exclusive)
        for keyword in (exclusive, inclusive)
        if keyword in keywords
    ]
    format_ = keywords.get("format")
    if isinstance(format_, str) and format_ in _WIDTHS:
        edge = -(2 ** _WIDTHS[format_]) if sign == 1 else 2 ** _WIDTHS[format_] - 1
        bounds.append(_Bound(Fraction(edge), f"the {format_} bound", is_exclusive=False))
    return max(bounds, key=lambda bound: sign * bound.value, default=None)


def _step(keywords: Keywords, context: SamplingContext, *, whole: bool) -> Fraction | None:
    if "multipleOf" not in keywords:
        return Fraction(1) if whole else None
    step = exact_decimal(keywords["multipleOf"])
    if step <= 0:
        raise context.unsatisfiable(f"multipleOf {keywords['multipleOf']} is not greater than 0")
    return Fraction(lcm(step.numerator, step.denominator), step.denominator) if whole else step


def _multiple(
    step: Fraction, low: _Bound | None, high: _Bound | None, plausible: _Plausible, context: SamplingContext
) -> int | float:
    """Generate a multiple of `step` within the bounds."""
    counts = _Range(_first_count(step, low), _last_count(step, high))
    if counts.is_empty:
        raise context.unsatisfiable(f"no multiple of {float(step):g} is between {low} and {high}")
    for count in _nearby(_wanted_count(step, counts, plausible, context), counts):
        value = _number(count * step)
        if isinstance(value, int) or (value / float(step)).is_integer():
            return value
    raise context.unsatisfiable(f"no double is an exact multiple of {float(step)}")


def _first_count(step: Fraction, low: _Bound | None) -> int | None:
    if low is None:
        return None
    count = ceil(low.value / step)
    return count + 1 if low.is_exclusive and count * step == low.value else count


def _last_count(step: Fraction, high: _Bound | None) -> int | None:
    if high is None:
        return None
    count = floor(high.value / step)
    return count - 1 if high.is_exclusive and count * step == high.value else count


def _wanted_count(step: Fraction, counts: _Range, plausible: _Plausible, context: SamplingContext) -> int:
    if context.rng is None:
        return counts.clamped(round(plausible.plain / step))
    first, last = counts.clamped(ceil(plausible.low / step)), counts.clamped(floor(plausible.high / step))
    if plausible.has_range and first * step <= plausible.high and last * step >= plausible.low:
        return context.rng.randint(min(first, last), last)
    return context.rng.randint(*counts.window(max(1, int(SPAN / step))))


def _nearby(start: int, counts: _Range) -> Iterator[int]:
    """The counts in the range around `start`, the nearest first."""
    for distance in range(NEIGHBOURS):
        for count in (start + distance, start - distance):
            if counts.clamped(count) == count:
                yield count


def _between(
    low: _Bound | None, high: _Bound | None, plausible: _Plausible, context: SamplingContext
) -> int | float:
    wanted = _wanted(low, high, plausible, context)
    for value in (wanted, *_edges(low, high)):
        number = exact_decimal(_number(value))
        above = low is None or number > low.value or (number == low.value and not low.is_exclusive)
        below = high is None or number < high.value or (number == high.value and not high.is_exclusive)
        if above and below:
            return _number(value)
    raise context.unsatisfiable(f"no number is between {low} and {high}")


def _wanted(
    low: _Bound | None, high: _Bound | None, plausible: _Plausible, context: SamplingContext
) -> Fraction:
    if context.rng is None:
        return plausible.plain
    least = low.value if low else (high.value - SPAN if high else Fraction(0))
    most = high.value if high else least + SPAN
    if plausible.has_range:
        first = plausible.low if low is None else max(plausible.low, low.value)
        last = plausible.high if high is None else min(plausible.high, high.value)
        least, most = (first, last) if first <= last else (least, most)
    return round(least + (most - least) * exact_decimal(context.rng.random()), 2)


def _edges(low: _Bound | None, high: _Bound | None) -> list[Fraction]:
    """Numbers near the bounds, round numbers first."""
    bounds = [bound.value for bound in (low, high) if bound is not None]
    if low and high:
        middle = (low.value + high.value) / 2
        return [*bounds, Fraction(round(middle)), middle]
    return [*bounds, *(bound + 1 for bound in bounds), *(bound - 1 for bound in bounds)]


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
