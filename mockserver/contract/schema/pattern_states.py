"""Matches a pattern by following all of its possible matches at once, with a bound on the steps.

Backtracking visits the same position in a pattern and a text again and again; this visits it once for each
set of captures that backreferences need. It is slow, but its steps can be counted, so it serves the patterns
that could backtrack without end.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from regress import Regex, RegressError

from mockserver.contract.schema.pattern_cost import references
from mockserver.contract.schema.pattern_syntax import (
    INFINITE,
    Anchor,
    Atom,
    Backreference,
    Group,
    Look,
    Node,
    Repeat,
    Unparsed,
)

Captures: TypeAlias = tuple[tuple[str, str], ...]  # of the groups that are referred to, by name
State: TypeAlias = tuple[int, Captures]  # a position in the text


class OutOfSteps(Exception):
    """The pattern was not decided within the bound."""


def find(tree: Group, text: str, most_steps: int, *, has_u_flag: bool = True) -> tuple[bool, int]:
    """Whether the pattern matches anywhere in the text, and the steps that took.

    Raises OutOfSteps, Unparsed.
    """
    matcher = _Matcher(tree, text, most_steps, has_u_flag)
    try:
        found = any(matcher.ends(tree, (start, ())) for start in range(len(text) + 1))
    except RecursionError:
        raise Unparsed("it is nested too deeply") from None
    return found, most_steps - matcher.steps_left


class _Matcher:
    def __init__(self, tree: Group, text: str, most_steps: int, has_u_flag: bool) -> None:
        self._text = text
        self.steps_left = most_steps
        self._has_u_flag = has_u_flag
        self._references = references(tree)
        self._known: dict[tuple[int, int, Captures], frozenset[State]] = {}

    def ends(self, node: Node, start: State) -> frozenset[State]:
        """The states after a match of the node that begins in a state."""
        key = id(node), *start
        found = self._known.get(key)
        if found is None:
            self._step()
            found = self._known[key] = frozenset(self._found(node, start))
        return found

    def _step(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise OutOfSteps

    def _found(self, node: Node, start: State) -> Iterator[State]:
        position, captures = start
        match node:
            case Atom(source, flags):
                character = self._text[position : position + 1]
                if character and _atom_matches(source, flags, character, self._has_u_flag):
                    yield position + 1, captures
            case Anchor(kind, flags):
                if self._holds(kind, flags, position):
                    yield start
            case Backreference(group, flags):
                yield from self._repeated_text(dict(captures).get(group, ""), flags, start)
            case Group(options, names):
                for option in options:
                    yield from self._captured(names, start, self._sequence(option, start))
            case Look():
                yield from self._looked(node, start)
            case Repeat(inner, low, high):
                yield from self._repeated(inner, low, high, start)

    def _sequence(self, nodes: tuple[Node, ...], start: State) -> set[State]:
        states = {start}
        for node in nodes:
            states = {end for state in states for end in self.ends(node, state)}
        return states

    def _captured(self, names: tuple[str, ...], start: State, ends: set[State]) -> Iterator[State]:
        wanted = self._references.intersection(names)
        for position, captures in ends:
            if wanted:
                kept = {**dict(captures), **dict.fromkeys(wanted, self._text[start[0] : position])}
                captures = tuple(sorted(kept.items()))
            yield position, captures

    def _looked(self, look: Look, start: State) -> Iterator[State]:
        if self._references and (look.is_behind or self._references & _names(look.group)):
            raise Unparsed("a backreference into a lookaround")  # only the first match of that would count
        position, captures = start
        if look.is_behind:
            origins = ((origin, captures) for origin in range(position + 1))
            matched = any(end[0] == position for origin in origins for end in self.ends(look.group, origin))
        else:
            matched = bool(self.ends(look.group, start))
        if matched is not look.is_negative:
            yield start

    def _repeated(self, node: Node, low: int, high: int, start: State) -> Iterator[State]:
        layer, seen, count = {start}, {start}, 0
        if low == 0:
            yield start
        while layer and count < high:
            count += 1
            following = {
                end for state in layer for end in self.ends(node, self._without_captures(node, state))
            }
            self._step()
            if count >= low:
                following -= seen if count > low else set()
                yield from following
                seen |= following
                if high == INFINITE:
                    high = max(count + len(self._text) + 1, low)
            layer = following

    def _without_captures(self, node: Node, state: State) -> State:
        """The state at the start of an iteration, which forgets the captures of the groups inside."""
        if not state[1]:
            return state
        inside = _names(node)
        return state[0], tuple(each for each in state[1] if each[0] not in inside)

    def _holds(self, kind: str, flags: str, position: int) -> bool:
        before, after = (
            self._text[position - 1 : position] if position else "",
            self._text[position : position + 1],
        )
        if kind == "^":
            return not before or ("m" in flags and before in "\n\r\u2028\u2029")
        if kind == "$":
            return not after or ("m" in flags and after in "\n\r\u2028\u2029")
        words = [
            bool(each) and _atom_matches(r"\w", flags, each, self._has_u_flag) for each in (before, after)
        ]
        return (words[0] is not words[1]) is (kind == r"\b")

    def _repeated_text(self, wanted: str, flags: str, start: State) -> Iterator[State]:
        end = start[0] + len(wanted)
        found = self._text[start[0] : end]
        if found == wanted or ("i" in flags and found.casefold() == wanted.casefold()):
            yield end, start[1]


@lru_cache(maxsize=4_096)
def _atom_matches(source: str, flags: str, character: str, has_u_flag: bool) -> bool:
    pattern = f"^(?{flags}:{source})$" if flags else f"^{source}$"
    try:
        return Regex(pattern, "u" if has_u_flag else "").find(character) is not None
    except (RegressError, UnicodeEncodeError):
        raise Unparsed(source) from None


@lru_cache(maxsize=512)
def _names(node: Node) -> frozenset[str]:
    match node:
        case Group(options, names):
            return frozenset(names).union(*(_names(each) for option in options for each in option))
        case Repeat(node=inner):
            return _names(inner)
        case Look(group=group):
            return _names(group)
    return frozenset()
