"""Mutations of answers, for mutation testing of a client's tests: valid by the contract, or breaking it.

A test suite that detects none of them would not detect a change of the real backend either. Mutated bodies
are validated when mutations are listed, on examples and generated bodies, and again for each answer.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Literal, get_args

from msgspec import Struct, field

from mockserver.contract.description import MediaType, Response
from mockserver.contract.document.instance_locations import ITEMS, Schemas, below
from mockserver.contract.document.references import applied_schemas, schemas_at
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_keys
from mockserver.data.suggest import did_you_mean, nearest
from mockserver.http.problem import Problem, ProblemError, valid_names

Within = Literal["left-out", "null", "extra-member", "empty-list", "long-text", "error"]
Broken = Literal["missing", "wrong-type"]
Kind = Within | Broken
KINDS: tuple[Kind, ...] = (*get_args(Within), *get_args(Broken))
LONG = "a very long text " * 600  # about 10,000 characters
EXTRA = "mockserver_extra"  # a member that no contract describes
SEEDS = (None, 1, 2, 3, 4)  # of generated bodies, which are mutated as well as the examples
KNOWN_RESPONSES = 100  # responses whose mutations are kept once they were made
SUGGESTED = 10  # names that are compared with an unknown one
_DROPPED: tuple[Kind, ...] = ("left-out", "missing")


class UnknownMutation(ProblemError):
    """The contract's answers have no mutation of this name; `valid` are the nearest names that they have."""

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
        detail = self.pointer if self.code is None else self.code
        return " ".join(filter(None, (self.operation, self.response, self.kind, detail)))

    @property
    def code(self) -> str | None:
        """The error code of the kind `error`, None if it has none."""
        code = self.body.get("error") if isinstance(self.body, dict) and self.kind == "error" else None
        return code if isinstance(code, str) else None

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
    """The mutations of a contract's answers; each is made when it is read for the first time.

    Threads may share it: listing the mutations of a large response takes seconds.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._by_name: BoundedCache[str, Mutation] = BoundedCache(KNOWN_RESPONSES)
        self._known: BoundedCache[tuple[str, str], _BodyMutations] = BoundedCache(KNOWN_RESPONSES)

    def in_responses(self, operation: Operation, responses: Container[str]) -> Iterator[Mutation]:
        """The mutations of bodies with these statuses (as in the contract), in the contract's order."""
        for response in operation.responses.values():
            if response.status in responses:
                yield from self._in_response(operation, response)

    def for_operation(self, operation: Operation) -> Iterator[Mutation]:
        """All mutations of an operation, errors last."""
        yield from self.in_responses(operation, operation.responses)
        yield from errors(operation)

    def named(self, name: str) -> Mutation:
        """The mutation with a name, which begins with any name of its operation.

        Raises UnknownMutation, whose `valid` are the nearest names, and AmbiguousOperation.
        """
        return self._by_name.get(name) or self._by_name.put(name, self._find(name))

    def _find(self, name: str) -> Mutation:
        operations: list[Operation] = []
        for operation_name, rest in self._readings(name):
            operation = self._contract.operation(operation_name)
            operations.append(operation)
            found = _named(operation, f"{operation.id} {rest}")
            if found is not None:
                return found
        raise UnknownMutation(name, tuple(self._nearest_names(name, operations)))

    def _readings(self, name: str) -> Iterator[tuple[str, str]]:
        """The ways to divide a mutation's name: a known name of an operation, and the rest."""
        words = name.split(" ")
        for end in range(1, len(words)):
            operation = " ".join(words[:end])
            if self._contract.names.candidates(operation):
                yield operation, " ".join(words[end:])

    def _nearest_names(self, name: str, operations: list[Operation]) -> Iterator[str]:
        """The names most similar to one that does not exist, of its operations or of the most similar one."""
        if not operations:
            by_id = {each.id: each for each in self._contract.operations}
            similar = nearest(name.partition(" ")[0], by_id)
            operations = [by_id[similar]] if similar is not None else []
        possible = {each.name: operation for operation in operations for each in _possible(operation)}
        for each in get_close_matches(name, possible, n=SUGGESTED):
            if _named(possible[each], each) is not None:
                yield each

    def _in_response(self, operation: Operation, response: Response) -> "_BodyMutations":
        key = operation.id, response.status
        known = self._known.get(key)
        return known or self._known.put(key, _BodyMutations(operation, response))


