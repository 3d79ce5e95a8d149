"""A value under judgement, and the walk that applies compiled schemas to it.

The walk keeps its own stack, so that neither a deep value nor a chain of references uses up Python's. It
applies a schema to one object or list of the value once: a recursive schema whose branches share their
children would else take time that doubles with every level.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from mockserver.model import Json
from mockserver.reading import pointer_token


@dataclass(slots=True, eq=False)
class Path:
    """A place in the value, the same one whoever asks for it."""

    parent: "Path | None" = None
    token: str | int = ""
    _children: "dict[str | int, Path]" = field(default_factory=dict)

    def to(self, token: str | int) -> "Path":
        if token not in self._children:
            self._children[token] = Path(self, token)
        return self._children[token]

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the place."""
        tokens: list[str] = []
        path = self
        while path.parent is not None:
            tokens.append(f"/{pointer_token(path.token)}")
            path = path.parent
        return "".join(reversed(tokens))


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """A rule that a value breaks; its sentence is made when somebody wants to read it."""

    keyword: str
    rule: str  # where the rule stands: a JSON Pointer into the contract
    path: Path
    sentence: Callable[[], str]


@dataclass(slots=True)
class Spot:
    """One value at its place, and what is found out about it."""

    value: Json
    path: Path
    failures: dict[Failure, None] = field(default_factory=dict)  # in order, each once
    seen: set[str | int] | None = None  # the names or indexes looked at so far; None: nobody asks

    def fail(self, failures: Iterable[Failure]) -> None:
        self.failures.update(dict.fromkeys(failures))

    def child(self, key: str | int) -> "Spot":
        """A member or an item; what is wrong with it is wrong with the whole."""
        return Spot(self.value[key], self.path.to(key), self.failures)  # type: ignore[index]  # it has it

    def trial(self) -> "Spot":
        """The same value, to be judged with no consequence yet."""
        return Spot(self.value, self.path, {}, None if self.seen is None else set())

    def look(self, key: str | int) -> None:
        """Note that a rule has looked at this member or item."""
        if self.seen is not None:
            self.seen.add(key)

    def take(self, trial: "Spot") -> None:
        """Let a trial of the same value have its consequences."""
        self.failures.update(trial.failures)
        if self.seen is not None and trial.seen is not None:
            self.seen |= trial.seen


Steps: TypeAlias = "Iterable[tuple[Applied, Spot]]"


class Applied(Protocol):
    """A compiled schema."""

    def steps(self, spot: Spot) -> "Iterator[tuple[Applied, Spot]]":
        """Adds failures to the spot, and names one by one the schemas to apply meanwhile, and to what.

        It is resumed when the schema that it named is done, with all its failures in that spot.
        """


def failures(schema: Applied, value: Json, *, brief: bool = False) -> list[Failure]:
    """What is wrong with the value, in the schema's order; with `brief` no more than shows that it is."""
    whole = Spot(value, Path())
    known: dict[tuple[Applied, Path, bool], Spot] = {}
    stack = [(schema.steps(whole), whole, whole)]  # each with what it finds out, and who wants to know
    while stack:
        steps, found, wanted = stack[-1]
        step = None if brief and found.failures else next(steps, None)
        if step is None:
            stack.pop()
            wanted.take(found)
            continue
        applied, spot = step
        key = applied, spot.path, spot.seen is None
        if not isinstance(spot.value, dict | list):
            stack.append((applied.steps(spot), spot, spot))
        elif key in known:
            spot.take(known[key])
        else:
            known[key] = spot.trial()
            stack.append((applied.steps(known[key]), known[key], spot))
    return list(whole.failures)
