"""Ways in which an answer could be another: within the contract, or against it.

A client's tests that notice none of them would not notice a backend that changes. Which side of the contract
a change is on, the judge says: it is tried on documented bodies, and again on each answer that it changes.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from msgspec import Struct

from mockserver.contract.description import MediaType, Response
from mockserver.contract.document.instance_locations import instance_locations
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token
from mockserver.data.suggest import did_you_mean
from mockserver.http.problem import Problem, ProblemError, valid_names

Within = Literal["left-out", "null", "extra-member", "empty-list", "long-text", "error"]
Broken = Literal["missing", "wrong-type"]
Kind = Within | Broken
KINDS: tuple[Kind, ...] = (*get_args(Within), *get_args(Broken))
LONG = "a very long text " * 600  # about 10,000 characters
EXTRA = "mockserver_extra"  # a member that no contract names
SEEDS = (None, 1, 2, 3, 4)  # of the generated bodies that changes are tried on, beside the examples
_DROPPED: tuple[Kind, ...] = ("left-out", "missing")


class UnknownMutation(ProblemError):
    """The contract's answers have no mutation of this name."""

    def __init__(self, name: str, valid: tuple[str, ...]) -> None:
        super().__init__(f"there is no mutation {name!r}{did_you_mean(name, valid)}")
        self.name = name
        self.valid = valid

    def problem(self) -> Problem:
        return Problem("unknown-mutation", str(self), valid_names(self.valid))


class Mutation(Struct, frozen=True):
    """One change of an operation's answers.

    `response` is the status as the contract writes it; `pointer` leads into the body, its `*` being each item
    of a list. An error has a `body` of its own, under that status, in place of the answer that goes well.
    """

    operation: str
    response: str
    kind: Kind
    pointer: str = ""
    body: Json = None

    @property
    def name(self) -> str:
        """Unique in a contract: `update-a-cart 200 left-out /data/rent`."""
        code = self.body.get("error") if isinstance(self.body, dict) and self.kind == "error" else None
        detail = code if isinstance(code, str) else self.pointer
        return " ".join(filter(None, (self.operation, self.response, self.kind, detail)))

    @property
    def within(self) -> bool:
        """Whether the changed answer keeps to the contract."""
        return self.kind in get_args(Within)

    def changed(self, operation: Operation, response: Response, body: Json) -> Json:
        """The body of an answer, changed; the same object where this mutation has no part in it."""
        if self.kind == "error" or (self.operation, self.response) != (operation.id, response.status):
            return body
        made = _changed(body, self.pointer.split("/")[1:], self.kind)
        media = response.media
        if made == body or media is None or _accepts(operation, media, made) is not self.within:
            return body
        return made


class Mutations:
    """The mutations of a contract's answers; those of an operation are made when they are first asked for."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._made: dict[str, tuple[Mutation, ...]] = {}

    def for_operation(self, operation: str) -> tuple[Mutation, ...]:
        """Those of one operation; raises UnknownOperation."""
        found = self._contract.operation(operation)
        if found.id not in self._made:
            self._made[found.id] = mutations(found)
        return self._made[found.id]

    def all(self) -> Iterator[Mutation]:
        for operation in self._contract.operations:
            yield from self.for_operation(operation.id)

    def named(self, name: str) -> Mutation:
        """The one of this name; raises UnknownMutation."""
        owners = [each.id for each in self._contract.operations if name.startswith(f"{each.id} ")]
        candidates = [each for owner in owners for each in self.for_operation(owner)]
        for each in candidates:
            if each.name == name:
                return each
        raise UnknownMutation(name, tuple(each.name for each in candidates or self.all()))


def mutations(operation: Operation) -> tuple[Mutation, ...]:
    """Every mutation of an operation's answers, in the contract's order."""
    shapes = [each for response in operation.responses.values() for each in _shapes(operation, response)]
    return (*shapes, *_errors(operation))


def _shapes(operation: Operation, response: Response) -> list[Mutation]:
    """Changes of the documented bodies of one answer, from the outside in."""
    media = response.media
    if media is None or media.schema is None or not media.is_json:
        return []
    named = list(
        dict.fromkeys(place for place, _ in instance_locations(operation.answers.document, media.schema))
    )
    found: set[Mutation] = set()
    for body in _bodies(operation, media):
        for pointer, kind in _candidates(body, "", named):
            mutation = Mutation(operation.id, response.status, kind, pointer)
            if mutation not in found and mutation.changed(operation, response, body) is not body:
                found.add(mutation)
    return sorted(found, key=lambda each: (named.index(each.pointer), KINDS.index(each.kind)))


def _bodies(operation: Operation, media: MediaType) -> Iterator[Json]:
    """Bodies of one type that the contract allows."""
    for example in media.examples.values():
        if _accepts(operation, media, example):
            yield example
    for seed in SEEDS:
        try:
            yield operation.value(media.schema or "", seed)
        except Unsatisfiable:
            return


def _candidates(value: Json, place: str, named: list[str]) -> Iterator[tuple[str, Kind]]:
    """What may be tried at a place and below it; members that the contract does not name are passed over."""
    yield from ((place, kind) for kind in ("null", "wrong-type"))
    match value:
        case dict():
            yield place, "extra-member"
            for name, member in value.items():
                below = f"{place}/{pointer_token(name)}"
                if below in named:
                    yield from ((below, kind) for kind in _DROPPED)
                    yield from _candidates(member, below, named)
        case list():
            yield place, "empty-list"
            for item in value:
                yield from _candidates(item, f"{place}/*", named)
        case str():
            yield place, "long-text"


def _errors(operation: Operation) -> Iterator[Mutation]:
    """Each documented error code, and each documented error without one."""
    for response in operation.responses.values():
        if not response.status.isdecimal() or int(response.status) < 400:
            continue
        for code in response.codes:
            yield Mutation(operation.id, response.status, "error", body={"error": code})
        media = response.media
        if not response.codes:
            body = next(_bodies(operation, media), None) if media is not None and media.schema else None
            yield Mutation(operation.id, response.status, "error", body=body)


def _accepts(operation: Operation, media: MediaType, body: Json) -> bool:
    return media.schema is None or operation.answers.judges.judge(media.schema).accepts(body)


def _changed(value: Json, tokens: list[str], kind: Kind) -> Json:
    """The value with a change at a place; an equal one where it has no such place."""
    if not tokens:
        return _replaced(value, kind)
    token, rest = tokens[0].replace("~1", "/").replace("~0", "~"), tokens[1:]
    if isinstance(value, list) and token == "*":
        return [_changed(item, rest, kind) for item in value]
    if not isinstance(value, dict) or token not in value:
        return value
    if not rest and kind in _DROPPED:
        return {name: member for name, member in value.items() if name != token}
    return {**value, token: _changed(value[token], rest, kind)}


def _replaced(value: Json, kind: Kind) -> Json:
    match kind, value:
        case "null", _:
            return None
        case "extra-member", dict():
            return {**value, EXTRA: "a member that the contract does not name"}
        case "empty-list", list():
            return []
        case "long-text", str():
            return LONG
        case "wrong-type", _:
            return _other_type(value)
    return value


def _other_type(value: Json) -> Json:
    """A value of another type, and of one that careless clients take for the same."""
    others: Mapping[type, Json] = {str: 0, list: {}, dict: [], bool: "yes", type(None): {}}
    return others.get(type(value), str(value))