def mutations(operation: Operation) -> tuple[Mutation, ...]:
    """Every mutation of an operation's answers, in the contract's order, errors last."""
    responses = operation.responses.values()
    changes = [each for response in responses for each in _BodyMutations(operation, response)]
    return (*changes, *errors(operation))


class _Candidates(Struct):
    """The kinds of mutations to try at one location, each with the bodies to try them on."""

    order: tuple[int, ...]  # indexes in the schema, by which locations are sorted
    pointer: str
    bodies: dict[Kind, list[Json]] = field(default_factory=dict)


class _BodyMutations:
    """The mutations of one response's bodies that change at least one of them, outer locations first.

    Each is tried when it is read for the first time. Several threads may read: at worst both try the same.
    """

    def __init__(self, operation: Operation, response: Response) -> None:
        self._operation = operation
        self._response = response
        self._applies: dict[Mutation, bool] = {}

    @cached_property
    def _located(self) -> list[_Candidates]:
        return _candidates(self._operation, self._response)

    def __iter__(self) -> Iterator[Mutation]:
        for candidates in self._located:
            for kind in filter(candidates.bodies.__contains__, KINDS):
                mutation = Mutation(self._operation.id, self._response.status, kind, candidates.pointer)
                applies = self._applies.get(mutation)
                if applies is None:
                    bodies = candidates.bodies[kind]
                    applies = _changes_any(mutation, self._operation, self._response, bodies)
                    self._applies[mutation] = applies
                if applies:
                    yield mutation


def _changes_any(
    mutation: Mutation, operation: Operation, response: Response, bodies: Iterable[Json]
) -> bool:
    return any(mutation.changed(operation, response, body) is not body for body in bodies)


def _candidates(operation: Operation, response: Response) -> list[_Candidates]:
    """The locations in a response's bodies that its schema describes, in the order of the schema."""
    media = response.media
    if media is None or media.schema is None or not media.is_json:
        return []
    found: dict[str, _Candidates] = {}
    schemas = schemas_at(operation.answers.document, media.schema)
    for body in _bodies(operation, media):
        for order, pointer, value in _described(operation.answers.document, body, schemas):
            candidates = found.setdefault(pointer, _Candidates(order, pointer))
            for kind in _kinds(pointer, value):
                candidates.bodies.setdefault(kind, []).append(body)
    return sorted(found.values(), key=lambda each: each.order)


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


def _described(
    document: Json, value: Json, schemas: Schemas, order: tuple[int, ...] = (), pointer: str = ""
) -> Iterator[tuple[tuple[int, ...], str, Json]]:
    """The described locations in a value: their order, their pointers, and the values there.

    Items of an array share one location. Members that no schema describes are left out.
    """
    yield order, pointer, value
    for index, (token, pointers) in enumerate(below(schemas).items()):
        for member in _values_below(value, token):
            inner = applied_schemas(document, pointers, set())
            yield from _described(document, member, inner, (*order, index), f"{pointer}/{token}")


def _values_below(value: Json, token: str) -> Iterable[Json]:
    """The member of an object, or the items of an array, to which a reference token leads."""
    if isinstance(value, list):
        return value if token == ITEMS else ()
    [key] = pointer_keys(f"/{token}")
    return [value[key]] if isinstance(value, dict) and key in value else ()


def _kinds(pointer: str, value: Json) -> Iterator[Kind]:
    """The kinds of mutations that may apply to a value at a location."""
    yield from ("null", "wrong-type")
    if pointer and not pointer.endswith(f"/{ITEMS}"):
        yield from _DROPPED
    match value:
        case dict():
            yield "extra-member"
        case list():
            yield "empty-list"
        case str():
            yield "long-text"


def _possible(operation: Operation) -> Iterator[Mutation]:
    """The mutations to try on an operation's answers; not all of them change an answer."""
    for response in operation.responses.values():
        for candidates in _candidates(operation, response):
            for kind in candidates.bodies:
                yield Mutation(operation.id, response.status, kind, candidates.pointer)
    yield from errors(operation)


def _named(operation: Operation, name: str) -> Mutation | None:
    """The mutation of an operation's answers with a name; None if there is none."""
    for response in operation.responses.values():
        if not name.startswith(f"{operation.id} {response.status} "):
            continue
        for candidates in _candidates(operation, response):
            for kind, bodies in candidates.bodies.items():
                mutation = Mutation(operation.id, response.status, kind, candidates.pointer)
                if mutation.name == name and _changes_any(mutation, operation, response, bodies):
                    return mutation
    return next((each for each in errors(operation) if each.name == name), None)


def errors(operation: Operation) -> Iterator[Mutation]:
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
