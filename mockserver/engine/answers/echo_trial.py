"""Puts members into the body of an answer as far as it stays valid."""

from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.contract.operation import DirectedDocument
from mockserver.contract.schema.judge import SchemaViolation
from mockserver.contract.schema.work import NotJudged, WorkBudget, take_not_judged
from mockserver.data.json import Json, object_or_empty
from mockserver.data.pointer import json_pointer

_ROUNDS = 3  # in which the members that violations name are left out
_MOST_SINGLY = 50  # members that are tried one after the other


class Member(Struct, frozen=True):
    """A member of an answer: the one or two keys that lead to it, and the part of the request it is from."""

    keys: tuple[str, ...]
    part: Literal["path", "body"]

    @property
    def pointer(self) -> str:
        """Its JSON Pointer in the answer's body."""
        return json_pointer(self.keys)


Members: TypeAlias = dict[Member, Json]  # with the values that they get


def with_members(
    directed: DirectedDocument, schema: str, body: dict[str, Json], members: Members
) -> dict[str, Json]:
    """The body with members that do not affect whether it is valid by the schema."""
    changed = _with_members(body, members)
    if not directed.violations(schema, body):
        directed.note_valid(schema, changed)
    return changed


def with_valid_members(
    directed: DirectedDocument, schema: str, body: dict[str, Json], members: Members, size: int
) -> tuple[dict[str, Json], Members]:
    """The body with as many of the members as its schema allows, and which these are.

    A valid body stays valid, and an invalid one gets no further violations. `size` is the number of bytes of
    the request that the values are from.
    """
    trial = _Trial(directed, schema, body, size)
    kept = trial.without_violating(members) or trial.added_singly(members)
    changed = _with_members(body, kept)
    if trial.is_valid:
        directed.note_valid(schema, changed)
    return changed, kept


def _with_members(body: dict[str, Json], members: Members) -> dict[str, Json]:
    """A copy of the body with these members, at its top or in an object of it."""
    changed, inner = dict(body), dict[str, dict[str, Json]]()
    for member, value in members.items():
        *outer, name = member.keys
        (inner.setdefault(outer[0], {}) if outer else changed)[name] = value
    for name, added in inner.items():
        changed[name] = {**object_or_empty(body.get(name)), **added}
    return changed


class _Trial:
    """Tries members in a body, with one budget of work for all attempts."""

    def __init__(self, directed: DirectedDocument, schema: str, body: dict[str, Json], size: int) -> None:
        self._directed = directed
        self._schema = schema
        self._body = body
        self.size = size
        self.work: WorkBudget | None = None
        self._known = frozenset(self._found(body))

    @property
    def is_valid(self) -> bool:
        """Whether the body without the members has no violations."""
        return not self._known

    def without_violating(self, members: Members) -> Members:
        """The members without those that violations name; empty if that does not make the body valid."""
        for _ in range(_ROUNDS):
            offending = self._offending(members)
            if not offending:
                return members
            members = {
                member: value
                for member, value in members.items()
                if not any(f"{each}/".startswith(f"{member.pointer}/") for each in offending)
            }
        return {}

    def added_singly(self, members: Members) -> Members:
        """The members that can be added one after the other."""
        kept: dict[Member, Json] = {}
        for member in list(members)[:_MOST_SINGLY]:
            attempt = {**kept, member: members[member]}
            if not self._offending(attempt):
                kept = attempt
        return kept

    def _offending(self, members: Members) -> list[str]:
        """The pointers of the violations that the body has with the members, but not without them."""
        found = self._found(_with_members(self._body, members))
        return [each.pointer for each in found if each not in self._known]

    def _found(self, value: Json) -> list[SchemaViolation | NotJudged]:
        """The violations of a body, and what could not be judged."""
        violations = self._directed.violations(self._schema, value, self)
        return [*violations, *take_not_judged(self)] if violations or self.work else []
