"""Mutations of answers, for mutation testing of a client's tests: valid by the contract, or breaking it.

A test suite that detects none of them would not detect a change of the real backend either. Mutated bodies
are validated when mutations are listed, on examples and generated bodies, and again for each answer.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from msgspec import Struct

from mockserver.contract.description import MediaType, Response
from mockserver.contract.document.instance_locations import instance_locations
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_keys, pointer_token
from mockserver.data.suggest import did_you_mean
from mockserver.http.problem import Problem, ProblemError, valid_names

Within = Literal["left-out", "null", "extra-member", "empty-list", "long-text", "error"]
Broken = Literal["missing", "wrong-type"]
Kind = Within | Broken
KINDS: tuple[Kind, ...] = (*get_args(Within), *get_args(Broken))
LONG = "a very long text " * 600  # about 10,000 characters
EXTRA = "mockserver_extra"  # a member that no contract describes
SEEDS = (None, 1, 2, 3, 4)  # of generated bodies, which are mutated as well as the examples
_DROPPED: tuple[Kind, ...] = ("left-out", "missing")


class UnknownMutation(ProblemError):
    """The contract's answers have no mutation of this name; `valid` are names that they have."""

    def __init__(self, name: str, valid: tuple[str, ...]) -> None:
        super().__init__(f"there is no mutation {name!r}{did_you_mean(name, valid)}")
        self.name = name
        self.valid = valid

    def problem(self) -> Problem:
        return Problem("unknown-mutation", str(self), valid_names(self.valid))


class Mutation(Struct, frozen=True):
    """One change of an operation's answers.

    `response` is a status as in the contract (`200`, `4XX`). `pointer` is a JSON Pointer into the body, in
    which the token `*` means each item of an array. The kind `error` replaces a successful answer by `body`
    with that status.
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
        """Whether the changed answer is valid by the contract."""
        return self.kind in get_args(Within)

    def changed(self, operation: Operation, response: Response, body: Json) -> Json:
        """The mutated body of an answer; `body` itself if this mutation does not apply to it."""
        if self.kind == "error" or (self.operation, self.response) != (operation.id, response.status):
            return body
        mutated = _mutated(body, pointer_keys(self.pointer), self.kind)
        media = response.media
        if mutated == body or media is None or _accepts(operation, media, mutated) is not self.within:
            return body
        return mutated


class Mutations:
    """The mutations of a contract's answers, listed for each operation on first use."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._by_operation: dict[str, tuple[Mutation, ...]] = {}

    def for_operation(self, operation: str) -> tuple[Mutation, ...]:
        """The mutations of one operation, by its name; raises UnknownOperation."""
        found = self._contract.operation(operation)
        if found.id not in self._by_operation:
            self._by_operation[found.id] = mutations(found)
        return self._by_operation[found.id]

    def all(self) -> Iterator[Mutation]:
        """The mutations of all operations."""
        for operation in self._contract.operations:
            yield from self.for_operation(operation.id)

    def named(self, name: str) -> Mutation:
        """The mutation with a name, which begins with any name of its operation.

        Raises UnknownMutation, AmbiguousOperation.
        """
        candidates: list[Mutation] = []
        for operation, rest in self._readings(name):
            of_operation = self.for_operation(operation)
            candidates += of_operation
            full = f"{self._contract.operation(operation).id} {rest}"
            for each in of_operation:
                if each.name == full:
                    return each
        raise UnknownMutation(name, tuple(each.name for each in candidates or self.all()))

    def _readings(self, name: str) -> Iterator[tuple[str, str]]:
        """The ways to divide a mutation's name: a known name of an operation, and the rest."""
        words = name.split(" ")
        for end in range(1, len(words)):
            operation = " ".join(words[:end])
            if self._contract.names.candidates(operation):
                yield operation, " ".join(words[end:])


def mutations(operation: Operation) -> tuple[Mutation, ...]:
    """Every mutation of an operation's answers, in the contract's order, errors last."""
    responses = operation.responses.values()
    changes = [each for response in responses for each in _body_mutations(operation, response)]
    return (*changes, *_errors(operation))


def _body_mutations(operation: Operation, response: Response) -> list[Mutation]:
    """The mutations of one response's bodies, outer locations first."""
    media = response.media
    if media is None or media.schema is None or not media.is_json:
        return []
    locations = instance_locations(operation.answers.document, media.schema)
    described = list(dict.fromkeys(location for location, _ in locations))
    found: set[Mutation] = set()
    for body in _bodies(operation, media):
        for pointer, kind in _candidates(body, "", described):
            mutation = Mutation(operation.id, response.status, kind, pointer)
            if mutation not in found and mutation.changed(operation, response, body) is not body:
                found.add(mutation)
    return sorted(found, key=lambda each: (described.index(each.pointer), KINDS.index(each.kind)))


def _bodies(operation: Operation, media: MediaType) -> Iterator[Json]:
    """Bodies that are valid for a media type: its examples, then generated ones."""
    for example in media.examples.values():
        if _accepts(operation, media, example):
            yield example
    for seed in SEEDS:
        try:
            yield operation.value(media.schema or "", seed)
        except Unsatisfiable:
            return


def _candidates(value: Json, pointer: str, described: list[str]) -> Iterator[tuple[str, Kind]]:
    """The pointers and kinds to try at a location and below it, members that no schema describes excepted."""
    yield from ((pointer, kind) for kind in ("null", "wrong-type"))
    match value:
        case dict():
            yield pointer, "extra-member"
            for name, member in value.items():
                below = f"{pointer}/{pointer_token(name)}"
                if below in described:
                    yield from ((below, kind) for kind in _DROPPED)
                    yield from _candidates(member, below, described)
        case list():
            yield pointer, "empty-list"
            for item in value:
                yield from _candidates(item, f"{pointer}/*", described)
        case str():
            yield pointer, "long-text"


def _errors(operation: Operation) -> Iterator[Mutation]:
    """One mutation for each documented error code, and for each error status without codes."""
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


def _mutated(value: Json, keys: list[str], kind: Kind) -> Json:
    """A copy of the value, changed at a location given by its keys; an equal copy if that is missing."""
    if not keys:
        return _replaced(value, kind)
    key, rest = keys[0], keys[1:]
    if isinstance(value, list) and key == "*":
        return [_mutated(item, rest, kind) for item in value]
    if not isinstance(value, dict) or key not in value:
        return value
    if not rest and kind in _DROPPED:
        return {name: member for name, member in value.items() if name != key}
    return {**value, key: _mutated(value[key], rest, kind)}


def _replaced(value: Json, kind: Kind) -> Json:
    """The value that replaces another; the value itself if the kind does not apply to its type."""
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
    """A value of another type, chosen so that a careless client may confuse the two."""
    others: Mapping[type, Json] = {str: 0, list: {}, dict: [], bool: "yes", type(None): {}}
    return others.get(type(value), str(value))
