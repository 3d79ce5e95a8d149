"""Estimates how much work matching a pattern takes, from its tree."""

from collections.abc import Iterator

from mockserver.contract.schema.pattern_syntax import (
    INFINITE,
    Anchor,
    Atom,
    Backreference,
    Group,
    Look,
    Node,
    Repeat,
)

_LARGEST = 1 << 40


def size(node: Node) -> int:
    """The atoms of a node, those under a quantifier as often as it can demand or count them."""
    match node:
        case Repeat(inner, low, high):
            times = max(low, 1) if high == INFINITE else max(high, 1)
            return min(size(inner) * times, _LARGEST)
        case Group(options=options):
            return min(sum(size(each) for option in options for each in option) or 1, _LARGEST)
        case Look(group=group):
            return size(group)
    return 1


def longest(node: Node) -> int:
    """The most characters that a node matches; INFINITE or more if there is no limit."""
    match node:
        case Repeat(inner, _, high):
            return min(longest(inner) * high, INFINITE)
        case Group(options=options):
            return max(min(sum(map(longest, option)), INFINITE) for option in options)
        case Anchor() | Look():
            return 0
        case Backreference():
            return INFINITE
    return 1


def is_anchored(group: Group) -> bool:
    """Whether the pattern matches at the start of a text only."""
    return all(_starts_at_start(option) for option in group.options)


def _starts_at_start(option: tuple[Node, ...]) -> bool:
    match option[:1]:
        case (Anchor("^", flags),):
            return "m" not in flags
        case (Group() as group,):
            return is_anchored(group)
    return False


def backtracks_exponentially(node: Node) -> bool:
    """Whether a quantifier applies to a group that has a quantifier or alternatives."""
    return any(_is_variable(each.node) for each in _walk(node) if isinstance(each, Repeat) and each.high > 1)


def _is_variable(node: Node) -> bool:
    return any(
        isinstance(each, Backreference)
        or (isinstance(each, Repeat) and each.low != each.high)
        or (isinstance(each, Group) and len(each.options) > 1)
        for each in _walk(node)
    )


def degree(group: Group) -> int:
    """The exponent to the length of a text in the steps of a backtracking search, without nested quantifiers.

    Each quantifier that can match many characters multiplies the steps by the length, and so does the search
    for a start. What a lookaround has matched is not tried again, so two of them do not multiply.
    """
    return max(1, *_degrees(group)) + (not is_anchored(group))


def _degrees(group: Group) -> tuple[int, int]:
    """The exponent of what a group matches, and the highest exponent up to the end of a lookaround in it."""
    most, highest = 0, 0
    for option in group.options:
        own = 0
        for node in option:
            matter, looks = _node_degrees(node)
            highest = max(highest, own + looks)
            own += matter
        most = max(most, own)
    return most, highest


def _node_degrees(node: Node) -> tuple[int, int]:
    match node:
        case Repeat(inner, low, high):
            own, looks = _node_degrees(inner)
            return own + (high - low > 1), looks
        case Group():
            return _degrees(node)
        case Look(group=group, is_behind=is_behind):
            return 0, max(1, *_degrees(group)) + is_behind
        case Backreference():
            return 1, 0
    return 0, 0


def has_lookaround(node: Node) -> bool:
    """Whether a pattern looks at characters that it does not match."""
    return any(isinstance(each, Look) for each in _walk(node))


def references(node: Node) -> frozenset[str]:
    """The groups that backreferences name."""
    return frozenset(each.group for each in _walk(node) if isinstance(each, Backreference))


def _walk(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Repeat(node=inner):
            yield from _walk(inner)
        case Group(options=options):
            for option in options:
                for each in option:
                    yield from _walk(each)
        case Look(group=group):
            yield from _walk(group)
        case Atom() | Anchor() | Backreference():
            return
