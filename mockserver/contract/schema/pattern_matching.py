"""Matches texts with ECMA 262 patterns within a budget of steps.

A pattern that can be translated runs on a linear engine; what needs backtracking is matched by `regress`
while its steps are few. A pattern that needs backtracking and nests quantifiers is matched for short texts
only, by `pattern_states`. Whatever takes more steps than the budget has is not judged.
"""

import re
from functools import lru_cache

from msgspec import Struct
from regress import Regex

from mockserver.contract.schema.ecma import BadPattern, compile_pattern, compile_strictly, ecma_source
from mockserver.contract.schema.linear_patterns import Search, linear_search
from mockserver.contract.schema.pattern_cost import (
    backtracks_exponentially,
    degree,
    has_lookaround,
    is_anchored,
    longest,
    size,
)
from mockserver.contract.schema.pattern_states import OutOfSteps, find
from mockserver.contract.schema.pattern_syntax import INFINITE, Group, Unparsed, parse
from mockserver.contract.schema.work import WorkBudget

LONGEST_NESTED = 64  # characters of a text for a pattern that needs backtracking and nests quantifiers
_SHORT = 16  # characters for which the linear engine saves nothing
_LIGHT = 12  # atoms of a pattern whose states the linear engine certainly remembers
_QUICK = 10_000  # steps
_LEAST = 50  # steps that take as long as the search of a short text
_STATES = 20_000  # steps of `pattern_states` for one text
_STATE_COST = 200  # steps of the other engines that take as long as one of those
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class PatternPlan(Struct, frozen=True):
    """What is known of a pattern before it is matched."""

    regex: Regex
    tree: Group | None  # None: the parser does not know all its constructs
    linear: Search | None
    weight: int  # steps of the linear engine for each character
    decisive: int | None  # the first characters of a text that decide; None: all
    nests: bool
    degree: int
    has_u_flag: bool


@lru_cache(maxsize=512)
def pattern_plan(pattern: str) -> PatternPlan:
    """The plan of a pattern; raises BadPattern."""
    regex, source = compile_pattern(pattern), ecma_source(pattern)
    has_u_flag = True
    try:
        compile_strictly(source)
    except BadPattern:
        has_u_flag = False
    try:
        tree = parse(source)
    except Unparsed:
        return PatternPlan(regex, None, None, 1, None, True, 1, has_u_flag)
    is_bounded = is_anchored(tree) and longest(tree) < INFINITE and not has_lookaround(tree)
    return PatternPlan(
        regex,
        tree,
        linear_search(tree),
        1 if size(tree) <= _LIGHT else size(tree),
        longest(tree) + 1 if is_bounded else None,
        backtracks_exponentially(tree),
        degree(tree),
        has_u_flag,
    )


def needs_short_texts(pattern: str) -> bool:
    """Whether the pattern is judged for at most LONGEST_NESTED characters only; raises BadPattern."""
    plan = pattern_plan(pattern)
    return plan.linear is None and plan.nests


def is_light(pattern: str) -> bool:
    """Whether a linear engine matches the pattern quickly with a text of any length; raises BadPattern."""
    plan = pattern_plan(pattern)
    return plan.weight == 1 or (plan.decisive is not None and plan.decisive * plan.weight <= 1 << 16)


def is_matched_quickly(pattern: str, text: str) -> bool:
    """Whether the pattern runs on the linear engine, in few steps for this text; raises BadPattern."""
    plan = pattern_plan(pattern)
    length = len(text) if plan.decisive is None else min(len(text), plan.decisive)
    return plan.linear is not None and length * plan.weight <= _QUICK


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches anywhere in the text, also if that cannot be judged; raises BadPattern."""
    return judged_match(pattern, text, WorkBudget()) is not False


def judged_match(pattern: str, text: str, work: WorkBudget) -> bool | None:
    """Whether the pattern matches anywhere in the text; None if that takes more steps than the budget has.

    Raises BadPattern.
    """
    return planned_match(pattern_plan(pattern), text, work)


def planned_match(plan: PatternPlan, text: str, work: WorkBudget) -> bool | None:
    """The same for a pattern whose plan is known."""
    if plan.decisive is not None and len(text) > plan.decisive:
        text = text[: plan.decisive]
    if plan.linear is None:
        return _backtracked(plan, text, work)
    if len(text) <= _SHORT and not plan.nests and plan.degree <= 3:
        return _found(plan.regex, text) if work.spend_steps(_LEAST) else None
    if not work.spend_steps(max(len(text) * plan.weight, _LEAST)):
        return None
    if not plan.has_u_flag:
        text = _ASTRAL.sub("\ufffd\ufffd", text)  # one character for each code unit of UTF-16
    try:
        return plan.linear(text)
    except ValueError:  # an unpaired surrogate
        return plan.linear(_well_formed(text))


def _backtracked(plan: PatternPlan, text: str, work: WorkBudget) -> bool | None:
    if not plan.nests:
        steps = max(int(min(float(len(text) or 1) ** plan.degree, 1e15)), _LEAST)
        return _found(plan.regex, text) if work.spend_steps(steps) else None
    if len(text) > LONGEST_NESTED or plan.tree is None:
        return None
    text = _well_formed(text) if plan.has_u_flag else _ASTRAL.sub("\ufffd\ufffd", text)
    most = min(_STATES, work.steps // _STATE_COST)
    try:
        found, steps = find(plan.tree, text, most, has_u_flag=plan.has_u_flag)
    except OutOfSteps:
        work.spend_steps(most * _STATE_COST)
        return None
    except Unparsed:
        return None
    work.spend_steps(steps * _STATE_COST)
    return found


def not_judged_message(pattern: str, text: str) -> str:
    """The sentence that says why the pattern was not judged."""
    lead = f"the pattern {pattern[:60]!r} is not judged"
    if needs_short_texts(pattern) and len(text) > LONGEST_NESTED:
        return (
            f"{lead}: it needs backtracking and nests quantifiers, so it is judged for at most "
            f"{LONGEST_NESTED} characters, found {len(text):,}"
        )
    return f"{lead}: matching {len(text):,} characters takes too many steps"


def _found(regex: Regex, text: str) -> bool:
    try:
        return regex.find(text) is not None
    except UnicodeEncodeError:
        return regex.find(_well_formed(text)) is not None


def _well_formed(text: str) -> str:
    """The text with surrogate pairs joined, and unpaired surrogates, which the engines reject, as U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
